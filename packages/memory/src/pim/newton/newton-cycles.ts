import { NewtonChannel } from './newton-channel.ts';
import { checkNewtonDevice } from './newton-device.ts';
import type { NewtonDevice } from './newton-device.ts';
import { newtonGemvProgram, newtonTiling } from './newton-program.ts';
import type { NewtonInstruction, NewtonShape } from './newton-program.ts';

/** Tiles after a vector row from which on they repeat. */
const WARM = 12;

/** Tiles after which they repeat: ranks and bank groups of some devices alternate. */
const PERIOD = 4;

/** Refreshes that the rows pass which a device is run with to learn the pace with refresh. */
const REFRESHES_PASSED = 48;

/** What ends before so many refreshes is run: it depends on when each of them comes. */
const REFRESHES_RUN = 24;

/** Tiles of a vector row that are run to learn what the vector row adds. */
const FEW_TILES = 64;

/**
 * Clock periods of a matrix-vector product without running it: rows repeat, so that a few of them, run once for each device
 * and width, say what all take. Exact without refresh where tiles settle within a dozen; with it, short ones are run, and others are within 2 % of `newtonGemv`.
 */
export function newtonGemvCycles(device: NewtonDevice, shape: NewtonShape): number {
  checkNewtonDevice(device);
  if (device.timings.nREFI === 0) return undisturbedCycles(device, shape);
  const least = undisturbedCycles(withoutRefresh(device), shape);
  if (least > REFRESHES_RUN * refreshInterval(device)) return refreshedCycles(device, shape);
  return new NewtonChannel(device).run(newtonGemvProgram(device, shape));
}

function undisturbedCycles(device: NewtonDevice, shape: NewtonShape): number {
  const { chunks, tiles, columns } = newtonTiling(device, shape);
  const warm = tiles <= WARM ? tiles : WARM + ((tiles - WARM) % PERIOD);
  const [full, last] = [columns(0), columns(chunks - 1)];
  const cyclesOfChunks = (...widths: readonly number[]): number =>
    remembered(device, `${warm} tiles of ${widths.join()}`, () => cyclesOf(device, chunksOf(widths, warm)));
  const rest = (tiles - warm) * tileTime(device, last);
  if (chunks === 1) return cyclesOfChunks(last) + rest;
  const two = cyclesOfChunks(full, last);
  const between = cyclesOfChunks(full, full, last) - two;
  return two + (chunks - 2) * between + (chunks - 1) * (tiles - warm) * tileTime(device, full) + rest;
}

/** Refreshes come at times of their own: what tiles and vector rows take with them is the mean over many. */
function refreshedCycles(device: NewtonDevice, shape: NewtonShape): number {
  const { chunks, tiles, columns } = newtonTiling(device, shape);
  const last = tileMean(device, columns(chunks - 1));
  const start = cyclesOf(withoutRefresh(device), chunksOf([columns(chunks - 1)], 1));
  if (chunks === 1) return Math.round(start + (tiles - 1) * last);
  const full = tileMean(device, columns(0));
  const few = Math.min(tiles, FEW_TILES);
  const vector = chunkMean(device, columns(0), few) - few * full;
  return Math.round(start - last + (chunks - 1) * (vector + tiles * full) + tiles * last);
}

/** Clock periods of a tile in a row of them. */
function tileTime(device: NewtonDevice, columns: number): number {
  return remembered(device, `tile of ${columns}`, () => {
    const [short, long] = [WARM, WARM + PERIOD].map((count) => cyclesOf(device, chunksOf([columns], count)));
    return ((long ?? 0) - (short ?? 0)) / PERIOD;
  });
}

function tileMean(device: NewtonDevice, columns: number): number {
  return remembered(device, `tile of ${columns}`, () => {
    const still = withoutRefresh(device);
    const count = Math.ceil((refreshInterval(device) * REFRESHES_PASSED) / tileTime(still, columns));
    const [some, more] = [count, 3 * count].map((tiles) => cyclesOf(device, chunksOf([columns], tiles)));
    return ((more ?? 0) - (some ?? 0)) / (2 * count);
  });
}

/** A vector row and its tiles, among others of the kind. */
function chunkMean(device: NewtonDevice, columns: number, tiles: number): number {
  return remembered(device, `${tiles} tiles of ${columns}`, () => {
    const one = cyclesOf(withoutRefresh(device), chunksOf([columns], tiles));
    const count = Math.ceil((refreshInterval(device) * REFRESHES_PASSED) / one);
    const widths = (chunks: number): number[] => Array.from({ length: chunks }, () => columns);
    const [some, more] = [count, 3 * count].map((chunks) =>
      cyclesOf(device, chunksOf(widths(chunks), tiles)),
    );
    return ((more ?? 0) - (some ?? 0)) / (2 * count);
  });
}

function refreshInterval({ timings, ranks }: NewtonDevice): number {
  return Math.floor(timings.nREFI / ranks);
}

const STILL = new WeakMap<NewtonDevice, NewtonDevice>();
const REMEMBERED = new WeakMap<NewtonDevice, Map<string, number>>();

function withoutRefresh(device: NewtonDevice): NewtonDevice {
  if (device.timings.nREFI === 0) return device;
  const still = STILL.get(device) ?? { ...device, timings: { ...device.timings, nREFI: 0 } };
  STILL.set(device, still);
  return still;
}

/** A device is data that does not change: what was found of it holds. */
function remembered(device: NewtonDevice, key: string, find: () => number): number {
  const known = REMEMBERED.get(device) ?? new Map<string, number>();
  REMEMBERED.set(device, known);
  const value = known.get(key) ?? find();
  known.set(key, value);
  return value;
}

function cyclesOf(device: NewtonDevice, program: Iterable<NewtonInstruction>): number {
  return new NewtonChannel(device).run(program);
}

/** Vector rows with tiles of some widths. No row follows itself, so that each has to be opened. */
function* chunksOf(widths: readonly number[], tiles: number): Generator<NewtonInstruction> {
  let rows = 0;
  for (const columns of widths) {
    yield { kind: 'gwrite', row: 0 };
    for (let tile = 0; tile < tiles; tile += 1) {
      rows += 1;
      yield { kind: 'multiply', row: 1 + (rows % 2), columns };
    }
  }
}
