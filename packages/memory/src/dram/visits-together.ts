import type { Picoseconds } from '@systole/units';
import type { Channel } from './channel.ts';
import type { Geometry } from './timing.ts';
import type { VisitPool } from './visit-pool.ts';
import type { VisitTimes } from './visit-times.ts';

/**
 * Visits of one bank each whose accesses take turns on the data bus. The gap between accesses of one bank group leaves room
 * for those of others: where the queue holds visits of several groups whose rows are open, they are served in rounds of one
 * access each, the older first.
 */
export class VisitsTogether {
  /** Those that are served, as indexes into the pool, in the order of their turns. */
  readonly members: Int32Array;
  size = 0;
  /** Rounds until something changes, and the time of one. */
  rounds = 0;
  period: Picoseconds = 0;
  readonly #pool: VisitPool;
  readonly #times: VisitTimes;
  /** By bank group: the choice in which it has a turn. */
  readonly #taken: Float64Array;
  #choice = 0;

  constructor(geometry: Geometry, pool: VisitPool, times: VisitTimes) {
    this.members = new Int32Array(geometry.columnGroups);
    this.#taken = new Float64Array(geometry.columnGroups);
    this.#pool = pool;
    this.#times = times;
  }

  /**
   * Finds what is served together with `visit`, whose first access is at `time`, and for how long: until one of them has
   * had all of its accesses and, while the bus has room for more, until the next activate at `activate`, until another row
   * can be accessed, or until the queue takes up a visit more, for which `needed` accesses have to leave it.
   */
  choose(channel: Channel, visit: number, time: Picoseconds, activate: Picoseconds, needed: number): void {
    const pool = this.#pool;
    const { pace } = this.#times;
    const most = pace.groupsInTurn;
    const choice = ++this.#choice;
    this.members[0] = visit;
    this.#taken[this.#times.columnGroupOf(visit, 0)] = choice;
    let size = 1;
    let rounds = pool.bursts[visit] ?? 0;
    let until = activate;
    for (let other = 0; other < pool.size && size < most; other++) {
      const group = this.#times.columnGroupOf(other, 0);
      if (this.#taken[group] === choice || this.#times.closedSlot(channel, other) >= 0) continue;
      const ready = this.#times.columnTime(channel, other);
      if (ready > time + size * pace.gap) {
        until = Math.min(until, ready);
        continue;
      }
      this.#taken[group] = choice;
      this.members[size] = other;
      size++;
      rounds = Math.min(rounds, pool.bursts[other] ?? 0);
    }
    if (size < most) {
      rounds = Math.min(rounds, Math.max(1, Math.ceil((until - time) / pace.groupGap)));
      if (needed > 0) rounds = Math.min(rounds, Math.ceil(needed / size));
    }
    this.size = size;
    this.rounds = rounds;
    this.period = Math.max(pace.groupGap, size * pace.gap);
  }

  /** From the first access to access `index`, counted over all of them. */
  offset(index: number): Picoseconds {
    const turns = Math.floor(index / this.size);
    return turns * this.period + (index - turns * this.size) * this.#times.pace.gap;
  }
}
