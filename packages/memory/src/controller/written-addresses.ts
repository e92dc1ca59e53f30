import type { RequestPool } from './request-pool.ts';

/** Which addresses wait in the write queue: reads are answered from there, and a second write to one is merged with it. */
export class WrittenAddresses {
  readonly #pool: RequestPool;
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  readonly #mask: number;

  constructor(pool: RequestPool, slots: number, capacity: number) {
    let places = 16;
    while (places < capacity * 4) places *= 2;
    this.#pool = pool;
    this.#first = new Int32Array(places).fill(-1);
    this.#next = new Int32Array(slots).fill(-1);
    this.#mask = places - 1;
  }

  has(bank: number, row: number, column: number): boolean {
    return this.find(bank, row, column) >= 0;
  }

  /** The slot of a request for this address; -1 where there is none. */
  find(bank: number, row: number, column: number): number {
    const pool = this.#pool;
    let slot = this.#first[this.#place(bank, row, column)] ?? -1;
    while (slot >= 0) {
      if (pool.column[slot] === column && pool.bank[slot] === bank && pool.row[slot] === row) return slot;
      slot = this.#next[slot] ?? -1;
    }
    return -1;
  }

  add(slot: number): void {
    const place = this.#placeOf(slot);
    this.#next[slot] = this.#first[place] ?? -1;
    this.#first[place] = slot;
  }

  delete(slot: number): void {
    const place = this.#placeOf(slot);
    const after = this.#next[slot] ?? -1;
    let at = this.#first[place] ?? -1;
    if (at === slot) {
      this.#first[place] = after;
      return;
    }
    while (at >= 0 && this.#next[at] !== slot) at = this.#next[at] ?? -1;
    if (at >= 0) this.#next[at] = after;
  }

  #placeOf(slot: number): number {
    const { bank, row, column } = this.#pool;
    return this.#place(bank[slot] ?? 0, row[slot] ?? 0, column[slot] ?? 0);
  }

  #place(bank: number, row: number, column: number): number {
    return (Math.imul(row, 0x9e3779b1) + Math.imul(bank, 0x85ebca6b) + column) & this.#mask;
  }
}
