import type { ResolvedPart } from '@systole/chip';
import { share } from '@systole/core';
import type { FeedMeter, Product } from './feed.ts';
import { functionPiece } from './functions.ts';
import type { Homes } from './homes.ts';
import { unitGroups } from './inventory.ts';
import type { UnitGroup } from './inventory.ts';
import type { Piece } from './piece.ts';
import type { ProductWork } from './product-work.ts';
import { unitPiece } from './streams.ts';

/** The shares of all units of a group. */
export function groupPieces(
  work: ProductWork,
  group: UnitGroup,
  kind: string,
  chunks: number,
  homes: Homes,
  feeds: FeedMeter,
): readonly Piece[] {
  const { label, count, product, formats } = work;
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
    const bare = { kind, bytes: 0, macs, ...formats, dims };
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
            ...(work.right.base === undefined
              ? {}
              : { base: work.right.base + Math.floor((work.right.bytes * before) / whole) }),
            ...(work.right.spread === undefined ? {} : { spread: work.right.spread }),
          },
          awaited: { home: work.left.home, bytes: left },
          fed,
          result,
          transaction: { ...bare, bytes: fed + result.bytes },
          share: 1 / units,
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
export function dimsOf(
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

/** Adds up the partial sums of a product that was cut along k. */
export function partialSums(
  work: ProductWork,
  parts: readonly ProductWork[],
  homes: Homes,
): readonly Piece[] {
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
