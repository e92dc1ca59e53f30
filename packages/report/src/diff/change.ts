/** A figure before and after. `undefined` where one of the results has no such figure. */
export interface Change {
  readonly name: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** After minus before; what is not there counts as nothing. */
  readonly change: number;
  /** The change as a share of what it was before; `undefined` where that was nothing. */
  readonly relative: number | undefined;
}

export function changeOf(name: string, before: number | undefined, after: number | undefined): Change {
  const change = (after ?? 0) - (before ?? 0);
  const relative = change === 0 ? 0 : change / (before ?? 0);
  return { name, before, after, change, relative: Number.isFinite(relative) ? relative : undefined };
}

/** How far a figure moved, whichever way; a figure that came from nothing moved without bound. */
export function movedBy({ relative }: Change): number {
  return relative === undefined ? Infinity : Math.abs(relative);
}

/** The figures of two tables by name, the biggest change first; ties keep the order in which names first appear. */
export function changesBetween(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): readonly Change[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .map((name) => changeOf(name, before.get(name), after.get(name)))
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
}
