import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import type { Plan } from '@systole/mapping';
import type { TraceBlock } from '@systole/trace';

/** A unit, and its part of the work of an operator. */
export interface UnitShare {
  readonly part: ResolvedPart;
  /** 0 to 1; the shares of an operator add up to 1. */
  readonly share: number;
}

/**
 * Which units a mapping gives each operator of a block to. A product belongs to those that do its multiply-accumulates, by how many
 * they do; any other operator to those that work on it. Computing memories stand for the unit that is attached to them.
 */
export function unitsOf(
  chip: ResolvedChip,
  plan: Plan,
  block: TraceBlock,
): readonly (readonly UnitShare[])[] {
  const macs = block.operators.map(() => new Map<ResolvedPart, number>());
  for (const stretch of plan.stretchesOf(block)) {
    for (const task of stretch.tasks()) {
      const found = macs[task.operator];
      if (found === undefined) continue;
      for (const { component, transaction } of task.stages) {
        const unit = unitAt(chip, component, transaction.macs);
        if (unit !== undefined) found.set(unit, (found.get(unit) ?? 0) + (transaction.macs ?? 0));
      }
    }
  }
  return macs.map((found) => {
    const all = [...found].map(([part, amount]) => ({ part, amount }));
    const total = all.reduce((sum, { amount }) => sum + amount, 0);
    if (total === 0) return all.map(({ part }) => ({ part, share: 1 / all.length }));
    return all
      .filter(({ amount }) => amount > 0)
      .map(({ part, amount }) => ({ part, share: amount / total }));
  });
}

function unitAt(chip: ResolvedChip, component: number, macs: number | undefined): ResolvedPart | undefined {
  const part = chip.parts[component];
  if (part?.role === 'compute') return part;
  if (part?.attached === undefined || macs === undefined || macs === 0) return undefined;
  return chip.part(part.attached);
}
