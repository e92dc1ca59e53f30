/**
 * Reads of an address for which a read already waits: they take no place in a queue and are answered with it. Those of one
 * tick are counted together, so that memory grows with the ticks that a read waits and not with the reads.
 */
export class SharedReads {
  /** Tick and tag of the group that was taken last. */
  arrival = 0;
  tag = 0;
  /** Last group of the read in a slot; -1 where there is none. */
  readonly #last: Int32Array;
  #arrival = new Float64Array(16);
  #tag = new Float64Array(16);
  #count = new Float64Array(16);
  #before = new Int32Array(16);
  #free = -1;
  #used = 0;

  constructor(slots: number) {
    this.#last = new Int32Array(slots).fill(-1);
  }

  /** One more read joins the one in `slot`; reads with different tags are not counted together. */
  join(slot: number, tick: number, tag: number): void {
    const last = this.#last[slot] ?? -1;
    if (last >= 0 && this.#arrival[last] === tick && this.#tag[last] === tag) {
      this.#count[last] = (this.#count[last] ?? 0) + 1;
      return;
    }
    const group = this.#group();
    this.#arrival[group] = tick;
    this.#tag[group] = tag;
    this.#count[group] = 1;
    this.#before[group] = last;
    this.#last[slot] = group;
  }

  /** Takes a group of those that joined the read in `slot`: how many, 0 where none is left. Their tick is `arrival`, and `tag` what they were offered with. */
  take(slot: number): number {
    const group = this.#last[slot] ?? -1;
    if (group < 0) return 0;
    this.arrival = this.#arrival[group] ?? 0;
    this.tag = this.#tag[group] ?? 0;
    this.#last[slot] = this.#before[group] ?? -1;
    this.#before[group] = this.#free;
    this.#free = group;
    return this.#count[group] ?? 0;
  }

  #group(): number {
    if (this.#free >= 0) {
      const group = this.#free;
      this.#free = this.#before[group] ?? -1;
      return group;
    }
    if (this.#used === this.#arrival.length) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    const size = this.#used * 2;
    const [arrival, tag, count, before] = [this.#arrival, this.#tag, this.#count, this.#before];
    this.#arrival = new Float64Array(size);
    this.#tag = new Float64Array(size);
    this.#count = new Float64Array(size);
    this.#before = new Int32Array(size);
    this.#arrival.set(arrival);
    this.#tag.set(tag);
    this.#count.set(count);
    this.#before.set(before);
  }
}
