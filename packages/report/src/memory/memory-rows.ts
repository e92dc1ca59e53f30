import { clean, compact, NONE, percent, plain, quantity, shareOf } from '../format.ts';
import type { MemoryRun } from './memory-run.ts';

export type MemoryRow = readonly [name: string, value: string];

const BITS = 8;
const FEMTOJOULES_PER_PICOJOULE = 1000;

/** The time and the bandwidth, as rows of a name and what is to be read beside it. */
export function headlineRows({ time, bandwidth, peak, bytes }: MemoryRun): readonly MemoryRow[] {
  const share = peak === undefined ? '' : ` of ${quantity(peak, 'bandwidth')}, ${percent(bandwidth / peak)}`;
  return [
    ['time', quantity(time, 'time')],
    ...(bytes > 0 ? [['bandwidth', `${quantity(bandwidth, 'bandwidth')}${share}`] as const] : []),
  ];
}

export function latencyRows({ latencies }: MemoryRun): readonly (readonly string[])[] {
  return latencies
    .filter(({ count }) => count > 0)
    .map(({ name, mean, p50, p95, p99, most, least }) => [
      name,
      ...[mean, least, p50, p95, p99, most].map((time) => nanoseconds(time)),
    ]);
}

export const LATENCY_HEADS = ['latency in ns', 'mean', 'least', 'p50', 'p95', 'p99', 'most'] as const;

function nanoseconds(time: number): string {
  return plain(Number((time / 1000).toPrecision(4)));
}

/** Counts that are whole in all their digits, or shortened. */
export function countRows(counts: Readonly<Record<string, number>>): readonly MemoryRow[] {
  return Object.entries(counts).map(([name, count]) => [clean(name), shown(count)]);
}

function shown(count: number): string {
  return count < 1e7 ? plain(count) : compact(count);
}

/** Energy by part, the largest first, then the total. */
export function energyRows({ energy, bytes }: MemoryRun): readonly (readonly string[])[] {
  if (energy === undefined) return [];
  const bits = bytes * BITS;
  const row = (name: string, value: number): readonly string[] => [
    name,
    quantity(value, 'energy'),
    percent(shareOf(value, energy.total)),
    bits > 0 ? plain(Number((value / bits / FEMTOJOULES_PER_PICOJOULE).toPrecision(4))) : NONE,
  ];
  const parts = Object.entries(energy.parts).filter(([, value]) => value > 0);
  return [
    ...parts.sort(([, a], [, b]) => b - a).map(([name, value]) => row(name, value)),
    row('total', energy.total),
  ];
}

export const ENERGY_HEADS = ['energy', '', 'share', 'pJ/bit'] as const;

/** The range of the total, where there is one. */
export function energyRange({ energy }: MemoryRun): string {
  if (energy === undefined || energy.least === energy.most) return '';
  return `The total lies between ${quantity(energy.least, 'energy')} and ${quantity(energy.most, 'energy')}.`;
}

/** `random-read, 100,000 requests of 64 B`. */
export function workText({ work }: MemoryRun): string {
  return pairs(work);
}

export function pairs(values: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) => `${clean(name)} ${typeof value === 'number' ? plain(value) : clean(String(value))}`,
    )
    .join(', ');
}
