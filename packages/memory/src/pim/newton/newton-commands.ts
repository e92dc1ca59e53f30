import type { ScopedGap } from '../scoped-gaps.ts';
import type { NewtonDevice } from './newton-device.ts';

/**
 * Commands of a channel. `G_ACT` opens a row in the banks of a group, `PIM_PRE` closes a bank's row buffer for computing,
 * `GWRITE` copies a row into the global buffer; `COMP`, `READRES` and `COMPS_READRES`, which stands for several of the one and
 * one of the other, go to all banks of all ranks.
 */
export const NEWTON_COMMANDS = [
  'ACT',
  'PRE',
  'REF',
  'GWRITE',
  'G_ACT',
  'PIM_PRE',
  'COMP',
  'READRES',
  'COMPS_READRES',
] as const;

export const ACT = 0;
export const PRE = 1;
export const REF = 2;
export const GWRITE = 3;
export const G_ACT = 4;
export const PIM_PRE = 5;
export const COMP = 6;
export const READRES = 7;
export const COMPS_READRES = 8;

/** Clock periods between two columns that compute. */
export function columnGap({ timings, activationLimit }: NewtonDevice): number {
  const own = Math.max(timings.nBL, timings.nCCDS);
  return activationLimit.kind === 'slower-mac-rate' ? Math.max(own, activationLimit.gap) : own;
}

/** Clock periods between the openings of two bank groups of a rank. */
export function groupGap({ activationLimit }: NewtonDevice): number {
  return activationLimit.kind === 'per-bank-group' ? activationLimit.window : 1;
}

/**
 * Gaps of a channel. What all banks have to be ready for (COMP, READRES) counts for the whole channel. A row that was opened
 * for computing may be closed for a refresh without nRAS, and opened right after a normal row was closed without nRP: the
 * rules of NewtonSim, kept as they are.
 */
export function newtonGaps(device: NewtonDevice): readonly ScopedGap[] {
  const { nRCD, nRP, nRAS, nRC, nRRDS, nRRDL, nRTP, nGWRITE, nRFC } = device.timings;
  const isDual = device.rowBuffers === 'dual';
  const column = columnGap(device);
  const window = groupGap(device);
  const compute = ['COMP', 'COMPS_READRES'];
  const withOtherBuffer = isDual ? nRRDL : nRC;
  const gaps: ScopedGap[] = [
    { from: ['ACT'], to: ['ACT'], scope: 'bank', gap: nRC },
    { from: ['ACT'], to: ['G_ACT'], scope: 'bank', gap: withOtherBuffer },
    { from: ['ACT'], to: ['GWRITE'], scope: 'bank', gap: nRCD },
    { from: ['ACT'], to: ['PRE'], scope: 'bank', gap: nRAS },
    { from: ['ACT'], to: ['ACT', 'G_ACT'], scope: 'group', gap: nRRDL },
    { from: ['ACT'], to: ['ACT', 'G_ACT'], scope: 'rank', gap: nRRDS },
    { from: ['PRE'], to: ['ACT', 'REF'], scope: 'bank', gap: nRP },
    { from: ['PIM_PRE'], to: ['G_ACT', 'REF'], scope: 'bank', gap: nRP },
    { from: ['GWRITE'], to: ['PRE'], scope: 'bank', gap: nGWRITE },
    { from: ['GWRITE'], to: [...compute, 'READRES'], scope: 'channel', gap: nGWRITE },
    { from: ['G_ACT'], to: ['ACT'], scope: 'group', gap: withOtherBuffer },
    { from: ['G_ACT'], to: ['G_ACT'], scope: 'group', gap: nRC },
    { from: ['G_ACT'], to: ['PIM_PRE'], scope: 'group', gap: nRAS },
    { from: ['G_ACT'], to: ['ACT', 'G_ACT'], scope: 'rank', gap: window },
    { from: ['G_ACT'], to: [...compute, 'READRES'], scope: 'channel', gap: nRCD },
    { from: ['REF'], to: ['ACT', 'G_ACT', 'REF'], scope: 'rank', gap: nRFC },
    { from: ['COMP'], to: ['COMP', 'READRES', 'GWRITE'], scope: 'channel', gap: column },
    { from: ['READRES', 'COMPS_READRES'], to: ['COMP', 'READRES', 'GWRITE'], scope: 'channel', gap: column },
    { from: ['READRES', 'COMPS_READRES'], to: ['G_ACT'], scope: 'channel', gap: nRTP + nRP },
    { from: ['COMP', 'READRES', 'COMPS_READRES'], to: ['PIM_PRE'], scope: 'channel', gap: nRTP },
  ];
  // A row buffer of its own: closing the other one waits for nothing.
  if (!isDual) gaps.push({ from: ['COMP', 'READRES'], to: ['PRE'], scope: 'channel', gap: nRTP });
  return gaps;
}
