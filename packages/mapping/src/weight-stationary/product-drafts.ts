import type { ResolvedPart } from '@systole/chip';
import { tensorBytes, visiblePairs } from '@systole/trace';
import type { AttentionOperator, MatmulOperator, TensorUse } from '@systole/trace';
import { PipelineBuilder } from '../pipeline.ts';
import { transfersOf } from '../tiers/migration-stages.ts';
import { dealt } from '../tiers/spread.ts';
import { bytesIn, contiguous } from './draft.ts';
import type { Draft } from './draft.ts';
import { functionDraft } from './function-drafts.ts';
import { homeOf, spreadOf } from './site.ts';
import type { Site } from './site.ts';

/** The operands of a matrix product: what is stationary, what passes by, and what comes out. */
interface Product {
  readonly name: string;
  readonly count: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly macs: number;
  readonly stationary: { readonly use: TensorUse; readonly bytes: number };
  readonly passing: { readonly use: TensorUse; readonly bytes: number };
  readonly result: { readonly use: TensorUse; readonly bytes: number };
}

/**
 * A product on the array: the stationary matrix comes tile by tile from the memory, the next tile while one is used. What passes by
 * is read anew for every fold of columns.
 */
function productDraft(product: Product, site: Site, unit = site.array): Draft {
  const { chip, buffer, array, columns, tileBytes, streamRoom } = site;
  const { name, count, m, k, n, macs, stationary, passing, result } = product;
  const isArray = unit === array;
  const from = homeOf(site, passing.use);
  const to = homeOf(site, result.use);
  // Two products share no tile of the array.
  const width = count > 1 ? count * Math.ceil(n / columns) * columns : n;
  const wanted = Math.max(1, Math.ceil(stationary.bytes / tileBytes));
  const chunks = count > 1 ? Math.min(count, wanted) : tilesOf(n, columns, wanted);
  const folds = Math.ceil(width / columns);
  // Lanes of dot products keep nothing: each row meets the whole matrix.
  const fed = isArray
    ? stationary.bytes + Math.ceil((passing.bytes / count) * folds)
    : stationary.bytes * m + passing.bytes;
  const parts = dealt(stationary.bytes, spreadOf(site, stationary.use));
  const held = Math.max(2, Math.floor((streamRoom * chunks) / Math.max(1, stationary.bytes)));
  const pipeline = new PipelineBuilder(chip);
  for (const { home, bytes } of parts) {
    pipeline
      .at(home.name, { kind: 'read', bytes, pattern: contiguous(bytes) })
      .move(home.name, buffer.name, bytes);
  }
  pipeline.at(buffer.name, { kind: 'write', bytes: stationary.bytes }, { slots: held });
  const gate = pipeline.stages.length;
  if (from !== buffer) {
    pipeline
      .at(from.name, { kind: 'read', bytes: passing.bytes })
      .move(from.name, buffer.name, passing.bytes)
      .at(buffer.name, { kind: 'write', bytes: passing.bytes });
  }
  const { format } = stationary.use;
  const activation = passing.use.format;
  pipeline
    .at(buffer.name, { kind: 'read', bytes: fed })
    .move(buffer.name, unit.name, fed)
    .at(unit.name, {
      kind: isArray ? 'matmul' : 'dot',
      bytes: fed + result.bytes,
      macs,
      format,
      ...(activation === format ? {} : { activationFormat: activation }),
      dims: isArray ? { m, k, n: width, split: 1 } : { rows: m * count, inner: k, columns: n },
    })
    .move(unit.name, to.name, result.bytes)
    .at(to.name, { kind: 'write', bytes: result.bytes });
  return { name, chunks, stages: pipeline.stages, gate, after: [], streams: true };
}

/** The number of tiles from `wanted` on of which the last folds of columns are left the least empty. */
function tilesOf(n: number, columns: number, wanted: number): number {
  const folds = Math.ceil(n / columns);
  const filled = (tiles: number): number => tiles * Math.ceil(Math.ceil(n / tiles) / columns);
  let best = Math.min(wanted, folds);
  for (let tiles = best; tiles <= Math.min(folds, 4 * wanted); tiles++) {
    if (filled(tiles) < filled(best)) best = tiles;
  }
  return best;
}

