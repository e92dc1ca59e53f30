import { SystoleError } from '@systole/core';
import { requireWhole } from '../pim-result.ts';
import type { AccessPurpose, AccessRun } from './access-run.ts';
import { enterBanks } from './hbm-pim-banks.ts';
import { hbmPimUnits } from './hbm-pim-device.ts';
import type { HbmPimDevice } from './hbm-pim-device.ts';

const EVEN = 0;
const ODD = 1;

/** y = W x on all channels. */
export interface HbmPimGemvShape {
  /** Outputs and inputs of the matrix. */
  readonly out: number;
  readonly in: number;
  /** Channels that share the outputs; 1 when left out. */
  readonly channels?: number;
}

/** An element-wise operation on all channels. */
export interface HbmPimElementwiseShape {
  readonly kind: 'add' | 'mul' | 'relu';
  readonly elements: number;
  readonly channels?: number;
}

/** Tiles of a matrix: as many outputs as all units have sums, as many inputs as a unit holds of the vector. */
export interface GemvTiling {
  readonly outputTiles: number;
  readonly inputTiles: number;
  /** Rows from the first of the weights to that of the sums. */
  readonly rows: number;
}

/** Elements of a burst: lanes of a unit. */
export function lanesOf({ burstBytes, elementBytes }: HbmPimDevice): number {
  return burstBytes / elementBytes;
}

/** Throws `argument/invalid` for a shape that is none or that the banks cannot hold. */
export function gemvTiling(device: HbmPimDevice, shape: HbmPimGemvShape): GemvTiling {
  const { out, in: inputs, channels = 1 } = shape;
  requireWhole('out', out, 1);
  requireWhole('in', inputs, 1);
  requireWhole('channels', channels, 1);
  const { vectorRegisters, sumRegisters, burstsPerRow } = device;
  const outputTiles = Math.ceil(out / (hbmPimUnits(device) * channels * sumRegisters));
  const inputTiles = Math.ceil(Math.ceil(inputs / lanesOf(device)) / vectorRegisters);
  const weights = Math.floor((outputTiles * inputTiles) / 2) * vectorRegisters * sumRegisters;
  const rows = Math.ceil((weights + (outputTiles + 1) * sumRegisters) / burstsPerRow) + 1;
  checkRows(rows, Math.min(...Object.values(device.rows)));
  return { outputTiles, inputTiles, rows };
}

/** Throws where data of a bank takes more rows than there are before those that something else is in. */
function checkRows(rows: number, most: number): void {
  if (rows <= most) return;
  throw new SystoleError({
    code: 'capacity/exceeded',
    message: `the data takes ${rows} rows of each bank, and there are ${most} for it`,
    place: { path: 'channels' },
    hint: 'Share it over more channels, or split it into several kernels.',
  });
}

/** The kernel of a matrix-vector product: for each output tile all even input tiles, then all odd ones, then the sums. */
export function* gemvKernel(device: HbmPimDevice, shape: HbmPimGemvShape): Generator<AccessRun> {
  const { vectorRegisters, sumRegisters } = device;
  const { outputTiles, inputTiles } = gemvTiling(device, shape);
  const weights = Math.floor((outputTiles * inputTiles) / 2);
  yield* setUp(device);
  for (let output = 0; output < outputTiles; output += 1) {
    yield modeWrite(device);
    const first = Math.floor((output * inputTiles) / 2);
    for (const side of [EVEN, ODD]) {
      for (let input = side; input < inputTiles; input += 2) {
        yield* bursts(device, 'vector', true, ODD, device.rows.registers, VECTOR_COLUMN, vectorRegisters);
        const tile = (first + Math.floor(input / 2)) * vectorRegisters * sumRegisters;
        for (let group = 0; group < vectorRegisters; group += 1) {
          yield* bursts(device, 'mac', false, side, 0, tile + group * sumRegisters, sumRegisters);
        }
      }
    }
    const sums = weights * vectorRegisters * sumRegisters + output * sumRegisters;
    yield* bursts(device, 'result-write', true, ODD, 0, sums, sumRegisters);
    yield modeWrite(device);
  }
  yield* tearDown(device);
}

/** Normal reads of the sums of a channel, unit by unit. */
export function* gemvReadout(
  device: HbmPimDevice,
  shape: HbmPimGemvShape,
  channel: number,
): Generator<AccessRun> {
  const { sumRegisters, vectorRegisters } = device;
  const { outputTiles, inputTiles } = gemvTiling(device, shape);
  const weights = Math.floor((outputTiles * inputTiles) / 2) * vectorRegisters * sumRegisters;
  for (let group = 0; group < readoutGroups(device, shape, channel); group += 1) {
    const unit = group % hbmPimUnits(device);
    const output = Math.floor(group / hbmPimUnits(device));
    const column = weights + output * sumRegisters;
    yield* bursts(device, 'result-read', false, unit * 2 + ODD, 0, column, sumRegisters, false);
  }
}

