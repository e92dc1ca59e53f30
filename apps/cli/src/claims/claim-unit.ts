import { parseQuantity } from '@systole/units';
import type { Metric } from './claims-file.ts';

/** What the value of each kind of metric is, and how a unit of it may be written. */
const FAMILIES: Readonly<Record<Metric['kind'], Family>> = {
  'row-hit-rate': 'share',
  'path-share': 'share',
  utilisation: 'share',
  'path-time-per-token': 'time',
  'time-per-token': 'time',
  'implied-baseline': 'time',
  'energy-per-token': 'energy',
  'tokens-per-second': 'rate',
  'decode-tokens-per-second': 'rate',
  'speed-up': 'ratio',
};

type Family = 'share' | 'time' | 'energy' | 'rate' | 'ratio';

const UNITS: Readonly<Record<Exclude<Family, 'time' | 'energy'>, Readonly<Record<string, number>>>> = {
  share: { '%': 0.01 },
  rate: { 'tokens/s': 1 },
  ratio: { x: 1, '×': 1 },
};

const EXAMPLES: Readonly<Record<Family, string>> = {
  share: '"%"',
  time: 'a unit of time such as us',
  energy: 'a unit of energy such as mJ',
  rate: 'tokens/s',
  ratio: 'x',
};

/** What a value in base units is divided by to stand in `unit`; `undefined` where a metric has no such unit. */
export function scaleOf(kind: Metric['kind'], unit: string): number | undefined {
  const family = FAMILIES[kind];
  if (family !== 'time' && family !== 'energy') {
    return Object.hasOwn(UNITS[family], unit) ? UNITS[family][unit] : undefined;
  }
  const one = parseQuantity(`1 ${unit}`, family);
  return one.ok && /^\p{L}/u.test(unit) ? one.value : undefined;
}

/** How the unit of a metric is written, for who wrote another. */
export function unitExample(kind: Metric['kind']): string {
  return EXAMPLES[FAMILIES[kind]];
}
