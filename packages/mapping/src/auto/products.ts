import type { FeedMeter } from './feed.ts';
import { cacheFetched, fetchedAhead } from './fetched-ahead.ts';
import type { Homes } from './homes.ts';
import { operandRate } from './inventory.ts';
import type { UnitGroup } from './inventory.ts';
import { matrixGroups, refuse } from './matrix-units.ts';
import type { Candidate, Piece, Probe, Refusal, Ways } from './piece.ts';
import { groupPieces, partialSums } from './product-pieces.ts';
import type { ProductWork } from './product-work.ts';
import { streamBound } from './streams.ts';
import { chunksOf, cutInner, tileOf } from './tiling.ts';

/** Chunks that show the pace of a long stream. */
const PROBE_CHUNKS = 16;

/** Chunks as large as the room allows, and a half, a quarter and an eighth of that: smaller ones arrive earlier. */
const LEVELS = [0, 1, 2, 3];

/** The ways to do some products on units that take matrix or dot products, in chunks of several sizes. */
export function productWays(works: readonly ProductWork[], homes: Homes, feeds: FeedMeter): Ways {
  const candidates: Candidate[] = [];
  const refusals: Refusal[] = [];
  for (const [group, kind] of matrixGroups(homes)) {
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
    for (const level of LEVELS) {
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
  if (candidates.length + refusals.length === 0) {
    refusals.push({
      unit: 'the chip',
      reason: 'no unit takes matrix or dot products: add a compute/systolic and connect it',
    });
  }
  return { candidates, refusals };
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
  const rate = cuts.reduce((sum, { work: { macs, formats } }) => {
    return sum + (macs * 1e12) / ((unit === undefined ? 0 : operandRate(unit, formats)) * units);
  }, 0);
  const streams = cuts.reduce((sum, { work: { right } }) => sum + streamBound(right), 0);
  const chunks = cuts.map(({ chunks: counts }) => counts.join(' + ')).join(', then ');
  return {
    id: `${kind}:${group.name}:${level} of ${cuts.length}`,
    unit: group.name,
    tiling: `${chunks} ${chunks === '1' ? 'chunk' : 'chunks'} of columns${units > 1 ? ` on each of ${units} units` : ''}`,
    bound: Math.max(rate, streams),
    pieces: () => cutPieces(cuts, group, kind, homes, feeds),
    probe: () => probeOf(cuts, group, kind, homes, feeds),
    ahead(room) {
      const [cut] = cuts;
      const whole = cut?.parts.length === 1 ? cut.work : undefined;
      // What comes from several memories at once begins with its stretch.
      if (whole === undefined || cuts.length > 1 || whole.right.spread !== undefined) return undefined;
      const chunks = cut?.chunks[0] ?? 1;
      return whole.count > 1
        ? cacheFetched(whole, group, kind, chunks, room, homes, feeds)
        : fetchedAhead(whole, group, kind, chunks, room, homes, feeds);
    },
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
): Probe {
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
  const beginning = (chunks: number): { readonly macs: number; readonly pieces: readonly Piece[] } => {
    const count = Math.min(longest.chunks, chunks);
    const part = partOf(longest.work, count / longest.chunks);
    return { macs: part.macs, pieces: groupPieces(part, group, kind, count, homes, feeds) };
  };
  const part = beginning(PROBE_CHUNKS);
  const shorter = beginning(PROBE_CHUNKS / 2);
  const macs = all.reduce((sum, { work }) => sum + work.macs, 0);
  if (part.macs === shorter.macs) return { pieces: part.pieces, scale: macs / Math.max(1, part.macs) };
  const times = (macs - part.macs) / (part.macs - shorter.macs);
  return { pieces: part.pieces, scale: 1, pace: { pieces: shorter.pieces, times } };
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
