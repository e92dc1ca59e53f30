import { SystoleError } from '@systole/core';
import type { Source } from '@systole/core';
import type { Bytes, Picoseconds } from '@systole/units';
import { checkActivationLimit } from '../activation-limit.ts';
import type { ActivationLimit } from '../activation-limit.ts';
import { requireWhole } from '../pim-result.ts';

/** In clock periods. */
export interface NewtonTimings {
  /** From a read to its first data, and data of a burst. */
  readonly nRL: number;
  readonly nBL: number;
  readonly nRCD: number;
  readonly nRP: number;
  readonly nRAS: number;
  readonly nRC: number;
  readonly nRRDS: number;
  readonly nRRDL: number;
  readonly nCCDS: number;
  readonly nRTP: number;
  /** Copying a row into the global buffer, after it was opened. */
  readonly nGWRITE: number;
  readonly nRFC: number;
  /** 0: never refreshed. The ranks take turns within it. */
  readonly nREFI: number;
}

/**
 * A memory whose banks compute, one row at a time in all banks of all ranks, after Newton (MICRO 2020) and, with two row
 * buffers a bank, NeuPIMs (ASPLOS 2024).
 */
export interface NewtonDevice {
  readonly name: string;
  /** ps. */
  readonly clockPeriod: Picoseconds;
  readonly ranks: number;
  /** Of a rank. */
  readonly bankGroups: number;
  readonly banksPerGroup: number;
  readonly rowsPerBank: number;
  /** Of a bank. */
  readonly rowBytes: Bytes;
  /** What one column access gives to a bank's unit. */
  readonly columnBytes: Bytes;
  readonly elementBytes: Bytes;
  /**
   * `single`: normal accesses and computing share a bank's row buffer, and each column is a command. `dual`: computing has a
   * row buffer of its own, and one command stands for all columns of a row and the result. The next row then waits for none of
   * these columns, as in the simulator of NeuPIMs: optimistic.
   */
  readonly rowBuffers: 'single' | 'dual';
  /** Columns (nCCDS each) from the first that computes to the earliest result: how deep the adder trees are. */
  readonly pipelineColumns: number;
  readonly timings: NewtonTimings;
  /** How fast bank groups are opened; the groups of different ranks are opened independently. */
  readonly activationLimit: ActivationLimit;
  /** J of a command of one channel. */
  readonly energies?: Readonly<Record<string, number>>;
  /** Where organisation and timing, and where the energies come from. */
  readonly source: Source;
  readonly energySource?: Source;
}

/** Banks of a channel, over all its ranks: outputs of one tile. */
export function newtonBanks({ ranks, bankGroups, banksPerGroup }: NewtonDevice): number {
  return ranks * bankGroups * banksPerGroup;
}

/** Columns of a row. */
export function newtonColumns({ rowBytes, columnBytes }: NewtonDevice): number {
  return rowBytes / columnBytes;
}

/** Throws `argument/invalid` where a device cannot be one, and names the parameter. */
export function checkNewtonDevice(device: NewtonDevice): void {
  for (const name of [
    'clockPeriod',
    'rowsPerBank',
    'rowBytes',
    'columnBytes',
    'elementBytes',
    'pipelineColumns',
  ] as const) {
    requireWhole(name, device[name], 1);
  }
  for (const name of ['ranks', 'bankGroups', 'banksPerGroup'] as const) {
    requireWhole(name, device[name], 1, MOST_NODES);
  }
  const { timings } = device;
  for (const [name, value] of Object.entries(timings)) {
    requireWhole(`timings.${name}`, value, name === 'nREFI' ? 0 : 1, MOST_PERIODS);
  }
  requireShare('columnBytes', device.columnBytes, 'rowBytes', device.rowBytes);
  requireShare('elementBytes', device.elementBytes, 'columnBytes', device.columnBytes);
  checkActivationLimit(device.activationLimit);
  requireAtLeast('timings.nRC', timings.nRC, 'timings.nRAS', timings.nRAS);
  requireAtLeast('timings.nRRDL', timings.nRRDL, 'timings.nRRDS', timings.nRRDS);
  if (timings.nREFI > 0) checkRefresh(device);
}

const MOST_NODES = 1024;
const MOST_PERIODS = 1e9;

/** A row has to fit between two refreshes, or it would be held back for ever. */
function checkRefresh(device: NewtonDevice): void {
  const { timings, ranks, bankGroups } = device;
  const { nREFI, nRFC, nGWRITE, nRCD, nRP, nRTP, nBL, nCCDS } = timings;
  const window = device.activationLimit.kind === 'per-bank-group' ? device.activationLimit.window : 1;
  const columns = Math.max(newtonColumns(device), device.pipelineColumns) * Math.max(nBL, nCCDS);
  const row = newtonBanks(device) * nRTP + bankGroups * ranks * window + nRCD + columns;
  const needed = Math.max(row, nGWRITE + nRCD + nRP + nRTP) + nRFC + newtonBanks(device) + nRP;
  if (Math.floor(nREFI / ranks) > needed) return;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `timings.nREFI leaves ${Math.floor(nREFI / ranks)} clock periods from refresh to refresh, and a row takes up to ${needed}`,
    place: { path: 'timings.nREFI' },
    hint: 'Raise nREFI, or have fewer ranks take turns in it.',
  });
}

function requireShare(part: string, size: number, whole: string, of: number): void {
  if (of % size === 0) return;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `${part} must divide ${whole}: ${size} does not divide ${of}`,
    place: { path: part },
  });
}

function requireAtLeast(name: string, value: number, other: string, least: number): void {
  if (value >= least) return;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `${name} must be at least ${other}, got ${value} and ${least}`,
    place: { path: name },
  });
}