/** A product with weights. Activations that the buffer does not hold pass in blocks of rows, each with all of the weights. */
export function matmulDrafts(operator: MatmulOperator, site: Site): readonly Draft[] {
  const { rows, inner, columns } = operator;
  const [left, right, bias] = operator.inputs;
  const [out] = operator.outputs;
  if (left === undefined || right === undefined || out === undefined) return [];
  const isHere = homeOf(site, left) === site.buffer;
  const block = isHere
    ? rows
    : Math.max(1, Math.min(rows, Math.floor(site.activationRoom / bytesIn(left.format, inner))));
  const drafts: Draft[] = [];
  for (let start = 0; start < rows; start += block) {
    const m = Math.min(block, rows - start);
    const product = {
      name: rows > block ? `rows from ${start}` : 'product',
      count: 1,
      m,
      k: inner,
      n: columns,
      macs: m * inner * columns,
      stationary: { use: right, bytes: tensorBytes(right) },
      passing: { use: left, bytes: bytesIn(left.format, m * inner) },
      result: { use: out, bytes: bytesIn(out.format, m * columns) },
    };
    drafts.push(productDraft(product, site));
  }
  const arrivals = arrivalDrafts(right, site);
  if (!operator.bias || bias === undefined) return [...drafts, ...arrivals];
  const elements = rows * columns;
  const work = { kind: 'accumulate', dims: { elements, terms: 2 } };
  const added = functionDraft(work, [out], [bias], [out], site);
  return [...drafts, { ...added, after: drafts.map((_, index) => index) }, ...arrivals];
}

/** Brings what of a weight migrates for the layer after the one that is being worked on. */
function arrivalDrafts(use: TensorUse, { chip, tiers }: Site): readonly Draft[] {
  const to = tiers?.plan.migration?.to;
  if (tiers === undefined || to === undefined) return [];
  return transfersOf(tiers.arrivals(use, tensorBytes(use)), to, chip).map(({ name, chunks, stages }) => ({
    name: `of the next layer, ${name}`,
    chunks,
    stages,
    gate: 0,
    after: [],
    streams: false,
    background: true,
  }));
}

/**
 * Attention: a product for each sequence and key head, with the query heads that share it; the cache is stationary. A causal prefill
 * goes in blocks of as many queries as the array has rows, so that what the mask hides is left out.
 */
export function attentionDrafts(operator: AttentionOperator, site: Site): readonly Draft[] {
  const { sequences, queries, heads, kvHeads, headDim, context, causal, window = context } = operator;
  const [left, right] = operator.inputs;
  const [out] = operator.outputs;
  if (left === undefined || right === undefined || out === undefined) return [];
  const areScores = operator.kind === 'attention-scores';
  const count = sequences * kvHeads;
  const block = causal ? Math.min(queries, site.rows) : queries;
  const drafts: Draft[] = [];
  for (let start = 0; start < queries; start += block) {
    const mine = Math.min(block, queries - start);
    const last = causal ? context - queries + start + mine : context;
    const seen = Math.min(last, causal ? window + mine - 1 : window);
    const m = mine * (heads / kvHeads);
    const [k, n] = areScores ? [headDim, seen] : [seen, headDim];
    const pairs = visiblePairs({
      queries: mine,
      context: last,
      causal,
      ...(operator.window === undefined ? {} : { window }),
    });
    const product = {
      name: areScores ? 'scores' : 'context',
      count,
      m,
      k,
      n,
      macs: sequences * heads * headDim * pairs,
      stationary: { use: right, bytes: bytesIn(right.format, count * seen * headDim) },
      passing: { use: left, bytes: bytesIn(left.format, count * m * k) },
      result: { use: out, bytes: bytesIn(out.format, count * m * n) },
    };
    drafts.push(productDraft(product, site, attentionUnit(product, site)));
  }
  return drafts;
}

/**
 * Filling a tile of the array for the few rows of a head can take longer than the lanes of a unit of dot products take for all of
 * its work.
 */
function attentionUnit({ count, m, k, n, macs, stationary, passing }: Product, site: Site): ResolvedPart {
  const { array, dots, rows, columns } = site;
  const rate = dots?.facts.macsPerSecond?.[stationary.use.format] ?? 0;
  if (dots === undefined || rate === 0 || stationary.use.format !== passing.use.format) return array;
  const peak = array.facts.macsPerSecond?.[stationary.use.format] ?? 0;
  // A fold is filled in the time in which the array would do a row of it for each of its rows.
  const fold = (rows * columns * (rows + m)) / peak;
  return macs / rate < count * Math.ceil(k / rows) * Math.ceil(n / columns) * fold ? dots : array;
}
