import type { Preset } from '@systole/core';
import { evaluateGap } from '../device/gap.ts';
import { DRAM_STANDARDS } from '../device/standards.ts';
import { CURRENT_TABLE } from './current-table.ts';
import { DEVICE_FACTS, sourceOf } from './device-facts.ts';
import type { DeviceFacts } from './device-facts.ts';

/** The parameters of `memory/dram`, and under which of their names the standards keep them. */
const TIMINGS: Readonly<Record<string, readonly string[]>> = {
  CL: ['nCL', 'nRL'],
  CWL: ['nCWL', 'nWL'],
  RCD: ['nRCD', 'nRCDRD', 'nRCDr'],
  RCDWR: ['nRCDWR', 'nRCDw'],
  RP: ['nRP'],
  RAS: ['nRAS'],
  RC: ['nRC'],
  // LPDDR6 counts its write-to-precharge time as others count write recovery.
  WR: ['nWR', 'nWTP'],
  RTP: ['nRTP', 'nRTPL', 'nRTPSB'],
  CCDS: ['nCCDS', 'nCCD'],
  // GDDR7 has no bank groups, so that every bank stands as its own.
  CCDL: ['nCCDL', 'nCCDSB', 'nCCD'],
  CCDLWR: ['nCCDL_WR'],
  RRDS: ['nRRDS', 'nRRD'],
  RRDL: ['nRRDL', 'nRRD'],
  FAW: ['nFAW'],
  WTRS: ['nWTRS', 'nWTR'],
  WTRL: ['nWTRL', 'nWTRSB', 'nWTR'],
  RTW: ['nRTW', 'nRTW_S'],
  RFC: ['nRFC', 'nRFCab'],
  REFI: ['nREFI'],
  RFCpb: ['nRFCpb'],
  REFIpb: ['nREFIpb'],
  RREFD: ['nRREFD', 'nPBR2ACT'],
  PBR2PBR: ['nPBR2PBR'],
  RowCommand: [],
  PrechargeCommand: [],
  PPD: ['nPPD'],
  CS: ['nCS'],
  CCDR: ['nCCDR'],
};

const CURRENTS = ['IDD0', 'IDD2N', 'IDD3N', 'IDD4R', 'IDD4W', 'IDD5'] as const;

/** Organisation and timing of each device of the timing tables, and the currents of each of the current table. */
export const dramPresets: Readonly<Record<string, Preset>> = Object.fromEntries([
  ...DEVICE_FACTS.map(timingPreset),
  ...rowsOf(CURRENT_TABLE).map(currentPreset),
]);

/** Everything per pseudo channel where there are any; stack levels count as further banks of a group. */
function timingPreset(facts: DeviceFacts): [string, Preset] {
  const { counts, clockPeriod } = facts;
  const groups = DRAM_STANDARDS[facts.standard]?.levels.includes('bankGroup') ?? false;
  const isUngrouped = facts.timings.nCCDSB !== undefined;
  const banks = counts.rank * counts.stackId * counts.bank;
  const values: Record<string, string | number> = {
    bankGroups: isUngrouped ? banks : groups ? counts.bankGroup : 1,
    banksPerGroup: isUngrouped ? 1 : banks,
    rowsPerBank: facts.rowsPerBank,
    rowBytes: `${facts.rowBytes} B`,
    burstBytes: `${facts.burstBytes} B`,
    dataPins: facts.dataPins,
    pinRate: `${facts.rate} MT/s`,
    devicesPerChannel: `${facts.devices}`,
    standard: facts.standard,
    clockPeriod: `${clockPeriod} ps`,
    pseudoChannels: counts.pseudoChannel,
    ranks: counts.rank,
    stackLevels: counts.stackId,
  };
  for (const timing of Object.keys(TIMINGS)) {
    const periods = periodsOf(timing, facts);
    if (periods !== undefined) values[`t${timing}`] = `${periods * clockPeriod} ps`;
  }
  if (values.tFAW === undefined) values.tFAW = '0 ps';
  const help = `Organisation and timing of ${facts.organisation} at ${facts.rate} MT/s`;
  return [facts.name, { help, values, source: { source: sourceOf(facts), confidence: 'secondary' } }];
}

function periodsOf(timing: string, facts: DeviceFacts): number | undefined {
  const name = TIMINGS[timing]?.find((candidate) => candidate in facts.timings);
  if (name !== undefined) return facts.timings[name];
  if (timing === 'RTW') return turnaroundOf(facts);
  if (timing === 'REFIpb') return bankIntervalOf(facts);
  if (timing === 'RowCommand') return rowCommandOf(facts)?.both;
  return timing === 'PrechargeCommand' ? rowCommandOf(facts)?.precharge : undefined;
}

/** Where a table gives the refresh of one bank and no interval, every bank has its turn within nREFI. */
function bankIntervalOf({ counts, timings }: DeviceFacts): number | undefined {
  if (timings.nRFCpb === undefined || timings.nREFI === undefined) return undefined;
  return Math.floor(timings.nREFI / (counts.stackId * counts.bankGroup * counts.bank));
}

/** From a read to a write of the same rank or (pseudo) channel; nothing of DDR3 and HBM, where the parameter's default holds. */
function turnaroundOf({ standard, timings }: DeviceFacts): number | undefined {
  if (standard === 'DDR3' || standard === 'HBM1') return undefined;
  const rule = DRAM_STANDARDS[standard]?.rules.find(
    ({ from, to, siblings }) =>
      siblings === undefined && from[0]?.startsWith('RD') === true && to[0]?.startsWith('WR') === true,
  );
  return rule === undefined ? undefined : evaluateGap(rule.gap, timings);
}

/**
 * Clock periods that the activate and the precharge of a row take on the row command bus, times the pseudo channels that share
 * it, where that may be more than the activates keep apart anyway.
 */
function rowCommandOf({
  standard,
  counts,
  timings,
}: DeviceFacts): { readonly both: number; readonly precharge: number } | undefined {
  const { rowBus = false, commands = [] } = DRAM_STANDARDS[standard] ?? {};
  if (!rowBus || timings.nFAW === undefined) return undefined;
  const clocks = (name: string): number => commands.find((command) => command.name === name)?.clocks ?? 1;
  const precharge = clocks('PREpb') * counts.pseudoChannel;
  const both = clocks('ACT') * counts.pseudoChannel + precharge;
  return both > Math.max(timings.nRRDS ?? 0, timings.nFAW / 4) ? { both, precharge } : undefined;
}

type Row = (column: string) => string;

/** The lines of a table of words, each as a function from the name of a column to its word. */
function rowsOf(table: string): readonly Row[] {
  const [head = [], ...lines] = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return lines.map((words) => (column) => words[head.indexOf(column)] ?? '-');
}

function currentPreset(row: Row): [string, Preset] {
  const values: Record<string, string> = { VDD: `${row('VDD')} V` };
  for (const current of CURRENTS) values[current] = `${row(current)} mA`;
  if (row('IDD5PB') !== '-') values.IDD5PB = `${row('IDD5PB')} mA`;
  const [simulator = '', file = ''] = row('source').split(':');
  const owner =
    simulator === 'DRAMsim3' ? 'umd-memsys/DRAMsim3 (commit 2981759), configs' : 'CMU-SAFARI/ramulator2';
  const help = `Voltage and currents of one device, from ${file}`;
  const source = `${owner}/${file}`;
  return [row('preset'), { help, values, source: { source, confidence: 'secondary' } }];
}
