import type { NumberFormat } from './number-format.ts';

/** The values of a format from 2^exponent to below 2^(exponent + 1) in magnitude: 2^exponent x (1 + j / 2^fractionBits). */
interface Binade {
  readonly fractionBits: number;
  /** The greatest j. */
  readonly largest: number;
  /** Whether the positive values are there as the negative ones are. */
  readonly isPositive: boolean;
}

/**
 * Whether every finite value of the format `inner` is a value of `outer`, so that `inner` can be widened to it without
 * rounding; the sign of zero is not looked at. Derived from the widths of the fields, binade by binade: a float loses fraction
 * bits to subnormals, a posit to its regime (Standard for Posit Arithmetic, 2022). A block format has the values of its
 * elements under scales of their own, and is exact in itself alone.
 */
export function isExactIn(inner: NumberFormat, outer: NumberFormat): boolean {
  if (inner.name === outer.name) return true;
  if (inner.block !== undefined || outer.block !== undefined) return false;
  const [lowest, highest] = exponentsOf(inner);
  for (let exponent = lowest; exponent <= highest; exponent++) {
    const mine = binadeAt(inner, exponent);
    if (mine === undefined) continue;
    const other = binadeAt(outer, exponent);
    if (other === undefined || mine.fractionBits > other.fractionBits) return false;
    if (mine.isPositive && !other.isPositive) return false;
    // A shift by the fraction bits that are more; at most 30, those of int32.
    if (mine.largest * (1 << (other.fractionBits - mine.fractionBits)) > other.largest) return false;
  }
  return true;
}

/** The exponents of the smallest and of the largest magnitude, between which a format has all of its values but zero. */
function exponentsOf(format: NumberFormat): readonly [number, number] {
  const { kind, bits, exponentBits = 0, mantissaBits = 0 } = format;
  switch (kind) {
    case 'integer':
      return [0, bits - 1];
    case 'posit': {
      const most = (1 << exponentBits) * (bits - 2);
      return [-most, most];
    }
    default:
      return [leastNormal(exponentBits) - mantissaBits, largestExponent(format)];
  }
}

function binadeAt(format: NumberFormat, exponent: number): Binade | undefined {
  const [lowest, highest] = exponentsOf(format);
  if (exponent < lowest || exponent > highest) return undefined;
  const { kind, bits, exponentBits = 0, mantissaBits = 0, reserved } = format;
  switch (kind) {
    case 'integer':
      // Two's complement reaches -2^(bits - 1), and no further.
      return exponent === bits - 1 ? { fractionBits: 0, largest: 0, isPositive: false } : filled(exponent);
    case 'posit':
      return positBinade(bits, exponentBits, exponent);
    default: {
      const subnormal = Math.max(0, leastNormal(exponentBits) - exponent);
      const binade = filled(mantissaBits - subnormal);
      return exponent === highest && reserved === 'code'
        ? { ...binade, largest: binade.largest - 1 }
        : binade;
    }
  }
}

/**
 * A posit of scale `exponent` spends a sign bit, and on its regime a bit for each step of 2^es and two more, or one more
 * below one; the extremes do without the last bit. What is left takes the exponent bits, then the fraction.
 */
function positBinade(bits: number, exponentBits: number, exponent: number): Binade | undefined {
  const step = 1 << exponentBits;
  const steps = Math.floor(exponent / step);
  const regime = Math.min(bits - 1, steps >= 0 ? steps + 2 : 1 - steps);
  const left = bits - 1 - regime;
  // Exponent bits that there is no room for are zero.
  const cut = Math.max(0, exponentBits - left);
  if ((exponent - steps * step) % (1 << cut) !== 0) return undefined;
  return filled(Math.max(0, left - exponentBits));
}

function filled(fractionBits: number): Binade {
  return { fractionBits, largest: (1 << fractionBits) - 1, isPositive: true };
}

function bias(exponentBits: number): number {
  return (1 << (exponentBits - 1)) - 1;
}

function leastNormal(exponentBits: number): number {
  return 1 - bias(exponentBits);
}

function largestExponent({ exponentBits = 0, reserved = 'exponent' }: NumberFormat): number {
  const field = (1 << exponentBits) - (reserved === 'exponent' ? 2 : 1);
  return field - bias(exponentBits);
}
