import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockDomain } from '../src/clock.ts';
import { SystoleError } from '../src/errors.ts';

const PICOSECONDS_PER_SECOND = 10n ** 12n;
const hertz = fc.oneof(
  fc.integer({ min: 1, max: 60 }).map((tenths) => tenths * 1e8),
  fc.integer({ min: 1, max: 10 ** 13 }),
);

function durationOf(clock: ClockDomain, cycles: number): bigint | string {
  try {
    return BigInt(clock.duration(cycles));
  } catch (error) {
    if (error instanceof SystoleError) return error.code;
    throw error;
  }
}

describe('ClockDomain.duration', () => {
  it('is the ceiling of cycles over frequency, or an overflow', () => {
    fc.assert(
      fc.property(hertz, fc.oneof(fc.nat(1000), fc.nat(10 ** 9), fc.maxSafeNat()), (frequency, cycles) => {
        const rate = BigInt(frequency);
        const exact = (BigInt(cycles) * PICOSECONDS_PER_SECOND + rate - 1n) / rate;
        const clock = new ClockDomain(frequency);
        const overflows = exact > BigInt(Number.MAX_SAFE_INTEGER);
        expect(durationOf(clock, cycles)).toBe(overflows ? 'time/overflow' : exact);
      }),
    );
  });

  it('is never less in pieces than in one', () => {
    fc.assert(
      fc.property(hertz, fc.nat(10 ** 6), fc.nat(10 ** 6), (frequency, a, b) => {
        const clock = new ClockDomain(Math.max(frequency, 1000));
        expect(clock.duration(a) + clock.duration(b)).toBeGreaterThanOrEqual(clock.duration(a + b));
      }),
    );
  });

  it('takes 909.09 ps at 1.1 GHz for 910 ps, and eleven cycles for 10 ns', () => {
    const clock = new ClockDomain(1.1e9);
    expect([0, 1, 2, 11].map((cycles) => clock.duration(cycles))).toEqual([0, 910, 1819, 10_000]);
  });
});
