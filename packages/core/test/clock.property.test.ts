import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockDomain } from '../src/clock.ts';
import { SystoleError } from '../src/errors.ts';

const LAST = BigInt(Number.MAX_SAFE_INTEGER);
const SCALE = 10n ** 18n;

interface Rate {
  readonly clock: ClockDomain;
  /** Frequency in uHz, so that the period is 10^18 / microhertz ps; a period p is p / 1. */
  readonly numerator: bigint;
  readonly denominator: bigint;
}

function fromMicrohertz(microhertz: number): Rate {
  const text = String(microhertz).padStart(7, '0');
  const frequency = Number(`${text.slice(0, -6)}.${text.slice(-6)}`);
  return { clock: new ClockDomain(frequency), numerator: SCALE, denominator: BigInt(microhertz) };
}

const rate: fc.Arbitrary<Rate> = fc.oneof(
  // Up to 10^15 uHz the text of a frequency has at most 15 significant digits, which a double keeps.
  fc.integer({ min: 1, max: 10 ** 15 }).map(fromMicrohertz),
  fc.integer({ min: 1, max: 10 ** 13 }).map((hertz) => ({
    clock: new ClockDomain(hertz),
    numerator: SCALE,
    denominator: BigInt(hertz) * 1_000_000n,
  })),
  fc.integer({ min: 1, max: 60 }).map((tenths) => ({
    clock: new ClockDomain(tenths * 1e8),
    numerator: SCALE,
    denominator: BigInt(tenths) * 10n ** 14n,
  })),
  fc
    .oneof(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }))
    .map((period) => ({
      clock: ClockDomain.fromPeriod(period),
      numerator: BigInt(period),
      denominator: 1n,
    })),
);

const count = fc.oneof(
  fc.integer({ min: 0, max: 1000 }),
  fc.integer({ min: 0, max: 10 ** 10 }),
  fc.maxSafeNat(),
  fc.integer({ min: 0, max: 1000 }).map((below) => Number.MAX_SAFE_INTEGER - below),
);

/** The value, or 'overflow' when the clock said so: any other error fails the property. */
function valueOf(compute: () => number): number | 'overflow' {
  try {
    return compute();
  } catch (error) {
    if (error instanceof SystoleError && error.code === 'time/overflow') return 'overflow';
    throw error;
  }
}

function clampToCount(value: bigint): bigint {
  if (value < 0n) return 0n;
  return value > LAST ? LAST : value;
}

function orInfinity(value: number | 'overflow' | undefined): number {
  return typeof value === 'number' ? value : Infinity;
}

function expected(value: bigint): number | 'overflow' {
  return value > LAST ? 'overflow' : Number(value);
}

describe('ClockDomain against BigInt arithmetic', () => {
  it('gives edge n as floor(n periods), or an overflow exactly when that passes 2^53 - 1', () => {
    fc.assert(
      fc.property(rate, count, ({ clock, numerator, denominator }, cycle) => {
        expect(valueOf(() => clock.edge(cycle))).toBe(expected((BigInt(cycle) * numerator) / denominator));
      }),
      { numRuns: 3000 },
    );
  });

  it('gives the cycles in a duration as ceil(duration / period)', () => {
    fc.assert(
      fc.property(rate, count, ({ clock, numerator, denominator }, duration) => {
        const cycles = (BigInt(duration) * denominator + numerator - 1n) / numerator;
        expect(valueOf(() => clock.cyclesIn(duration))).toBe(expected(cycles));
      }),
      { numRuns: 3000 },
    );
  });

  it('is exact in the neighbourhood of every whole number of periods', () => {
    // Where n periods are a whole number of ps, a rounding error of one ulp would move the edge or the count.
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 0, max: 9000 }),
        fc.integer({ min: -3, max: 3 }),
        (megahertz, seconds, offset) => {
          const clock = new ClockDomain(megahertz * 1e6);
          const cycle = Math.max(0, megahertz * 1e6 * seconds + offset);
          const time = Math.max(0, seconds * 1e12 + offset);
          expect(clock.edge(cycle)).toBe(Number((BigInt(cycle) * 1_000_000n) / BigInt(megahertz)));
          expect(clock.cyclesIn(time)).toBe(
            Number((BigInt(time) * BigInt(megahertz) + 999_999n) / 1_000_000n),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('ClockDomain near the edges of any rate', () => {
  it('is exact there up to the end of event time, where a double has no bit to spare', () => {
    const offset = fc.integer({ min: -2, max: 2 });
    fc.assert(
      fc.property(rate, fc.maxSafeNat(), offset, offset, (rate, moment, cyclesOff, timeOff) => {
        const { clock, numerator, denominator } = rate;
        const cycle = clampToCount((BigInt(moment) * denominator) / numerator + BigInt(cyclesOff));
        const edge = (cycle * numerator) / denominator;
        const time = clampToCount(edge + BigInt(timeOff));
        expect(valueOf(() => clock.edge(Number(cycle)))).toBe(expected(edge));
        expect(valueOf(() => clock.cyclesIn(Number(time)))).toBe(
          expected((time * denominator + numerator - 1n) / numerator),
        );
      }),
      { numRuns: 5000 },
    );
  });
});

describe('ClockDomain', () => {
  it('has edges that never go back, and none after an overflow', () => {
    fc.assert(
      fc.property(rate, count, fc.integer({ min: 0, max: 20 }), ({ clock }, cycle, steps) => {
        const later = Math.min(cycle + steps, Number.MAX_SAFE_INTEGER);
        const [before, after] = [cycle, later].map((n) => valueOf(() => clock.edge(n)));
        expect(orInfinity(after)).toBeGreaterThanOrEqual(orInfinity(before));
      }),
    );
  });

  it('counts to the first edge at or after a time, and nextEdge is that edge', () => {
    fc.assert(
      fc.property(rate, count, ({ clock }, time) => {
        const cycle = valueOf(() => clock.cyclesIn(time));
        fc.pre(cycle !== 'overflow');
        const edge = valueOf(() => clock.edge(cycle));
        const edgeBefore = cycle === 0 ? -1 : clock.edge(cycle - 1);
        expect(orInfinity(edge)).toBeGreaterThanOrEqual(time);
        expect(edgeBefore).toBeLessThan(time);
        expect(valueOf(() => clock.nextEdge(time))).toBe(edge);
      }),
      { numRuns: 2000 },
    );
  });
});
