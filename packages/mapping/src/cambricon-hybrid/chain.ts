import { chooseTile, roundTime } from '../in-flash/tiling.ts';
import type { FlashShape, Tile } from '../in-flash/tiling.ts';

/** A product of a chain: `rows` outputs of `columns` inputs each, for `vectors` activation rows. */
export interface ChainProduct {
  readonly rows: number;
  readonly columns: number;
  readonly vectors: number;
  readonly bytes: { readonly weight: number; readonly input: number; readonly result: number };
  /** Until a core is done with a page, in ps. */
  readonly pageCompute: number;
  /** MACs per second of the NPU's array. */
  readonly arrayRate: number;
  /** Products of the chain, by index, that have to end first. */
  readonly after: readonly number[];
}

/** What of a product the flash does, and what the NPU does on weights that it reads. */
export interface Share {
  readonly tile: Tile;
  /** Rounds of the flash for one activation row. */
  readonly rounds: number;
  /** Output rows that the NPU does. */
  readonly npuRows: number;
}

export interface ChainOptions {
  readonly flash: FlashShape;
  /** Inputs of a tile; 0 for the next power of two to the least traffic. */
  readonly tileWidth: number;
  /** Bytes of the NPU's SRAM that hold what is read ahead of one product. */
  readonly room: number;
  /** Bytes of the first products that are in the SRAM already. */
  readonly ahead: number;
}

export interface SharedChain {
  readonly shares: readonly Share[];
  /** Expected time from the first input to the last result, in ps. */
  readonly time: number;
  /** Bytes of weights that the NPU works on. */
  readonly npuBytes: number;
}

const PS_PER_SECOND = 1e12;
/** Numbers of tile rows that are tried for one product at the most, before the neighbours of the best. */
const MOST_TRIED = 256;
const MOST_PASSES = 16;

/** What does not depend on how a product is shared. */
interface Sized {
  readonly product: ChainProduct;
  readonly tile: Tile;
  readonly across: number;
  readonly down: number;
  /** ps of a row of tiles, for all activation rows. */
  readonly rowTime: number;
  /** ps from the end of the last array read until the results are there. */
  readonly tail: number;
  /** Bytes per ps of raw weights beside the flash's own traffic, and without it. */
  readonly besideRate: number;
  readonly aloneRate: number;
}

function sizeUp(product: ChainProduct, { flash, tileWidth }: ChainOptions): Sized {
  const { rows, columns, vectors, bytes, pageCompute } = product;
  const tile = chooseTile(flash, columns, bytes.weight, tileWidth, bytes.input);
  const across = Math.ceil(columns / tile.width);
  const round = Math.max(roundTime(flash, tile, bytes.input), pageCompute);
  const perPs = flash.channelRate / PS_PER_SECOND;
  const result = (tile.height * bytes.result) / perPs;
  const input = ((tile.width / flash.channels) * bytes.input) / perPs;
  const free = Math.max(0, 1 - (input + result) / round);
  return {
    product,
    tile,
    across,
    down: Math.ceil(rows / tile.height),
    rowTime: across * vectors * round,
    tail: pageCompute + result,
    besideRate: flash.channels * perPs * free,
    aloneRate: flash.channels * perPs,
  };
}

function npuRowsOf({ product, tile }: Sized, kept: number): number {
  return product.rows - Math.min(product.rows, kept * tile.height);
}

/**
 * The time of a chain of which the flash keeps `kept` rows of tiles of each product. The flash does one product after another,
 * each when its inputs are there; the NPU reads weights without a pause, ahead as far as there is room.
 */
function timeOf(chain: readonly Sized[], kept: readonly number[], { room, ahead }: ChainOptions): number {
  let flashFree = 0;
  let readEnd = 0;
  let held = ahead;
  let total = 0;
  const ends: number[] = [];
  for (const [index, sized] of chain.entries()) {
    const { product, rowTime, tail, besideRate, aloneRate } = sized;
    const ready = product.after.reduce((latest, other) => Math.max(latest, ends[other] ?? 0), 0);
    const rowsKept = kept[index] ?? 0;
    let end = ready;
    if (rowsKept > 0) {
      flashFree = Math.max(flashFree, ready) + rowsKept * rowTime;
      end = flashFree + tail;
    }
    const npuRows = npuRowsOf(sized, rowsKept);
    if (npuRows > 0) {
      const bytes = npuRows * product.columns * product.bytes.weight;
      const taken = Math.min(held, bytes);
      held -= taken;
      const rate = rowsKept > 0 ? besideRate : aloneRate;
      if (bytes > taken) {
        if (rate === 0) return Infinity;
        const begin = Math.max(readEnd, ends[index - 2] ?? 0);
        readEnd = Math.max(begin + (bytes - taken) / rate, ready + Math.max(0, bytes - taken - room) / rate);
      }
      const computing = (npuRows * product.columns * product.vectors * PS_PER_SECOND) / product.arrayRate;
      end = Math.max(end, ready + computing, bytes > taken ? readEnd : 0);
    }
    ends.push(end);
    total = Math.max(total, end);
  }
  return total;
}

/**
 * Shares a chain of products so that it ends as early as can be expected, in whole rows of tiles. From everything in the flash,
 * the share of one product at a time is improved, then rows are moved between two products, until nothing helps.
 */
export function shareChain(products: readonly ChainProduct[], options: ChainOptions): SharedChain {
  const chain = products.map((product) => sizeUp(product, options));
  let kept = chain.map(({ down }) => down);
  let best = timeOf(chain, kept, options);
  const attempt = (candidate: number[]): void => {
    const time = timeOf(chain, candidate, options);
    if (time >= best) return;
    best = time;
    kept = candidate;
  };
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const before = best;
    for (const [index, { down }] of chain.entries()) {
      const step = Math.ceil(down / MOST_TRIED);
      for (let rows = down; rows >= 0; rows -= step) attempt(kept.with(index, rows));
      const centre = kept[index] ?? 0;
      const low = Math.max(0, centre - step);
      for (let rows = Math.min(down, centre + step); rows >= low; rows--) attempt(kept.with(index, rows));
    }
    for (const [from] of chain.entries()) {
      for (const [to, { down }] of chain.entries()) {
        const [given, got] = [(kept[from] ?? 0) - 1, (kept[to] ?? 0) + 1];
        if (from !== to && given >= 0 && got <= down) attempt(kept.with(from, given).with(to, got));
      }
    }
    if (best === before) break;
  }
  const shares = chain.map((sized, index) => ({
    tile: sized.tile,
    rounds: sized.across * (kept[index] ?? 0),
    npuRows: npuRowsOf(sized, kept[index] ?? 0),
  }));
  const npuBytes = shares.reduce((sum, { npuRows }, index) => {
    const product = products[index];
    return product === undefined ? sum : sum + npuRows * product.columns * product.bytes.weight;
  }, 0);
  return { shares, time: best, npuBytes };
}
