import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../src/event-queue.ts';

interface PendingEvent {
  readonly time: number;
  readonly priority: number;
  readonly kind: number;
  readonly a: number;
  readonly b: number;
}

/** The obvious queue: an array in the order of taking, into which an event goes behind its equals. */
class SortedArrayQueue {
  readonly pending: PendingEvent[] = [];
  now = 0;

  push(event: PendingEvent): void {
    let low = 0;
    let high = this.pending.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.pending[middle];
      const isBehind =
        other !== undefined &&
        (event.time > other.time || (event.time === other.time && event.priority >= other.priority));
      if (isBehind) low = middle + 1;
      else high = middle;
    }
    this.pending.splice(low, 0, event);
  }

  next(): PendingEvent | undefined {
    const event = this.pending.shift();
    if (event !== undefined) this.now = event.time;
    return event;
  }
}

/** Both queues, driven together; what each answered is kept, to be compared at the end. */
class QueuePair {
  readonly answers: number[][] = [];
  readonly expected: number[][] = [];
  readonly #queue: EventQueue;
  readonly #reference = new SortedArrayQueue();
  #pushed = 0;

  constructor(capacity: number) {
    this.#queue = new EventQueue({ capacity });
  }

  push(delay: number, priority: number): void {
    const time = Math.min(this.#reference.now + delay, Number.MAX_SAFE_INTEGER);
    const event = { time, priority, kind: this.#pushed & 255, a: this.#pushed++, b: ~priority };
    this.#queue.push(event.time, event.priority, event.kind, event.a, event.b);
    this.#reference.push(event);
    this.#observe();
  }

  next(): void {
    const event = this.#reference.next();
    this.expected.push(event === undefined ? [] : [event.time, event.priority, event.kind, event.a, event.b]);
    const queue = this.#queue;
    this.answers.push(queue.next() ? [queue.time, queue.priority, queue.kind, queue.a, queue.b] : []);
    this.#observe();
  }

  clear(): void {
    this.#queue.clear();
    this.#reference.pending.length = 0;
    this.#reference.now = 0;
    this.#observe();
  }

  /** Takes all that is pending, and then asks once more. */
  drain(): void {
    while (this.#reference.pending.length > 0) this.next();
    this.next();
  }

  #observe(): void {
    const { pending } = this.#reference;
    this.expected.push([pending.length, pending[0]?.time ?? Infinity]);
    this.answers.push([this.#queue.size, this.#queue.peekTime()]);
  }
}

// Delays that meet the hazards: equal times, neighbours, the edges between digits and halves, the end of time.
const powerOfTwo = fc.integer({ min: 0, max: 53 }).map((exponent) => 2 ** exponent);
const delay = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom(625, 1250, 2500),
  fc.integer({ min: 200, max: 600 }),
  fc.integer({ min: 0, max: 200_000 }),
  fc.tuple(powerOfTwo, fc.integer({ min: -2, max: 2 })).map(([power, off]) => Math.max(0, power + off)),
  fc.maxSafeNat(),
);
const priority = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 15 }));

type Step =
  | { readonly does: 'push'; readonly delay: number; readonly priority: number }
  | { readonly does: 'burst'; readonly delay: number; readonly spread: number; readonly count: number }
  | { readonly does: 'take'; readonly count: number }
  | { readonly does: 'clear' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ does: fc.constant('push' as const), delay, priority }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('burst' as const),
      delay,
      spread: fc.constantFrom(0, 1, 7, 300, 100_000),
      count: fc.integer({ min: 1, max: 40 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ does: fc.constant('take' as const), count: fc.integer({ min: 1, max: 12 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ does: 'clear' as const }) },
);

function perform(pair: QueuePair, action: Step): void {
  switch (action.does) {
    case 'push':
      pair.push(action.delay, action.priority);
      break;
    case 'burst':
      for (let index = 0; index < action.count; index++) {
        pair.push(action.delay + ((index * 5) % 8) * action.spread, (index * 3) % 16);
      }
      break;
    case 'take':
      for (let index = 0; index < action.count; index++) pair.next();
      break;
    case 'clear':
      pair.clear();
  }
}

describe('EventQueue against a sorted array', () => {
  it('takes the same events in the same order, whatever is asked of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 120 }), (capacity, steps) => {
        const pair = new QueuePair(capacity);
        for (const action of steps) perform(pair, action);
        pair.drain();
        expect(pair.answers).toEqual(pair.expected);
      }),
      { numRuns: 400 },
    );
  });

  it('keeps insertion order among equal times, though they were pushed from different moments', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(delay, fc.boolean()), { minLength: 2, maxLength: 200 }), (pushes) => {
        const queue = new EventQueue({ capacity: 2 });
        const taken: { readonly time: number; readonly index: number }[] = [];
        const take = (): boolean => {
          const hasEvent = queue.next();
          if (hasEvent) taken.push({ time: queue.time, index: queue.a });
          return hasEvent;
        };
        pushes.forEach(([offset, isTaken], index) => {
          // Rounded up to a coarse grid, so that pushes from different moments meet at one time.
          queue.push(Math.min(Math.ceil((queue.time + offset) / 1024) * 1024, 2 ** 52), 5, 0, index, 0);
          if (isTaken) take();
        });
        while (take());
        expect(taken).toHaveLength(pushes.length);
        expect(taken).toEqual(
          taken.toSorted((one, other) => one.time - other.time || one.index - other.index),
        );
      }),
    );
  });

  it.each([1, 300, 65_000, 3_000_000_000])('agrees over a long hold with delays up to %d ps', (longest) => {
    const pair = new QueuePair(16);
    const random = xorshift(longest);
    for (let index = 0; index < 1500; index++) pair.push(random() % longest, random() & 15);
    for (let hold = 0; hold < 8000; hold++) {
      pair.next();
      // One delay in 64 is far off, so that the hand also crosses long empty stretches.
      const isFar = (random() & 63) === 0;
      pair.push((random() % longest) * (isFar ? 1000 : 1), random() & 15);
    }
    pair.drain();
    expect(pair.answers).toEqual(pair.expected);
  });
});

function xorshift(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
