import { bench, describe } from 'vitest';
import { EventQueue } from '../src/event-queue.ts';

// The hold model: with 10^4 events pending, take one and push one at a random delay after it. One run is 10^5
// such holds, so events per second are the printed hz times 10^5. The binary heap is the yardstick: what a
// queue over the same typed arrays, with the same order, gives without the wheel.

const PENDING = 10_000;
const HOLDS = 100_000;
const DELAYS = 65_536;

const DISTRIBUTIONS: Readonly<Record<string, (random: () => number) => number>> = {
  'uniform to 0.2 us': (random) => random() % 200_000,
  'uniform to 2 ms': (random) => random() % 2_000_000_000,
  // Geometric in octaves with a uniform remainder: exponential but for the shape inside an octave.
  'exponential, mean 0.1 us': (random) => Math.floor((Math.clz32(random()) + random() / 2 ** 32) * 69_315),
  'bimodal, 1 in 10 far': (random) =>
    random() % 10 === 0 ? 100_000_000 + (random() % 100_000_000) : random() % 1000,
  'all equal': () => 0,
  'one delay': () => 1000,
  'four delays': (random) => (random() % 4) * 625,
};

/** A binary heap of (time, priority and insertion number, slot of the payload), compared in that order. */
class BinaryHeapQueue {
  time = 0;
  priority = 0;
  #size = 0;
  #inserted = 0;
  readonly #times = new Float64Array(PENDING + 1);
  readonly #ranks = new Float64Array(PENDING + 1);
  readonly #payloads = new Int32Array(PENDING + 1);

  push(time: number, priority: number, payload: number): void {
    const rank = priority * 2 ** 49 + this.#inserted++;
    let hole = this.#size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.#isBefore(time, rank, parent)) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#set(hole, time, rank, payload);
  }

  next(): boolean {
    if (this.#size === 0) return false;
    this.time = this.#times[0] ?? 0;
    this.priority = Math.floor((this.#ranks[0] ?? 0) / 2 ** 49);
    const last = --this.#size;
    const time = this.#times[last] ?? 0;
    const rank = this.#ranks[last] ?? 0;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= last) break;
      const right = child + 1;
      if (right < last && this.#isBefore(this.#times[right] ?? 0, this.#ranks[right] ?? 0, child))
        child = right;
      if (this.#isBefore(time, rank, child)) break;
      this.#move(child, hole);
      hole = child;
    }
    this.#set(hole, time, rank, this.#payloads[last] ?? 0);
    return true;
  }

  #isBefore(time: number, rank: number, other: number): boolean {
    const otherTime = this.#times[other] ?? 0;
    return time < otherTime || (time === otherTime && rank < (this.#ranks[other] ?? 0));
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#times[from] ?? 0, this.#ranks[from] ?? 0, this.#payloads[from] ?? 0);
  }

  #set(index: number, time: number, rank: number, payload: number): void {
    this.#times[index] = time;
    this.#ranks[index] = rank;
    this.#payloads[index] = payload;
  }
}

// The two loops are written out, so that each call site sees one class and is compiled for it alone.

function holdEventQueue(delays: Float64Array): () => void {
  const queue = new EventQueue();
  for (let index = 0; index < PENDING; index++) queue.push(delays[index] ?? 0, index & 3, 1, index, 0);
  return () => {
    for (let hold = 0; hold < HOLDS; hold++) {
      queue.next();
      queue.push(queue.time + (delays[hold % DELAYS] ?? 0), queue.priority, queue.kind, queue.a, hold);
    }
  };
}

function holdBinaryHeap(delays: Float64Array): () => void {
  const queue = new BinaryHeapQueue();
  for (let index = 0; index < PENDING; index++) queue.push(delays[index] ?? 0, index & 3, index);
  return () => {
    for (let hold = 0; hold < HOLDS; hold++) {
      queue.next();
      queue.push(queue.time + (delays[hold % DELAYS] ?? 0), queue.priority, hold);
    }
  };
}

function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

for (const [name, draw] of Object.entries(DISTRIBUTIONS)) {
  const random = xorshift(12_345);
  const delays = Float64Array.from({ length: DELAYS }, () => draw(random));

  describe(`10^5 holds, ${name}`, () => {
    bench('EventQueue', holdEventQueue(delays), { time: 1000 });
    bench('binary heap', holdBinaryHeap(delays), { time: 1000 });
  });
}
