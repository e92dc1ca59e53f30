import { describe, expect, it } from 'vitest';
import { ExactTotals } from '../src/exact-total.ts';

const LARGEST = Number.MAX_SAFE_INTEGER;

describe('ExactTotals', () => {
  it('starts at zero', () => {
    const totals = new ExactTotals(2);
    expect(totals.size).toBe(2);
    expect([totals.toBigInt(0), totals.toBigInt(1)]).toEqual([0n, 0n]);
    expect(totals.toNumber(1)).toBe(0);
  });

  it('adds deltas times their repetitions, from either kind of array', () => {
    const totals = new ExactTotals(3);
    totals.add([1, 0, 5], 48);
    totals.add(Float64Array.of(2, 7, 0), 3);
    totals.add([9, 9, 9], 0);
    expect([0, 1, 2].map((index) => totals.toNumber(index))).toEqual([54, 21, 240]);
  });

  it('stays exact where doubles round', () => {
    const totals = new ExactTotals(1);
    totals.add([LARGEST], 1);
    totals.add([1], 1);
    totals.add([1], 1);
    expect(totals.toBigInt(0)).toBe(2n ** 53n + 1n);
    expect(totals.toNumber(0)).toBe(2 ** 53);
  });

  it('takes the largest product again and again', () => {
    const totals = new ExactTotals(1);
    for (let count = 0; count < 1000; count++) totals.add([LARGEST], LARGEST);
    expect(totals.toBigInt(0)).toBe(1000n * (2n ** 53n - 1n) ** 2n);
  });

  it.each([-1, 0.5, 2 ** 53, NaN, Infinity])('refuses a delta of %d, and changes nothing', (delta) => {
    const totals = new ExactTotals(2);
    totals.add([3, 4], 1);
    expect(() => totals.add([1, delta], 1)).toThrow(RangeError);
    expect(() => totals.add(Float64Array.of(1, delta), 0)).toThrow(RangeError);
    expect([totals.toBigInt(0), totals.toBigInt(1)]).toEqual([3n, 4n]);
  });

  it.each([-1, 0.5, 2 ** 53, NaN, Infinity])('refuses %d repetitions', (times) => {
    expect(() => new ExactTotals(1).add([1], times)).toThrow(RangeError);
  });

  it('refuses another number of deltas, an index that is not there, and a size that is none', () => {
    const totals = new ExactTotals(2);
    expect(() => totals.add([1], 1)).toThrow(RangeError);
    expect(() => totals.add([1, 2, 3], 1)).toThrow(RangeError);
    for (const index of [-1, 2, 0.5, NaN]) {
      expect(() => totals.toBigInt(index)).toThrow(RangeError);
      expect(() => totals.toNumber(index)).toThrow(RangeError);
    }
    expect(() => new ExactTotals(-1)).toThrow(RangeError);
    expect(() => new ExactTotals(1.5)).toThrow(RangeError);
  });
});
