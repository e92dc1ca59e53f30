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
  /** Bytes of one round's input that a channel has room for; no limit unless given. */
  readonly inputRoom?: number;
}

/** A tile is what all cores together compute on in one round, one page each. */
export interface Tile {
  /** Output rows. */
  readonly height: number;
  /** Inputs; dealt over the channels. */
  readonly width: number;
}

const PS_PER_SECOND = 1e12;

function powerOfTwoFrom(value: number): number {
  let power = 1;
  while (power < value) power *= 2;
  return power;
}

/**
 * The tile for a matrix of `columns` inputs. Traffic of a round is width + channels × height bytes, least at
 * width = channels × sqrt(cores × page). Of the powers of two beside that, no wider than the matrix needs and than its input has
 * room for, the one that leaves fewer columns of the last tile empty; the wider of equals. `width` 0 chooses so; any other is taken as
 * it is.
 */
export function chooseTile(
  flash: FlashShape,
  columns: number,
  weightBytes: number,
  width: number,
  inputBytes = 1,
): Tile {
  const elements = Math.floor((flash.channels * flash.cores * flash.pageBytes) / weightBytes);
  const perChannel = Math.sqrt((flash.cores * flash.pageBytes) / weightBytes);
  const least = flash.channels * perChannel;
  const room = (flash.channels * (flash.inputRoom ?? Infinity)) / inputBytes;
  let best = Math.min(powerOfTwoFrom(least), powerOfTwoFrom(columns));
  while (best > 1 && best > room) best /= 2;
  const padded = (tile: number): number => Math.ceil(columns / tile) * tile;
  if (best > least && padded(best / 2) < padded(best)) best /= 2;
  const chosen = Math.min(Math.max(width === 0 ? best : width, 1), elements);
  return { width: chosen, height: Math.max(1, Math.floor(elements / chosen)) };
}

/** ps of one round: the input comes over the channel, and the array read follows. */
export function roundTime(flash: FlashShape, { width }: Tile, inputBytes: number): number {
  return flash.pageTime + (((width * inputBytes) / flash.channels) * PS_PER_SECOND) / flash.channelRate;
}
