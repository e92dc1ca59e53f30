import { bench, describe } from 'vitest';
import { EventQueue } from '../src/event-queue.ts';

// The hold model (Jones, 1986): with 10^4 events pending, take one and push one at a random delay after it.
// One run is 10^5 such events, so events per second are the printed hz times 10^5.

const PENDING = 10_000;
const HOLDS = 100_000;
const DELAYS = 65_536;

const DISTRIBUTIONS: Readonly<Record<string, (random: () => number) => number>> = {
  'uniform to 0.2 us': (random) => random() % 200_000,
  'uniform to 2 ms': (random) => random() % 2_000_000_000,
  // Geometric in powers of two with a uniform remainder: exponential but for the shape inside an octave.
  'exponential, mean 0.1 us': (random) => Math.floor((Math.clz32(random()) + random() / 2 ** 32) * 69_315),
  'bimodal, 1 in 10 far': (random) =>
    random() % 10 === 0 ? 100_000_000 + (random() % 100_000_000) : random() % 1000,
  'all equal': () => 0,
  'one delay': () => 1000,
  'four delays': (random) => (random() % 4) * 625,
};

interface Queue {
  push(time: number, priority: number, kind: number, a: number, b: number): void;
  next(): boolean;
  readonly time: number;
}

for (const [name, draw] of Object.entries(DISTRIBUTIONS)) {
  const random = xorshift(12_345);
  const delays = Float64Array.from({ length: DELAYS }, () => draw(random));

  describe(`10^5 holds, ${name}`, () => {
    bench('EventQueue', holdModel(new EventQueue(), delays), { time: 1000 });
    bench('binary heap', holdModel(new BinaryHeapQueue(), delays), { time: 1000 });
  });
}

/** A run that can be repeated without end: times start again once they come near 2^53. */
function holdModel(queue: EventQueue | BinaryHeapQueue, delays: Float64Array): () => void {
  const fill = (): void => {
    queue.clear();
    for (let index = 0; index < PENDING; index++) queue.push(delays[index % DELAYS] ?? 0, index & 3, 1, index, 0);
  };
  fill();
  return queue instanceof EventQueue
    ? () => {
        if (queue.time > 2 ** 52) fill();
        for (let hold = 0; hold < HOLDS; hold++) {
          queue.next();
          queue.push(queue.time + (delays[hold % DELAYS] ?? 0), queue.priority, queue.kind, queue.a, hold);
        }
      }
    : () => {
        if (queue.time > 2 ** 52) fill();
        for (let hold = 0; hold < HOLDS; hold++) {
          queue.next();
          queue.push(queue.time + (delays[hold % DELAYS] ?? 0), queue.priority, 1, 0, hold);
        }
      };
}
