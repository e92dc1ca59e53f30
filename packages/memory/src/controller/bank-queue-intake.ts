import type { BankQueues } from './bank-queue-commands.ts';
import { BankQueueTransactions } from './bank-queue-transactions.ts';
import type { ControllerPolicy } from './controller-policy.ts';
import type { RequestPool } from './request-pool.ts';
import { WrittenAddresses } from './written-addresses.ts';

const ROUNDING = 1e-6;

/**
 * What lies before the command queues of `bank-queues`: a queue of reads and one of writes, of which one request moves on in a
 * tick. Reads do, until the writes fill their queue to the high watermark, or are above the low one while no command waits:
 * then all writes that are there do. A write waits for an earlier read of its address to be issued.
 */
export class BankQueueIntake {
  readonly #pool: RequestPool;
  readonly #queues: BankQueues;
  readonly #reads: BankQueueTransactions;
  readonly #writes: BankQueueTransactions;
  /** Where reads and writes wait, from their arrival to their command. */
  readonly #readAddresses: WrittenAddresses;
  readonly #writeAddresses: WrittenAddresses;
  readonly #commandQueue: number;
  readonly #high: number;
  readonly #low: number;
  /** Writes that are still to be moved before reads are again. */
  #draining = 0;
  /** A read that has to move before writes are drained; -1 where there is none. */
  #readFirst = -1;
  /** Whether no request can move until one arrives or a command queue has room. */
  #isStuck = true;

  constructor(pool: RequestPool, queues: BankQueues, policy: ControllerPolicy, slots: number) {
    this.#pool = pool;
    this.#queues = queues;
    this.#reads = new BankQueueTransactions(pool, policy.readQueue);
    this.#writes = new BankQueueTransactions(pool, policy.writeQueue);
    this.#readAddresses = new WrittenAddresses(pool, slots, slots);
    this.#writeAddresses = new WrittenAddresses(pool, slots, slots);
    this.#commandQueue = policy.commandQueue;
    // A share such as 8 of 24 is not exact.
    this.#high = Math.max(1, Math.ceil(policy.writeHighWatermark * policy.writeQueue - ROUNDING));
    this.#low = Math.floor(policy.writeLowWatermark * policy.writeQueue + ROUNDING);
  }

  /** Whether there is no place for another read or write. */
  isFull(isWrite: boolean): boolean {
    return isWrite ? this.#writes.isFull : this.#reads.isFull;
  }

  /** Whether a write to this address waits, before or in a command queue. */
  isWritten(bank: number, row: number, column: number): boolean {
    return this.#writeAddresses.has(bank, row, column);
  }

  /** Slot of the read of this address that waits, before or in a command queue; -1 where there is none. */
  readOf(bank: number, row: number, column: number): number {
    return this.#readAddresses.find(bank, row, column);
  }

  /** A request has arrived. */
  add(slot: number): void {
    const isWrite = this.#pool.isWrite[slot] === 1;
    (isWrite ? this.#writeAddresses : this.#readAddresses).add(slot);
    (isWrite ? this.#writes : this.#reads).push(slot);
    this.#isStuck = false;
  }

  /** The command of a request was issued. */
  issued(slot: number): void {
    (this.#pool.isWrite[slot] === 1 ? this.#writeAddresses : this.#readAddresses).delete(slot);
    this.#isStuck = false;
  }

  /** Moves the first request that finds room in its bank's queue; whether another may in the next tick. */
  move(): boolean {
    if (this.#isStuck) return false;
    if (this.#draining === 0 && this.#isDrainDue()) this.#draining = this.#writes.size;
    const isDraining = this.#draining > 0;
    const queue = isDraining ? this.#writes : this.#reads;
    const { bank, next } = this.#pool;
    let slot = queue.first;
    while (slot >= 0 && this.#queues.sizeOf(bank[slot] ?? 0) >= this.#commandQueue) slot = next[slot] ?? -1;
    if (slot < 0) {
      this.#isStuck = true;
      return false;
    }
    if (isDraining && this.#waitsForRead(slot)) return !this.#isStuck;
    if (isDraining) this.#draining--;
    if (slot === this.#readFirst) this.#readFirst = -1;
    queue.remove(slot);
    this.#queues.push(slot);
    return true;
  }

  /** Whether a read of the data before a write still waits: no further write is moved then, until the drain is due again. */
  #waitsForRead(write: number): boolean {
    const { bank, row, column } = this.#pool;
    const read = this.#readAddresses.find(bank[write] ?? 0, row[write] ?? 0, column[write] ?? 0);
    if (read < 0) return false;
    this.#draining = 0;
    if (!this.#isDrainDue()) return true;
    // It is due at once, and nothing moves before a command queue has room. Where no command waits, that read has to move.
    if (this.#queues.total === 0) this.#readFirst = read;
    else this.#isStuck = true;
    return true;
  }

  #isDrainDue(): boolean {
    if (this.#readFirst >= 0) return false;
    const { size } = this.#writes;
    return size >= this.#high || (size > this.#low && this.#queues.total === 0);
  }
}
