/** What is known of the moment when some period of the access pattern began. */
interface Slot {
  run: number;
  /** The period that the snapshot is of, and the latest one that was compared with it. */
  index: number;
  latest: number;
  /** Comparisons after which the snapshot is renewed. */
  patience: number;
  time: number;
  readonly state: number[];
  readonly counts: Float64Array;
}

/**
 * Notices that a sequence of visits has come back to a state in which it was some periods earlier, so that the same
 * number of further periods will take the same time and count the same (Brent's cycle detection). There is one slot
 * for each kind of boundary.
 */
export class LeapDetector {
  readonly #slots: Slot[] = [];
  readonly #fresh: number[] = [];
  /** What one cycle adds to each count. This and the next two are valid after `recurs` was true. */
  readonly deltas: Float64Array;
  /** Periods in one cycle. */
  cycle = 0;
  /** Time of one cycle. */
  duration = 0;

  constructor(boundaries: number, counts: number) {
    for (let slot = 0; slot < boundaries; slot++) {
      const counted = new Float64Array(counts);
      this.#slots.push({ run: 0, index: 0, latest: -2, patience: 1, time: 0, state: [], counts: counted });
    }
    this.deltas = new Float64Array(counts);
  }

  clear(): void {
    for (const slot of this.#slots) slot.latest = -2;
  }

  /** An empty list to write the present state into, for `recurs`. */
  fresh(): number[] {
    this.#fresh.length = 0;
    return this.#fresh;
  }

  /** Whether the state in `fresh()`, with which period `index` of run `run` begins, has been there before. */
  recurs(boundary: number, run: number, index: number, time: number, counts: Float64Array): boolean {
    const slot = this.#slots[boundary];
    if (slot === undefined) return false;
    if (slot.run !== run || slot.latest + 1 !== index) {
      slot.patience = 1;
      this.#keep(slot, run, index, time, counts);
      return false;
    }
    slot.latest = index;
    if (sameNumbers(slot.state, this.#fresh)) {
      this.cycle = index - slot.index;
      this.duration = time - slot.time;
      for (let i = 0; i < counts.length; i++) this.deltas[i] = (counts[i] ?? 0) - (slot.counts[i] ?? 0);
      return true;
    }
    if (index - slot.index === slot.patience) {
      slot.patience *= 2;
      this.#keep(slot, run, index, time, counts);
    }
    return false;
  }

  #keep(slot: Slot, run: number, index: number, time: number, counts: Float64Array): void {
    slot.run = run;
    slot.index = index;
    slot.latest = index;
    slot.time = time;
    slot.counts.set(counts);
    slot.state.length = 0;
    for (const value of this.#fresh) slot.state.push(value);
  }
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
