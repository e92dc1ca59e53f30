import type { RequestSource } from '../controller/request-source.ts';

/** What all made streams share: a count, and a pace. A kind says where the next request goes. */
export abstract class Stream implements RequestSource {
  address = 0;
  isWrite = false;
  earliest = 0;
  readonly waitsForAll: boolean;

  /** Requests that were made. */
  #made = 0;
  readonly #count: number;
  readonly #interval: number;

  constructor({ count, interval, isDependent }: StreamPace) {
    this.#count = count;
    this.#interval = interval;
    this.waitsForAll = isDependent;
  }

  next(): boolean {
    const index = this.#made;
    if (index >= this.#count) return false;
    this.#made = index + 1;
    this.earliest = index * this.#interval;
    this.move(index);
    return true;
  }

  /** Sets address and direction of request `index`, counted from 0. Called once for each, in order. */
  protected abstract move(index: number): void;
}

export interface StreamPace {
  readonly count: number;
  /** Ticks between the earliest times of two requests. */
  readonly interval: number;
  /** Whether a request waits until every earlier one is done. */
  readonly isDependent: boolean;
}
