import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactTotals } from '../src/exact-total.ts';

// Small values, any safe integer, and the neighbours of powers of two, where the halves of a product change sign.
const count = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 1000 }),
  fc.maxSafeNat(),
  fc
    .tuple(fc.integer({ min: 0, max: 53 }), fc.integer({ min: -2, max: 2 }))
    .map(([exponent, offset]) => Math.min(Math.max(0, 2 ** exponent + offset), Number.MAX_SAFE_INTEGER)),
);

describe('ExactTotals against BigInt', () => {
  it('gives the same totals after any adds', () => {
    const adds = fc.integer({ min: 1, max: 5 }).chain((size) =>
      fc.tuple(
        fc.constant(size),
        fc.array(fc.tuple(fc.array(count, { minLength: size, maxLength: size }), count, fc.boolean()), {
          maxLength: 40,
        }),
      ),
    );
    fc.assert(
      fc.property(adds, ([size, steps]) => {
        const totals = new ExactTotals(size);
        const reference = Array.from({ length: size }, () => 0n);
        for (const [deltas, times, isTyped] of steps) {
          totals.add(isTyped ? Float64Array.from(deltas) : deltas, times);
          deltas.forEach((delta, index) => {
            reference[index] = (reference[index] ?? 0n) + BigInt(delta) * BigInt(times);
          });
          reference.forEach((total, index) => {
            expect(totals.toBigInt(index)).toBe(total);
            expect(totals.toNumber(index)).toBe(Number(total));
          });
        }
      }),
      { numRuns: 500 },
    );
  });
});
