import { exponentOf, powerOfTwo } from '../scalar/binary64.ts';

/** ln 2 / ln 10 and 1 / ln 10, rounded to binary64. */
const LOG10_OF_2 = 0.3010299956639812;
const LOG10_OF_E = 0.4342944819032518;

/**
 * Ten times the decimal logarithm of a ratio of powers; -Infinity of 0, Infinity of Infinity. By a series of its own, since what
 * `Math.log10` gives differs from engine to engine: the same numbers on every machine, within a few units of the last place.
 */
export function decibels(ratio: number): number {
  if (ratio === 0) return -Infinity;
  if (!(ratio > 0 && ratio < Infinity)) return ratio === Infinity ? Infinity : Number.NaN;
  let exponent = exponentOf(ratio);
  // Both halves are powers of two in range, also of subnormals.
  const half = Math.trunc(exponent / 2);
  let fraction = (ratio * powerOfTwo(-half)) / powerOfTwo(exponent - half);
  if (fraction > 1.4142135623730951) {
    fraction /= 2;
    exponent++;
  }
  // ln f = 2 artanh((f - 1) / (f + 1)), whose terms shrink by 34 times each.
  const z = (fraction - 1) / (fraction + 1);
  let series = 0;
  for (let n = 25; n >= 1; n -= 2) series = series * z * z + 1 / n;
  return 10 * (exponent * LOG10_OF_2 + 2 * z * series * LOG10_OF_E);
}
