import type { Result } from '@systole/replay';
import { energyByOperator, timeByOperator } from '../breakdown.ts';
import { shareOf } from '../format.ts';
import { assignColours, COLOURS } from './palette.ts';

/** A colour for each kind of operator that matters most for time or energy in any of the results, the most important first. */
export function operatorColours(results: readonly Result[]): ReadonlyMap<string, string> {
  const weights = new Map<string, number>();
  for (const result of results) {
    const wholes = [
      [timeByOperator(result), result.time.total.ps],
      [energyByOperator(result), result.energy.totalFj],
    ] as const;
    for (const [amounts, whole] of wholes) {
      for (const [kind, amount] of amounts) {
        weights.set(kind, Math.max(weights.get(kind) ?? 0, shareOf(amount, whole)));
      }
    }
  }
  const ranked = [...weights].sort(([, a], [, b]) => b - a).slice(0, COLOURS.series.length);
  return assignColours(ranked.map(([kind]) => kind));
}
