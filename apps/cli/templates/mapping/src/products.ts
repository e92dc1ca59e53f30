import { SystoleError } from '@systole/core';
import { PipelineBuilder } from '@systole/mapping';
import { operatorMacs, tensorBytes } from '@systole/trace';
import type { AttentionOperator, MatmulOperator, TensorUse } from '@systole/trace';
import { functionPiece } from './functions.ts';
import type { Piece } from './piece.ts';
import { homeOf } from './site.ts';
import type { Site } from './site.ts';

/** `count` products of m x k and k x n that share no operand. */
interface Products {
  readonly count: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/**
 * Matrix products with the right matrix (weights, or a cache) kept in place: it goes to the unit a tile at a time, once, and
 * for each tile all rows of the left matrix pass.
 */
export function productPieces(
  operator: MatmulOperator | AttentionOperator,
  site: Site,
  tile: number,
): readonly Piece[] {
  const { chip, unit } = site;
  const [left, right, bias] = operator.inputs;
  const [out] = operator.outputs;
  if (left === undefined || right === undefined || out === undefined) {
    throw new TypeError(`operator "${operator.id}" lacks an operand: its block was not checked`);
  }
  checkFormat(left, right, site);
  const products = productsOf(operator);
  const { count, n } = products;
  // A chunk is a part of the columns, and has one of them at least.
  const chunks = Math.min(Math.max(1, Math.ceil(tensorBytes(right) / tile)), count * n);
  // Each of several products has its own left matrix, which passes for the tiles of that product alone.
  const passes = Math.max(1, Math.ceil(chunks / count));
  const read = tensorBytes(left) * passes;
  const moved = tensorBytes(right) + read + tensorBytes(out);
  const transaction = {
    kind: site.unitKind,
    bytes: moved,
    macs: operatorMacs(operator),
    format: left.format,
    dims: dimsOf(products, site),
  };
  const pipeline = new PipelineBuilder(chip);
  load(pipeline, right, tensorBytes(right), site);
  load(pipeline, left, read, site);
  pipeline.at(unit.name, transaction);
  const home = homeOf(out, site).name;
  const bytes = tensorBytes(out);
  pipeline.move(unit.name, home, bytes).at(home, { kind: 'write', bytes });
  const product = { name: 'product', chunks, stages: pipeline.stages };
  if (bias === undefined) return [product];
  // The unit keeps weights alone: the bias is added to what it has written.
  const work = { kind: 'accumulate', dims: { elements: count * products.m * n, terms: 2 } };
  return [product, functionPiece(work, [out, bias], [out], site)];
}

function load(pipeline: PipelineBuilder, use: TensorUse, bytes: number, site: Site): void {
  const home = homeOf(use, site).name;
  pipeline.at(home, { kind: 'read', bytes }).move(home, site.unit.name, bytes);
}

function productsOf(operator: MatmulOperator | AttentionOperator): Products {
  switch (operator.kind) {
    case 'matmul':
    case 'lm-head':
      return { count: 1, m: operator.rows, k: operator.inner, n: operator.columns };
    default: {
      // One product for each sequence and key head; the query heads that share a key head are its rows.
      const { sequences, queries, heads, kvHeads, headDim, context } = operator;
      const shape = { count: sequences * kvHeads, m: (queries * heads) / kvHeads };
      return operator.kind === 'attention-scores'
        ? { ...shape, k: headDim, n: context }
        : { ...shape, k: context, n: headDim };
    }
  }
}

/** The sizes by which the unit is asked for some products at once. */
function dimsOf({ count, m, k, n }: Products, { unit, unitKind }: Site): Readonly<Record<string, number>> {
  if (unitKind === 'dot') return { rows: count * m, inner: k, columns: n };
  // Side by side, each filled up to whole tiles of the array: two products share no tile. Chunks are parts of the columns.
  const width = unit.values['columns'];
  const columns = count > 1 && typeof width === 'number' ? Math.ceil(n / width) * width : n;
  return { m, k, n: count * columns, split: 1 };
}

function checkFormat(left: TensorUse, right: TensorUse, { unit }: Site): void {
  const formats = Object.keys(unit.facts.macsPerSecond ?? {});
  for (const { format } of [left, right]) {
    if (formats.includes(format)) continue;
    throw new SystoleError({
      code: 'mapping/unsupported-operator',
      message: `"${unit.name}" computes in ${formats.join(', ')}, and an operand is ${format}`,
      place: { path: `components.${unit.name}` },
      hint: `Give the unit the format ${format}, or the model another one (--weights, --kv, --activations).`,
    });
  }
}
