import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeFormat } from '@systole/numerics';
import type { CodeFormat, RoundingOptions } from '@systole/numerics';
import type { ModelOperation, ModelRounding } from './support/exact-model.ts';
import { ExactModel } from './support/exact-model.ts';
import { NARROW, WIDE } from './support/layouts.ts';

const OPERATIONS: readonly ModelOperation[] = ['add', 'subtract', 'multiply', 'divide'];

/** NaN for any code of it: a format may have several. */
function shown(format: CodeFormat, code: number): number {
  return Number.isNaN(format.decode(code)) ? Number.NaN : code;
}

const roundings = fc.record({
  rounding: fc.constantFrom('nearest-even' as const, 'nearest-away' as const, 'toward-zero' as const),
  saturates: fc.boolean(),
});

function optionsOf({ rounding, saturates }: ModelRounding): RoundingOptions {
  return { rounding, overflow: saturates ? 'saturate' : 'infinity-or-nan' };
}

/** Any code, and more often one near zero, one, the extremes and NaN than chance has it. */
function codes(bits: number): fc.Arbitrary<number> {
  const last = 2 ** bits - 1;
  const corners = [0, 2 ** (bits - 1), 2 ** (bits - 2), 3 * 2 ** (bits - 2), last].map((corner) =>
    fc.integer({ min: -3, max: 3 }).map((step) => Math.min(last, Math.max(0, corner + step))),
  );
  return fc.oneof({ arbitrary: fc.integer({ min: 0, max: last }), weight: 10 }, ...corners);
}

describe('all pairs of codes against exact rationals', () => {
  it.each(NARROW)('%s', (name, layout) => {
    const format = codeFormat(name);
    const model = new ExactModel(layout);
    const count = 2 ** format.bits;
    const wrong: string[] = [];
    for (const operation of OPERATIONS) {
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) {
          const came = shown(format, format[operation](a, b));
          const expected = model.operate(operation, a, b);
          if (!Object.is(came, expected)) wrong.push(`${operation} ${a} ${b}: ${came}, not ${expected}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('random operands against exact rationals, in every rounding', () => {
  it.each([...NARROW, ...WIDE])('%s', (name, layout) => {
    const format = codeFormat(name);
    const model = new ExactModel(layout);
    const code = codes(format.bits);
    fc.assert(
      fc.property(fc.constantFrom(...OPERATIONS), code, code, roundings, (operation, a, b, rounding) => {
        const came = shown(format, format[operation](a, b, optionsOf(rounding)));
        expect(came).toBe(model.operate(operation, a, b, rounding));
      }),
      // Of the narrow ones all pairs were compared above, to nearest even.
      { numRuns: format.bits <= 8 ? 200 : 500 },
    );
  });
});

describe('fused multiply-add and dot product', () => {
  it.each([...NARROW, ...WIDE])('%s', (name, layout) => {
    const format = codeFormat(name);
    const model = new ExactModel(layout);
    const finite = codes(format.bits).filter((code) => model.isFinite(code));
    fc.assert(
      fc.property(finite, finite, finite, roundings, (a, b, c, rounding) => {
        fc.pre(!model.isZero(c) || !(model.isZero(a) || model.isZero(b)));
        const came = shown(format, format.fusedMultiplyAdd(a, b, c, optionsOf(rounding)));
        expect(came).toBe(model.sumOfProducts([[a, b]], c, rounding));
      }),
      { numRuns: format.bits <= 8 ? 120 : 300 },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(finite, finite), { maxLength: 40 }), (pairs) => {
        const a = Uint32Array.from(pairs, ([left]) => left);
        const b = Uint32Array.from(pairs, ([, right]) => right);
        // What cancels: the sum of pairs, and of their negatives, is zero whatever the order.
        expect(shown(format, format.dot(a, b))).toBe(model.sumOfProducts(pairs));
        expect(format.dot(a.toReversed(), b.toReversed())).toBe(format.dot(a, b));
      }),
      { numRuns: format.bits <= 8 ? 25 : 60 },
    );
  });

  it('keeps what a rounded sum would lose', () => {
    const fp16 = codeFormat('fp16');
    const [big, tiny] = [fp16.encode(60000), fp16.encode(2 ** -24)];
    const minusBig = fp16.encode(-60000);
    expect(fp16.decode(fp16.dot(Uint16Array.of(big, tiny, minusBig), Uint16Array.of(big, tiny, big)))).toBe(
      0,
    );
    const fp32 = codeFormat('fp32');
    const [x, y] = [fp32.encode(2 ** 120), fp32.encode(2 ** -70)];
    const minusX = fp32.encode(-(2 ** 120));
    expect(fp32.decode(fp32.dot(Uint32Array.of(x, y, minusX), Uint32Array.of(x, y, x)))).toBe(2 ** -140);
  });

  it('goes by IEEE 754 where an operand is not finite', () => {
    const format = codeFormat('fp16');
    const [infinity, one, zero, minus] = [Infinity, 1, 0, -Infinity].map((value) => format.encode(value));
    if (infinity === undefined || one === undefined || zero === undefined || minus === undefined)
      throw new Error();
    const dot = (a: number[], b: number[]) =>
      format.decode(format.dot(Uint16Array.from(a), Uint16Array.from(b)));
    expect(dot([infinity, one], [one, one])).toBe(Infinity);
    expect(dot([infinity, minus], [one, one])).toBeNaN();
    expect(dot([infinity], [zero])).toBeNaN();
    expect(dot([], [])).toBe(0);
    expect(format.decode(format.fusedMultiplyAdd(infinity, one, minus))).toBeNaN();
    const posit = codeFormat('posit16_1');
    expect(posit.dot(Uint16Array.of(posit.nan ?? 0, 5), Uint16Array.of(0, 5))).toBe(posit.nan);
  });
});
