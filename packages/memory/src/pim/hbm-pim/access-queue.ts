/**
 * Accesses that a controller holds, in the order in which they came: neighbours of a row together, as stretches. All numbers:
 * nothing is made while it works.
 */
export class AccessQueue {
  /** Stretches, the oldest at `first`; a place is counted from there. */
  stretches = 0;

  readonly #mask: number;
  readonly #entries: number;
  readonly #banks: Int32Array;
  readonly #rows: Int32Array;
  readonly #columns: Int32Array;
  readonly #counts: Int32Array;
  readonly #purposes: Int32Array;
  readonly #kinds: Uint8Array;
  readonly #barriers: Uint8Array;
  #first = 0;
  #accesses = 0;
  /** Whether the next access continues the youngest stretch. */
  #isGrowing = false;

  constructor(entries: number) {
    let size = 1;
    while (size < entries) size *= 2;
    this.#mask = size - 1;
    this.#entries = entries;
    this.#banks = new Int32Array(size);
    this.#rows = new Int32Array(size);
    this.#columns = new Int32Array(size);
    this.#counts = new Int32Array(size);
    this.#purposes = new Int32Array(size);
    this.#kinds = new Uint8Array(size);
    this.#barriers = new Uint8Array(size);
  }

  get isFull(): boolean {
    return this.#accesses === this.#entries;
  }

  bank(place: number): number {
    return this.#banks[(this.#first + place) & this.#mask] ?? 0;
  }

  row(place: number): number {
    return this.#rows[(this.#first + place) & this.#mask] ?? 0;
  }

  /** Of the first access. */
  column(place: number): number {
    return this.#columns[(this.#first + place) & this.#mask] ?? 0;
  }

  /** The command of its accesses. */
  kind(place: number): number {
    return this.#kinds[(this.#first + place) & this.#mask] ?? 0;
  }

  purpose(place: number): number {
    return this.#purposes[(this.#first + place) & this.#mask] ?? 0;
  }

  /** Whether what comes after has to wait for the last access, and that one for all before it. */
  isBarrier(place: number): boolean {
    return this.#barriers[(this.#first + place) & this.#mask] === 1;
  }

  /** Whether the first access is itself a barrier. */
  startsWithBarrier(place: number): boolean {
    const slot = (this.#first + place) & this.#mask;
    return this.#barriers[slot] === 1 && this.#counts[slot] === 1;
  }

  /** Takes in an access that begins a stretch. */
  begin(bank: number, row: number, column: number, kind: number, purpose: number): void {
    const slot = (this.#first + this.stretches) & this.#mask;
    this.#banks[slot] = bank;
    this.#rows[slot] = row;
    this.#columns[slot] = column;
    this.#kinds[slot] = kind;
    this.#purposes[slot] = purpose;
    this.#counts[slot] = 1;
    this.#barriers[slot] = 0;
    this.stretches += 1;
    this.#accesses += 1;
    this.#isGrowing = true;
  }

  /** Takes in the neighbour of the access before; false where that has been issued already, so that it has to begin anew. */
  grow(): boolean {
    if (!this.#isGrowing) return false;
    const slot = (this.#first + this.stretches - 1) & this.#mask;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    this.#accesses += 1;
    return true;
  }

  /** Makes a barrier of the access that was taken in last. */
  endWithBarrier(): void {
    this.#barriers[(this.#first + this.stretches - 1) & this.#mask] = 1;
  }

  /** Takes out the first access of a stretch. */
  take(place: number): void {
    const slot = (this.#first + place) & this.#mask;
    const left = (this.#counts[slot] ?? 0) - 1;
    this.#accesses -= 1;
    this.#counts[slot] = left;
    this.#columns[slot] = (this.#columns[slot] ?? 0) + 1;
    if (left > 0) return;
    if (place === this.stretches - 1) this.#isGrowing = false;
    for (let at = place; at > 0; at -= 1) this.#move((this.#first + at) & this.#mask);
    this.#first = (this.#first + 1) & this.#mask;
    this.stretches -= 1;
  }

  /** Whether an earlier access goes to the burst of the first access of a stretch. */
  hasEarlier(place: number): boolean {
    const slot = (this.#first + place) & this.#mask;
    const column = this.#columns[slot] ?? 0;
    for (let earlier = 0; earlier < place; earlier += 1) {
      const other = (this.#first + earlier) & this.#mask;
      const first = this.#columns[other] ?? 0;
      if (column < first || column >= first + (this.#counts[other] ?? 0)) continue;
      if (this.#banks[other] === this.#banks[slot] && this.#rows[other] === this.#rows[slot]) return true;
    }
    return false;
  }

  /** Puts the stretch before a slot into it. */
  #move(to: number): void {
    const from = (to + this.#mask) & this.#mask;
    this.#banks[to] = this.#banks[from] ?? 0;
    this.#rows[to] = this.#rows[from] ?? 0;
    this.#columns[to] = this.#columns[from] ?? 0;
    this.#counts[to] = this.#counts[from] ?? 0;
    this.#purposes[to] = this.#purposes[from] ?? 0;
    this.#kinds[to] = this.#kinds[from] ?? 0;
    this.#barriers[to] = this.#barriers[from] ?? 0;
  }
}
