import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactAccumulator } from '../src/accumulate/exact-accumulator.ts';
import { createRegister, roundingTo } from '../src/accumulate/register.ts';
import { reduceTerms } from '../src/accumulate/reduce-terms.ts';
import { checkAccumulator } from '../src/accumulate/accumulator.ts';
import { codeFormat } from '../src/find-code-format.ts';
import { NumericsError } from '../src/numerics-error.ts';
import { bigDot, DOT_SHIFT, NUMBER_SHIFT, roundBig, toBig } from './helpers/big-model.ts';

/** Numbers of widely and of closely spaced exponents, so that sums cancel as well as tower over each other. */
const number = (span: number) =>
  fc
    .tuple(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
      fc.integer({ min: 0, max: 2 ** 21 }),
      fc.integer({ min: -span, max: span }),
    )
    .map(([high, low, exponent]) => (high + low * 2 ** -21) * 2 ** exponent);

describe('exact accumulator', () => {
  it.each([2, 40, 400])('rounds the exact sum once, exponents within %i', (span) => {
    const accumulator = new ExactAccumulator();
    fc.assert(
      fc.property(fc.array(number(span), { maxLength: 40 }), fc.boolean(), (terms, cancels) => {
        accumulator.clear();
        let units = 0n;
        for (const term of cancels ? [...terms, ...terms.slice(1).map((x) => -x)] : terms) {
          accumulator.add(term);
          units += toBig(term);
        }
        expect(accumulator.toNumber() + 0).toBe(roundBig(units, NUMBER_SHIFT) + 0);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps ties ties, and all beside them beside, over any distance', () => {
    const accumulator = new ExactAccumulator();
    for (let distance = 54; distance < 900; distance += 7) {
      for (const [half, tail, expected] of [
        [2 ** -53, 0, 1],
        [2 ** -53, 1, 1 + 2 ** -52],
        [2 ** -53, -1, 1],
        [3 * 2 ** -53, 0, 1 + 2 ** -51],
        [3 * 2 ** -53, -1, 1 + 2 ** -52],
        [-(2 ** -54), -1, 1 - 2 ** -53],
        [-(2 ** -54), 1, 1],
      ] as const) {
        accumulator.clear();
        accumulator.add(tail * 2 ** -distance);
        accumulator.add(half);
        accumulator.add(1);
        expect(accumulator.toNumber()).toBe(expected);
      }
    }
  });

  it('sums products exactly, in any order', () => {
    const forth = new ExactAccumulator();
    const back = new ExactAccumulator();
    fc.assert(
      fc.property(fc.array(fc.tuple(number(200), number(200)), { maxLength: 30 }), (pairs) => {
        forth.clear();
        back.clear();
        for (const [a, b] of pairs) forth.addProduct(a, b);
        for (const [a, b] of pairs.toReversed()) back.addProduct(b, a);
        const units = bigDot(
          pairs.map(([a]) => a),
          pairs.map(([, b]) => b),
        );
        expect(forth.toNumber() + 0).toBe(roundBig(units, DOT_SHIFT) + 0);
        expect(back.toOdd()).toBe(forth.toOdd());
      }),
      { numRuns: 300 },
    );
  });

  it('scales exactly', () => {
    const accumulator = new ExactAccumulator();
    fc.assert(
      fc.property(fc.array(number(60), { maxLength: 10 }), number(20), (terms, factor) => {
        accumulator.clear();
        for (const term of terms) accumulator.add(term);
        accumulator.scale(factor);
        const units = bigDot(
          terms,
          terms.map(() => factor),
        );
        expect(accumulator.toNumber() + 0).toBe(roundBig(units, DOT_SHIFT) + 0);
      }),
    );
  });

  it('carries before its digits are full', () => {
    const accumulator = new ExactAccumulator();
    const term = 2 ** 33 - 2 ** -19;
    for (let i = 0; i < 3_000_000; i++) accumulator.add(term);
    expect(accumulator.toNumber()).toBe(roundBig(toBig(term) * 3_000_000n, NUMBER_SHIFT));
    for (let i = 0; i < 3_000_000; i++) accumulator.add(-term);
    expect(accumulator.toNumber()).toBe(0);
  });

  it('adds infinities and NaN as IEEE 754 does, and forgets them when cleared', () => {
    const sumOf = (...terms: number[]) => {
      const accumulator = new ExactAccumulator();
      for (const term of terms) accumulator.add(term);
      return accumulator.toNumber();
    };
    expect(sumOf(1, Infinity, -5)).toBe(Infinity);
    expect(sumOf(Infinity, -Infinity)).toBeNaN();
    expect(sumOf(1, Number.NaN)).toBeNaN();
    const accumulator = new ExactAccumulator();
    accumulator.addProduct(0, Infinity);
    expect(accumulator.toOdd()).toBeNaN();
    accumulator.clear();
    accumulator.add(3);
    expect(accumulator.toNumber()).toBe(3);
  });

  it('refuses what is beyond its range', () => {
    const accumulator = new ExactAccumulator();
    expect(() => accumulator.add(2 ** 960)).toThrow(NumericsError);
    expect(() => accumulator.addProduct(2 ** 600, 2 ** 600)).toThrow(NumericsError);
    expect(() => accumulator.addProduct(2 ** -600, 2 ** -600)).toThrow(NumericsError);
    accumulator.add(2 ** 959);
    accumulator.add(2 ** -1074);
    accumulator.add(-(2 ** 959));
    expect(accumulator.toNumber()).toBe(2 ** -1074);
  });
});

describe('registers', () => {
  it.each(['fp32', 'tf32', 'bf16', 'fp16'])('round to %s by arithmetic as by way of the code', (name) => {
    const format = codeFormat(name);
    for (const overflow of ['infinity-or-nan', 'saturate'] as const) {
      const round = roundingTo(format, { overflow });
      fc.assert(
        fc.property(fc.oneof(number(4), number(60), number(180)), (x) => {
          expect(round(x) + 0).toBe(format.decode(format.encode(x, { overflow })) + 0);
        }),
        { numRuns: 2000 },
      );
    }
  });

  it.each([
    ['fp32', 24],
    ['bf16', 8],
    ['fp16', 11],
  ] as const)('add to %s with one rounding', (name, bits) => {
    const counts = { overflows: 0, inexactTerms: 0 };
    const register = createRegister({ kind: 'rounded', format: codeFormat(name) }, counts);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** bits }),
        fc.integer({ min: 1, max: 2 ** 30 }),
        fc.integer({ min: -90, max: 0 }),
        (a, b, e) => {
          const [x, y] = [a * 2 ** -bits * 8, b * 2 ** -30 * 2 ** e];
          expect(register.add(x, y)).toBe(roundBig(toBig(x) + toBig(y), NUMBER_SHIFT, bits));
        },
      ),
      { numRuns: 2000 },
    );
    expect(counts.overflows).toBe(0);
  });

  it.each([
    ['fp32', 24],
    ['tf32', 11],
    ['bf16', 8],
    ['fp16', 11],
  ] as const)('add to %s what binary64 takes for a tie', (name, bits) => {
    const register = createRegister(
      { kind: 'rounded', format: codeFormat(name) },
      { overflows: 0, inexactTerms: 0 },
    );
    const ulp = 2 ** (1 - bits);
    const above = (ulp / 2) * (1 + 2 ** -52);
    const below = (ulp / 2) * (1 - 2 ** -53);
    expect([register.add(1, ulp / 2), register.add(1, above), register.add(1, below)]).toEqual([
      1,
      1 + ulp,
      1,
    ]);
    expect([register.add(1 + ulp, ulp / 2), register.add(1 + ulp, below)]).toEqual([1 + 2 * ulp, 1 + ulp]);
    expect([register.add(-1, -above), register.add(-1 - ulp, -below)]).toEqual([-1 - ulp, -1 - ulp]);
  });

  it('count overflows of a float, and saturate where they are told to', () => {
    const counts = { overflows: 0, inexactTerms: 0 };
    const fp16 = codeFormat('fp16');
    const plain = createRegister({ kind: 'rounded', format: fp16 }, counts);
    expect(plain.add(65504, 15)).toBe(65504);
    expect(counts.overflows).toBe(0);
    expect(plain.add(65504, 16)).toBe(Infinity);
    expect(plain.add(Infinity, 1)).toBe(Infinity);
    expect(counts.overflows).toBe(1);
    const saturating = createRegister(
      { kind: 'rounded', format: fp16, rounding: { overflow: 'saturate' } },
      counts,
    );
    expect(saturating.add(-65504, -1000)).toBe(-65504);
    expect(counts.overflows).toBe(2);
  });

  it('wrap like integers of any width, and count as often as a sum leaves the range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 48 }),
        fc.array(fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }), { maxLength: 20 }),
        (bits, terms) => {
          const counts = { overflows: 0, inexactTerms: 0 };
          const register = createRegister({ kind: 'integer', bits, overflow: 'wrap' }, counts, 0);
          let model = 0n;
          let leaves = 0;
          for (const term of terms) {
            if (BigInt.asIntN(bits, model + term) !== model + term) leaves++;
            model = BigInt.asIntN(bits, model + term);
          }
          const content = reduceTerms(
            Float64Array.from(terms, Number),
            terms.length,
            register,
            undefined,
            new Float64Array(0),
          );
          expect(content + 0).toBe(Number(model));
          expect(counts).toEqual({ overflows: leaves, inexactTerms: 0 });
        },
      ),
    );
  });

  it('saturate, and stay there until a term leads back', () => {
    const counts = { overflows: 0, inexactTerms: 0 };
    const register = createRegister({ kind: 'integer', bits: 8, overflow: 'saturate' }, counts, 0);
    const terms = Float64Array.of(100, 100, 100, -27, -500);
    expect(reduceTerms(terms, 4, register, undefined, new Float64Array(0))).toBe(100);
    expect(counts.overflows).toBe(2);
    expect(reduceTerms(terms, 5, register, undefined, new Float64Array(0))).toBe(-128);
  });

  it('round terms to their unit, ties to even, and count them', () => {
    const counts = { overflows: 0, inexactTerms: 0 };
    const register = createRegister({ kind: 'integer', bits: 16, overflow: 'wrap' }, counts, -1);
    expect([0.25, 0.75, -0.25, 1.3, 2.5].map((x) => register.value(register.take(x)) + 0)).toEqual([
      0, 1, 0, 1.5, 2.5,
    ]);
    expect(counts.inexactTerms).toBe(4);
  });
});

