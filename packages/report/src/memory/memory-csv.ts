import { csv } from '../csv.ts';
import type { CsvCell } from '../csv.ts';
import type { MemoryRun } from './memory-run.ts';

const HEAD = ['section', 'name', 'quantity', 'unit', 'value'] as const;

/** A run as a long table under `section,name,quantity,unit,value`. Times are in ps, energies in fJ, shares of 1. */
export function memoryCsv(run: MemoryRun): string {
  const { memory, work, counts, commands, latencies, reasons, energy, places, protocol } = run;
  const numbers = (section: string, unit: string, values: Readonly<Record<string, number>>): CsvCell[][] =>
    Object.entries(values).map(([name, value]) => [section, name, '', unit, value]);
  const texts = (section: string, values: Readonly<Record<string, string | number | boolean>>): CsvCell[][] =>
    Object.entries(values).map(([name, value]) => [section, name, '', '', String(value)]);
  return csv(HEAD, [
    ...texts('memory', { name: memory.name, kind: memory.kind, detail: memory.detail, ...memory.settings }),
    ...texts('work', work),
    ['total', 'time', '', 'ps', run.time],
    ['total', 'bytes', '', 'B', run.bytes],
    ['total', 'bandwidth', '', 'B/s', run.bandwidth],
    ['total', 'peak', '', 'B/s', run.peak],
    ...numbers('count', '', counts),
    ...numbers('command', '', commands),
    ...latencies.flatMap(({ name, ...figures }) =>
      Object.entries(figures).map(([figure, value]): CsvCell[] => [
        'latency',
        name,
        figure,
        figure === 'count' ? '' : 'ps',
        value,
      ]),
    ),
    ...reasons.map(({ name, share }): CsvCell[] => ['reason', name, '', '1', share]),
    ...(energy === undefined ? [] : numbers('energy', 'fJ', { ...energy.parts, total: energy.total })),
    ...(places?.shares ?? []).map((share, index): CsvCell[] => [
      places?.what ?? '',
      places?.names[index] ?? '',
      '',
      '1',
      share,
    ]),
    ...(protocol === undefined
      ? []
      : [['protocol', 'violations', '', '', protocol.violations] satisfies CsvCell[]]),
  ]);
}
