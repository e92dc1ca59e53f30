import type { Result } from '@systole/replay';
import { pathByComponent } from '../breakdown.ts';
import { shareOf } from '../format.ts';
import { assignColours, COLOURS } from './palette.ts';

/**
 * A colour for each component that matters most for time or energy in any of the results, in the order of the chip;
 * the same in every chart of a page.
 */
export function componentColours(results: readonly Result[]): ReadonlyMap<string, string> {
  const weights = new Map<string, number>();
  for (const result of results) {
    const path = pathByComponent(result);
    for (const { name, totalFj } of result.components) {
      const time = shareOf(path.get(name) ?? 0, result.time.total.ps);
      const energy = shareOf(totalFj, result.energy.totalFj);
      weights.set(name, Math.max(weights.get(name) ?? 0, time, energy));
    }
  }
  const first = [...weights].sort(([, a], [, b]) => b - a).slice(0, COLOURS.series.length);
  const chosen = new Set(first.map(([name]) => name));
  return assignColours([...weights.keys()].filter((name) => chosen.has(name)));
}

/** The colour of a component, grey for one without. */
export function colourOf(colours: ReadonlyMap<string, string>, component: string): string {
  return colours.get(component) ?? COLOURS.grey;
}
