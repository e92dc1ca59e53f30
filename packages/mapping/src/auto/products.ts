import type { ResolvedPart } from '@systole/chip';
import { share } from '@systole/core';
import { formatQuantity } from '@systole/units';
import { macRate, takes, unitGroups } from './inventory.ts';
import type { UnitGroup } from './inventory.ts';
import type { FeedMeter, Product } from './feed.ts';
import type { Homes } from './homes.ts';
import type { Candidate, Piece, Refusal, Ways } from './piece.ts';
import { CHUNKS_AHEAD, reach, transferBound, unitPiece } from './streams.ts';

/** Chunks of a unit's share of an operator, unless the buffer asks for more. */
const MAX_CHUNKS = 64;
/** Chunks that show the pace of a long stream. */
const PROBE_CHUNKS = 16;
/** Chunks of a stream are made no smaller than this by choice. */
const SMALLEST_CHUNK = 128 * 1024;

/**
 * Matrix products that share no operand, `count` times m × k times k × n. The right ones stream through the unit, the left
 * ones are waited for.
 */
export interface ProductWork {
  readonly label: string;
  readonly count: number;
  readonly product: Product;
  /** Useful multiply-accumulates of all products. */
  readonly macs: number;
  /** In which the unit computes. */
  readonly format: string;
  /** Bytes of one element of the left and of the right operand, as they are fed. */
  readonly leftElement: number;
  readonly rightElement: number;
  readonly right: { readonly home: ResolvedPart; readonly bytes: number };
  readonly left: { readonly home: ResolvedPart; readonly bytes: number };
  readonly result: { readonly home: ResolvedPart; readonly bytes: number };
}

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
    const counts = new Set<string>();
    for (const level of [0, 1, 2]) {
      const chunks = works.map((work) => chunksOf(work, group.units.length, level, homes));
      const pattern = chunks.join(' ');
      if (counts.has(pattern)) continue;
      counts.add(pattern);
      candidates.push(candidateOf(group, kind, level, works, chunks, homes, feeds));
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
  const most = Math.max(...works.map(({ product, rightElement }) => product.k * rightElement));
  if (most * CHUNKS_AHEAD > homes.streamRoom && works.some(({ right }) => right.home !== homes.buffer)) {
    const shown = (bytes: number): string => formatQuantity(bytes, 'data');
    return `${CHUNKS_AHEAD} columns of ${shown(most)} do not fit the ${shown(homes.streamRoom)} that "${homes.buffer.name}" has for chunks: give it ${shown(most * CHUNKS_AHEAD)} or more there`;
  }
  return undefined;
}

/** Pieces along the columns: as few as the buffer allows, or twice or four times as many. */
function chunksOf(work: ProductWork, units: number, level: number, homes: Homes): number {
  const { count, product, right } = work;
  const columns = Math.max(1, Math.floor((count * product.n) / units));
  // Two operators have their chunks in the buffer at once: one is computed while the next is loaded.
  const largest = Math.max(1, homes.streamRoom / 2 / (CHUNKS_AHEAD * units));
  const bytes = right.bytes / units;
  const least = right.home === homes.buffer ? 1 : Math.ceil(bytes / largest);
  const wanted = Math.min(MAX_CHUNKS, least * 2 ** level * 2, Math.ceil(bytes / SMALLEST_CHUNK));
  return Math.min(columns, Math.max(least, level === 0 ? least : wanted));
}

function candidateOf(
  group: UnitGroup,
  kind: string,
  level: number,
  works: readonly ProductWork[],
  chunks: readonly number[],
  homes: Homes,
  feeds: FeedMeter,
): Candidate {
  const unit = group.units[0];
  const rate = works.reduce((sum, { macs, format }) => {
    return sum + (macs * 1e12) / ((unit === undefined ? 0 : macRate(unit, format)) * group.units.length);
  }, 0);
  const streams = works.reduce((sum, { right }) => sum + transferBound(right.home, right.bytes), 0);
  const piecesOf = (some: readonly ProductWork[], counts: readonly number[]): readonly Piece[] =>
    some.flatMap((work, index) => groupPieces(work, group, kind, counts[index] ?? 1, homes, feeds));
  return {
    id: `${kind}:${group.name}:${level}`,
    unit: group.name,
    tiling: `${chunks.join(' + ')} chunks of columns${group.units.length > 1 ? ` on each of ${group.units.length} units` : ''}`,
    bound: Math.max(rate, streams),
    pieces: () => piecesOf(works, chunks),
    probe() {
      const longest = works.reduce(
        (best, _, index) => ((chunks[index] ?? 0) > (chunks[best] ?? 0) ? index : best),
        0,
      );
      const work = works[longest];
      const count = chunks[longest] ?? 1;
      if (work === undefined || (works.length === 1 && count <= PROBE_CHUNKS)) {
        return { pieces: piecesOf(works, chunks), scale: 1 };
      }
      const part = partOf(work, Math.min(count, PROBE_CHUNKS) / count);
      const total = works.reduce((sum, { macs }) => sum + macs, 0);
      return {
        pieces: piecesOf([part], [Math.min(count, PROBE_CHUNKS)]),
        scale: total / Math.max(1, part.macs),
      };
    },
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
    right: { home: right.home, bytes: Math.ceil(right.bytes * share) },
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
          streamed: { home: work.right.home, bytes: part(work.right.bytes) },
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
