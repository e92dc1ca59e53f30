import type { RequestPool } from './request-pool.ts';
import { CLOSED } from './request-queue.ts';

/** The command queues of `bank-queues`: for each bank the requests that go to it next, in the order in which they came. */
export class BankQueues {
  /** Requests in all queues. */
  total = 0;
  /** Requests in the queue of a bank. */
  readonly size: Int32Array;
  /** First of a bank; -1 where there is none. */
  readonly head: Int32Array;
  /** First read, and first write, of a bank with an open row that is for that row; -1 where there is none. */
  readonly hitRead: Int32Array;
  readonly hitWrite: Int32Array;
  readonly #pool: RequestPool;
  readonly #openRow: Int32Array;
  readonly #tail: Int32Array;
  #count = 0;

  /** @param openRow The open row of each bank, kept by the controller. */
  constructor(pool: RequestPool, openRow: Int32Array) {
    const banks = openRow.length;
    this.size = new Int32Array(banks);
    this.head = new Int32Array(banks).fill(-1);
    this.hitRead = new Int32Array(banks).fill(-1);
    this.hitWrite = new Int32Array(banks).fill(-1);
    this.#pool = pool;
    this.#openRow = openRow;
    this.#tail = new Int32Array(banks).fill(-1);
  }

  push(slot: number): void {
    const pool = this.#pool;
    const bank = pool.bank[slot] ?? 0;
    const last = this.#tail[bank] ?? -1;
    // From here on the order is that of the command queue.
    pool.order[slot] = this.#count++;
    pool.next[slot] = -1;
    pool.previous[slot] = last;
    this.#tail[bank] = slot;
    if (last >= 0) pool.next[last] = slot;
    else this.head[bank] = slot;
    this.size[bank] = (this.size[bank] ?? 0) + 1;
    this.total++;
    const open = this.#openRow[bank] ?? CLOSED;
    if (open === CLOSED || pool.row[slot] !== open) return;
    const hits = pool.isWrite[slot] === 1 ? this.hitWrite : this.hitRead;
    if (hits[bank] === -1) hits[bank] = slot;
  }

  remove(slot: number): void {
    const pool = this.#pool;
    const bank = pool.bank[slot] ?? 0;
    const after = pool.next[slot] ?? -1;
    const before = pool.previous[slot] ?? -1;
    if (this.hitRead[bank] === slot) this.hitRead[bank] = this.#hitFrom(after, bank, 0);
    else if (this.hitWrite[bank] === slot) this.hitWrite[bank] = this.#hitFrom(after, bank, 1);
    if (before >= 0) pool.next[before] = after;
    else this.head[bank] = after;
    if (after >= 0) pool.previous[after] = before;
    else this.#tail[bank] = before;
    this.size[bank] = (this.size[bank] ?? 0) - 1;
    this.total--;
  }

  /** The bank's row was opened or closed. */
  rowChanged(bank: number): void {
    const head = this.head[bank] ?? -1;
    this.hitRead[bank] = this.#hitFrom(head, bank, 0);
    this.hitWrite[bank] = this.#hitFrom(head, bank, 1);
  }

  #hitFrom(first: number, bank: number, isWrite: number): number {
    const open = this.#openRow[bank] ?? CLOSED;
    if (open === CLOSED) return -1;
    const { row, isWrite: kind, next } = this.#pool;
    let slot = first;
    while (slot >= 0 && (row[slot] !== open || kind[slot] !== isWrite)) slot = next[slot] ?? -1;
    return slot;
  }
}
