import type { TimingRule } from '../../device/standard.ts';
import type { EngineCommand } from '../command-engine.ts';

/**
 * Commands of a channel of HBM3 with AttAcc's units. AB is for all banks of both pseudo channels, SB for one bank of each
 * bank group, PB for one bank of both pseudo channels.
 */
export const ATTACC_COMMANDS = [
  { name: 'ACTAB', scope: 'bank' },
  { name: 'ACTSB', scope: 'bank' },
  { name: 'ACTPB', scope: 'bank' },
  { name: 'PREA', scope: 'channel' },
  { name: 'PRESB', scope: 'bank' },
  { name: 'PREPB', scope: 'bank' },
  { name: 'REFab', scope: 'channel' },
  { name: 'MACAB', scope: 'bank' },
  { name: 'MACSB', scope: 'bank' },
  { name: 'MACPB', scope: 'bank' },
  { name: 'WRGB', scope: 'bank' },
  { name: 'MVSB', scope: 'bank' },
  { name: 'MVGB', scope: 'bank' },
  { name: 'SFM', scope: 'channel' },
] as const satisfies readonly EngineCommand[];

export type AttAccCommandName = (typeof ATTACC_COMMANDS)[number]['name'];

const ACTIVATES = ['ACTAB', 'ACTSB', 'ACTPB'];
const MOVES = ['WRGB', 'MVSB', 'MVGB', 'SFM'];

/**
 * Least gaps, as AttAcc's simulator has them (scale-snu/attacc_simulator). Data moves share one path, apart from that of the
 * MACs. An all-bank refresh minds only rules of the channel, so that it follows a precharge at once: an activate is what
 * waits for both. `nACTAB` is what opening all banks takes beyond one of them, where an activation limit asks for that.
 */
export const ATTACC_RULES: readonly TimingRule[] = [
  { from: ['MACAB'], to: ['MACAB'], scope: 'channel', gap: 'nCCDAB' },
  { from: ['MACSB'], to: ['MACSB'], scope: 'channel', gap: 'nCCDSB' },
  { from: ['MACPB'], to: ['MACPB'], scope: 'channel', gap: 'nBL' },
  { from: ['MACPB'], to: ['MACPB'], scope: 'rank', gap: 'nCCDS' },
  { from: ['MACPB'], to: ['MACPB'], scope: 'bankGroup', gap: 'nCCDL' },
  { from: MOVES, to: MOVES, scope: 'pseudoChannel', gap: 'nBL' },
  { from: MOVES, to: MOVES, scope: 'rank', gap: 'nCCDS' },
  { from: MOVES, to: MOVES, scope: 'bankGroup', gap: 'nCCDL' },
  // An activate takes two clocks of the row command bus.
  { from: ['ACTAB'], to: ['ACTAB', 'PREA', 'REFab'], scope: 'channel', gap: '2' },
  { from: ['ACTSB'], to: ['ACTSB', 'PREA', 'PRESB', 'REFab'], scope: 'channel', gap: '2' },
  { from: ['ACTPB'], to: ['ACTPB', 'PREA', 'PREPB', 'REFab'], scope: 'channel', gap: '2' },
  { from: ['ACTAB'], to: ['ACTAB'], scope: 'channel', gap: 'nRC + nACTAB' },
  { from: ['ACTAB'], to: ['MACAB'], scope: 'channel', gap: 'nRCDRD + nACTAB' },
  { from: ['ACTAB'], to: ['PREA'], scope: 'channel', gap: 'nRAS + nACTAB' },
  { from: ['MACAB'], to: ['PREA'], scope: 'channel', gap: 'nRTPL' },
  { from: ['PREA'], to: ['ACTAB'], scope: 'channel', gap: 'nRP' },
  { from: ['ACTSB'], to: ['ACTSB'], scope: 'bank', gap: 'nRC' },
  { from: ['ACTSB'], to: ['MACSB'], scope: 'bank', gap: 'nRCDRD' },
  { from: ['ACTSB'], to: ['PRESB'], scope: 'bank', gap: 'nRAS' },
  { from: ['MACSB'], to: ['PRESB'], scope: 'bank', gap: 'nRTPL' },
  { from: ['PRESB'], to: ['ACTSB'], scope: 'bank', gap: 'nRP' },
  { from: ['ACTPB'], to: ['ACTPB'], scope: 'bank', gap: 'nRC' },
  { from: ['ACTPB'], to: ['MACPB'], scope: 'bank', gap: 'nRCDRD' },
  { from: ['ACTPB'], to: ['PREPB'], scope: 'bank', gap: 'nRAS' },
  { from: ['MACPB'], to: ['PREPB'], scope: 'bank', gap: 'nRTPL' },
  { from: ['PREPB'], to: ['ACTPB'], scope: 'bank', gap: 'nRP' },
  { from: ['REFab'], to: ACTIVATES, scope: 'pseudoChannel', gap: 'nRFC' },
];