describe('order of a sum', () => {
  it('goes through a tree as stated, and differs from one by one', () => {
    const register = createRegister(
      { kind: 'rounded', format: codeFormat('fp16') },
      { overflows: 0, inexactTerms: 0 },
    );
    const terms = Float64Array.of(2048, 1, 1, 1, 1, 1);
    const scratch = new Float64Array(2);
    // One by one every 1 is lost: 2048 has a last bit of 2, and the tie goes to even.
    expect(reduceTerms(terms, 6, register, undefined, scratch)).toBe(2048);
    // (2048 + 1 -> 2048) + (1 + 1) = 2050; then (1 + 1) + (0 + 0) more.
    expect(reduceTerms(terms, 6, register, 4, scratch)).toBe(2052);
  });

  it('is refused where it cannot be built', () => {
    const format = codeFormat('fp16');
    for (const spec of [
      { kind: 'rounded', format, tree: 3 },
      { kind: 'rounded', format, tree: 1 },
      { kind: 'rounded', format, fused: 0 },
      { kind: 'integer', bits: 1, overflow: 'wrap' },
      { kind: 'integer', bits: 49, overflow: 'wrap' },
      { kind: 'integer', bits: 32, overflow: 'wrap', unitExponent: 0.5 },
    ] as const) {
      expect(() => checkAccumulator(spec)).toThrow(NumericsError);
    }
  });
});
