import type { CodeArray, RoundingOptions } from '../code-format.ts';
import { NumericsError } from '../numerics-error.ts';
import { anyQuotientToOdd } from './exact-operations.ts';
import { IntegerEncoding } from './integer-encoding.ts';
import { resolveRounding } from './resolve-rounding.ts';

/** 1.5 x 2^52: added and subtracted again, it rounds to the nearest even integer of either sign. */
const TO_INTEGER = 6_755_399_441_055_744;

/** Signed integers of 2 to 32 bits that stand for code x scale. */
export interface ScaledIntegers {
  readonly bits: number;
  /** Finite and above zero. */
  readonly scale: number;
  /** Without the most negative code, so that the range is symmetric about zero. */
  readonly isSymmetric?: boolean;
}

/**
 * The scale that maps the largest magnitude of `values` to the largest code, 2^(bits - 1) - 1: their quotient in binary64. One for values
 * that are all zero. Throws `numerics/not-finite` for NaN and infinity.
 */
export function integerScale(values: Float64Array | Float32Array, bits: number): number {
  checkBits(bits);
  let largest = 0;
  for (const value of values) {
    const magnitude = Math.abs(value);
    if (!(magnitude < Infinity)) {
      throw new NumericsError('numerics/not-finite', `no scale for values with ${value} among them`);
    }
    if (magnitude > largest) largest = magnitude;
  }
  return largest === 0 ? 1 : Math.max(Number.MIN_VALUE, largest / (2 ** (bits - 1) - 1));
}

/** Wide enough for every integer that is then cut to a range. */
const WHOLE = new IntegerEncoding({ name: 'int52', bits: 52, isSigned: true });

/**
 * Codes, in two's complement, of the integers nearest to the exact value / scale: one rounding, of the quotient itself. Saturates, infinities
 * included, and NaN becomes zero; returns how many of the integers were outside the range, NaN among them. Scales of channels or groups are
 * given by a call on each `subarray`.
 */
export function quantiseIntegers(
  values: Float64Array | Float32Array,
  into: CodeArray,
  integers: ScaledIntegers,
  options?: RoundingOptions,
): number {
  const { bits, scale, isSymmetric = false } = integers;
  checkScale(integers);
  checkRoom(values.length, into.length, into.BYTES_PER_ELEMENT * 8, bits);
  const rounding = resolveRounding(options);
  const isNearest = rounding.rounding === 'nearest-even';
  const turn = 2 ** bits;
  const most = turn / 2 - 1;
  const least = isSymmetric ? -most : -most - 1;
  let outside = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    const near = value / scale;
    let whole = near + TO_INTEGER - TO_INTEGER;
    // A rounded quotient errs only where it has come to lie on a tie.
    if (!isNearest || !(Math.abs(near) < turn) || Math.abs(near - whole) === 0.5) {
      whole = WHOLE.decode(WHOLE.encode(anyQuotientToOdd(value, scale), rounding));
      if (Number.isNaN(near)) outside++;
    }
    if (whole > most) {
      whole = most;
      outside++;
    } else if (whole < least) {
      whole = least;
      outside++;
    }
    into[index] = whole < 0 ? turn + whole : whole;
  }
  return outside;
}

/** code x scale of each code, to nearest even in binary64 (and then binary32, into a `Float32Array`). */
export function dequantiseIntegers(
  codes: CodeArray,
  into: Float64Array | Float32Array,
  integers: ScaledIntegers,
): void {
  const { bits, scale } = integers;
  checkScale(integers);
  checkRoom(codes.length, into.length, bits, bits);
  const turn = 2 ** bits;
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0;
    if (code >= turn) throw new NumericsError('numerics/code', `${code} is no code of ${bits} bits`);
    into[index] = (code >= turn / 2 ? code - turn : code) * scale;
  }
}

function checkScale({ bits, scale }: ScaledIntegers): void {
  checkBits(bits);
  if (!(scale > 0 && scale < Infinity)) {
    throw new NumericsError('numerics/argument', `no scale ${scale}`, 'A scale is finite and above zero.');
  }
}

function checkBits(bits: number): void {
  if (!Number.isInteger(bits) || bits < 2 || bits > 32) {
    throw new NumericsError(
      'numerics/impossible-format',
      `no integer format of ${bits} bits`,
      'Integers have 2 to 32 bits.',
    );
  }
}

function checkRoom(needed: number, there: number, width: number, bits: number): void {
  if (there < needed || width < bits) {
    throw new NumericsError(
      'numerics/length',
      `${needed} elements of ${bits} bits do not fit ${there} of ${width} bits`,
    );
  }
}
