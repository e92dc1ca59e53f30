import type { NewtonDevice } from './newton-device.ts';

/** When the ranks of a channel are due for a refresh, one after the other, and what may still start before the next one. */
export class NewtonRefresh {
  readonly #interval: number;
  readonly #refreshedAt: Float64Array;
  #asked = 0;
  #done = 0;
  #isHolding = false;
  /** The clock of the next one. */
  next: number;

  constructor({ ranks, timings }: NewtonDevice) {
    this.#interval = timings.nREFI === 0 ? Infinity : Math.floor(timings.nREFI / ranks);
    this.next = this.#interval;
    this.#refreshedAt = new Float64Array(ranks).fill(-Infinity);
  }

  tick(now: number): void {
    while (now >= this.next) {
      this.#asked += 1;
      this.next += this.#interval;
    }
  }

  get isDue(): boolean {
    return this.#asked > this.#done;
  }

  /** The rank that is due. */
  get rank(): number {
    return this.#done % this.#refreshedAt.length;
  }

  /** Whether work is held back until the next refresh has been. */
  get isHolding(): boolean {
    return this.#isHolding;
  }

  hold(): void {
    this.#isHolding = true;
  }

  done(now: number): void {
    this.#refreshedAt[this.rank] = now;
    this.#done += 1;
    this.#isHolding = false;
  }

  refreshedAt(rank: number): number {
    return this.#refreshedAt[rank] ?? -Infinity;
  }

  /** Whether what starts now and takes some clocks ends before the next refresh. */
  fits(now: number, clocks: number): boolean {
    return this.#slack(now) > clocks;
  }

  /** The first clock at which it no longer fits. */
  lastFit(now: number, clocks: number): number {
    return now + this.#slack(now) - clocks;
  }

  #slack(now: number): number {
    return this.#interval === Infinity ? Infinity : this.#interval - ((now + 1) % this.#interval);
  }
}
