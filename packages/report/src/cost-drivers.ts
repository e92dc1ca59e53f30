import type { Result } from '@systole/replay';
import { energyParts } from './breakdown.ts';
import { percent, shorten } from './format.ts';

/** Where most of the time went: the largest parts of the critical path as `component reason 40.1 %`, names cut to `width`. */
export function timeDrivers(result: Result, count: number, width: number): readonly string[] {
  const sorted = [...result.criticalPath].filter(({ ps }) => ps > 0).sort((a, b) => b.ps - a.ps);
  return sorted
    .slice(0, count)
    .map(({ component, reason, share }) => `${shorten(`${component} ${reason}`, width)} ${percent(share)}`);
}

/** Where most of the energy went: the largest actions as `component action 40.1 %`, names cut to `width`. */
export function energyDrivers(result: Result, count: number, width: number): readonly string[] {
  return energyParts(result)
    .slice(0, count)
    .map(({ component, action, share }) => `${shorten(`${component} ${action}`, width)} ${percent(share)}`);
}
