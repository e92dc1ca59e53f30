import type { FlashDevice } from './flash-device.ts';
import { chooseTile, roundTime } from './tiling.ts';
import type { Tile } from './tiling.ts';

/** A product with a matrix that lies in a flash: `rows` outputs of `columns` inputs each, for `vectors` activation rows. */
export interface FlashProduct {
  readonly rows: number;
  readonly columns: number;
  readonly vectors: number;
  /** Of an element of each; results are partial sums as they leave a die. */
  readonly bytes: { readonly weight: number; readonly input: number; readonly result: number };
  /** Until a core is done with a page, in ps. */
  readonly pageCompute: number;
}

/** What of a product the cores do; the rest is read raw, and computed elsewhere. */
export interface RoundShare {
  readonly tile: Tile;
  /** Tiles beside one another. */
  readonly across: number;
  /** Rows of tiles that the cores do, of `down`. */
  readonly kept: number;
  readonly down: number;
  /** Output rows that the cores do. */
  readonly flashRows: number;
  /** Expected time in ps: of the cores or of the channels with raw pages, whichever is longer. */
  readonly ps: number;
}

const PS_PER_SECOND = 1e12;
/** Tiles beside one another that are tried: a matrix this many tiles wide fills the last one well. */
const MOST_ACROSS = 8;

/**
 * Ways to share a product, the fastest first: for each width of tiles that the buffers of the cores allow, the number of rows of
 * tiles at which cores and channels are expected to end together, and its neighbours.
 */
export function roundShares(flash: FlashDevice, product: FlashProduct): readonly RoundShare[] {
  const shares = tilesFor(flash, product).flatMap((tile) => sharesOf(flash, product, tile));
  return shares.sort((a, b) => a.ps - b.ps || a.kept - b.kept || a.across - b.across);
}

/** Whole tiles side by side, from one on, and the width of the least traffic. */
function tilesFor({ shape, resultRoom }: FlashDevice, { columns, bytes }: FlashProduct): readonly Tile[] {
  const { channels, inputRoom = Infinity } = shape;
  const tiles = new Map<number, Tile>();
  const add = (tile: Tile): void => {
    const inputs = Math.ceil((tile.width * bytes.input) / channels);
    if (inputs <= inputRoom && tile.height * bytes.result <= resultRoom) tiles.set(tile.width, tile);
  };
  add(chooseTile(shape, columns, bytes.weight, 0, bytes.input));
  for (let across = 1; across <= MOST_ACROSS; across++) {
    const width = Math.ceil(Math.ceil(columns / across) / channels) * channels;
    add(chooseTile(shape, columns, bytes.weight, width));
  }
  return [...tiles.values()];
}

function sharesOf(flash: FlashDevice, product: FlashProduct, tile: Tile): readonly RoundShare[] {
  const { shape } = flash;
  const { rows, columns, vectors, bytes, pageCompute } = product;
  const across = Math.ceil(columns / tile.width);
  const down = Math.ceil(rows / tile.height);
  const round = Math.max(roundTime(shape, tile, bytes.input), pageCompute);
  const perPs = shape.channelRate / PS_PER_SECOND;
  const input = ((tile.width / shape.channels) * bytes.input) / perPs;
  const result = (tile.height * bytes.result) / perPs;
  // Where results are more than a round leaves time for, they set the pace.
  const pace = Math.max(round, input + result);
  const free = shape.channels * perPs * (1 - (input + result) / pace);
  const shareOf = (kept: number): RoundShare => {
    const flashRows = Math.min(rows, kept * tile.height);
    const computing = kept * across * vectors * pace + pageCompute + result;
    const raw = (rows - flashRows) * columns * bytes.weight;
    const reading = raw === 0 ? 0 : free > 0 ? shape.pageTime + raw / free : Infinity;
    return { tile, across, kept, down, flashRows, ps: Math.max(computing, reading) };
  };
  // The cores take longer with every row of tiles, the channels less: where they meet is the best.
  let [low, high] = [1, down];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { ps } = shareOf(middle);
    if (ps <= shareOf(middle + 1).ps) high = middle;
    else low = middle + 1;
  }
  const wanted = new Set([low, low - 1, low + 1, down].filter((kept) => kept >= 1 && kept <= down));
  return [...wanted].map(shareOf);
}
