import type { AttentionOperator, MatmulOperator } from '@systole/trace';
import { scaleAt } from './functional-tensor.ts';
import type { FunctionalTensor } from './functional-tensor.ts';
import { visibleRange } from './kernels.ts';
import { storageFormat, valuesOf } from './storage-format.ts';
import type { StoredTensor, StoringCounts } from './storage-format.ts';
import { dotProducts, unitArithmetic } from './unit-arithmetic.ts';
import type { UnitArithmetic } from './unit-arithmetic.ts';
import type { UnitShare } from './units-of.ts';

/** What a chip computes of a product, before it is stored. */
export interface ProductOutcome {
  readonly values: Float64Array;
  readonly overflowed: number;
  readonly arithmetic: readonly UnitArithmetic[];
}

/** Left × rightᵀ in binary64: both are rows of `inner`. The bias is added to each row. */
export function exactMatmul(
  left: Float64Array,
  right: Float64Array,
  bias: Float64Array | undefined,
  { rows, inner, columns }: Pick<MatmulOperator, 'rows' | 'inner' | 'columns'>,
): Float64Array {
  const output = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += (left[row * inner + k] ?? 0) * (right[column * inner + k] ?? 0);
      output[row * columns + column] = sum + (bias?.[column] ?? 0);
    }
  }
  return output;
}

/**
 * Left × rightᵀ as units compute it. Several units share the columns, in the order in which the mapping names them. Sums leave a
 * unit in its result format, then meet the scales of their rows and the bias.
 */
export function computeMatmul(
  left: FunctionalTensor,
  right: FunctionalTensor,
  bias: Float64Array | undefined,
  operator: Pick<MatmulOperator, 'rows' | 'inner' | 'columns'>,
  units: readonly UnitShare[],
): ProductOutcome {
  const { rows, inner, columns } = operator;
  const output = new Float64Array(rows * columns);
  const arithmetic: UnitArithmetic[] = [];
  const happened: StoringCounts = { saturated: 0 };
  let overflowed = 0;
  let first = 0;
  let shared = 0;
  for (const [index, { part, share }] of units.entries()) {
    shared += share;
    const end = index === units.length - 1 ? columns : Math.min(columns, Math.round(shared * columns));
    const unit = unitArithmetic(part, right.format, left.format);
    arithmetic.push(unit);
    const products = dotProducts(unit.accumulator);
    const width = end - first;
    const sums = new Float64Array(rows * width);
    for (let row = 0; row < rows; row++) {
      for (let column = first; column < end; column++) {
        sums[row * width + column - first] = products.dot(
          left.stored.elements,
          row * inner,
          1,
          right.stored.elements,
          column * inner,
          1,
          inner,
        );
      }
    }
    const scaled = leaveUnit(sums, width, unit, happened, (at) => {
      const row = Math.floor(at / width);
      return scaleAt(left.stored, row * inner) * scaleAt(right.stored, (first + (at % width)) * inner);
    });
    for (let row = 0; row < rows; row++) {
      for (let column = first; column < end; column++) {
        output[row * columns + column] = (scaled[row * width + column - first] ?? 0) + (bias?.[column] ?? 0);
      }
    }
    overflowed += products.counts.overflows;
    first = end;
  }
  return { values: output, overflowed: overflowed + happened.saturated, arithmetic };
}

/**
 * Sums as they leave a unit, with their scales. A result format without a scale rounds the sums themselves; one with a scale rounds
 * what they count for, row by row; integers that are as wide as the accumulator round nothing.
 */
function leaveUnit(
  sums: Float64Array,
  rowLength: number,
  { resultFormat, accumulator }: UnitArithmetic,
  counts: StoringCounts,
  scaleOf: (index: number) => number,
): Float64Array {
  const isKept =
    resultFormat === undefined ||
    (accumulator.kind === 'integer' && resultFormat === `int${accumulator.bits}`) ||
    rowLength === 0;
  if (isKept) return sums.map((sum, index) => sum * scaleOf(index));
  const format = storageFormat(resultFormat);
  if (format.scaling === undefined) {
    const { elements } = format.store(sums, rowLength, counts);
    return elements.map((sum, index) => sum * scaleOf(index));
  }
  return valuesOf(
    format.store(
      sums.map((sum, index) => sum * scaleOf(index)),
      rowLength,
      counts,
    ),
  );
}

/** Keys or values of the tokens that attention reads, in order: `[sequences, context, kvHeads, headDim]`. */
export type CachedTensor = FunctionalTensor;

type Visit = (output: number, query: number, context: number, kvRow: number) => void;

/** Visits each pair of a query and a token that it sees. `kvRow` counts vectors of `headDim` in the cache. */
function visitPairs(operator: AttentionOperator, visit: Visit): void {
  const { sequences, queries, heads, kvHeads, context } = operator;
  const perKvHead = heads / kvHeads;
  for (let sequence = 0; sequence < sequences; sequence++) {
    for (let head = 0; head < heads; head++) {
      const kvHead = Math.floor(head / perKvHead);
      for (let asking = 0; asking < queries; asking++) {
        const output = ((sequence * heads + head) * queries + asking) * context;
        const query = (sequence * queries + asking) * heads + head;
        const [first, end] = visibleTokens(operator, asking);
        for (let token = first; token < end; token++) {
          visit(output + token, query, token, (sequence * context + token) * kvHeads + kvHead);
        }
      }
    }
  }
}

