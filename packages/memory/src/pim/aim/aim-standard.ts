import type { TimingRule } from '../../device/standard.ts';
import type { EngineCommand } from '../command-engine.ts';

/** Commands of an AiM channel. A 16 at the end is for all banks, a 4 for those of a bank group. */
export const AIM_COMMANDS = [
  { name: 'ACT16', scope: 'channel' },
  { name: 'ACT4', scope: 'bankGroup' },
  { name: 'ACT', scope: 'bank' },
  { name: 'PREA', scope: 'channel' },
  { name: 'PRE', scope: 'bank' },
  { name: 'MAC16', scope: 'channel' },
  { name: 'AF16', scope: 'channel' },
  { name: 'EWMUL16', scope: 'channel' },
  { name: 'WRA16', scope: 'channel' },
  { name: 'MAC', scope: 'bank' },
  { name: 'RDCP', scope: 'bank' },
  { name: 'WRCP', scope: 'bank' },
  { name: 'RD', scope: 'bank' },
  { name: 'WR', scope: 'bank' },
  { name: 'WRGB', scope: 'channel' },
  { name: 'WRMAC16', scope: 'channel' },
  { name: 'RDMAC16', scope: 'channel' },
  { name: 'RDAF16', scope: 'channel' },
  { name: 'TMOD', scope: 'channel' },
  { name: 'REFab', scope: 'channel' },
] as const satisfies readonly EngineCommand[];

export type AimCommandName = (typeof AIM_COMMANDS)[number]['name'];

const REGISTER_READS = ['RDMAC16', 'RDAF16'];
const REGISTER_WRITES = ['WRGB', 'WRMAC16'];
const ACTIVATES = ['ACT16', 'ACT4', 'ACT'];
const ALL_BANK_READS = ['MAC16', 'EWMUL16', ...REGISTER_READS];
const BANK_READS = ['RD', 'MAC', 'RDCP'];

/**
 * Least gaps between the commands of AiM, as its open simulator (arkhadem/aim_simulator) has them. The four-activate window
 * is switched off there. `nFAWG` is the step between bank groups where an activation limit opens them one by one, `nCCDMAC`
 * that between MACs of all banks.
 */
