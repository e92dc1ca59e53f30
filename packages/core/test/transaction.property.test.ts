import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { share } from '../src/index.ts';

const totals = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

it('shares add up to the total, and differ by at most one', () => {
  fc.assert(
    fc.property(totals, fc.integer({ min: 1, max: 300 }), (total, count) => {
      const shares = Array.from({ length: count }, (_, index) => share(total, index, count));
      expect(shares.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(total));
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    }),
  );
});

it('shares are those of exact arithmetic', () => {
  fc.assert(
    fc.property(
      totals,
      fc
        .integer({ min: 1, max: 4_000_000 })
        .chain((count) => fc.tuple(fc.constant(count), fc.nat(count - 1))),
      (total, [count, index]) => {
        const [t, i, n] = [BigInt(total), BigInt(index), BigInt(count)];
        expect(BigInt(share(total, index, count))).toBe((t * (i + 1n)) / n - (t * i) / n);
      },
    ),
    { numRuns: 1000 },
  );
});
