/**
 * Elementary functions by + - × / alone, so that every machine and every engine gives the same bits; those of `Math` may differ in
 * the last one. Each is within 4 units in the last place of the exact value over the range that operators need.
 */

const LN2_HIGH = 0.69314718036912381649; // 33 bits, so that k × LN2_HIGH is exact
const LN2_LOW = 1.90821492927058770002e-10;
const LN10 = 2.302585092994046;
const MOST_EXP = 709.782712893384;
const LEAST_EXP = -745.1332191019412;

/** e^x. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > MOST_EXP) return Infinity;
  if (x < LEAST_EXP) return 0;
  const k = Math.round(x / (LN2_HIGH + LN2_LOW));
  const rest = x - k * LN2_HIGH - k * LN2_LOW;
  // Taylor's series on |rest| <= 0.35: the first term left out is below 2^-60.
  let sum = 1;
  for (let term = 14; term >= 1; term--) sum = 1 + (rest * sum) / term;
  // Two factors, as 2^k may be beyond what is normal while the product is not.
  const half = Math.trunc(k / 2);
  return sum * 2 ** half * 2 ** (k - half);
}

const scratch = new DataView(new ArrayBuffer(8));

/** Natural logarithm of a positive number. */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : Number.NaN;
  if (x === Infinity) return x;
  let exponent = 0;
  let mantissa = x;
  if (mantissa < 2 ** -1022) {
    mantissa *= 2 ** 54;
    exponent = -54;
  }
  scratch.setFloat64(0, mantissa);
  const high = scratch.getUint32(0);
  exponent += (high >>> 20) - 1023;
  scratch.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  mantissa = scratch.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  // 2 artanh(s), with |s| <= 0.172.
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let power = 21; power >= 3; power -= 2) sum = square * (1 / power + sum);
  return exponent * LN2_HIGH + (2 * s + (2 * s * sum + exponent * LN2_LOW));
}

/** Logarithm to the base of ten. */
export function log10(x: number): number {
  return ln(x) / LN10;
}

/** Hyperbolic tangent. */
export function tanh(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude > 22) return Math.sign(x);
  if (magnitude < 0.3) {
    // The quotient of exponentials would cancel: a continued fraction does not.
    const square = x * x;
    let rest = 19;
    for (let odd = 17; odd >= 1; odd -= 2) rest = odd + square / rest;
    return x / rest;
  }
  const twice = exp(2 * magnitude);
  return Math.sign(x) * (1 - 2 / (twice + 1));
}

// π/2 in three pieces of 33, 33 and 53 bits, so that multiples up to 2^20 of the first two are exact.
const QUARTER_1 = 1.57079632673412561417;
const QUARTER_2 = 6.0771005063039659766e-11;
const QUARTER_3 = 2.02226624879595063154e-21;

/** Cosine and sine of an angle of at most 2^20 quarter turns. */
export function cosSin(x: number): readonly [cosine: number, sine: number] {
  const turns = Math.round(x / (QUARTER_1 + QUARTER_2));
  const rest = x - turns * QUARTER_1 - turns * QUARTER_2 - turns * QUARTER_3;
  const square = rest * rest;
  let sine = 1;
  for (let term = 18; term >= 2; term -= 2) sine = 1 - (square * sine) / (term * (term + 1));
  sine *= rest;
  let cosine = 1;
  for (let term = 18; term >= 2; term -= 2) cosine = 1 - (square * cosine) / (term * (term - 1));
  switch (((turns % 4) + 4) % 4) {
    case 0:
      return [cosine, sine];
    case 1:
      return [-sine, cosine];
    case 2:
      return [-cosine, -sine];
    default:
      return [sine, -cosine];
  }
}
