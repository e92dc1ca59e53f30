import { CONFIDENCES } from '@systole/core';
import type { ActionSummary, OperatorSummary, PathShare, Result } from '@systole/replay';
import { shareOf } from './format.ts';

/** A named amount and its share of the whole that it is part of. */
export interface Part {
  readonly name: string;
  readonly value: number;
  readonly share: number;
}

/** One action of one component, or its static power, as a part of the run's energy. */
export interface EnergyPart {
  readonly component: string;
  readonly action: string;
  /** Left out for static energy, which is not counted. */
  readonly counted?: ActionSummary;
  readonly fj: number;
  readonly share: number;
}

/** The name under which the small rest of a breakdown is shown. */
export const REST = 'other';

/** Sums `value` by name, in order of first appearance. */
export function sumBy<T>(
  items: readonly T[],
  name: (item: T) => string,
  value: (item: T) => number,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const item of items) {
    const key = name(item);
    sums.set(key, (sums.get(key) ?? 0) + value(item));
  }
  return sums;
}

/** ps on the critical path of each component that is on it. */
export function pathByComponent(result: Result): ReadonlyMap<string, number> {
  return sumBy(
    result.criticalPath,
    (part) => part.component,
    (part) => part.ps,
  );
}

/** ps on the critical path of each kind of operator. */
export function timeByOperator(result: Result): ReadonlyMap<string, number> {
  return sumBy(
    result.operators,
    (operator) => operator.kind,
    (operator) => operator.ps,
  );
}

/** fJ of each kind of operator, the static energy of its share of the time included. */
export function energyByOperator(result: Result): ReadonlyMap<string, number> {
  return sumBy(
    result.operators,
    (operator) => operator.kind,
    (operator) => operator.totalFj,
  );
}

/** fJ of each component, static energy included. */
export function energyByComponent(result: Result): ReadonlyMap<string, number> {
  return sumBy(
    result.components,
    (component) => component.name,
    (component) => component.totalFj,
  );
}

/** The largest part of the critical path: what bounded the run. */
export function biggestBound(result: Result): PathShare | undefined {
  return result.criticalPath.reduce<PathShare | undefined>(
    (best, part) => (best === undefined || part.ps > best.ps ? part : best),
    undefined,
  );
}

/** Every action of every component and every static power, largest energy first; ties keep the chip's order. */
export function energyParts(result: Result): readonly EnergyPart[] {
  const whole = result.energy.totalFj;
  const parts: EnergyPart[] = [];
  for (const component of result.components) {
    for (const action of component.actions) {
      parts.push({
        component: component.name,
        action: action.action,
        counted: action,
        fj: action.totalFj,
        share: shareOf(action.totalFj, whole),
      });
    }
    if (component.staticFj > 0) {
      parts.push({
        component: component.name,
        action: 'static power',
        fj: component.staticFj,
        share: shareOf(component.staticFj, whole),
      });
    }
  }
  return parts.filter((part) => part.fj > 0).sort((a, b) => b.fj - a.fj);
}

/**
 * The first `limit` of `items`, which are in order of importance, and the rest as one made by `merge`.
 * A rest of a single item is shown as it is.
 */
export function topOf<T>(items: readonly T[], limit: number, merge: (rest: readonly T[]) => T): readonly T[] {
  return items.length <= limit + 1 ? items : [...items.slice(0, limit), merge(items.slice(limit))];
}

/** Several kinds of operators as one, to be shown as the rest of a list. */
export function mergeOperators(rest: readonly OperatorSummary[]): OperatorSummary {
  const total = (pick: (operator: OperatorSummary) => number): number =>
    rest.reduce((sum, operator) => sum + pick(operator), 0);
  return {
    kind: `${REST} (${rest.length} kinds)`,
    count: total((operator) => operator.count),
    ps: total((operator) => operator.ps),
    share: total((operator) => operator.share),
    macs: total((operator) => operator.macs),
    bytes: total((operator) => operator.bytes),
    dynamicFj: total((operator) => operator.dynamicFj),
    totalFj: total((operator) => operator.totalFj),
    path: rest.flatMap((operator) => operator.path),
  };
}

/** Hits over accesses of the memory with the most bytes among those with rows. */
export function mainRowHitRate(
  result: Result,
): { readonly component: string; readonly rate: number } | undefined {
  let found: { component: string; rate: number; bytes: number } | undefined;
  for (const { name, rowHitRate, bytes } of result.components) {
    if (rowHitRate === undefined || !Number.isFinite(rowHitRate)) continue;
    if (found === undefined || bytes > found.bytes) found = { component: name, rate: rowHitRate, bytes };
  }
  return found;
}

/** Parameters of all components by the confidence of their source, the surest first. */
export function confidenceTotals(result: Result): readonly (readonly [string, number])[] {
  const sums = sumBy(
    result.accuracy.flatMap((note) => Object.entries(note.confidence)),
    ([confidence]) => confidence,
    ([, count]) => count,
  );
  const rank = (name: string): number => {
    const index = CONFIDENCES.findIndex((confidence) => confidence === name);
    return index < 0 ? CONFIDENCES.length : index;
  };
  return [...sums].sort(([a], [b]) => rank(a) - rank(b));
}

/** `prompt 1, generate 1024, batch 1, weights bf16, kv bf16, activations bf16`: what is known of the workload. */
export function workloadFacts(result: Result): readonly (readonly [string, string | number])[] {
  const { prompt, generate, batch, weights, kv, activations } = result.workload;
  const facts: readonly (readonly [string, string | number | undefined])[] = [
    ['prompt', prompt],
    ['generate', generate],
    ['batch', batch],
    ['weights', weights],
    ['kv', kv],
    ['activations', activations],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}
