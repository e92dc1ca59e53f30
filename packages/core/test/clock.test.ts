import { describe, expect, it } from 'vitest';
import { ClockDomain } from '../src/clock.ts';
import { SystoleError } from '../src/errors.ts';

function codeOf(action: () => void): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SystoleError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('ClockDomain', () => {
  it('puts the edges of 1 GHz a thousand picoseconds apart', () => {
    const clock = new ClockDomain(1e9);
    expect([0, 1, 2, 1_000_000].map((cycle) => clock.edge(cycle))).toEqual([0, 1000, 2000, 1e9]);
    expect(clock.frequency).toBe(1e9);
    expect(clock.periodText()).toBe('1000 ps');
  });

  it('rounds edges of 1.1 GHz down one by one, and does not accumulate it', () => {
    const clock = new ClockDomain(1.1e9);
    expect(clock.periodText()).toBe('10000/11 ps');
    expect([1, 2, 3, 10, 11, 12].map((cycle) => clock.edge(cycle))).toEqual([
      909, 1818, 2727, 9090, 10_000, 10_909,
    ]);
    // 1.1e9 cycles are one second; the edge before it is 909.09 ps earlier.
    expect(clock.edge(1.1e9)).toBe(1e12);
    expect(clock.edge(1.1e9 - 1)).toBe(999_999_999_090);
    // 9.9e12 cycles are 9000 s: 9.0e15 ps, close to the end of event time.
    expect(clock.edge(9.9e12)).toBe(9e15);
    expect(clock.edge(9.9e12 + 1)).toBe(9e15 + 909);
  });

  it('counts the cycles that cover a duration', () => {
    const clock = new ClockDomain(1.1e9);
    expect([0, 1, 909, 910, 1818, 1819, 10_000, 10_001].map((time) => clock.cyclesIn(time))).toEqual([
      0, 1, 1, 2, 2, 3, 11, 12,
    ]);
  });

  it('moves a time to the next edge, and leaves it on one', () => {
    const clock = ClockDomain.fromPeriod(625);
    expect([0, 1, 624, 625, 626].map((time) => clock.nextEdge(time))).toEqual([0, 625, 625, 625, 1250]);
    expect(clock.frequency).toBe(1.6e9);
    expect(clock.periodText()).toBe('625 ps');
  });

  it('takes the decimals of a frequency as they are printed', () => {
    expect(new ClockDomain(0.1).periodText()).toBe('10000000000000 ps');
    expect(new ClockDomain(33_333_333.333333).periodText()).toBe('1000000000000000000/33333333333333 ps');
    expect(new ClockDomain(0.000_001).periodText()).toBe('1000000000000000000 ps');
  });

  it('serves clocks that are faster than a cycle per picosecond', () => {
    const clock = new ClockDomain(3e12);
    expect([0, 1, 2, 3, 4].map((cycle) => clock.edge(cycle))).toEqual([0, 0, 0, 1, 1]);
    expect([0, 1, 2].map((time) => clock.cyclesIn(time))).toEqual([0, 3, 6]);
    expect(codeOf(() => clock.cyclesIn(2 ** 52))).toBe('time/overflow');
    expect(codeOf(() => new ClockDomain(1e300).cyclesIn(1))).toBe('time/overflow');
  });

  it.each([0, -1, NaN, Infinity, 1e-7, 0.123_456_7, 1.1e9 / 3])(
    'refuses a frequency of %d Hz',
    (frequency) => {
      expect(codeOf(() => new ClockDomain(frequency))).toBe('argument/invalid');
    },
  );

  it.each([0, -1, 0.5, NaN, Infinity, 2 ** 53])('refuses a period of %d ps', (period) => {
    expect(codeOf(() => ClockDomain.fromPeriod(period))).toBe('argument/invalid');
  });

  it('ends where event time ends', () => {
    const clock = new ClockDomain(1e9);
    expect(clock.edge(9_007_199_254_740)).toBe(9_007_199_254_740_000);
    expect(codeOf(() => clock.edge(9_007_199_254_741))).toBe('time/overflow');
    expect(codeOf(() => clock.edge(Number.MAX_SAFE_INTEGER))).toBe('time/overflow');
    expect(codeOf(() => clock.edge(Infinity))).toBe('time/overflow');
    expect(codeOf(() => clock.cyclesIn(2 ** 53))).toBe('time/overflow');
    // The duration can be counted, but its last edge is past the end.
    expect(clock.cyclesIn(Number.MAX_SAFE_INTEGER)).toBe(9_007_199_254_741);
    expect(codeOf(() => clock.nextEdge(Number.MAX_SAFE_INTEGER))).toBe('time/overflow');
  });

  it.each([-1, 0.5, NaN, -Infinity])('refuses %d as a cycle, a duration or a time', (value) => {
    const clock = new ClockDomain(1.1e9);
    expect(() => clock.edge(value)).toThrow(RangeError);
    expect(() => clock.cyclesIn(value)).toThrow(RangeError);
    expect(() => clock.nextEdge(value)).toThrow(RangeError);
  });
});
