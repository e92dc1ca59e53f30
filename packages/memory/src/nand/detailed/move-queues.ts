import { NONE } from './operation-pool.ts';
import type { OperationPool } from './operation-pool.ts';

/** Pages that wait for the data bus of each channel, first in, first out; urgent ones go before all others. */
export class MoveQueues {
  readonly #pool: OperationPool;
  /** By channel and urgency, linked by `next`. */
  readonly #head: Int32Array;
  readonly #tail: Int32Array;

  constructor(pool: OperationPool, channels: number) {
    this.#pool = pool;
    this.#head = new Int32Array(channels * 2).fill(NONE);
    this.#tail = new Int32Array(channels * 2).fill(NONE);
  }

  /** Puts the pages of a group behind the others. Returns how many there are. */
  add(channel: number, first: number): number {
    const { isUrgent, next } = this.#pool;
    let index = first;
    let pages = 0;
    while (index !== NONE) {
      const after = next[index] ?? NONE;
      const at = channel * 2 + (isUrgent[index] ?? 0);
      const tail = this.#tail[at] ?? NONE;
      if (tail === NONE) this.#head[at] = index;
      else next[tail] = index;
      this.#tail[at] = index;
      next[index] = NONE;
      pages++;
      index = after;
    }
    return pages;
  }

  /** Takes the page whose turn it is; `NONE` when there is none. */
  take(channel: number): number {
    const urgent = channel * 2 + 1;
    const at = this.#head[urgent] === NONE ? channel * 2 : urgent;
    const index = this.#head[at] ?? NONE;
    if (index === NONE) return NONE;
    this.#head[at] = this.#pool.next[index] ?? NONE;
    if (this.#head[at] === NONE) this.#tail[at] = NONE;
    return index;
  }
}
