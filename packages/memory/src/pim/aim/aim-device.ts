import { SystoleError } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { checkActivationLimit } from '../activation-limit.ts';
import type { ActivationLimit } from '../activation-limit.ts';
import type { RowTiming } from '../ideal-stream.ts';
import { requireWhole } from '../pim-result.ts';

/** Timing parameters of an AiM channel, in clock periods. */
export const AIM_TIMINGS = [
  'nBL',
  'nCL',
  'nRCDRD',
  'nRCDRDMAC',
  'nRCDEWMUL',
  'nRCDRDAF',
  'nRCDRDCP',
  'nRCDWR',
  'nRCDWRCP',
  'nRP',
  'nRAS',
  'nRC',
  'nWR',
  'nRTP',
  'nCWL',
  'nCCDS',
  'nCCDL',
  'nRRDS',
  'nRRDL',
  'nWTRS',
  'nWTRL',
  'nCLREG',
  'nCWLREG',
  'nCWLGB',
  'nWPRE',
  'nMODCH',
  'nRFC',
  'nREFI',
] as const;

export type AimTimings = Readonly<Record<(typeof AIM_TIMINGS)[number], number>>;

/** GDDR6 with a MAC unit in each bank and a vector buffer for each channel. */
export interface AimDevice {
  readonly name: string;
  /** ps of a clock period. */
  readonly clockPeriod: Picoseconds;
  readonly bankGroups: number;
  readonly banksPerGroup: number;
  /** Column accesses of a row, each of `lanes` operands. */
  readonly columnsPerRow: number;
  /** Operands of a column access. */
  readonly lanes: number;
  /** Column accesses that the vector buffer of a channel holds. */
  readonly bufferColumns: number;
  readonly timings: AimTimings;
  readonly refresh: 'none' | 'all-bank';
  readonly activationLimit: ActivationLimit;
  /** Requests that wait in a channel's controller, at most. */
  readonly queue: number;
  /** J of one command of one channel, by name; what is missing costs nothing. */
  readonly energies?: Readonly<Record<string, number>>;
}

/** Throws where a device is none that could be simulated, with the parameter that is wrong. */
export function checkAimDevice(device: AimDevice): void {
  requireWhole('clockPeriod', device.clockPeriod, 1);
  requireWhole('bankGroups', device.bankGroups, 1, 64);
  requireWhole('banksPerGroup', device.banksPerGroup, 1, 64);
  requireWhole('columnsPerRow', device.columnsPerRow, 1, 2 ** 20);
  requireWhole('lanes', device.lanes, 1, 2 ** 16);
  requireWhole('bufferColumns', device.bufferColumns, 1, 2 ** 20);
  requireWhole('queue', device.queue, 1, 2 ** 16);
  for (const name of AIM_TIMINGS) requireWhole(`timings.${name}`, device.timings[name], 0, 2 ** 30);
  checkActivationLimit(device.activationLimit);
  const { timings, activationLimit: limit, bankGroups, refresh } = device;
  const { nREFI, nRFC, nRP, nRAS, nRC, nWR, nCWL, nBL, nMODCH } = timings;
  const wrong = (path: string, message: string) =>
    new SystoleError({ code: 'argument/invalid', message, place: { path: `timings.${path}` } });
  if (nRC < nRAS) throw wrong('nRC', `nRC of ${nRC} is less than nRAS of ${nRAS}, which is a part of it`);
  if (refresh === 'none') return;
  // With less than this between two refreshes a row would be closed before it was ever used.
  const toAccess = Math.max(
    ...AIM_TIMINGS.filter((name) => name.startsWith('nRCD')).map((name) => timings[name]),
  );
  const steps = limit.kind === 'per-bank-group' ? (bankGroups - 1) * limit.window : 0;
  const row = Math.max(nRC, toAccess) + steps + nCWL + nBL + nWR + 2 * nRP + 2 * nMODCH;
  if (nREFI > nRFC + row) return;
  throw wrong('nREFI', `nREFI of ${nREFI} leaves no time between refreshes of ${nRFC} and a row of ${row}`);
}

/** What a row of MACs costs by itself: no activation limit holds, and nothing but MACs is done. */
export function aimRowTiming({ timings }: AimDevice): RowTiming {
  const { nRCDRDMAC, nCCDL, nRTP, nRP, nRAS, nRC } = timings;
  return { open: nRCDRDMAC, pace: nCCDL, toPrecharge: nRTP, precharge: nRP, active: nRAS, cycle: nRC };
}
