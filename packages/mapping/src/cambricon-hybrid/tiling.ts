/** The flash as a mapping sees it: what decides the shape of a tile and the time of a round. */
export interface FlashShape {
  readonly channels: number;
  /** Cores of one channel. */
  readonly cores: number;
  readonly pageBytes: number;
  /** Array read of a page, with its correction, in ps. */
  readonly pageTime: number;
  /** Bytes per second of one channel. */
  readonly channelRate: number;
}

/** A tile is what all cores together compute on in one round, one page each. */
export interface Tile {
  /** Output rows. */
  readonly height: number;
  /** Inputs; dealt over the channels. */
  readonly width: number;
}

/** How one matrix is shared between the flash and the NPU. */
export interface Sharing {
  readonly tile: Tile;
  /** Rounds that the whole matrix would take in the flash; partly filled tiles count whole. */
  readonly allRounds: number;
  /** Rounds that the flash does. */
  readonly rounds: number;
  /** Output rows that the NPU does, on weights that it reads in the gaps of the channels. */
  readonly npuRows: number;
}

const PS_PER_SECOND = 1e12;

function powerOfTwoFrom(value: number): number {
  let power = 1;
  while (power < value) power *= 2;
  return power;
}

/**
 * The tile for a matrix of `columns` inputs. Traffic of a round is width + channels × height bytes, least at
 * width = channels × sqrt(cores × page); the width is the next power of two, no wider than the matrix needs.
 * `width` 0 chooses so; any other is taken as it is.
 */
export function chooseTile(flash: FlashShape, columns: number, weightBytes: number, width: number): Tile {
  const elements = Math.floor((flash.channels * flash.cores * flash.pageBytes) / weightBytes);
  const perChannel = Math.sqrt((flash.cores * flash.pageBytes) / weightBytes);
  const best = Math.min(powerOfTwoFrom(flash.channels * perChannel), powerOfTwoFrom(columns));
  const chosen = Math.min(Math.max(width === 0 ? best : width, 1), elements);
  return { width: chosen, height: Math.max(1, Math.floor(elements / chosen)) };
}

/** ps of one round: the input comes over the channel, and the array read follows. */
export function roundTime(flash: FlashShape, { width }: Tile, inputBytes: number): number {
  return flash.pageTime + (((width * inputBytes) / flash.channels) * PS_PER_SECOND) / flash.channelRate;
}

/**
 * Shares a matrix of `rows` outputs so that flash and NPU finish together, in whole rounds of the flash: of all numbers of
 * rounds the one whose slower side is fastest. The channels carry raw pages in the time that inputs and results leave.
 * `vectors` activation rows pass through the flash one after another, and through the NPU together.
 */
export function shareMatrix(
  flash: FlashShape,
  rows: number,
  columns: number,
  vectors: number,
  bytes: { readonly weight: number; readonly input: number; readonly result: number },
  width: number,
): Sharing {
  const tile = chooseTile(flash, columns, bytes.weight, width);
  const across = Math.ceil(columns / tile.width);
  const down = Math.ceil(rows / tile.height);
  const allRounds = across * down;
  const time = roundTime(flash, tile, bytes.input);
  const traffic = (tile.width / flash.channels) * bytes.input + tile.height * bytes.result;
  const free = Math.max(0, 1 - (traffic / flash.channelRate) * (PS_PER_SECOND / time));
  const channelRate = flash.channels * flash.channelRate;
  const matrix = rows * columns * bytes.weight;
  let best: Sharing = { tile, allRounds, rounds: allRounds, npuRows: 0 };
  let bestTime = allRounds * vectors * time;
  // Whole rows of tiles go to one side or the other.
  for (let kept = down - 1; kept >= 0; kept--) {
    const npuRows = rows - Math.min(rows, kept * tile.height);
    const readRate = kept === 0 ? channelRate : channelRate * free;
    if (readRate === 0) continue;
    const reading = ((npuRows / rows) * matrix * PS_PER_SECOND) / readRate;
    const slower = Math.max(kept * across * vectors * time, reading);
    if (slower > bestTime) continue;
    best = { tile, allRounds, rounds: kept * across, npuRows };
    bestTime = slower;
  }
  return best;
}
