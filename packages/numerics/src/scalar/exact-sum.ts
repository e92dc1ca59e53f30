import { exponentOf, powerOfTwo, toOdd } from './binary64.ts';
import { productError, sumToOdd } from './exact-operations.ts';

const LIMB_BITS = 32;
const LIMB = 2 ** LIMB_BITS;
/** The binary logarithm of the unit of limb 0. */
const BASE = -768;
const LIMBS = 48;
/** Integers below 2^32 are summed in binary64, exact up to 2^53: carries are passed on before there are this many. */
const ADDITIONS = 2 ** 20;

const UNIT = Float64Array.from({ length: LIMBS }, (_, limb) => powerOfTwo(BASE + LIMB_BITS * limb));

/**
 * A sum of binary64 numbers without rounding: a fixed-point number of 1536 bits, wide enough for the products of any two values of
 * any format here, and for 2^60 of them. What the quire is to a posit, for every format. Terms are zero or lie from 2^-650 to
 * 2^650 in magnitude; those that are not finite are summed on their own, as IEEE 754 has it.
 */
export class ExactSum {
  readonly #limbs = new Float64Array(LIMBS);
  #additions = 0;
  #notFinite = 0;

  clear(): void {
    this.#limbs.fill(0);
    this.#additions = 0;
    this.#notFinite = 0;
  }

  add(value: number): void {
    if (value === 0) return;
    if (!Number.isFinite(value)) {
      this.#notFinite += value;
      return;
    }
    const limbs = this.#limbs;
    const limb = (exponentOf(value) - BASE) >> 5;
    // 53 bits touch three limbs at most, and every step is exact.
    const scaled = value / (UNIT[limb] ?? 0);
    const high = Math.trunc(scaled);
    limbs[limb] = (limbs[limb] ?? 0) + high;
    const rest = (scaled - high) * LIMB;
    if (rest !== 0) {
      const middle = Math.trunc(rest);
      limbs[limb - 1] = (limbs[limb - 1] ?? 0) + middle;
      limbs[limb - 2] = (limbs[limb - 2] ?? 0) + (rest - middle) * LIMB;
    }
    if (++this.#additions === ADDITIONS) this.#carry();
  }

  /** Adds a x b, both halves of it. */
  addProduct(a: number, b: number): void {
    const product = a * b;
    this.add(product);
    if (product !== 0 && Number.isFinite(product)) this.add(productError(a, b, product));
  }

  /**
   * The sum rounded to odd, so that one more rounding to a format of 51 significant bits or fewer is as if from the sum itself. An exact
   * zero is +0.
   */
  toOdd(): number {
    if (this.#notFinite !== 0) return this.#notFinite;
    this.#carry();
    const limbs = this.#limbs;
    const isNegative = (limbs[LIMBS - 1] ?? 0) < 0;
    if (isNegative) this.#negate();
    let top = LIMBS - 1;
    while (top >= 0 && limbs[top] === 0) top--;
    if (top < 0) return 0;
    let head = sumToOdd((limbs[top] ?? 0) * LIMB, limbs[top - 1] ?? 0);
    head = sumToOdd(head * LIMB, limbs[top - 2] ?? 0);
    let rest = top - 3;
    while (rest >= 0 && limbs[rest] === 0) rest--;
    if (rest >= 0) head = toOdd(head, 1);
    if (isNegative) this.#negate();
    const value = head * powerOfTwo(BASE + LIMB_BITS * (top - 2));
    return isNegative ? -value : value;
  }

  /** Leaves every limb but the topmost from 0 to 2^32 - 1; the sign is that of the topmost. */
  #carry(): void {
    const limbs = this.#limbs;
    for (let limb = 0; limb < LIMBS - 1; limb++) {
      const value = limbs[limb] ?? 0;
      const carried = Math.floor(value / LIMB);
      limbs[limb] = value - carried * LIMB;
      limbs[limb + 1] = (limbs[limb + 1] ?? 0) + carried;
    }
    this.#additions = 0;
  }

  #negate(): void {
    const limbs = this.#limbs;
    for (let limb = 0; limb < LIMBS; limb++) limbs[limb] = -(limbs[limb] ?? 0);
    this.#carry();
  }
}
