import type { CodeFormat, RoundingOptions } from '../code-format.ts';
import { exponentOf, powerOfTwo } from '../scalar/binary64.ts';
import { sumError, sumToOdd } from '../scalar/exact-operations.ts';
import type { IntegerSum, RoundedSum, SumCounts } from './accumulator.ts';

/** One adder with the register behind it: what terms become, and what two of them give. */
export interface Register {
  /** What an exact term becomes before it meets a sum: of a rounded register it stays as it is. */
  take(term: number): number;
  /** a + b, rounded or wrapped as the register does. Operands are what `take` or `add` gave. */
  add(a: number, b: number): number;
  /** What the register's content counts for. */
  value(content: number): number;
}

/** The register of an accumulator. Overflows and inexact terms are added to `counts`. */
export function createRegister(spec: RoundedSum | IntegerSum, counts: SumCounts, unitExponent = 0): Register {
  return spec.kind === 'integer'
    ? integerRegister(spec, counts, unitExponent)
    : roundedRegister(spec.format, spec.rounding, counts);
}

/** An IEEE format whose numbers are rounded by arithmetic, which is several times as fast as by way of the code. */
export interface FloatShape {
  readonly significantBits: number;
  /** Exponent of the smallest normal number. */
  readonly leastExponent: number;
}

const SHAPES: ReadonlyMap<string, FloatShape> = new Map([
  ['fp32', { significantBits: 24, leastExponent: -126 }],
  ['tf32', { significantBits: 11, leastExponent: -126 }],
  ['bf16', { significantBits: 8, leastExponent: -126 }],
  ['fp16', { significantBits: 11, leastExponent: -14 }],
]);

/** The shape of a format that rounds to nearest even by arithmetic; undefined for all others, and for other roundings. */
export function shapeOf(format: CodeFormat, options: RoundingOptions = {}): FloatShape | undefined {
  return (options.rounding ?? 'nearest-even') === 'nearest-even' ? SHAPES.get(format.name) : undefined;
}

function roundedRegister(
  format: CodeFormat,
  rounding: RoundingOptions | undefined,
  counts: SumCounts,
): Register {
  const shape = shapeOf(format, rounding);
  const round = roundingTo(format, rounding, counts);
  const take = (term: number) => term;
  const value = take;
  if (shape === undefined) return { take, add: (a, b) => round(sumToOdd(a, b)), value };
  const beyond = rounding?.overflow === 'saturate' ? format.largest : Infinity;
  const { largest } = format;
  const { significantBits, leastExponent } = shape;
  return {
    take,
    value,
    add: (a, b) => {
      const sum = a + b;
      if (sum === 0 || sum - sum !== 0) return sum;
      const exponent = exponentOf(sum);
      const index = (exponent < leastExponent ? leastExponent : exponent) - significantBits + SNAP_ORIGIN;
      const snap = SNAP[index] ?? 0;
      let rounded = sum + snap - snap;
      const half = HALF[index] ?? 0;
      const rest = sum - rounded;
      // The binary64 sum decides all but one case: where it is a tie that the exact sum is beside of.
      if (rest === half || rest === -half) {
        const error = sumError(a, b, sum);
        if (error !== 0) rounded = error > 0 ? sum + half : sum - half;
      }
      if (rounded <= largest && rounded >= -largest) return rounded;
      counts.overflows++;
      return rounded < 0 ? -beyond : beyond;
    },
  };
}

/** A binary32 register, where rounding the binary64 sum is known to be rounding the exact one, and no sum to overflow. */
export const PLAIN_SINGLE: Register = {
  take: (term) => term,
  add: (a, b) => Math.fround(a + b),
  value: (content) => content,
};

/** Rounds a binary64 number to the value of a format, counting what lies beyond the largest finite one. */
export function roundingTo(
  format: CodeFormat,
  options: RoundingOptions = {},
  counts: SumCounts = { overflows: 0, inexactTerms: 0 },
): (x: number) => number {
  const { largest } = format;
  const shape = shapeOf(format, options);
  if (shape === undefined) {
    return (x) => {
      const value = format.decode(format.encode(x, options));
      if (Math.abs(x) > largest && x - x === 0 && (value - value !== 0 || Math.abs(value) === largest)) {
        counts.overflows++;
      }
      return value;
    };
  }
  const beyond = options.overflow === 'saturate' ? largest : Infinity;
  const { significantBits, leastExponent } = shape;
  return (x) => {
    if (x === 0 || x - x !== 0) return x;
    const exponent = exponentOf(x);
    // Added to x, this leaves no bits below the last one of the format; powers of two come from the exponent field alone.
    const snap =
      SNAP[(exponent < leastExponent ? leastExponent : exponent) - significantBits + SNAP_ORIGIN] ?? 0;
    const value = x + snap - snap;
    if (value <= largest && value >= -largest) return value;
    counts.overflows++;
    return value < 0 ? -beyond : beyond;
  };
}

/** SNAP[i] rounds to multiples of 2^(i - SNAP_ORIGIN + 1), from below every shape of the table to above every sum in binary64. */
const SNAP_ORIGIN = 256;
const SNAP = Float64Array.from(
  { length: SNAP_ORIGIN + 971 },
  (_, i) => 1.5 * powerOfTwo(i - SNAP_ORIGIN + 53),
);
/** Half a last bit: what lies so far from a rounded number was a tie. */
const HALF = Float64Array.from(SNAP, (_, i) => powerOfTwo(i - SNAP_ORIGIN));

function integerRegister(spec: IntegerSum, counts: SumCounts, unitExponent: number): Register {
  const unit = 2 ** unitExponent;
  const most = 2 ** (spec.bits - 1) - 1;
  const least = -most - 1;
  const modulus = 2 ** spec.bits;
  // The remainder of a division is exact in binary64.
  const wrap = (x: number): number => {
    const rest = x % modulus;
    return rest > most ? rest - modulus : rest < least ? rest + modulus : rest;
  };
  const saturates = spec.overflow === 'saturate';
  return {
    take: (term) => {
      const units = term / unit;
      const below = Math.floor(units);
      const part = units - below;
      if (part === 0) return units;
      counts.inexactTerms++;
      return part > 0.5 || (part === 0.5 && below % 2 !== 0) ? below + 1 : below;
    },
    add: (a, b) => {
      const sum = a + b;
      if (sum <= most && sum >= least) return sum;
      counts.overflows++;
      if (saturates) return sum < 0 ? least : most;
      return wrap(wrap(a) + wrap(b));
    },
    value: (content) => content * unit,
  };
}
