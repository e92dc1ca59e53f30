import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosSin, exp, ln, log10, tanh } from '../src/functional/elementary.ts';

/** Distance in units of the last place of what is expected. */
function ulps(found: number, expected: number): number {
  if (Object.is(found, expected)) return 0;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(expected));
  view.setBigUint64(0, view.getBigUint64(0) + 1n);
  return Math.abs(found - expected) / (view.getFloat64(0) - Math.abs(expected));
}

const within = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('elementary functions', () => {
  const pairs: readonly (readonly [
    string,
    fc.Arbitrary<number>,
    (x: number) => number,
    (x: number) => number,
  ])[] = [
    ['exp', within(-700, 700), exp, Math.exp],
    ['exp near 0', within(-1, 1), exp, Math.exp],
    ['ln', within(Number.MIN_VALUE, Number.MAX_VALUE), ln, Math.log],
    ['ln near 1', within(0.5, 2), ln, Math.log],
    ['log10', within(1e-20, 1e20), log10, Math.log10],
    ['tanh', within(-30, 30), tanh, Math.tanh],
    ['tanh near 0', within(-1, 1), tanh, Math.tanh],
  ];

  it.each(pairs)('%s is that of Math, within four units in the last place', (_name, numbers, own, theirs) => {
    fc.assert(
      fc.property(numbers, (x) => {
        expect(ulps(own(x), theirs(x))).toBeLessThanOrEqual(4);
      }),
      { numRuns: 5000 },
    );
  });

  it('turn angles', () => {
    fc.assert(
      fc.property(within(-1e5, 1e5), (x) => {
        const [cosine, sine] = cosSin(x);
        expect(Math.abs(cosine - Math.cos(x))).toBeLessThan(1e-15);
        expect(Math.abs(sine - Math.sin(x))).toBeLessThan(1e-15);
      }),
      { numRuns: 5000 },
    );
  });

  it('have the limits that they should', () => {
    expect([exp(1000), exp(-1000), exp(0), exp(-Infinity)]).toEqual([Infinity, 0, 1, 0]);
    expect([ln(0), ln(1), ln(-1), ln(Infinity)]).toEqual([-Infinity, 0, Number.NaN, Infinity]);
    expect([tanh(50), tanh(-50), tanh(0)]).toEqual([1, -1, 0]);
    expect(cosSin(0)).toEqual([1, 0]);
  });
});
