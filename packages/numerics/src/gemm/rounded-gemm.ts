import type { IntegerSum, RoundedSum, SumCounts } from '../accumulate/accumulator.ts';
import { ExactAccumulator } from '../accumulate/exact-accumulator.ts';
import { reducePairs, reduceTerms } from '../accumulate/reduce-terms.ts';
import type { Register } from '../accumulate/register.ts';
import { createRegister, PLAIN_SINGLE, roundingTo, shapeOf } from '../accumulate/register.ts';
import { NumericsError } from '../numerics-error.ts';
import type { Bounds } from './bounds.ts';
import { boundsOf } from './bounds.ts';
import { multiplyExactly, planFor } from './exact-gemm.ts';
import type { Panels } from './panels.ts';
import { PANEL_ROWS } from './panels.ts';
import type { ProductSink } from './product-sink.ts';
import { singlePrecisionTile } from './single-kernel.ts';

const BITS = 53;

/**
 * All sums of row i of a by row j of b in the register that a chip has, into the sink at i x (rows of b) + j: terms are groups of
 * `fused` consecutive products, each group exact, and go through the register in the stated order.
 */
export function multiplyRounded(
  a: Panels,
  b: Panels,
  spec: RoundedSum | IntegerSum,
  fused: number,
  counts: SumCounts,
  sink: ProductSink,
): void {
  const boundsA = boundsOf(a.values);
  const boundsB = boundsOf(b.values);
  if (boundsA === undefined || boundsB === undefined) {
    for (let index = 0; index < a.rows * b.rows; index++) sink.put(index, 0);
    return;
  }
  if (isNeverRounded(spec, a.depth, boundsA, boundsB)) {
    multiplyExactly(a, b, planFor(a, b), sink);
    return;
  }
  const isPlain = isPlainSingle(spec, fused, a.depth, boundsA, boundsB);
  if (isPlain && spec.tree === undefined) {
    singlePrecisionTile(a, b, sink);
    return;
  }
  const unit = spec.kind === 'integer' ? (spec.unitExponent ?? boundsA.lastBit + boundsB.lastBit) : 0;
  const register = isPlain ? PLAIN_SINGLE : createRegister(spec, counts, unit);
  const sum = areGroupsExact(boundsA, boundsB, fused)
    ? termwise(a, b, register, spec.tree, fused)
    : groupwise(a, b, spec, register, counts, fused);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      // NaN and infinite operands are dealt with apart, and nothing of them is to be counted here.
      if (a.notFinite.has(i) || b.notFinite.has(j)) continue;
      sink.put(i * b.rows + j, register.value(sum(i, j)));
    }
  }
}

/** Whether every group of products sums up to a binary64 number, partial sums included: see `planExact`. */
function areGroupsExact(a: Bounds, b: Bounds, fused: number): boolean {
  if (a.significantBits + b.significantBits > BITS) return false;
  const span = a.exponent + b.exponent + 2 - a.lastBit - b.lastBit;
  return fused === 1 || span + (32 - Math.clz32(fused - 1)) <= BITS;
}

/**
 * Whether the register holds every sum of products that there can be, partial sums of any order included: whole multiples of
 * the last bit of the smallest products, and no more than its bits. Then the order is of no effect, nor are groups and trees.
 */
function isNeverRounded(spec: RoundedSum | IntegerSum, depth: number, a: Bounds, b: Bounds): boolean {
  const last = a.lastBit + b.lastBit;
  const most = a.exponent + b.exponent + 2 + (depth === 1 ? 0 : 32 - Math.clz32(depth - 1));
  if (spec.kind === 'integer') {
    const { unitExponent = last } = spec;
    return unitExponent <= last && most - unitExponent < spec.bits - 1;
  }
  const shape = shapeOf(spec.format, spec.rounding);
  if (shape === undefined || 2 ** most > spec.format.largest) return false;
  return most - last <= shape.significantBits && last >= shape.leastExponent - shape.significantBits + 1;
}

