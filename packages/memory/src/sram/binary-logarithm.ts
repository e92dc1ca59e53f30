const LOG2_OF_E = 1.4426950408889634;
const LN_2 = 0.6931471805599453;
const SQUARE_ROOT_OF_HALF = 0.7071067811865476;

/**
 * The logarithm to base 2 of a positive finite number, of additions, multiplications and divisions alone: these are rounded
 * alike by every engine, as `Math.log2` need not be. Exact for powers of two.
 */
export function log2(value: number): number {
  let exponent = 0;
  let mantissa = value;
  while (mantissa >= 2 * SQUARE_ROOT_OF_HALF) {
    mantissa /= 2;
    exponent += 1;
  }
  while (mantissa < SQUARE_ROOT_OF_HALF) {
    mantissa *= 2;
    exponent -= 1;
  }
  // ln m = 2 artanh s with s = (m - 1) / (m + 1), which is below 0.172 here: 10 terms leave less than 1e-17.
  const s = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let n = 21; n >= 1; n -= 2) sum = sum * s * s + 1 / n;
  return exponent + 2 * s * sum * LOG2_OF_E;
}

/** 2 to the power of `exponent`, in the same way; exact for whole exponents. */
export function exp2(exponent: number): number {
  const whole = Math.round(exponent);
  const x = (exponent - whole) * LN_2;
  let sum = 1;
  for (let n = 16; n >= 1; n--) sum = 1 + (sum * x) / n;
  return sum * 2 ** whole;
}
