import { describe, expect, it } from 'vitest';
import { SystoleError } from '../src/errors.ts';
import { EventQueue } from '../src/event-queue.ts';

const LAST_TIME = Number.MAX_SAFE_INTEGER;

function drain(queue: EventQueue): number[] {
  const order: number[] = [];
  while (queue.next()) order.push(queue.a);
  return order;
}

function codeOf(action: () => void): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SystoleError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('EventQueue', () => {
  it('is empty at first and says so', () => {
    const queue = new EventQueue();
    expect(queue.size).toBe(0);
    expect(queue.peekTime()).toBe(Infinity);
    expect(queue.next()).toBe(false);
    expect([queue.time, queue.priority, queue.kind, queue.a, queue.b]).toEqual([0, 0, 0, 0, 0]);
  });

  it('gives back every field of an event, at the ends of their ranges', () => {
    const queue = new EventQueue();
    queue.push(0, 0, 0, -(2 ** 31), 2 ** 31 - 1);
    queue.push(LAST_TIME, 15, 255, 2 ** 31 - 1, -(2 ** 31));
    expect(queue.next()).toBe(true);
    expect([queue.time, queue.priority, queue.kind, queue.a, queue.b]).toEqual([
      0,
      0,
      0,
      -(2 ** 31),
      2 ** 31 - 1,
    ]);
    expect(queue.next()).toBe(true);
    expect([queue.time, queue.priority, queue.kind, queue.a, queue.b]).toEqual([
      LAST_TIME,
      15,
      255,
      2 ** 31 - 1,
      -(2 ** 31),
    ]);
    expect(queue.next()).toBe(false);
    expect(queue.time).toBe(LAST_TIME);
  });

  it('orders by time, then priority, then insertion', () => {
    const queue = new EventQueue();
    queue.push(20, 0, 0, 6, 0);
    queue.push(10, 3, 0, 3, 0);
    queue.push(10, 1, 0, 1, 0);
    queue.push(10, 3, 0, 4, 0);
    queue.push(10, 1, 0, 2, 0);
    queue.push(10, 15, 0, 5, 0);
    queue.push(5, 15, 0, 0, 0);
    expect(drain(queue)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('puts an event pushed at the present before a waiting one of lower priority, and after its equals', () => {
    const queue = new EventQueue();
    queue.push(7, 2, 0, 0, 0);
    queue.push(7, 2, 0, 2, 0);
    queue.push(7, 3, 0, 4, 0);
    queue.next();
    queue.push(7, 2, 0, 3, 0);
    queue.push(7, 0, 0, 1, 0);
    expect(drain(queue)).toEqual([1, 2, 3, 4]);
  });

  it('keeps insertion order among equal times that were pushed from different moments', () => {
    const queue = new EventQueue();
    const meeting = 2 ** 40 + 12345;
    queue.push(meeting, 4, 0, 100, 0);
    for (let step = 1; step <= 40; step++) {
      queue.push(meeting - 2 ** (40 - step), 0, 0, step, 0);
      queue.next();
      expect(queue.a).toBe(step);
      queue.push(meeting, 4, 0, 100 + step, 0);
    }
    expect(drain(queue)).toEqual(Array.from({ length: 41 }, (_, index) => 100 + index));
  });

  it('peeks without moving, so that an earlier event may still come', () => {
    const queue = new EventQueue();
    queue.push(1_000_000, 0, 0, 1, 0);
    queue.push(1_000_001, 0, 0, 2, 0);
    expect(queue.peekTime()).toBe(1_000_000);
    queue.push(3, 0, 0, 0, 0);
    expect(queue.peekTime()).toBe(3);
    expect(queue.size).toBe(3);
    expect(drain(queue)).toEqual([0, 1, 2]);
    expect(queue.peekTime()).toBe(Infinity);
  });

  it('grows past its capacity and reuses what was released', () => {
    const queue = new EventQueue({ capacity: 1 });
    for (let round = 0; round < 3; round++) {
      const start = queue.time;
      for (let index = 0; index < 5000; index++)
        queue.push(start + ((index * 7919) % 5000), 0, 0, index, round);
      expect(queue.size).toBe(5000);
      for (let offset = 0; offset < 5000; offset++) {
        expect(queue.next()).toBe(true);
        expect(queue.time).toBe(start + offset);
        expect((queue.a * 7919) % 5000).toBe(offset);
        expect(queue.b).toBe(round);
      }
      expect(queue.size).toBe(0);
    }
  });

  it('starts again from time 0 after clear', () => {
    const queue = new EventQueue();
    for (const time of [9, 9, 300, 70_000, 2 ** 35, LAST_TIME]) queue.push(time, 1, 1, 1, 1);
    queue.next();
    queue.clear();
    expect([queue.size, queue.peekTime(), queue.next()]).toEqual([0, Infinity, false]);
    expect([queue.time, queue.priority, queue.kind, queue.a, queue.b]).toEqual([0, 0, 0, 0, 0]);
    queue.push(4, 0, 0, 2, 0);
    queue.push(0, 0, 0, 1, 0);
    queue.push(9, 1, 0, 3, 0);
    expect(drain(queue)).toEqual([1, 2, 3]);
  });

  it('refuses the past, and stays as it was', () => {
    const queue = new EventQueue();
    queue.push(100, 0, 0, 1, 0);
    queue.push(200, 0, 0, 3, 0);
    queue.next();
    expect(() => queue.push(99, 0, 0, 0, 0)).toThrow(RangeError);
    expect(queue.size).toBe(1);
    queue.push(100, 0, 0, 2, 0);
    expect(drain(queue)).toEqual([2, 3]);
  });

  it.each([0.5, 1e9 + 0.5, 2 ** 52 - 0.5, -1, NaN, -Infinity])('refuses %d as a time', (time) => {
    const queue = new EventQueue();
    expect(() => queue.push(time, 0, 0, 0, 0)).toThrow(RangeError);
    expect(queue.size).toBe(0);
  });

  it.each([2 ** 53, 2 ** 53 + 2, 1e300, Infinity])('calls %d an overflow of event time', (time) => {
    const queue = new EventQueue();
    expect(codeOf(() => queue.push(time, 0, 0, 0, 0))).toBe('time/overflow');
    expect(queue.size).toBe(0);
  });

  it.each([
    [16, 0, 0, 0, /priority/],
    [-1, 0, 0, 0, /priority/],
    [0.5, 0, 0, 0, /priority/],
    [0, 256, 0, 0, /kind/],
    [0, NaN, 0, 0, /kind/],
    [0, 0, 2 ** 31, 0, /2147483648/],
    [0, 0, 0.5, 0, /0\.5/],
    [0, 0, 0, -(2 ** 31) - 1, /-2147483649/],
    [0, 0, 0, NaN, /NaN/],
  ])('refuses priority %d, kind %d, payload %d and %d', (priority, kind, a, b, message) => {
    const queue = new EventQueue();
    expect(() => queue.push(0, priority, kind, a, b)).toThrow(RangeError);
    expect(() => queue.push(0, priority, kind, a, b)).toThrow(message);
    expect(queue.size).toBe(0);
  });

  it.each([0, -1, 1.5, NaN, 2 ** 26 + 1])('refuses a capacity of %d', (capacity) => {
    expect(() => new EventQueue({ capacity })).toThrow(RangeError);
  });
});
