// Dekker's splitting: v = high * 2^27 + low with |low| <= 2^26 and high <= 2^26, so that every partial product of
// two safe integers is at most 2^52 and hence exact.
const HALF = 2 ** 27;
const INVERSE_HALF = 2 ** -27;
const HALF_BIG = 2n ** 27n;

const LIMBS = 5;

/**
 * Totals of counts over a run that is composed of repeated stretches: each `add` gives what one stretch did and
 * how often it is repeated. The totals are exact at any size, where doubles would round from 2^53 on.
 *
 * A total is a double as long as it fits; what does not fit is carried over into five limbs of 27 bits, the top
 * one of which grows by at most 1 per add, and so cannot run out.
 */
export class ExactTotals {
  /** Number of totals. */
  readonly size: number;
  readonly #low: Float64Array;
  readonly #limbs: Float64Array;

  /** @throws RangeError when the size is negative or no integer */
  constructor(size: number) {
    checkCount(size, 'size');
    this.size = size;
    this.#low = new Float64Array(size);
    this.#limbs = new Float64Array(size * LIMBS);
  }

  /**
   * Adds `deltas[i] * times` to total i, for all i.
   *
   * @throws RangeError when there are not `size` deltas, or when one of them or `times` is negative, fractional or
   *   above 2^53 - 1; no total has changed then
   */
  add(deltas: Float64Array | readonly number[], times: number): void {
    checkCount(times, 'times');
    if (deltas.length !== this.size) {
      throw new RangeError(`deltas: expected ${this.size} of them, got ${deltas.length}`);
    }
    for (let index = 0; index < this.size; index++) checkDelta(deltas[index], index);
    for (let index = 0; index < this.size; index++) {
      const delta = deltas[index] ?? 0;
      if (delta === 0) continue;
      // A product or sum that is above 2^53 - 1 is never rounded to below 2^53, so the tests are safe.
      const product = delta * times;
      if (product > Number.MAX_SAFE_INTEGER) {
        this.#carry(index, delta, times);
        continue;
      }
      const low = this.#low[index] ?? 0;
      if (low + product <= Number.MAX_SAFE_INTEGER) {
        this.#low[index] = low + product;
      } else {
        this.#carry(index, low, 1);
        this.#low[index] = product;
      }
    }
  }

  /**
   * The total, exact.
   *
   * @throws RangeError when there is no such total
   */
  toBigInt(index: number): bigint {
    if (!Number.isInteger(index) || index < 0 || index >= this.size) {
      throw new RangeError(`index: expected an integer from 0 to ${this.size - 1}, got ${index}`);
    }
    let total = 0n;
    for (let limb = LIMBS - 1; limb >= 0; limb--) {
      total = total * HALF_BIG + BigInt(this.#limbs[index * LIMBS + limb] ?? 0);
    }
    return total + BigInt(this.#low[index] ?? 0);
  }

  /**
   * The double nearest to the total: exact up to 2^53.
   *
   * @throws RangeError when there is no such total
   */
  toNumber(index: number): number {
    return Number(this.toBigInt(index));
  }

  /** Adds a product of two safe integers to the limbs of a total; each limb is then in [0, 2^27) again, the top one aside. */
  #carry(index: number, a: number, b: number): void {
    const limbs = this.#limbs;
    const at = index * LIMBS;
    const highA = Math.round(a * INVERSE_HALF);
    const highB = Math.round(b * INVERSE_HALF);
    const lowA = a - highA * HALF;
    const lowB = b - highB * HALF;

    let sum = (limbs[at] ?? 0) + lowA * lowB;
    let carried = Math.floor(sum * INVERSE_HALF);
    limbs[at] = sum - carried * HALF;

    // The two middle products are taken one after the other: together they could pass 2^53.
    sum = (limbs[at + 1] ?? 0) + highA * lowB + carried;
    carried = Math.floor(sum * INVERSE_HALF);
    sum = sum - carried * HALF + lowA * highB;
    const carriedToo = Math.floor(sum * INVERSE_HALF);
    limbs[at + 1] = sum - carriedToo * HALF;

    sum = (limbs[at + 2] ?? 0) + highA * highB + carried + carriedToo;
    carried = Math.floor(sum * INVERSE_HALF);
    limbs[at + 2] = sum - carried * HALF;

    sum = (limbs[at + 3] ?? 0) + carried;
    carried = Math.floor(sum * INVERSE_HALF);
    limbs[at + 3] = sum - carried * HALF;
    limbs[at + 4] = (limbs[at + 4] ?? 0) + carried;
  }
}

function checkCount(value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${name}: expected an integer from 0 to 2^53 - 1, got ${value}`);
  }
}

function checkDelta(delta: number | undefined, index: number): void {
  if (delta === undefined || !Number.isSafeInteger(delta) || delta < 0) {
    throw new RangeError(`deltas[${index}]: expected an integer from 0 to 2^53 - 1, got ${delta}`);
  }
}
