import type { CodeFormat, RoundingOptions } from '../code-format.ts';
import { NumericsError } from '../numerics-error.ts';

/** The order in which a sum is taken, which decides the result wherever sums are rounded or overflow. */
export interface SumOrder {
  /**
   * Products that are summed exactly before the accumulator sees them, as in a fused dot-product unit: consecutive ones, of
   * which the last group may have fewer. 1 unless given; where an operand has block scales, the block.
   */
  readonly fused?: number;
  /**
   * Inputs of an adder tree, a power of two; without it terms are added one by one, in order. In a tree, terms 0 and 1, 2 and 3,
   * … meet in the first level, neighbouring sums in the next, and the last sum is added to the accumulator. Every adder rounds.
   * Missing terms of the last round are zeros.
   */
  readonly tree?: number;
}

/** All products summed without rounding, in any order: the quire of posits, a superaccumulator of all other formats. */
export interface ExactSum {
  readonly kind: 'exact';
}

/**
 * A register of a format: each addition is rounded once to it, with the product (or group of products) entering exactly, as in
 * a fused multiply-add. Starts at zero.
 */
export interface RoundedSum extends SumOrder {
  readonly kind: 'rounded';
  readonly format: CodeFormat;
  /** Nearest-even and not saturating unless given. */
  readonly rounding?: RoundingOptions;
}

/** A register of two's complement, in units of a power of two. */
export interface IntegerSum extends SumOrder {
  readonly kind: 'integer';
  /** 2 to 48, sign included. */
  readonly bits: number;
  readonly overflow: 'wrap' | 'saturate';
  /**
   * The value of the last bit is 2^unitExponent. Unless given, the last bit of the smallest products of the two formats, so
   * that no product is rounded; with block scales it has to be given. Terms between two units are rounded to the nearest,
   * ties to even, and counted.
   */
  readonly unitExponent?: number;
}

export type AccumulatorSpec = ExactSum | RoundedSum | IntegerSum;

/** What became of the terms of a sum, or of all sums of a matrix. */
export interface SumCounts {
  /** Additions whose result lay beyond the range of the accumulator, and were saturated, wrapped, or made infinite or NaN. */
  overflows: number;
  /** Terms that were no multiple of the unit of an integer accumulator. */
  inexactTerms: number;
}

const LARGEST_TREE = 2 ** 16;
const LARGEST_GROUP = 2 ** 20;

/** Throws `NumericsError` unless the accumulator is one that can be built. */
export function checkAccumulator(spec: AccumulatorSpec): void {
  if (spec.kind === 'exact') return;
  const { tree, fused } = spec;
  if (tree !== undefined && !isTreeWidth(tree)) {
    throw new NumericsError(
      'numerics/accumulator',
      `an adder tree of ${tree} inputs: expected a power of two from 2 to ${LARGEST_TREE}`,
      'Leave it out to add one by one.',
    );
  }
  if (fused !== undefined && !(Number.isInteger(fused) && fused >= 1 && fused <= LARGEST_GROUP)) {
    throw new NumericsError(
      'numerics/accumulator',
      `groups of ${fused} products: expected an integer from 1 to ${LARGEST_GROUP}`,
    );
  }
  if (spec.kind !== 'integer') return;
  if (!(Number.isInteger(spec.bits) && spec.bits >= 2 && spec.bits <= 48)) {
    throw new NumericsError(
      'numerics/accumulator',
      `an integer accumulator of ${spec.bits} bits: expected an integer from 2 to 48`,
    );
  }
  const { unitExponent = 0 } = spec;
  if (!(Number.isInteger(unitExponent) && Math.abs(unitExponent) <= 512)) {
    throw new NumericsError(
      'numerics/accumulator',
      `a unit of 2^${unitExponent}: expected an integer exponent from -512 to 512`,
    );
  }
}

function isTreeWidth(tree: number): boolean {
  return Number.isInteger(tree) && tree >= 2 && tree <= LARGEST_TREE && (tree & (tree - 1)) === 0;
}
