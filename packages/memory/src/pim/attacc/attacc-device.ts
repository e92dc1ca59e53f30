import { SystoleError } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { checkActivationLimit } from '../activation-limit.ts';
import type { ActivationLimit } from '../activation-limit.ts';
import type { RowTiming } from '../ideal-stream.ts';
import { requireWhole } from '../pim-result.ts';

/** Timing parameters of a channel, in clock periods. */
export const ATTACC_TIMINGS = [
  'nBL',
  'nRCDRD',
  'nRP',
  'nRAS',
  'nRC',
  'nRTPL',
  'nCCDS',
  'nCCDL',
  'nRFC',
  'nREFI',
] as const;

export type AttAccTimings = Readonly<Record<(typeof ATTACC_TIMINGS)[number], number>>;

/** HBM3 with units at its banks, its bank groups or its buffer die. */
export interface AttAccDevice {
  readonly name: string;
  /** ps of a clock period. */
  readonly clockPeriod: Picoseconds;
  readonly channels: number;
  readonly pseudoChannels: number;
  readonly ranks: number;
  readonly bankGroups: number;
  readonly banksPerGroup: number;
  readonly rowsPerBank: number;
  /** Column accesses of a row, each of `lanes` operands. */
  readonly columnsPerRow: number;
  readonly lanes: number;
  readonly timings: AttAccTimings;
  readonly refresh: 'none' | 'all-bank';
  readonly activationLimit: ActivationLimit;
  /**
   * Whether a MAC of one bank also holds back the precharge of another: that of the same number in the group of the first
   * rank whose number is the rank of the MAC. AttAcc's simulator does so where it means the other pseudo channel's bank.
   */
  readonly holdsForeignPrecharge: boolean;
  /** Requests that wait in a channel's controller, at most. */
  readonly queue: number;
  /** J of one command of one channel, by name; what is missing costs nothing. */
  readonly energies?: Readonly<Record<string, number>>;
}

/** Throws where a device is none that could be simulated, with the parameter that is wrong. */
export function checkAttAccDevice(device: AttAccDevice): void {
  requireWhole('clockPeriod', device.clockPeriod, 1);
  requireWhole('channels', device.channels, 1, 2 ** 10);
  requireWhole('pseudoChannels', device.pseudoChannels, 1, 8);
  requireWhole('ranks', device.ranks, 1, 16);
  requireWhole('bankGroups', device.bankGroups, 1, 16);
  requireWhole('banksPerGroup', device.banksPerGroup, 1, 16);
  requireWhole('rowsPerBank', device.rowsPerBank, 1, 2 ** 30);
  requireWhole('columnsPerRow', device.columnsPerRow, 1, 2 ** 16);
  requireWhole('lanes', device.lanes, 1, 2 ** 16);
  requireWhole('queue', device.queue, 1, 2 ** 12);
  for (const name of ATTACC_TIMINGS) requireWhole(`timings.${name}`, device.timings[name], 0, 2 ** 30);
  checkActivationLimit(device.activationLimit);
  const { timings, activationLimit: limit, bankGroups, refresh } = device;
  const { nREFI, nRFC, nRC, nRP, nRAS, nRCDRD } = timings;
  const wrong = (path: string, message: string) =>
    new SystoleError({ code: 'argument/invalid', message, place: { path: `timings.${path}` } });
  if (nRC < nRAS) throw wrong('nRC', `nRC of ${nRC} is less than nRAS of ${nRAS}, which is a part of it`);
  if (refresh === 'none') return;
  // With less than this between two refreshes a row would be closed before it was ever used.
  const steps = limit.kind === 'per-bank-group' ? (bankGroups - 1) * limit.window : 0;
  const row = Math.max(nRC, nRCDRD) + steps + nRP;
  if (nREFI > nRFC + row) return;
  throw wrong('nREFI', `nREFI of ${nREFI} leaves no time between refreshes of ${nRFC} and a row of ${row}`);
}

/** Clock periods between MACs of all banks, and between those of one bank of each group. */
export function attAccPace(device: AttAccDevice): { readonly allBank: number; readonly sameBank: number } {
  const { activationLimit: limit, timings } = device;
  if (limit.kind !== 'slower-mac-rate') return { allBank: timings.nCCDL, sameBank: timings.nCCDL };
  return {
    allBank: Math.max(limit.gap, timings.nCCDL),
    sameBank: Math.max(limit.groupGap ?? limit.gap, timings.nCCDL),
  };
}

/** What a row of MACs of all banks costs by itself: no activation limit holds, and nothing but MACs is done. */
export function attAccRowTiming({ timings }: AttAccDevice): RowTiming {
  const { nRCDRD, nCCDL, nRTPL, nRP, nRAS, nRC } = timings;
  return { open: nRCDRD, pace: nCCDL, toPrecharge: nRTPL, precharge: nRP, active: nRAS, cycle: nRC };
}
