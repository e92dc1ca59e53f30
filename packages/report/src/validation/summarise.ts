import type { ValidationBound, ValidationCase, ValidationRow } from './validation-report.ts';

/** What a group is called, and what it is held to. */
export interface ValidationGroup {
  readonly group: string;
  readonly bounds: readonly { readonly within: number; readonly of: number }[];
}

/** Puts cases into groups, in the order in which those first come, and holds each group to its bounds. */
export function summariseCases(
  cases: readonly ValidationCase[],
  groupOf: (each: ValidationCase) => ValidationGroup,
): readonly ValidationRow[] {
  const groups = new Map<string, { readonly group: ValidationGroup; readonly cases: ValidationCase[] }>();
  for (const each of cases) {
    const group = groupOf(each);
    const key = `${each.peer} ${group.group}`;
    const found = groups.get(key);
    if (found === undefined) groups.set(key, { group, cases: [each] });
    else found.cases.push(each);
  }
  return [...groups.values()].map(({ group, cases: own }) => rowOf(group, own));
}

function rowOf({ group, bounds }: ValidationGroup, cases: readonly ValidationCase[]): ValidationRow {
  const sorted = [...cases].sort((a, b) => Math.abs(a.error) - Math.abs(b.error));
  const sizes = sorted.map(({ error }) => Math.abs(error));
  // The least error that at least this share of the cases keeps within.
  const at = (share: number): number => sizes[Math.ceil(share * sizes.length) - 1] ?? 0;
  const held = bounds.map(({ within, of }): ValidationBound => {
    const count = sizes.filter((size) => size <= within).length;
    return { within, of, cases: count, holds: count >= of * sizes.length };
  });
  const last = sorted.at(-1);
  return {
    peer: cases[0]?.peer ?? '',
    group,
    cases: cases.length,
    median: at(0.5),
    p95: at(0.95),
    worst: at(1),
    worstCase: last === undefined ? '' : `${last.id}, ${last.quantity}`,
    bounds: held,
    ...(held.length === 0 ? {} : { holds: held.every(({ holds }) => holds) }),
  };
}
