/** Elementary operations by the kind of lane and by price. */
export interface Operations {
  readonly adds: number;
  readonly multiplies: number;
  /** Comparisons, as in a maximum or a clamp; they take an adder's slot. */
  readonly comparisons: number;
  /** Table reads and plain copies of an element; they take an adder's slot. */
  readonly lookups: number;
}

/** Operations from those that are not zero. */
export function operations(some: Partial<Operations>): Operations {
  return { adds: 0, multiplies: 0, comparisons: 0, lookups: 0, ...some };
}

/** The sum of several groups of operations, each done `times` times. */
export function totalOperations(groups: readonly (readonly [times: number, each: Operations])[]): Operations {
  let adds = 0;
  let multiplies = 0;
  let comparisons = 0;
  let lookups = 0;
  for (const [times, each] of groups) {
    adds += times * each.adds;
    multiplies += times * each.multiplies;
    comparisons += times * each.comparisons;
    lookups += times * each.lookups;
  }
  return { adds, multiplies, comparisons, lookups };
}
