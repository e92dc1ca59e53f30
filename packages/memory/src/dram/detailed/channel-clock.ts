import type { Picoseconds } from '@systole/units';

/** Ticks between two restarts: more than any gap has, and even, so that halves of clock periods stay in step. */
const EPOCH = 2 ** 26;

/** The ticks of a controller in event time. A tick is an edge of its clock, rounded up to a whole ps. */
export class ChannelClock {
  readonly #period: number;
  #origin: Picoseconds = 0;
  #first = 0;
  #latest = 0;

  /** @param period ps of a tick, which need not be whole. */
  constructor(period: number) {
    this.#period = period;
  }

  /** Begins a new count of ticks at a time; returns the tick there, which is later than any before. */
  restart(time: Picoseconds): number {
    this.#first = (Math.floor(this.#latest / EPOCH) + 1) * EPOCH;
    this.#latest = this.#first;
    this.#origin = time;
    return this.#first;
  }

  /** Goes on as another clock of the same period does. */
  follow(other: ChannelClock): void {
    this.#origin = other.#origin;
    this.#first = other.#first;
    this.#latest = other.#latest;
  }

  /** Ticks since the last restart: alike clocks that have restarted together have the same. */
  sinceRestart(tick: number): number {
    return tick - this.#first;
  }

  timeOf(tick: number): Picoseconds {
    return this.#origin + Math.ceil((tick - this.#first) * this.#period);
  }

  /** The last tick up to a time. */
  tickAt(time: Picoseconds): number {
    let tick = this.#first + Math.floor((time - this.#origin) / this.#period);
    if (this.timeOf(tick) > time) tick--;
    else if (this.timeOf(tick + 1) <= time) tick++;
    this.#latest = Math.max(this.#latest, tick);
    return tick;
  }
}