/** The asking tokens are the last of the context. */
function visibleTokens(operator: AttentionOperator, asking: number): readonly [number, number] {
  const { queries, context, causal, window } = operator;
  const row = causal ? context - queries + asking : context - 1;
  return visibleRange(row, context, { causal, ...(window === undefined ? {} : { window }) });
}

/** QKᵀ / √headDim in binary64; what is masked is 0. */
export function exactScores(
  queries: Float64Array,
  keys: Float64Array,
  operator: AttentionOperator,
): Float64Array {
  const { sequences, queries: asking, heads, headDim, context } = operator;
  const output = new Float64Array(sequences * heads * asking * context);
  const scale = 1 / Math.sqrt(headDim);
  visitPairs(operator, (at, query, _token, row) => {
    let sum = 0;
    for (let k = 0; k < headDim; k++)
      sum += (queries[query * headDim + k] ?? 0) * (keys[row * headDim + k] ?? 0);
    output[at] = sum * scale;
  });
  return output;
}

/** PV in binary64: `[sequences × queries, heads × headDim]`. */
export function exactContext(
  probabilities: Float64Array,
  values: Float64Array,
  operator: AttentionOperator,
): Float64Array {
  const { sequences, queries, heads, headDim } = operator;
  const output = new Float64Array(sequences * queries * heads * headDim);
  visitPairs(operator, (at, query, _token, row) => {
    const probability = probabilities[at] ?? 0;
    for (let k = 0; k < headDim; k++) {
      output[query * headDim + k] =
        (output[query * headDim + k] ?? 0) + probability * (values[row * headDim + k] ?? 0);
    }
  });
  return output;
}

/** The unit that does most of an operator. */
function mainUnit(units: readonly UnitShare[]): UnitShare['part'] | undefined {
  return units.toSorted((a, b) => b.share - a.share)[0]?.part;
}

/** QKᵀ as a unit computes it; the scales of the vectors and 1 / √headDim meet its results. */
export function computeScores(
  queries: FunctionalTensor,
  keys: CachedTensor,
  operator: AttentionOperator,
  units: readonly UnitShare[],
): ProductOutcome | undefined {
  const part = mainUnit(units);
  if (part === undefined) return undefined;
  const { sequences, queries: asking, heads, headDim, context } = operator;
  const unit = unitArithmetic(part, keys.format, queries.format);
  const products = dotProducts(unit.accumulator);
  const sums = new Float64Array(sequences * heads * asking * context);
  const scales = new Float64Array(sums.length);
  const scale = 1 / Math.sqrt(headDim);
  visitPairs(operator, (at, query, _token, row) => {
    sums[at] = products.dot(
      queries.stored.elements,
      query * headDim,
      1,
      keys.stored.elements,
      row * headDim,
      1,
      headDim,
    );
    scales[at] = scaleAt(queries.stored, query * headDim) * scaleAt(keys.stored, row * headDim) * scale;
  });
  const happened: StoringCounts = { saturated: 0 };
  const values = leaveUnit(sums, context, unit, happened, (at) => scales[at] ?? 0);
  return { values, overflowed: products.counts.overflows + happened.saturated, arithmetic: [unit] };
}

/**
 * PV as a unit computes it. A sum runs over tokens, whose values may each have a scale: these go into the probabilities, which are
 * then stored anew in their format, so that the sum itself has one scale.
 */
export function computeContext(
  probabilities: FunctionalTensor,
  values: CachedTensor,
  operator: AttentionOperator,
  units: readonly UnitShare[],
): ProductOutcome | undefined {
  const part = mainUnit(units);
  if (part === undefined) return undefined;
  const { sequences, queries, heads, kvHeads, headDim, context } = operator;
  const unit = unitArithmetic(part, values.format, probabilities.format);
  const products = dotProducts(unit.accumulator);
  const happened: StoringCounts = { saturated: 0 };
  const weights = foldScales(probabilities, values.stored, operator, happened);
  const sums = new Float64Array(sequences * queries * heads * headDim);
  const scales = new Float64Array(sums.length);
  const perKvHead = heads / kvHeads;
  for (let sequence = 0; sequence < sequences; sequence++) {
    for (let head = 0; head < heads; head++) {
      const kvHead = Math.floor(head / perKvHead);
      for (let asking = 0; asking < queries; asking++) {
        const row = ((sequence * heads + head) * queries + asking) * context;
        const [first, end] = visibleTokens(operator, asking);
        const cached = ((sequence * context + first) * kvHeads + kvHead) * headDim;
        const out = ((sequence * queries + asking) * heads + head) * headDim;
        for (let k = 0; k < headDim; k++) {
          sums[out + k] = products.dot(
            weights.elements,
            row + first,
            1,
            values.stored.elements,
            cached + k,
            kvHeads * headDim,
            end - first,
          );
          scales[out + k] = scaleAt(weights, row);
        }
      }
    }
  }
  const computed = leaveUnit(sums, heads * headDim, unit, happened, (at) => scales[at] ?? 0);
  return { values: computed, overflowed: products.counts.overflows + happened.saturated, arithmetic: [unit] };
}

/** Probabilities times the scales of the values that they weigh. */
function foldScales(
  probabilities: FunctionalTensor,
  values: StoredTensor,
  operator: AttentionOperator,
  counts: StoringCounts,
): StoredTensor {
  if (values.scales === undefined) return probabilities.stored;
  const { headDim, context } = operator;
  const folded = new Float64Array(probabilities.values.length);
  visitPairs(operator, (at, _query, _token, row) => {
    folded[at] = (probabilities.values[at] ?? 0) * scaleAt(values, row * headDim);
  });
  return storageFormat(probabilities.format).store(folded, context, counts);
}
