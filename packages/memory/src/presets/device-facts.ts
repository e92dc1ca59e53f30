import type { Level } from '../device/level.ts';
import { TIMING_TABLES } from './timing-tables.ts';

/** What the tables say of one device. */
export interface DeviceFacts {
  /** Of the preset: `ddr4-8gb-x8-3200aa`. */
  readonly name: string;
  readonly standard: string;
  /** Names of the organisation and of the timing at the source. */
  readonly organisation: string;
  readonly timing: string;
  /** Of a pin, in MT/s. */
  readonly rate: number;
  /** ps. */
  readonly clockPeriod: number;
  readonly counts: Readonly<Record<Level, number>>;
  readonly rowsPerBank: number;
  readonly rowBytes: number;
  readonly burstBytes: number;
  readonly dataPins: number;
  /** Devices that act as one channel; a half where a device is two. */
  readonly devices: number;
  /** In clock periods, by name. */
  readonly timings: Readonly<Record<string, number>>;
}

const LEVEL_COLUMNS: Readonly<Record<Level, string>> = {
  channel: 'channels',
  pseudoChannel: 'pseudoChannels',
  rank: 'ranks',
  stackId: 'stacks',
  bankGroup: 'groups',
  bank: 'banks',
};

/** Every device of the tables, in their order. */
export const DEVICE_FACTS: readonly DeviceFacts[] = Object.entries(TIMING_TABLES).flatMap(
  ([standard, table]) => factsOf(standard, table),
);

/** The source of a device's facts. */
export function sourceOf({ organisation, timing }: DeviceFacts): string {
  return `CMU-SAFARI/ramulator2 v2.1 (commit c5b1c3a), ${organisation} at ${timing}`;
}

function factsOf(standard: string, table: string): readonly DeviceFacts[] {
  const [head = [], ...lines] = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return lines.map((words) => {
    const word = (column: string): string => words[head.indexOf(column)] ?? '';
    const count = (level: Level): number => {
      const column = LEVEL_COLUMNS[level];
      return head.includes(column) ? Number(word(column)) : 1;
    };
    return {
      name: word('preset'),
      standard,
      organisation: word('organisation'),
      timing: word('timing'),
      rate: Number(word('MT/s')),
      clockPeriod: Number(word('tCK')),
      counts: {
        channel: 1,
        pseudoChannel: count('pseudoChannel'),
        rank: count('rank'),
        stackId: count('stackId'),
        bankGroup: count('bankGroup'),
        bank: count('bank'),
      },
      rowsPerBank: Number(word('rows')),
      rowBytes: Number(word('row')),
      burstBytes: Number(word('burst')),
      dataPins: Number(word('pins')),
      devices: Number(word('devices')),
      timings: Object.fromEntries(
        head.filter((column) => column.startsWith('n')).map((column) => [column, Number(word(column))]),
      ),
    };
  });
}
