/**
 * The requests that a channel's controller holds, by slot. A slot stays with its request from the queue to the last command;
 * slots are reused, so that nothing is allocated per request.
 */
export class RequestPool {
  readonly bank: Int32Array;
  readonly row: Int32Array;
  readonly column: Int32Array;
  /** Tick of arrival; a request may be picked from the next tick on. */
  readonly arrival: Float64Array;
  /** Place in the order of arrival. */
  readonly order: Float64Array;
  readonly isWrite: Uint8Array;
  /** What the one who offered it calls it. */
  readonly tag: Float64Array;
  /** Whether its first command was issued, and so found a hit, a miss or a conflict. */
  readonly isStarted: Uint8Array;
  /** Neighbours in the queue of its bank; -1 at the ends. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly #free: Int32Array;
  #freeCount: number;
  #count = 0;

  constructor(slots: number) {
    this.bank = new Int32Array(slots);
    this.row = new Int32Array(slots);
    this.column = new Int32Array(slots);
    this.arrival = new Float64Array(slots);
    this.order = new Float64Array(slots);
    this.isWrite = new Uint8Array(slots);
    this.tag = new Float64Array(slots);
    this.isStarted = new Uint8Array(slots);
    this.next = new Int32Array(slots).fill(-1);
    this.previous = new Int32Array(slots).fill(-1);
    this.#free = Int32Array.from({ length: slots }, (_, slot) => slots - 1 - slot);
    this.#freeCount = slots;
  }

  /** A slot for a request that arrives at `tick`. There is always one: the queues are no longer than the pool. */
  take(bank: number, row: number, column: number, isWrite: boolean, tick: number): number {
    this.#freeCount--;
    const slot = this.#free[this.#freeCount];
    if (slot === undefined) throw new RangeError('more requests than slots');
    this.bank[slot] = bank;
    this.row[slot] = row;
    this.column[slot] = column;
    this.arrival[slot] = tick;
    this.order[slot] = this.#count++;
    this.isWrite[slot] = isWrite ? 1 : 0;
    this.isStarted[slot] = 0;
    return slot;
  }

  release(slot: number): void {
    this.#free[this.#freeCount] = slot;
    this.#freeCount++;
  }
}
