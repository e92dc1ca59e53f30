import type { Level } from '../../src/device/level.ts';
import { LEVELS } from '../../src/device/level.ts';
import { evaluateGap } from '../../src/device/gap.ts';
import type { TimingRule } from '../../src/device/standard.ts';

export interface LoggedCommand {
  readonly clock: number;
  readonly name: string;
  readonly bank: number;
}

/** Every pair of commands of a log that is closer than a rule allows, found by looking at all pairs. */
export function brokenGaps(
  log: readonly LoggedCommand[],
  rules: readonly TimingRule[],
  timings: Readonly<Record<string, number>>,
  counts: Readonly<Partial<Record<Level, number>>>,
): string[] {
  const broken: string[] = [];
  for (const { from, to, scope, gap } of rules) {
    const least = evaluateGap(gap, timings);
    const inner = LEVELS.slice(LEVELS.indexOf(scope) + 1).reduce(
      (size, level) => size * (counts[level] ?? 1),
      1,
    );
    log.forEach((later, i) => {
      if (!to.includes(later.name)) return;
      for (let j = i - 1; j >= 0; j--) {
        const earlier = log[j];
        if (earlier === undefined || later.clock - earlier.clock >= least) break;
        if (!from.includes(earlier.name)) continue;
        if (scope !== 'channel' && Math.floor(earlier.bank / inner) !== Math.floor(later.bank / inner))
          continue;
        broken.push(
          `${earlier.name} at ${earlier.clock}, ${later.name} at ${later.clock}: ${gap} is ${least}`,
        );
      }
    });
  }
  return broken;
}
