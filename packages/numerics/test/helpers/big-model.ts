/** Every finite number of the tests is a whole multiple of 2^-1074. */
const UNIT = 1074n;

/** x in units of 2^-1074, exactly; of a product of two, in units of 2^-2148. */
export function toBig(x: number): bigint {
  if (x === 0) return 0n;
  let exponent = 0;
  let significand = Math.abs(x);
  while (!Number.isInteger(significand)) {
    significand *= 2;
    exponent--;
  }
  const units = BigInt(significand) << (UNIT + BigInt(exponent));
  return x < 0 ? -units : units;
}

/** Sum of a[i] x b[i] in units of 2^-2148. */
export function bigDot(a: ArrayLike<number>, b: ArrayLike<number>): bigint {
  let sum = 0n;
  for (let i = 0; i < a.length; i++) sum += toBig(a[i] ?? 0) * toBig(b[i] ?? 0);
  return sum;
}

/** units x 2^-shift rounded once to `bits` significant bits, to the nearest and ties to even; results are in the normal range. */
export function roundBig(units: bigint, shift: number, bits = 53): number {
  const magnitude = units < 0n ? -units : units;
  const length = magnitude.toString(2).length;
  const cut = Math.max(0, length - bits);
  const unit = 1n << BigInt(cut);
  let kept = magnitude / unit;
  const rest = 2n * (magnitude % unit);
  if (rest > unit || (rest === unit && kept % 2n === 1n)) kept++;
  let value = Number(kept);
  // In steps that stay in range.
  for (let exponent = cut - shift; exponent !== 0;) {
    const step = Math.max(-500, Math.min(500, exponent));
    value *= 2 ** step;
    exponent -= step;
  }
  return units < 0n ? -value : value;
}

/** Shift of what `bigDot` gives. */
export const DOT_SHIFT = 2148;
export const NUMBER_SHIFT = 1074;
