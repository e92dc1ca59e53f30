import type { RequestPool } from './request-pool.ts';

/** A row number that no request has: the bank has no open row. */
export const CLOSED = -1;

/**
 * A queue of requests, in the order of arrival within each bank. For each bank it knows the oldest request, the oldest that
 * finds its row open and the oldest that finds another row open: whatever is picked is one of these.
 */
export class RequestQueue {
  readonly capacity: number;
  size = 0;
  /** Banks with requests, in no order: the first `busyCount`. */
  readonly busy: Int32Array;
  busyCount = 0;
  readonly oldest: Int32Array;
  /** Oldest of a bank with an open row that is for that row; -1 where there is none. */
  readonly hit: Int32Array;
  /** Oldest of a bank with an open row that is for another row; -1 where there is none. */
  readonly conflict: Int32Array;
  /** No column command of the bank is possible before; 0 where that is not known. Earliest ticks only grow. */
  readonly columnBound: Float64Array;
  /** The same of its row commands. */
  readonly rowBound: Float64Array;
  readonly #pool: RequestPool;
  readonly #openRow: Int32Array;
  readonly #youngest: Int32Array;
  readonly #busyPlace: Int32Array;

  /** @param openRow The open row of each bank, kept by the controller. */
  constructor(pool: RequestPool, openRow: Int32Array, capacity: number) {
    const banks = openRow.length;
    this.capacity = capacity;
    this.busy = new Int32Array(banks);
    this.oldest = new Int32Array(banks).fill(-1);
    this.hit = new Int32Array(banks).fill(-1);
    this.conflict = new Int32Array(banks).fill(-1);
    this.columnBound = new Float64Array(banks);
    this.rowBound = new Float64Array(banks);
    this.#pool = pool;
    this.#openRow = openRow;
    this.#youngest = new Int32Array(banks).fill(-1);
    this.#busyPlace = new Int32Array(banks);
  }

  get isFull(): boolean {
    return this.size >= this.capacity;
  }

  /** Something happened to the bank: what is known about its earliest ticks no longer holds. */
  touch(bank: number): void {
    this.columnBound[bank] = 0;
    this.rowBound[bank] = 0;
  }

  add(slot: number): void {
    const { next, previous } = this.#pool;
    const bank = this.#pool.bank[slot] ?? 0;
    this.touch(bank);
    const last = this.#youngest[bank] ?? -1;
    next[slot] = -1;
    previous[slot] = last;
    this.#youngest[bank] = slot;
    this.size++;
    if (last >= 0) {
      next[last] = slot;
    } else {
      this.oldest[bank] = slot;
      this.#busyPlace[bank] = this.busyCount;
      this.busy[this.busyCount] = bank;
      this.busyCount++;
    }
    const open = this.#openRow[bank] ?? CLOSED;
    if (open < 0) return;
    const kind = this.#pool.row[slot] === open ? this.hit : this.conflict;
    if (kind[bank] === -1) kind[bank] = slot;
  }

  remove(slot: number): void {
    const { next, previous } = this.#pool;
    const bank = this.#pool.bank[slot] ?? 0;
    this.touch(bank);
    const after = next[slot] ?? -1;
    const before = previous[slot] ?? -1;
    if (this.hit[bank] === slot) this.hit[bank] = this.#following(after, bank, true);
    else if (this.conflict[bank] === slot) this.conflict[bank] = this.#following(after, bank, false);
    if (before >= 0) next[before] = after;
    else this.oldest[bank] = after;
    if (after >= 0) previous[after] = before;
    else this.#youngest[bank] = before;
    this.size--;
    if (before < 0 && after < 0) this.#rest(bank);
  }

  /** The bank's row was opened or closed. */
  rowChanged(bank: number): void {
    const first = this.oldest[bank] ?? -1;
    if (first < 0) return;
    this.touch(bank);
    const open = this.#openRow[bank] ?? CLOSED;
    this.hit[bank] = open < 0 ? -1 : this.#following(first, bank, true);
    this.conflict[bank] = open < 0 ? -1 : this.#following(first, bank, false);
  }

  #following(from: number, bank: number, isHit: boolean): number {
    const open = this.#openRow[bank] ?? CLOSED;
    const { row, next } = this.#pool;
    let slot = from;
    while (slot >= 0 && (row[slot] === open) !== isHit) slot = next[slot] ?? -1;
    return slot;
  }

  #rest(bank: number): void {
    this.busyCount--;
    const place = this.#busyPlace[bank] ?? 0;
    const moved = this.busy[this.busyCount] ?? 0;
    this.busy[place] = moved;
    this.#busyPlace[moved] = place;
    this.hit[bank] = -1;
    this.conflict[bank] = -1;
  }
}
