import type { RowTiming } from '../ideal-stream.ts';
import type { ScopedGap } from '../scoped-gaps.ts';
import type { HbmPimDevice } from './hbm-pim-device.ts';

/** Commands of a channel. */
export const HBM_PIM_COMMANDS = ['ACT', 'PRE', 'RD', 'WR', 'REF'] as const;

/** The same and, of some of them, the form that they have in the all-bank modes. */
export const COMMAND_FORMS = [...HBM_PIM_COMMANDS, 'ACT-all', 'RD-all', 'WR-all'] as const;

export const ACT = 0;
export const PRE = 1;
export const RD = 2;
export const WR = 3;
export const REF = 4;
export const ACT_ALL = 5;
export const RD_ALL = 6;
export const WR_ALL = 7;

/** Clock periods between two columns of the same banks in the all-bank modes. */
export function allBankGap({ timings, activationLimit }: HbmPimDevice): number {
  const own = Math.max(timings.nCCDL, timings.nBL);
  return activationLimit.kind === 'slower-mac-rate' ? Math.max(own, activationLimit.gap) : own;
}

/** Clock periods by which a row is open later in the last bank group than in the first. */
export function openingDelay({ bankGroups, activationLimit }: HbmPimDevice): number {
  return activationLimit.kind === 'per-bank-group' ? (bankGroups - 1) * activationLimit.window : 0;
}

/** From a read, and from a write, to closing the row. */
export function closeGaps({ timings }: HbmPimDevice): { read: number; write: number } {
  const { nBL, nRTPL, nCCDL, nWL, nWR } = timings;
  return { read: nBL + Math.max(nRTPL, nCCDL) - nCCDL, write: nWL + nBL + nWR };
}

/** A row of the ideal stream: opened in all banks at once. */
export function rowTiming(device: HbmPimDevice): RowTiming {
  const { nRCDRD, nRP, nRAS, nRC } = device.timings;
  const toPrecharge = closeGaps(device).read;
  return { open: nRCDRD, pace: allBankGap(device), toPrecharge, precharge: nRP, active: nRAS, cycle: nRC };
}

/** Gaps of a channel. A refresh comes as soon as all banks are closed, without nRP: the rule of PIMSimulator. */
export function hbmPimGaps(device: HbmPimDevice): readonly ScopedGap[] {
  const { timings, activationLimit } = device;
  const { nRL, nWL, nBL, nRCDRD, nRCDWR, nRP, nRAS, nRC, nRRDS, nRRDL, nCCDS, nCCDL } = timings;
  const delay = openingDelay(device);
  const slow = allBankGap(device);
  const close = closeGaps(device);
  const [act, rd, wr] = [ACTIVATES, READS, WRITES];
  const gaps: ScopedGap[] = [
    { from: act, to: act, scope: 'bank', gap: nRC },
    { from: act, to: act, scope: 'group', gap: nRRDL },
    { from: act, to: act, scope: 'rank', gap: nRRDS },
    { from: act, to: rd, scope: 'bank', gap: nRCDRD },
    { from: act, to: wr, scope: 'bank', gap: nRCDWR },
    { from: act, to: ['PRE'], scope: 'bank', gap: nRAS },
    { from: ['PRE'], to: act, scope: 'bank', gap: nRP },
    { from: rd, to: ['PRE'], scope: 'bank', gap: close.read },
    { from: wr, to: ['PRE'], scope: 'bank', gap: close.write },
    { from: rd, to: wr, scope: 'rank', gap: nRL + nBL + timings.nRTRS - nWL },
    { from: wr, to: rd, scope: 'rank', gap: nWL + nBL + timings.nWTRL },
    { from: ['REF'], to: act, scope: 'rank', gap: timings.nRFC },
  ];
  for (const column of [rd, wr]) {
    gaps.push(
      { from: column, to: column, scope: 'rank', gap: Math.max(nCCDS, nBL) },
      { from: column, to: column, scope: 'group', gap: Math.max(nCCDL, nBL) },
    );
  }
  if (slow > nCCDL) {
    const all = ['RD-all', 'WR-all'];
    gaps.push({ from: all, to: all, scope: 'rank', gap: slow });
  }
  if (activationLimit.kind === 'per-bank-group') {
    gaps.push(
      { from: ['ACT-all'], to: act, scope: 'rank', gap: delay + activationLimit.window },
      { from: ['ACT-all'], to: rd, scope: 'bank', gap: nRCDRD + delay },
      { from: ['ACT-all'], to: wr, scope: 'bank', gap: nRCDWR + delay },
      { from: ['ACT-all'], to: ['PRE'], scope: 'bank', gap: nRAS + delay },
    );
  }
  return gaps;
}

const ACTIVATES = ['ACT', 'ACT-all'];
const READS = ['RD', 'RD-all'];
const WRITES = ['WR', 'WR-all'];
