import type { Task } from '@systole/core';
import type { Bench, Observation } from './bench.ts';
import { demand, demandEqual } from './report.ts';

/** What a bench asks for its actions and for being there. */
export interface Prices {
  /** [action] of all parts: its part, its name, and fJ for one. */
  readonly actions: readonly (readonly [part: string, name: string, femtojoules: number])[];
  /** [part]: W. */
  readonly staticPower: readonly number[];
}

/** What the declarations of a bench ask for now. */
export function pricesOf({ parts }: Bench): Prices {
  return {
    actions: parts.flatMap(({ name: part, declaration, values }) =>
      Object.entries(declaration.actions).map(([name, { energy }]) => [part, name, energy(values)] as const),
    ),
    staticPower: parts.map(({ declaration, values }) => declaration.staticPower(values)),
  };
}

/**
 * Throws `LawBroken` when the energy of a stretch is not the sum of its parts: `before` are the prices before it ran,
 * `grouped` is the stretch, and `together` the same with all tasks in group 0.
 */
export function checkEnergy(
  bench: Bench,
  tasks: readonly Task[],
  before: Prices,
  grouped: Observation,
  together: Observation,
): void {
  demandEqual(pricesOf(bench), before, 'the prices after the stretch');
  const columns = before.actions.length;
  const used = new Set(tasks.map(({ tag }) => tag));
  const [sums, expected] = [grouped, together].map(({ tally }) => {
    const totals = Array.from({ length: columns }, () => 0);
    for (const [at, count] of tally.actions.entries()) {
      totals[at % columns] = (totals[at % columns] ?? 0) + count;
    }
    return totals;
  });
  for (const [at, count] of grouped.tally.actions.entries()) {
    const [part, name, price] = before.actions[at % columns] ?? ['', '', 0];
    const group = Math.floor(at / columns);
    const energy = count * price;
    demand(energy >= 0 && energy < Infinity, () => `${count} times ${name} of ${part} cost ${energy} fJ`);
    demand(
      count === 0 || used.has(group),
      () => `group ${group} has no task, and is charged ${count} times ${name} of ${part}`,
    );
  }
  demandEqual(sums, expected, 'the actions of two groups of tasks, beside those of the same tasks in one');
}
