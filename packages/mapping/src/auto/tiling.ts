import type { ResolvedPart } from '@systole/chip';
import { findFormat, storageBytes } from '@systole/numerics';
import type { Homes } from './homes.ts';
import { unitGroups } from './inventory.ts';
import type { ProductWork } from './product-work.ts';
import { CHUNKS_AHEAD } from './streams.ts';

/** Chunks of a unit's share of an operator, unless the buffer asks for more. */
const MAX_CHUNKS = 512;
/** Chunks of a stream are made no smaller than this by choice. */
const SMALLEST_CHUNK = 128 * 1024;

/** Bytes of the largest chunk: two operators have theirs in the buffer at once, one computed while the next is loaded. */
export function largestChunk(units: number, homes: Homes): number {
  return Math.floor(homes.streamRoom / 2 / (CHUNKS_AHEAD * units));
}

/**
 * Pieces along the columns: as few as the buffer allows, or some 2^`level` times as many; of whole tiles of the unit, or of
 * whole products where there are several.
 */
export function chunksOf(work: ProductWork, units: number, level: number, homes: Homes, tile: Tile): number {
  const { count, product, right, left } = work;
  const isElsewhere = ({ home }: { readonly home: ResolvedPart }): boolean => home.name !== homes.buffer.name;
  // Units share the columns of one product, and each has all of its rows.
  const ofUnit = (isElsewhere(right) ? right.bytes : 0) / units;
  const bytes = ofUnit + (isElsewhere(left) ? left.bytes / (count > 1 ? units : 1) : 0);
  const least = Math.max(1, Math.ceil(bytes / largestChunk(units, homes)));
  const finest = Math.max(least, Math.min(MAX_CHUNKS, Math.ceil(bytes / SMALLEST_CHUNK)));
  const wanted = Math.min(finest, least * 2 ** level);
  const tiles = Math.ceil(product.n / tile.columns);
  const whole = Math.ceil((count === 1 || wanted > count ? tiles * count : count) / units);
  return divisorFrom(wanted, whole) ?? Math.min(wanted, Math.ceil((count * product.n) / units));
}

/** The smallest divisor of `whole` from `least` to twice that; `whole` itself when it is not much more. */
function divisorFrom(least: number, whole: number): number | undefined {
  for (let divisor = least; divisor <= Math.min(whole, 2 * least); divisor++) {
    if (whole % divisor === 0) return divisor;
  }
  return whole >= least && whole <= 4 * least ? whole : undefined;
}

/** The part of the right matrix that a unit holds at once, where it says so: a chunk is best a number of those. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
}

/** The tile of a unit, by the parameters in which arrays give their size; 1 × 1 where it has none. */
export function tileOf(unit: ResolvedPart | undefined, kind: string): Tile {
  const size = (name: string): number => {
    const value = kind === 'matmul' ? unit?.values[name] : undefined;
    return typeof value === 'number' && value >= 1 ? value : 1;
  };
  return { rows: size('rows') * size('macsPerPe'), columns: size('columns') };
}

/**
 * Where not even a tile's columns of the right matrix fit a chunk, the products are cut along k as well, and their partial sums
 * are added up afterwards.
 */
export function cutInner(
  work: ProductWork,
  unit: ResolvedPart,
  units: number,
  homes: Homes,
  tile: Tile,
): readonly ProductWork[] {
  const { count, product, right, left, result, macs, label } = work;
  const { m, k, n } = product;
  const column = Math.min(tile.columns, n) * k * work.rightElement;
  const parts = Math.ceil(column / largestChunk(units, homes));
  const canAdd = unitGroups(homes.chip, 'accumulate').length > 0;
  if (count > 1 || parts === 1 || right.home.name === homes.buffer.name || !canAdd) return [work];
  const size = Math.ceil(Math.ceil(k / parts) / tile.rows) * tile.rows;
  const works: ProductWork[] = [];
  for (let start = 0; start < k; start += size) {
    const inner = Math.min(size, k - start);
    const share = inner / k;
    works.push({
      ...work,
      label: `${label}, inner from ${start}`,
      product: { m, k: inner, n },
      macs: Math.round(macs * share),
      right: {
        home: right.home,
        bytes: Math.ceil(right.bytes * share),
        ...(right.base === undefined ? {} : { base: right.base + Math.ceil(right.bytes * (start / k)) }),
        ...(right.spread === undefined ? {} : { spread: right.spread }),
      },
      left: { home: left.home, bytes: Math.ceil(left.bytes * share) },
      result: { home: result.home, bytes: m * n * resultElement(unit, result.bytes / (m * n)) },
    });
  }
  return works;
}

/** Bytes of a partial sum, in the format in which the unit gives it. */
function resultElement(unit: ResolvedPart, otherwise: number): number {
  const name = unit.values['resultFormat'];
  const format = typeof name === 'string' ? findFormat(name) : undefined;
  return format === undefined ? otherwise : storageBytes(format, 1);
}

/** Columns `from` to `to` of one product; of several products, those from `from` to `to`. */
export function columnsOf(work: ProductWork, from: number, to: number): ProductWork {
  const { count, product, macs, right, left, result } = work;
  const { m, k, n } = product;
  const whole = count > 1 ? count : n;
  const part = (total: number): number =>
    Math.floor((total * to) / whole) - Math.floor((total * from) / whole);
  return {
    ...work,
    count: count > 1 ? to - from : 1,
    product: count > 1 ? product : { m, k, n: to - from },
    macs: part(macs),
    right: {
      home: right.home,
      bytes: part(right.bytes),
      ...(right.base === undefined ? {} : { base: right.base + Math.floor((right.bytes * from) / whole) }),
      ...(right.spread === undefined ? {} : { spread: right.spread }),
    },
    left: { home: left.home, bytes: count > 1 ? part(left.bytes) : left.bytes },
    result: { home: result.home, bytes: part(result.bytes) },
  };
}
