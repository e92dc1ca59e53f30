import type { RequestPool } from './request-pool.ts';

/** A transaction queue of `bank-queues`: requests in the order of arrival that have no place in a command queue yet. */
export class BankQueueTransactions {
  readonly capacity: number;
  size = 0;
  /** -1 where there is none. */
  first = -1;
  readonly #pool: RequestPool;
  #last = -1;

  constructor(pool: RequestPool, capacity: number) {
    this.#pool = pool;
    this.capacity = capacity;
  }

  get isFull(): boolean {
    return this.size >= this.capacity;
  }

  push(slot: number): void {
    const { next, previous } = this.#pool;
    next[slot] = -1;
    previous[slot] = this.#last;
    if (this.#last >= 0) next[this.#last] = slot;
    else this.first = slot;
    this.#last = slot;
    this.size++;
  }

  remove(slot: number): void {
    const { next, previous } = this.#pool;
    const after = next[slot] ?? -1;
    const before = previous[slot] ?? -1;
    if (before >= 0) next[before] = after;
    else this.first = after;
    if (after >= 0) previous[after] = before;
    else this.#last = before;
    this.size--;
  }
}
