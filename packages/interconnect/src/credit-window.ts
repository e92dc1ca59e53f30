import type { Picoseconds } from '@systole/units';

/** Flits that left one after the other, whose room at the far end is known to be free again one after the other. */
interface Burst {
  /** When the room of the first of them can be used again. */
  returnsAt: Picoseconds;
  flits: number;
}

/** When a train of flits left. */
export interface Departure {
  readonly start: Picoseconds;
  /** When the first flit, and when the last one, has left. */
  readonly firstOut: Picoseconds;
  readonly end: Picoseconds;
  /** Time between start and end in which no credit was left. */
  readonly stalled: Picoseconds;
}

/**
 * Credit-based flow control, exactly, without an event for each flit: a sender with a credit for each flit that the
 * receiver has room for, which comes back a `loop` after the flit began to leave. Flit i leaves at
 *
 *     s(i) = max(s(i-1) + flit time, s(i - credits) + loop)
 *
 * Where all credits return before the last of them is spent, that is never slower than the wires. Otherwise flits leave in
 * bursts, of which the window holds the runs that are under way. A max-plus recurrence whose every flit has waited for its
 * credit repeats itself: from then on each `loop` carries `credits` flits, and a train of any length costs a few steps.
 */
export class CreditWindow {
  readonly #credits: number;
  readonly #loop: Picoseconds;
  readonly #isEndless: boolean;
  readonly #timeOf: (flits: number) => Picoseconds;
  #bursts: Burst[] = [];
  /** Credits that are not under way. */
  #free: number;

  /**
   * `credits` is 0 where there are always enough. `timeOf` says how long a number of flits takes on the wires; `loop` is at least the
   * time of one.
   */
  constructor(credits: number, loop: Picoseconds, timeOf: (flits: number) => Picoseconds) {
    this.#credits = credits;
    this.#loop = loop;
    this.#timeOf = timeOf;
    this.#free = credits;
    this.#isEndless = credits === 0 || timeOf(credits) >= loop;
  }

  /** Sends `flits` flits (at least one) on wires that are free from `at` on. */
  send(flits: number, at: Picoseconds): Departure {
    const alone = this.#timeOf(flits);
    if (this.#isEndless) return { start: at, firstOut: at + this.#timeOf(1), end: at + alone, stalled: 0 };
    this.#collect(at);
    let start = -1;
    let end = at;
    let left = flits;
    let waitedInARow = 0;
    while (left > 0) {
      const { from, flits: sent, waited } = this.#next(end, left);
      if (start < 0) start = from;
      this.#push(from, sent);
      left -= sent;
      end = from + this.#timeOf(sent);
      waitedInARow = waited ? waitedInARow + sent : 0;
      if (waitedInARow >= this.#credits && left >= this.#credits) {
        const rounds = Math.floor(left / this.#credits);
        for (const burst of this.#bursts) burst.returnsAt += rounds * this.#loop;
        end += rounds * this.#loop;
        left -= rounds * this.#credits;
      }
    }
    return { start, firstOut: start + this.#timeOf(1), end, stalled: Math.max(0, end - start - alone) };
  }

  /** The bursts that are under way: for each, when its first credit returns from `now`, and its flits. */
  save(now: Picoseconds): readonly number[] {
    this.#collect(now);
    return this.#bursts.flatMap(({ returnsAt, flits }) => [returnsAt - now, flits]);
  }

  load(state: readonly number[], now: Picoseconds): void {
    this.#bursts = [];
    this.#free = this.#credits;
    for (let at = 0; at < state.length; at += 2) {
      const flits = state[at + 1] ?? 0;
      this.#bursts.push({ returnsAt: now + (state[at] ?? 0), flits });
      this.#free -= flits;
    }
  }

  /** When up to `wanted` next flits leave: on free credits at once, or as a burst under way returns its own. */
  #next(at: Picoseconds, wanted: number): { from: Picoseconds; flits: number; waited: boolean } {
    const [oldest] = this.#bursts;
    if (this.#free > 0 || oldest === undefined) {
      const flits = Math.min(wanted, Math.max(1, this.#free));
      this.#free -= flits;
      return { from: at, flits, waited: false };
    }
    const { returnsAt } = oldest;
    const flits = Math.min(wanted, oldest.flits);
    if (flits === oldest.flits) {
      this.#bursts.shift();
    } else {
      oldest.returnsAt += this.#timeOf(flits);
      oldest.flits -= flits;
    }
    return { from: Math.max(at, returnsAt), flits, waited: returnsAt >= at };
  }

  /** Notes flits that leave from `from` on; those that follow directly on others are one burst with them. */
  #push(from: Picoseconds, flits: number): void {
    const returnsAt = from + this.#loop;
    const newest = this.#bursts.at(-1);
    if (newest !== undefined && newest.returnsAt + this.#timeOf(newest.flits) === returnsAt) {
      newest.flits += flits;
    } else {
      this.#bursts.push({ returnsAt, flits });
    }
  }

  /** Takes back the credits of bursts of which the last has returned by `at`. */
  #collect(at: Picoseconds): void {
    for (;;) {
      const [oldest] = this.#bursts;
      if (oldest === undefined || oldest.returnsAt + this.#timeOf(oldest.flits - 1) > at) return;
      this.#bursts.shift();
      this.#free += oldest.flits;
    }
  }
}
