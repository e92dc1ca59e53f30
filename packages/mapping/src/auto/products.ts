import type { ResolvedPart } from '@systole/chip';
import { share } from '@systole/core';
import { formatQuantity } from '@systole/units';
import { macRate, takes, unitGroups } from './inventory.ts';
import type { UnitGroup } from './inventory.ts';
import type { FeedMeter, Product } from './feed.ts';
import { functionPiece } from './functions.ts';
import type { Homes } from './homes.ts';
import type { ProductWork } from './product-work.ts';
import { chunksOf, cutInner, tileOf } from './tiling.ts';
import type { Candidate, Piece, Refusal, Ways } from './piece.ts';
import { CHUNKS_AHEAD, reach, transferBound, unitPiece } from './streams.ts';

/** Chunks that show the pace of a long stream. */
const PROBE_CHUNKS = 16;

/** The ways to do some products on units that take matrix or dot products, in chunks of three sizes. */
export function productWays(works: readonly ProductWork[], homes: Homes, feeds: FeedMeter): Ways {
  const candidates: Candidate[] = [];
  const refusals: Refusal[] = [];
  const isMatrixUnit = (kind: string): readonly UnitGroup[] => unitGroups(homes.chip, kind);
  const groups = [
    ...isMatrixUnit('matmul').map((group) => [group, 'matmul'] as const),
    ...isMatrixUnit('dot').flatMap((group) => {
      const first = group.units[0];
      // A unit that takes matrix products needs no dot products beside them.
      return first === undefined || takes(first, 'matmul') ? [] : [[group, 'dot'] as const];
    }),
  ];
  for (const [group, kind] of groups) {
    const refusal = refuse(group, kind, works, homes);
    if (refusal !== undefined) {
      refusals.push({ unit: group.name, reason: refusal });
      continue;
    }
    const unit = group.units[0];
    if (unit === undefined) continue;
    const tile = tileOf(unit, kind);
    const parts = works.map((work) => cutInner(work, unit, group.units.length, homes, tile));
    const counts = new Set<string>();
    for (const level of [0, 1, 2]) {
      const chunks = parts.map((cut) =>
        cut.map((part) => chunksOf(part, group.units.length, level, homes, tile)),
      );
      const pattern = chunks.flat().join(' ');
      if (counts.has(pattern)) continue;
      counts.add(pattern);
      const plan = works.map((work, index) => ({
        work,
        parts: parts[index] ?? [],
        chunks: chunks[index] ?? [],
      }));
      candidates.push(candidateOf(group, kind, level, plan, homes, feeds));
    }
  }
  return { candidates, refusals };
}

function refuse(
  { units }: UnitGroup,
  kind: string,
  works: readonly ProductWork[],
  homes: Homes,
): string | undefined {
  const unit = units[0];
  const work = works[0];
  if (unit === undefined || work === undefined) return 'there is nothing to do';
  if (macRate(unit, work.format) === 0) {
    const formats = Object.keys(unit.facts.macsPerSecond ?? {}).join(', ');
    return `it computes in ${formats}, and the operands are ${work.format}: give it the format, or the model (--weights, --kv, --activations)`;
  }
  const form = unit.declaration.accepts[kind];
  for (const { count, product } of works) {
    for (const [name, size] of Object.entries(dimsOf(kind, count, product, 1, unit))) {
      const most = form?.dims[name]?.max ?? 0;
      if (size > most) return `a ${kind} takes ${name} of ${most} at most, and this is ${size}`;
    }
  }
  for (const { right, left, result } of works) {
    const way =
      reach(homes.chip, right.home, homes.buffer) ??
      reach(homes.chip, left.home, homes.buffer) ??
      reach(homes.chip, homes.buffer, unit) ??
      reach(homes.chip, unit, result.home);
    if (way !== undefined) return way;
  }
  const column = Math.max(...works.map(({ product, rightElement }) => product.k * rightElement));
  const isStreamed = works.some(({ right }) => right.home.name !== homes.buffer.name);
  if (isStreamed && homes.streamRoom < CHUNKS_AHEAD * units.length) {
    const shown = (bytes: number): string => formatQuantity(bytes, 'data');
    return `"${homes.buffer.name}" has ${shown(homes.streamRoom)} for chunks of columns of ${shown(column)}: give it more`;
  }
  return undefined;
}

/** Adds up the partial sums of a product that was cut along k. */
function partialSums(work: ProductWork, parts: readonly ProductWork[], homes: Homes): readonly Piece[] {
  const unit = unitGroups(homes.chip, 'accumulate')[0]?.units[0];
  if (unit === undefined || parts.length === 1) return [];
  const { m, n } = work.product;
  const operands = parts.map(({ result }) => ({ home: result.home, bytes: result.bytes }));
  const task = {
    work: { kind: 'accumulate', dims: { elements: m * n, terms: parts.length } },
    operands,
    parameters: { home: homes.buffer, bytes: 0 },
    result: work.result,
  };
  return [{ ...functionPiece(unit, task, homes), name: 'partial sums' }];
}

/** A product, cut along k, and the chunks of each part. */
interface CutWork {
  readonly work: ProductWork;
  readonly parts: readonly ProductWork[];
  readonly chunks: readonly number[];
}

