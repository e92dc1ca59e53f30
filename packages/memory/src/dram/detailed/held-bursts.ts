/** The bursts that a controller holds, each under a tag, with what they belong to. */
export class HeldBursts<Part> {
  total = 0;
  #writes = 0;
  readonly #counts: Int32Array;
  /** By bank: the first of its list. */
  readonly #heads: Int32Array;
  readonly #next: number[] = [];
  readonly #parts: (Part | undefined)[] = [];
  readonly #channels: number[] = [];
  readonly #banks: number[] = [];
  readonly #rows: number[] = [];
  readonly #columns: number[] = [];
  readonly #isWrite: boolean[] = [];
  readonly #free: number[] = [];

  constructor(banks: number, channels: number) {
    this.#heads = new Int32Array(banks).fill(-1);
    this.#counts = new Int32Array(channels);
  }

  /** Bursts that are held of a channel. */
  count(channel: number): number {
    return this.#counts[channel] ?? 0;
  }

  /** Takes a burst in; returns its tag. */
  add(channel: number, bank: number, row: number, column: number, isWrite: boolean, part: Part): number {
    const tag = this.#free.pop() ?? this.#parts.length;
    this.#parts[tag] = part;
    this.#channels[tag] = channel;
    this.#banks[tag] = bank;
    this.#rows[tag] = row;
    this.#columns[tag] = column;
    this.#isWrite[tag] = isWrite;
    this.#next[tag] = this.#heads[bank] ?? -1;
    this.#heads[bank] = tag;
    this.#counts[channel] = (this.#counts[channel] ?? 0) + 1;
    this.total++;
    if (isWrite) this.#writes++;
    return tag;
  }

  drop(tag: number): void {
    const bank = this.#banks[tag] ?? 0;
    const next = this.#next[tag] ?? -1;
    let before = this.#heads[bank] ?? -1;
    if (before === tag) {
      this.#heads[bank] = next;
    } else {
      while (before >= 0 && this.#next[before] !== tag) before = this.#next[before] ?? -1;
      this.#next[before] = next;
    }
    const channel = this.#channels[tag] ?? 0;
    this.#counts[channel] = (this.#counts[channel] ?? 0) - 1;
    this.#parts[tag] = undefined;
    this.#free.push(tag);
    this.total--;
    if (this.#isWrite[tag] === true) this.#writes--;
  }

  partOf(tag: number): Part | undefined {
    return this.#parts[tag];
  }

  channelOf(tag: number): number {
    return this.#channels[tag] ?? 0;
  }

  /** Whether a write to this burst is held. */
  hasWrite(bank: number, row: number, column: number): boolean {
    if (this.#writes === 0) return false;
    for (let tag = this.#heads[bank] ?? -1; tag >= 0; tag = this.#next[tag] ?? -1) {
      if (this.#isWrite[tag] === true && this.#rows[tag] === row && this.#columns[tag] === column)
        return true;
    }
    return false;
  }
}
