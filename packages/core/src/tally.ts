import { SystoleError } from './errors.ts';
import type { Layout } from './layout.ts';

/**
 * Everything that was counted in a stretch of event time, as flat tables. A tag is a number by which tasks are grouped
 * (the operator kind, say); tables with tags hold one row a tag.
 */
export interface Tally {
  /** ps from the start of the stretch to the end of its last task. */
  duration: number;
  events: number;
  /** [tag][action]: how often. */
  readonly actions: Float64Array;
  /** [tag][reason]: ps of the critical path. Adds up to `duration`. */
  readonly path: Float64Array;
  /** [statistic]. */
  readonly statistics: Float64Array;
  /** [component]: busy ps × resources. */
  readonly busy: Float64Array;
  /** [component]: MACs that were asked for. */
  readonly usefulMacs: Float64Array;
  /** [component]: MACs done only to fill the machine. */
  readonly paddedMacs: Float64Array;
  /** [component]: payload bytes of the transactions that were served. */
  readonly bytes: Float64Array;
}

export function createTally(layout: Layout, tags: number): Tally {
  const components = layout.parts.length;
  return {
    duration: 0,
    events: 0,
    actions: new Float64Array(tags * layout.actions.length),
    path: new Float64Array(tags * layout.reasons.length),
    statistics: new Float64Array(layout.statistics.length),
    busy: new Float64Array(components),
    usefulMacs: new Float64Array(components),
    paddedMacs: new Float64Array(components),
    bytes: new Float64Array(components),
  };
}

export function clearTally(tally: Tally): void {
  tally.duration = 0;
  tally.events = 0;
  tally.actions.fill(0);
  tally.path.fill(0);
  tally.statistics.fill(0);
  tally.busy.fill(0);
  tally.usefulMacs.fill(0);
  tally.paddedMacs.fill(0);
  tally.bytes.fill(0);
}

/** A copy that later counting does not change. */
export function copyTally(tally: Tally): Tally {
  return {
    duration: tally.duration,
    events: tally.events,
    actions: tally.actions.slice(),
    path: tally.path.slice(),
    statistics: tally.statistics.slice(),
    busy: tally.busy.slice(),
    usefulMacs: tally.usefulMacs.slice(),
    paddedMacs: tally.paddedMacs.slice(),
    bytes: tally.bytes.slice(),
  };
}

/** Holds every count to the integers that a double keeps exactly. Throws `limit/exceeded`. */
export function checkTally(tally: Tally): void {
  const { actions, path, statistics, busy, usefulMacs, paddedMacs, bytes } = tally;
  for (const table of [actions, path, statistics, busy, usefulMacs, paddedMacs, bytes]) {
    for (const count of table) {
      if (count <= Number.MAX_SAFE_INTEGER) continue;
      throw new SystoleError({
        code: 'limit/exceeded',
        message: `one stretch of work counts up to ${count}, past 2^53 - 1, up to which counting is exact`,
        hint: 'Shorten the prompt, or look for a parameter that is far too large.',
      });
    }
  }
}