export const AIM_RULES: readonly TimingRule[] = [
  // The data bus of the channel.
  { from: ['RD', ...REGISTER_READS], to: ['RD', ...REGISTER_READS], scope: 'channel', gap: 'nBL' },
  {
    from: ['WR', 'WRA16', ...REGISTER_WRITES],
    to: ['WR', 'WRA16', ...REGISTER_WRITES],
    scope: 'channel',
    gap: 'nBL',
  },
  // The bus between bank groups, and those inside them.
  {
    from: [...BANK_READS, 'MAC16', ...REGISTER_READS],
    to: [...BANK_READS, 'MAC16', ...REGISTER_READS],
    scope: 'channel',
    gap: 'nCCDS',
  },
  {
    from: ['WR', 'WRA16', 'WRCP', ...REGISTER_WRITES],
    to: ['WR', 'WRA16', 'WRCP', ...REGISTER_WRITES],
    scope: 'channel',
    gap: 'nCCDS',
  },
  { from: [...BANK_READS, ...ALL_BANK_READS], to: ALL_BANK_READS, scope: 'channel', gap: 'nCCDL' },
  { from: ALL_BANK_READS, to: BANK_READS, scope: 'channel', gap: 'nCCDL' },
  {
    from: ['WR', 'WRA16', 'WRCP', 'WRMAC16', 'EWMUL16'],
    to: ['WRA16', 'WRMAC16', 'EWMUL16'],
    scope: 'channel',
    gap: 'nCCDL',
  },
  { from: ['WRA16', 'WRMAC16', 'EWMUL16'], to: ['WR', 'WRCP'], scope: 'channel', gap: 'nCCDL' },
  { from: BANK_READS, to: BANK_READS, scope: 'bankGroup', gap: 'nCCDL' },
  { from: ['WR', 'WRCP'], to: ['WR', 'WRCP'], scope: 'bankGroup', gap: 'nCCDL' },
  { from: ['MAC16'], to: ['MAC16'], scope: 'channel', gap: 'nCCDMAC' },
  // Reads to writes on the data bus, and back.
  { from: ['RD'], to: ['WR', 'WRA16'], scope: 'channel', gap: 'nCL + nBL + 3 - nCWL + nWPRE' },
  { from: ['RD'], to: ['WRGB'], scope: 'channel', gap: 'nCL + nBL + 3 - nCWLGB + nWPRE' },
  { from: ['RD'], to: ['WRMAC16'], scope: 'channel', gap: 'nCL + nBL + 3 - nCWLREG + nWPRE' },
  { from: REGISTER_READS, to: ['WR', 'WRA16'], scope: 'channel', gap: 'nCLREG + nBL + 3 - nCWL + nWPRE' },
  { from: REGISTER_READS, to: ['WRGB'], scope: 'channel', gap: 'nCLREG + nBL + 3 - nCWLGB + nWPRE' },
  { from: REGISTER_READS, to: ['WRMAC16'], scope: 'channel', gap: 'nCLREG + nBL + 3 - nCWLREG + nWPRE' },
  { from: ['WR'], to: ['RD'], scope: 'channel', gap: 'nCWL + nBL + nWTRS' },
  { from: ['WR'], to: ['RD'], scope: 'bankGroup', gap: 'nCWL + nBL + nWTRL' },
  { from: ['WR'], to: REGISTER_READS, scope: 'channel', gap: 'nCWL + nBL + nWTRL' },
  { from: ['WRA16'], to: ['RD', ...REGISTER_READS], scope: 'channel', gap: 'nCWL + nBL + nWTRL' },
  { from: ['WRGB'], to: ['RD', ...REGISTER_READS], scope: 'channel', gap: 'nCWLGB + nBL + nWTRS' },
  { from: ['WRMAC16'], to: ['RD', ...REGISTER_READS], scope: 'channel', gap: 'nCWLREG + nBL + nWTRL' },
  // Column accesses to precharges.
  { from: [...BANK_READS, 'MAC16', 'AF16', 'EWMUL16'], to: ['PREA'], scope: 'channel', gap: 'nRTP' },
  { from: ['MAC16', 'AF16', 'EWMUL16'], to: ['PRE'], scope: 'channel', gap: 'nRTP' },
  { from: BANK_READS, to: ['PRE'], scope: 'bank', gap: 'nRTP' },
  { from: ['WR', 'WRCP'], to: ['PREA'], scope: 'channel', gap: 'nCWL + nBL + nWR' },
  { from: ['WR', 'WRCP'], to: ['PRE'], scope: 'bank', gap: 'nCWL + nBL + nWR' },
  { from: ['EWMUL16'], to: ['PREA', 'PRE'], scope: 'channel', gap: 'nCWL + nWR' },
  // Rows.
  { from: ['ACT16'], to: ACTIVATES, scope: 'channel', gap: 'nRRDL' },
  { from: ACTIVATES, to: ['ACT16'], scope: 'channel', gap: 'nRRDL' },
  { from: ['ACT', 'ACT4'], to: ['ACT'], scope: 'channel', gap: 'nRRDS' },
  { from: ['ACT', 'ACT4'], to: ['ACT', 'ACT4'], scope: 'bankGroup', gap: 'nRRDL' },
  { from: ['ACT4'], to: ['ACT4'], scope: 'channel', gap: 'nFAWG' },
  { from: ['ACT16'], to: ['ACT16', 'REFab'], scope: 'channel', gap: 'nRC' },
  { from: ['ACT4'], to: ['ACT4'], scope: 'bankGroup', gap: 'nRC' },
  { from: ['ACT'], to: ['ACT'], scope: 'bank', gap: 'nRC' },
  { from: ['ACT', 'ACT4'], to: ['REFab'], scope: 'channel', gap: 'nRC' },
  { from: ACTIVATES, to: ['PREA'], scope: 'channel', gap: 'nRAS' },
  { from: ['ACT16'], to: ['PRE'], scope: 'channel', gap: 'nRAS' },
  { from: ['ACT4'], to: ['PRE'], scope: 'bankGroup', gap: 'nRAS' },
  { from: ['ACT'], to: ['PRE'], scope: 'bank', gap: 'nRAS' },
  { from: ['PREA'], to: ACTIVATES, scope: 'channel', gap: 'nRP' },
  { from: ['PRE'], to: ['ACT16'], scope: 'channel', gap: 'nRP' },
  { from: ['PRE'], to: ['ACT4'], scope: 'bankGroup', gap: 'nRP' },
  { from: ['PRE'], to: ['ACT'], scope: 'bank', gap: 'nRP' },
  { from: ['WRA16'], to: ACTIVATES, scope: 'channel', gap: 'nCWL + nBL + nWR + nRP' },
  // Activates to column accesses.
  { from: ACTIVATES, to: ['MAC16'], scope: 'channel', gap: 'nRCDRDMAC' },
  { from: ACTIVATES, to: ['AF16'], scope: 'channel', gap: 'nRCDRDAF' },
  { from: ACTIVATES, to: ['EWMUL16'], scope: 'channel', gap: 'nRCDEWMUL' },
  { from: ACTIVATES, to: ['WRA16'], scope: 'channel', gap: 'nRCDWR' },
  ...(
    [
      ['MAC', 'nRCDRDMAC'],
      ['RDCP', 'nRCDRDCP'],
      ['RD', 'nRCDRD'],
      ['WRCP', 'nRCDWRCP'],
      ['WR', 'nRCDWR'],
    ] as const
  ).flatMap(([command, gap]): TimingRule[] => [
    { from: ['ACT16'], to: [command], scope: 'channel', gap },
    { from: ['ACT4'], to: [command], scope: 'bankGroup', gap },
    { from: ['ACT'], to: [command], scope: 'bank', gap },
  ]),
  // Refresh.
  { from: ['PREA', 'PRE'], to: ['REFab'], scope: 'channel', gap: 'nRP' },
  { from: ['WRA16'], to: ['REFab'], scope: 'channel', gap: 'nCWL + nBL + nWR + nRP' },
  { from: ['REFab'], to: ACTIVATES, scope: 'channel', gap: 'nRFC' },
  // Modes.
  {
    from: ['TMOD'],
    to: AIM_COMMANDS.map(({ name }) => name).filter((name) => name !== 'TMOD'),
    scope: 'channel',
    gap: 'nMODCH',
  },
];
