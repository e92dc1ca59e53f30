import type { RequestPool } from './request-pool.ts';
import { CLOSED } from './request-queue.ts';

/**
 * The command queues of `bank-queues`: the requests of one bank, or of all banks of a rank, in the order in which they came.
 * Those of a bank are linked, whosesoever queue it is.
 */
export class BankQueues {
  /** Requests in all queues. */
  total = 0;
  readonly queues: number;
  readonly banksPerQueue: number;
  /**
   * A tick before which no request of a bank can have a command: exact when the controller looked last, and never too late. 0
   * where the bank or its requests have changed since, Infinity where it has none.
   */
  readonly ready: Float64Array;
  /** The first of these ticks, or sooner. */
  soonest = Infinity;
  /** First of a bank; -1 where there is none. */
  readonly head: Int32Array;
  /** First read, and first write, of a bank with an open row that is for that row; -1 where there is none. */
  readonly hitRead: Int32Array;
  readonly hitWrite: Int32Array;
  readonly #pool: RequestPool;
  readonly #openRow: Int32Array;
  readonly #tail: Int32Array;
  readonly #queueOf: Int32Array;
  /** Requests in a queue. */
  readonly #size: Int32Array;
  #pushed = 0;

  /** @param openRow The open row of each bank, kept by the controller. */
  constructor(pool: RequestPool, openRow: Int32Array, queues: number) {
    const banks = openRow.length;
    this.queues = queues;
    this.banksPerQueue = banks / queues;
    this.#queueOf = Int32Array.from({ length: banks }, (_, bank) => Math.floor(bank / (banks / queues)));
    this.#size = new Int32Array(queues);
    this.ready = new Float64Array(banks).fill(Infinity);
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
    pool.order[slot] = this.#pushed++;
    pool.next[slot] = -1;
    pool.previous[slot] = last;
    this.#tail[bank] = slot;
    this.#count(bank, 1);
    if (last >= 0) {
      pool.next[last] = slot;
    } else {
      this.head[bank] = slot;
      this.#changed(bank);
    }
    const open = this.#openRow[bank] ?? CLOSED;
    if (open === CLOSED || pool.row[slot] !== open) return;
    const hits = pool.isWrite[slot] === 1 ? this.hitWrite : this.hitRead;
    if (hits[bank] !== -1) return;
    hits[bank] = slot;
    this.#changed(bank);
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
    this.#count(bank, -1);
    this.#changed(bank);
  }

  /** The bank's row was opened or closed. */
  rowChanged(bank: number): void {
    const head = this.head[bank] ?? -1;
    this.hitRead[bank] = this.#hitFrom(head, bank, 0);
    this.hitWrite[bank] = this.#hitFrom(head, bank, 1);
    this.#changed(bank);
  }

  /** Requests in the queue of a bank. */
  sizeOf(bank: number): number {
    return this.#size[this.#queueOf[bank] ?? 0] ?? 0;
  }

  /** What the bank may issue next is to be looked at again. */
  #changed(bank: number): void {
    const isEmpty = (this.head[bank] ?? -1) < 0;
    this.ready[bank] = isEmpty ? Infinity : 0;
    if (!isEmpty) this.soonest = 0;
  }

  #count(bank: number, change: number): void {
    const queue = this.#queueOf[bank] ?? 0;
    this.#size[queue] = (this.#size[queue] ?? 0) + change;
    this.total += change;
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
