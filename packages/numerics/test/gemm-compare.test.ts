import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareTensors } from '../src/gemm/compare-tensors.ts';
import { decibels } from '../src/gemm/decibels.ts';
import { NumericsError } from '../src/numerics-error.ts';

describe('decibels', () => {
  it('are ten decimal logarithms', () => {
    expect([1, 10, 1000, 0.01].map(decibels)).toEqual([0, 10, 30, -20].map((x) => expect.closeTo(x, 12)));
    expect([decibels(0), decibels(Infinity)]).toEqual([-Infinity, Infinity]);
    fc.assert(
      fc.property(fc.double({ min: 2 ** -1022, max: 2 ** 1023, noNaN: true }), (ratio) => {
        expect(Math.abs(decibels(ratio) - 10 * Math.log10(ratio))).toBeLessThan(1e-11);
      }),
    );
  });
});

describe('errors of a tensor', () => {
  it('by hand', () => {
    // Signal 9 + 16 = 25, noise 0.25 + 0 = 0.25: a hundred to one.
    const error = compareTensors(Float64Array.of(3, -4), Float64Array.of(2.5, -4));
    expect(error).toEqual({
      elements: 2,
      notFinite: 0,
      sqnr: expect.closeTo(20, 12),
      maximum: 0.5,
      mean: 0.25,
      rootMeanSquare: Math.sqrt(0.125),
      bias: -0.25,
      cosine: expect.closeTo(23.5 / (5 * Math.sqrt(22.25)), 14),
    });
  });

  it('of equal tensors, of zeros, and of opposites', () => {
    const a = Float64Array.of(0.1, 0.2, 0.3);
    expect(compareTensors(a, a)).toMatchObject({ sqnr: Infinity, maximum: 0, cosine: 1 });
    expect(compareTensors(new Float64Array(3), new Float64Array(3))).toMatchObject({
      sqnr: Infinity,
      cosine: 1,
    });
    expect(compareTensors(new Float64Array(3), a)).toMatchObject({ sqnr: -Infinity, cosine: 0 });
    expect(
      compareTensors(
        a,
        a.map((x) => -x),
      ).cosine,
    ).toBeCloseTo(-1, 14);
    expect(compareTensors(new Float64Array(0), new Float64Array(0))).toMatchObject({ elements: 0, mean: 0 });
  });

  it('does not depend on a common power of two, however far', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: -9, max: 9 })), {
          minLength: 1,
        }),
        fc.integer({ min: -900, max: 900 }),
        (pairs, exponent) => {
          const reference = Float64Array.from(pairs, ([x]) => x);
          const actual = Float64Array.from(pairs, ([x, error]) => x + error);
          const scaled = (values: Float64Array) => values.map((x) => x * 2 ** exponent);
          const plain = compareTensors(reference, actual);
          const far = compareTensors(scaled(reference), scaled(actual));
          expect([far.sqnr, far.cosine]).toEqual([plain.sqnr, plain.cosine]);
          expect(far.maximum).toBe(plain.maximum * 2 ** exponent);
        },
      ),
    );
  });

  it('leaves NaN and infinities out, and counts them', () => {
    const error = compareTensors(
      Float32Array.of(1, Number.NaN, Infinity, 2),
      Float32Array.of(1, 0, Infinity, 2.5),
    );
    expect(error).toMatchObject({ elements: 4, notFinite: 2, maximum: 0.5, mean: 0.25 });
  });

  it('refuses tensors of different lengths', () => {
    expect(() => compareTensors(new Float64Array(2), new Float64Array(3))).toThrow(NumericsError);
  });
});