function candidateOf(
  group: UnitGroup,
  kind: string,
  level: number,
  cuts: readonly CutWork[],
  homes: Homes,
  feeds: FeedMeter,
): Candidate {
  const units = group.units.length;
  const unit = group.units[0];
  const rate = cuts.reduce((sum, { work: { macs, format } }) => {
    return sum + (macs * 1e12) / ((unit === undefined ? 0 : macRate(unit, format)) * units);
  }, 0);
  const streams = cuts.reduce((sum, { work: { right } }) => sum + transferBound(right.home, right.bytes), 0);
  const chunks = cuts.map(({ chunks: counts }) => counts.join(' + ')).join(', then ');
  return {
    id: `${kind}:${group.name}:${level}`,
    unit: group.name,
    tiling: `${chunks} chunks of columns${units > 1 ? ` on each of ${units} units` : ''}`,
    bound: Math.max(rate, streams),
    pieces: () => cutPieces(cuts, group, kind, homes, feeds),
    probe: () => probeOf(cuts, group, kind, homes, feeds),
  };
}

function cutPieces(
  cuts: readonly CutWork[],
  group: UnitGroup,
  kind: string,
  homes: Homes,
  feeds: FeedMeter,
): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const { work, parts, chunks } of cuts) {
    const first = pieces.length;
    for (const [index, part] of parts.entries()) {
      pieces.push(...groupPieces(part, group, kind, chunks[index] ?? 1, homes, feeds));
    }
    const after = pieces.slice(first).map((_, index) => first + index);
    pieces.push(...partialSums(work, parts, homes).map((piece) => ({ ...piece, after })));
  }
  return pieces;
}

/** The first chunks of the part that has most of them: a long stream keeps its pace. */
function probeOf(
  cuts: readonly CutWork[],
  group: UnitGroup,
  kind: string,
  homes: Homes,
  feeds: FeedMeter,
): ReturnType<Candidate['probe']> {
  const all = cuts.flatMap(({ parts, chunks }) =>
    parts.map((work, index) => ({ work, chunks: chunks[index] ?? 1 })),
  );
  const total = all.reduce((sum, { chunks }) => sum + chunks, 0);
  const longest = all.reduce<(typeof all)[number] | undefined>(
    (best, part) => (best === undefined || part.chunks > best.chunks ? part : best),
    undefined,
  );
  if (longest === undefined || total <= PROBE_CHUNKS) {
    return { pieces: cutPieces(cuts, group, kind, homes, feeds), scale: 1 };
  }
  const count = Math.min(longest.chunks, PROBE_CHUNKS);
  const part = partOf(longest.work, count / longest.chunks);
  const macs = all.reduce((sum, { work }) => sum + work.macs, 0);
  return {
    pieces: groupPieces(part, group, kind, count, homes, feeds),
    scale: macs / Math.max(1, part.macs),
  };
}

/** A part of the columns (or of the products) of some work. */
function partOf(work: ProductWork, fraction: number): ProductWork {
  const { count, product, right, left, result, macs } = work;
  const columns = count > 1 ? product.n : Math.max(1, Math.ceil(product.n * fraction));
  const part = count > 1 ? Math.max(1, Math.ceil(count * fraction)) : 1;
  const share = (part * columns) / (count * product.n);
  return {
    ...work,
    count: part,
    product: { ...product, n: columns },
    macs: Math.floor(macs * share),
    right: { ...right, bytes: Math.ceil(right.bytes * share) },
    left: { home: left.home, bytes: Math.ceil(left.bytes * (count > 1 ? share : 1)) },
    result: { home: result.home, bytes: Math.ceil(result.bytes * share) },
  };
}

/** The shares of all units of a group. */
function groupPieces(
  work: ProductWork,
  group: UnitGroup,
  kind: string,
  chunks: number,
  homes: Homes,
  feeds: FeedMeter,
): readonly Piece[] {
  const { label, count, product, format } = work;
  const units = group.units.length;
  const pieces: Piece[] = [];
  // Whole products are shared out where there are several, columns where there is one.
  const whole = count > 1 ? count : product.n;
  let before = 0;
  for (const [index, unit] of group.units.entries()) {
    const mine = share(whole, index, units);
    if (mine === 0) continue;
    const after = before + mine;
    const part = (total: number): number =>
      Math.floor((total * after) / whole) - Math.floor((total * before) / whole);
    const products = count > 1 ? mine : 1;
    const each = count > 1 ? product : { ...product, n: mine };
    const dims = dimsOf(kind, products, each, 1, unit);
    const used = Math.min(chunks, products * each.n);
    const macs = part(work.macs);
    const bare = { kind, bytes: 0, macs, format, dims };
    const shape = { m: each.m, k: each.k, n: dims['n'] ?? products * each.n };
    const feed = feeds.feed(unit, shape, bare, used);
    const fed = Math.ceil(feed.left * work.leftElement + feed.right * work.rightElement);
    const result = { home: work.result.home, bytes: part(work.result.bytes) };
    const left = count > 1 ? part(work.left.bytes) : work.left.bytes;
    pieces.push(
      unitPiece(
        {
          name: units > 1 ? `${label} ${index}` : label,
          chunks: used,
          unit,
          streamed: {
            home: work.right.home,
            bytes: part(work.right.bytes),
            base: work.right.base + Math.floor((work.right.bytes * before) / whole),
          },
          awaited: { home: work.left.home, bytes: left },
          fed,
          result,
          transaction: { ...bare, bytes: fed + result.bytes },
        },
        homes,
      ),
    );
    before = after;
  }
  return pieces;
}

/**
 * The sizes of a transaction for `count` products. On a matrix unit they stand side by side along the columns, each filled up
 * to whole tiles, since two products share no tile; as dot products they stand one below the other.
 */
function dimsOf(
  kind: string,
  count: number,
  { m, k, n }: Product,
  split: number,
  unit: ResolvedPart,
): Readonly<Record<string, number>> {
  if (kind === 'dot') return { rows: m * count, inner: k, columns: n };
  const width = unit.values['columns'];
  const tile = count > 1 && typeof width === 'number' ? width : 1;
  return { m, k, n: count * Math.ceil(n / tile) * tile, split };
}