/**
 * Whether Math.fround of a binary64 sum is the one rounding of the exact sum to binary32, and none can overflow: a register and a
 * product that are both binary32 numbers add up so, since 53 bits are more than twice 24 and two (Figueroa, 1995).
 */
function isPlainSingle(
  spec: RoundedSum | IntegerSum,
  fused: number,
  depth: number,
  a: Bounds,
  b: Bounds,
): boolean {
  if (spec.kind !== 'rounded' || spec.format.name !== 'fp32' || fused !== 1) return false;
  if ((spec.rounding?.rounding ?? 'nearest-even') !== 'nearest-even') return false;
  const isSingle = a.significantBits + b.significantBits <= 24 && a.lastBit + b.lastBit >= -149;
  // Each sum is below twice the sum of all magnitudes.
  return isSingle && (depth + 1) * 2 ** (a.exponent + b.exponent + 3) < 2 ** 127;
}

type Sum = (i: number, j: number) => number;

function termwise(a: Panels, b: Panels, register: Register, tree: number | undefined, fused: number): Sum {
  const { depth } = a;
  const terms = new Float64Array(Math.ceil(depth / fused));
  const scratch = new Float64Array((tree ?? 0) >> 1);
  return (i, j) => {
    let atA = baseOf(i, depth);
    let atB = baseOf(j, depth);
    for (let term = 0, k = 0; k < depth; term++) {
      const end = Math.min(k + fused, depth);
      let group = 0;
      for (; k < end; k++, atA += PANEL_ROWS, atB += PANEL_ROWS) {
        group += (a.values[atA] ?? 0) * (b.values[atB] ?? 0);
      }
      terms[term] = group;
    }
    return reduceTerms(terms, terms.length, register, tree, scratch);
  };
}

/** Groups that binary64 cannot hold are summed in an exact accumulator, with what they are added to, and rounded from there. */
function groupwise(
  a: Panels,
  b: Panels,
  spec: RoundedSum | IntegerSum,
  register: Register,
  counts: SumCounts,
  fused: number,
): Sum {
  if (spec.kind === 'integer') {
    throw new NumericsError(
      'numerics/accumulator',
      `groups of ${fused} products of these operands need more than ${BITS} bits before they reach an integer accumulator`,
      'Take smaller groups, or the exact accumulator.',
    );
  }
  const { depth } = a;
  const { tree, format, rounding } = spec;
  const round = roundingTo(format, rounding, counts);
  const exact = new ExactAccumulator();
  const addProducts = (i: number, j: number, from: number, count: number) => {
    const end = Math.min(from + count, depth) * PANEL_ROWS;
    const baseA = baseOf(i, depth);
    const baseB = baseOf(j, depth);
    for (let k = from * PANEL_ROWS; k < end; k += PANEL_ROWS) {
      exact.addProduct(a.values[baseA + k] ?? 0, b.values[baseB + k] ?? 0);
    }
  };
  if (tree === undefined) {
    return (i, j) => {
      let content = 0;
      for (let k = 0; k < depth; k += fused) {
        exact.clear();
        exact.add(content);
        addProducts(i, j, k, fused);
        content = round(exact.toOdd());
        // An infinite register stays as it is.
        if (content - content !== 0) break;
      }
      return content;
    };
  }
  const pairs = tree >> 1;
  const contents = new Float64Array(pairs);
  return (i, j) => {
    let content = 0;
    for (let k = 0; k < depth;) {
      for (let pair = 0; pair < pairs; pair++, k += 2 * fused) {
        exact.clear();
        if (k < depth) addProducts(i, j, k, 2 * fused);
        contents[pair] = round(exact.toOdd());
      }
      content = register.add(content, reducePairs(contents, pairs, register));
    }
    return content;
  };
}

function baseOf(row: number, depth: number): number {
  return (row >> 2) * depth * PANEL_ROWS + (row & 3);
}
