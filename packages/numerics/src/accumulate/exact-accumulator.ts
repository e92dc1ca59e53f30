import type { CodeFormat, RoundingOptions } from '../code-format.ts';
import { NumericsError } from '../numerics-error.ts';
import { HIGH_WORD } from '../scalar/binary64.ts';
import { productError, sumError, sumToOdd } from '../scalar/exact-operations.ts';

/** Digit i counts units of 2^(32 i - 1152), so that 67 of them reach below the smallest subnormal and above 2^960. */
const DIGITS = 67;
const LOWEST_UNIT = -1152;
const DIGIT_BITS = 32;
/** A digit holds 53 bits and takes 32 of each summand. */
const MOST_WITHOUT_CARRY = 2 ** 20;
const LARGEST_OPERAND = 2 ** 480;
const SMALLEST_PRODUCT = 2 ** -900;
const LARGEST_EXPONENT_FIELD = 960 + 1022;

const VALUE = new Float64Array(1);
const WORDS = new Uint32Array(VALUE.buffer);

/**
 * SNAP[i]: adding it to a number below 2^51 units of digit i and taking it away again rounds to whole units. Powers of two are
 * exact by `**`, the smallest ones being subnormal.
 */
const SNAP = Float64Array.from({ length: DIGITS }, (_, i) => 1.5 * 2 ** (DIGIT_BITS * i + LOWEST_UNIT + 52));

/**
 * A sum of binary64 numbers and of their products without any rounding: fixed point over the whole range, as a row of digits
 * that carry rarely (after the small superaccumulator of Neal, 2015). It is the quire of every posit format here, and the exact
 * accumulator of all others. Order of the summands is of no effect. A NaN among them makes the sum NaN, infinities add as in
 * IEEE 754; an exact zero is +0.
 */
export class ExactAccumulator {
  readonly #digits = new Float64Array(DIGITS);
  #lowest = DIGITS;
  #highest = -1;
  #added = 0;
  #special = 0;
  #hasSpecial = false;

  clear(): void {
    this.#digits.fill(0, this.#lowest === DIGITS ? 0 : this.#lowest, this.#highest + 1);
    this.#lowest = DIGITS;
    this.#highest = -1;
    this.#added = 0;
    this.#special = 0;
    this.#hasSpecial = false;
  }

  /** Adds x, exactly. Finite magnitudes from 2^960 on are refused. */
  add(x: number): void {
    if (x === 0) return;
    VALUE[0] = x;
    const field = ((WORDS[HIGH_WORD] ?? 0) >>> 20) & 0x7ff;
    if (field > LARGEST_EXPONENT_FIELD) {
      this.#addSpecial(x);
      return;
    }
    const digits = this.#digits;
    // The digit in which the leading bit lies: the exponent is field - 1023, and digit 2 begins at 2^-1088.
    const top = ((field + 65) >> 5) + 2;
    const snap = SNAP[top] ?? 0;
    const high = x + snap - snap;
    digits[top] = (digits[top] ?? 0) + high;
    if (top > this.#highest) this.#highest = top;
    const rest = x - high;
    if (rest === 0) {
      if (top < this.#lowest) this.#lowest = top;
    } else {
      const nextSnap = SNAP[top - 1] ?? 0;
      const middle = rest + nextSnap - nextSnap;
      digits[top - 1] = (digits[top - 1] ?? 0) + middle;
      digits[top - 2] = (digits[top - 2] ?? 0) + (rest - middle);
      if (top - 2 < this.#lowest) this.#lowest = top - 2;
    }
    if (++this.#added >= MOST_WITHOUT_CARRY) this.#carry();
  }

  /** Adds a x b, exactly. Finite magnitudes of operands from 2^480 on, and nonzero products below 2^-900, are refused. */
  addProduct(a: number, b: number): void {
    const product = a * b;
    if (product - product !== 0 || a === 0 || b === 0) {
      if (Number.isFinite(a) && Number.isFinite(b) && product !== 0) throw outOfRange(a, b);
      this.add(product);
      return;
    }
    const magnitude = Math.abs(product);
    if (magnitude < SMALLEST_PRODUCT || Math.abs(a) >= LARGEST_OPERAND || Math.abs(b) >= LARGEST_OPERAND) {
      throw outOfRange(a, b);
    }
    this.add(product);
    this.add(productError(a, b, product));
  }

  /** Multiplies the sum by a finite factor, exactly; the same limits as of `addProduct` hold. */
  scale(factor: number): void {
    this.#carry();
    const digits = this.#digits.slice(0, this.#highest + 1);
    const special = this.#special * factor;
    const hadSpecial = this.#hasSpecial;
    this.clear();
    for (const digit of digits) if (digit !== 0) this.addProduct(digit, factor);
    this.#special = special;
    this.#hasSpecial = hadSpecial;
  }

  /** The sum, rounded once to the nearest binary64 number. */
  toNumber(): number {
    return this.#rounded(false);
  }

  /** The sum rounded to odd in binary64: to be rounded once more, to a format of at most 51 significant bits. */
  toOdd(): number {
    return this.#rounded(true);
  }

  /** The code of the sum, rounded once. */
  encode(format: CodeFormat, options?: RoundingOptions): number {
    return format.encode(this.toOdd(), options);
  }

  #addSpecial(x: number): void {
    if (Number.isFinite(x)) {
      throw new NumericsError(
        'numerics/range',
        `cannot add ${x} exactly: its magnitude is not below 2^960`,
        'Scale the tensor by a power of two.',
      );
    }
    this.#hasSpecial = true;
    this.#special += x;
  }

  /** Leaves in each digit at most 2^31 units and takes the rest one up. */
  #carry(): void {
    const digits = this.#digits;
    // The uppermost digit has room for every carry that there can be.
    for (let i = this.#lowest; i <= this.#highest && i < DIGITS - 1; i++) {
      const digit = digits[i] ?? 0;
      const snap = SNAP[i + 1] ?? 0;
      const carry = digit + snap - snap;
      if (carry === 0) continue;
      digits[i] = digit - carry;
      digits[i + 1] = (digits[i + 1] ?? 0) + carry;
      if (i === this.#highest) this.#highest = i + 1;
    }
    this.#added = 0;
  }

  /**
   * After the carries, what lies below a digit is at most little more than half its unit, so that the first two digits that are
   * not zero decide the sign and at least 31 bits; all below goes into them rounded to odd, from the lowest up, which keeps
   * every tie a tie and everything beside one beside it.
   */
  #rounded(isOdd: boolean): number {
    if (this.#hasSpecial) return this.#special;
    this.#carry();
    const digits = this.#digits;
    let top = this.#highest;
    while (top >= 0 && digits[top] === 0) top--;
    if (top < 0) return 0;
    let rest = 0;
    for (let i = this.#lowest; i < top - 1; i++) rest = sumToOdd(digits[i] ?? 0, rest);
    const first = digits[top] ?? 0;
    const second = digits[top - 1] ?? 0;
    const sum = first + second;
    const tail = sumToOdd(sumError(first, second, sum), rest);
    return isOdd ? sumToOdd(sum, tail) : sum + tail;
  }
}

function outOfRange(a: number, b: number): NumericsError {
  return new NumericsError(
    'numerics/range',
    `cannot multiply ${a} by ${b} exactly: magnitudes have to be below 2^480, and that of the product from 2^-900 on`,
    'Scale the tensors by powers of two.',
  );
}
