import type { Preset } from '@systole/core';
import { CURRENT_TABLE } from './current-table.ts';
import { TIMING_TABLE } from './timing-table.ts';

const ABSENT = '-';

const TIMINGS = [
  'CL',
  'CWL',
  'RCD',
  'RCDWR',
  'RP',
  'RAS',
  'RC',
  'WR',
  'RTP',
  'CCDS',
  'CCDL',
  'CCDLWR',
  'RRDS',
  'RRDL',
  'FAW',
  'WTRS',
  'WTRL',
  'RTW',
  'RFC',
  'REFI',
  'RowCommand',
] as const;

const CURRENTS = ['IDD0', 'IDD2N', 'IDD3N', 'IDD4R', 'IDD4W', 'IDD5'] as const;

/** Organisation and timing of each device of the timing table, and the currents of each of the current table. */
export const dramPresets: Readonly<Record<string, Preset>> = Object.fromEntries([
  ...rowsOf(TIMING_TABLE).map(timingPreset),
  ...rowsOf(CURRENT_TABLE).map(currentPreset),
]);

type Row = (column: string) => string;

/** The lines of a table of words, each as a function from the name of a column to its word. */
function rowsOf(table: string): readonly Row[] {
  const [head = [], ...lines] = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return lines.map((words) => (column) => words[head.indexOf(column)] ?? ABSENT);
}

function timingPreset(row: Row): [string, Preset] {
  const period = Number(row('tCK'));
  const values: Record<string, string | number> = {
    bankGroups: Number(row('groups')),
    banksPerGroup: Number(row('banks')),
    rowsPerBank: Number(row('rows')),
    rowBytes: `${row('row')} B`,
    burstBytes: `${row('burst')} B`,
    dataPins: Number(row('pins')),
    pinRate: `${row('MT/s')} MT/s`,
    devicesPerChannel: row('devices'),
  };
  for (const timing of TIMINGS) {
    const periods = row(timing);
    if (periods !== ABSENT) values[`t${timing}`] = `${Number(periods) * period} ps`;
  }
  if (row('FAW') === ABSENT) values.tFAW = '0 ps';
  const source = `CMU-SAFARI/ramulator2 v2.1 (commit c5b1c3a), ${row('organisation')} at ${row('timing')}`;
  const help = `Organisation and timing of ${row('organisation')} at ${row('MT/s')} MT/s`;
  return [row('preset'), { help, values, source: { source, confidence: 'secondary' } }];
}

function currentPreset(row: Row): [string, Preset] {
  const values: Record<string, string> = { VDD: `${row('VDD')} V` };
  for (const current of CURRENTS) values[current] = `${row(current)} mA`;
  const [simulator = '', file = ''] = row('source').split(':');
  const owner =
    simulator === 'DRAMsim3' ? 'umd-memsys/DRAMsim3 (commit 2981759), configs' : 'CMU-SAFARI/ramulator2';
  const help = `Voltage and currents of one device, from ${file}`;
  const source = `${owner}/${file}`;
  return [row('preset'), { help, values, source: { source, confidence: 'secondary' } }];
}