/** Groups of sums, one of a unit each, that lie in a channel: the channels fill up one after the other, tile by tile. */
export function readoutGroups(device: HbmPimDevice, shape: HbmPimGemvShape, channel: number): number {
  const units = hbmPimUnits(device);
  const groups = Math.ceil(shape.out / device.sumRegisters);
  const perTile = units * (shape.channels ?? 1);
  const whole = Math.floor(groups / perTile);
  return whole * units + Math.min(units, Math.max(0, groups - whole * perTile - channel * units));
}

/** Rows in which the operands of an element-wise operation and its result begin. */
const OPERAND_ROWS = [0, 128] as const;
const RESULT_ROW = 256;

/**
 * Tiles of an element-wise operation: a register of every unit, for even and for odd banks. Throws `argument/invalid` for a
 * shape that is none, and `capacity/exceeded` for one that the rows between two operands cannot hold.
 */
export function elementwiseTiles(
  device: HbmPimDevice,
  { elements, channels = 1 }: HbmPimElementwiseShape,
): number {
  requireWhole('elements', elements, 1);
  requireWhole('channels', channels, 1);
  const perTile = lanesOf(device) * device.vectorRegisters * hbmPimUnits(device) * 2 * channels;
  const tiles = Math.ceil(elements / perTile);
  checkRows(Math.ceil((tiles * device.vectorRegisters) / device.burstsPerRow), OPERAND_ROWS[1]);
  return tiles;
}

/** The kernel of an element-wise operation: operands into registers, the result back, for even and then for odd banks. */
export function* elementwiseKernel(
  device: HbmPimDevice,
  shape: HbmPimElementwiseShape,
): Generator<AccessRun> {
  const registers = device.vectorRegisters;
  const tiles = elementwiseTiles(device, shape);
  const operands = shape.kind === 'relu' ? OPERAND_ROWS.slice(0, 1) : OPERAND_ROWS;
  yield* setUp(device);
  yield modeWrite(device);
  for (let tile = 0; tile < tiles; tile += 1) {
    const column = tile * registers;
    for (const side of [EVEN, ODD]) {
      for (const row of operands) yield* bursts(device, 'operand', false, side, row, column, registers);
      yield* bursts(device, 'result-write', true, side, RESULT_ROW, column, registers);
    }
  }
  yield modeWrite(device);
  yield* tearDown(device);
}

/** Column of the first vector register and of the microcode in the row of the registers. */
const VECTOR_COLUMN = 8;
const MICROCODE_COLUMN = 4;

/** Reads the park row of all banks, enters the all-bank mode and writes the microcode. */
function* setUp(device: HbmPimDevice): Generator<AccessRun> {
  yield* park(device);
  const last = device.burstsPerRow - 1;
  const banks = [...enterBanks(device)];
  for (const [place, bank] of banks.entries()) {
    yield single('mode', bank, device.rows.enter, last, place === banks.length - 1);
  }
  const { microcodeBursts, rows } = device;
  yield* bursts(device, 'microcode', true, ODD, rows.registers, MICROCODE_COLUMN, microcodeBursts);
}

function* tearDown(device: HbmPimDevice): Generator<AccessRun> {
  const last = device.burstsPerRow - 1;
  yield single('mode', EVEN, device.rows.leave, last, false);
  yield single('mode', ODD, device.rows.leave, last, true);
  yield* park(device);
}

/** Bank by bank, and bank group by bank group within. */
function* park({ bankGroups, banksPerGroup, rows }: HbmPimDevice): Generator<AccessRun> {
  const count = bankGroups * banksPerGroup;
  for (let place = 0; place < count; place += 1) {
    const bank = (place % bankGroups) * banksPerGroup + Math.floor(place / bankGroups);
    const barrier = place === count - 1;
    yield { write: false, bank, row: rows.park, column: 0, count: 1, purpose: 'park', barrier };
  }
}

/** Turns the stepping of the microcode on or off. */
function modeWrite({ rows }: HbmPimDevice): AccessRun {
  return single('mode', EVEN, rows.registers, 0, true);
}

function single(
  purpose: AccessPurpose,
  bank: number,
  row: number,
  column: number,
  barrier: boolean,
): AccessRun {
  return { write: true, bank, row, column, count: 1, purpose, barrier };
}

/** Accesses from a burst of a bank on, which go on in the next row where one ends. */
function* bursts(
  { burstsPerRow }: HbmPimDevice,
  purpose: AccessPurpose,
  write: boolean,
  bank: number,
  firstRow: number,
  first: number,
  count: number,
  barrier = true,
): Generator<AccessRun> {
  for (let done = 0; done < count;) {
    const column = (first + done) % burstsPerRow;
    const row = firstRow + Math.floor((first + done) / burstsPerRow);
    const share = Math.min(count - done, burstsPerRow - column);
    done += share;
    yield { write, bank, row, column, count: share, purpose, barrier: barrier && done === count };
  }
}
