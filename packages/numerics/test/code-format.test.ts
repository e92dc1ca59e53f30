import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  NUMBER_FORMATS,
  NumericsError,
  codeFormat,
  codeFormatNames,
  dequantiseIntegers,
  findCodeFormat,
  integerScale,
  positFormat,
  quantiseIntegers,
  randomBits,
} from '@systole/numerics';

describe('names of formats', () => {
  it.each([
    ['posit(16,1)', 'posit16_1'],
    ['posit16', 'posit16_2'],
    ['posit8-0', 'posit8_0'],
    ['POSIT8_2', 'posit8_2'],
    ['fp8', 'fp8_e4m3fn'],
    ['fp8-e4m3', 'fp8_e4m3fn'],
    ['float8_e4m3fn', 'fp8_e4m3fn'],
    ['float8_e5m2', 'fp8_e5m2'],
    ['bfloat16', 'bf16'],
    ['half', 'fp16'],
    ['fp4', 'fp4_e2m1'],
    ['float8_e8m0fnu', 'e8m0'],
    ['uint4', 'uint4'],
    ['int7', 'int7'],
  ])('%s is %s', (name, expected) => {
    expect(codeFormat(name).name).toBe(expected);
    expect(findCodeFormat(name)).toBe(codeFormat(expected));
  });

  it('are those of the descriptors too, with the same bits', () => {
    for (const { name, bits, block } of NUMBER_FORMATS) {
      expect(findCodeFormat(name)?.bits).toBe(block === undefined ? bits : undefined);
    }
  });

  it('are listed, and each has the extremes that its codes have', () => {
    expect(codeFormatNames()).toContain('posit8_0');
    for (const name of codeFormatNames()) {
      const format = codeFormat(name);
      expect(format.name).toBe(name);
      expect(format.decode(format.encode(format.largest))).toBe(format.largest);
      expect(format.decode(format.encode(format.smallest))).toBe(format.smallest);
      expect(format.decode(format.encode(format.largest * 2, { overflow: 'saturate' }))).toBe(format.largest);
    }
  });

  it('have one code for NaN, or none', () => {
    const formats = codeFormatNames().map((name) => codeFormat(name));
    const withNaN = formats.filter((format) => format.nan !== undefined);
    expect(withNaN.map((format) => format.encode(NaN))).toEqual(withNaN.map((format) => format.nan));
    expect(withNaN.every((format) => Number.isNaN(format.decode(format.nan ?? 0)))).toBe(true);
    const without = formats.filter((format) => format.nan === undefined).map(({ name }) => name);
    expect(without.filter((name) => !/^(?:u?int|mxint8_element|fp6_|fp4_)/u.test(name))).toEqual([]);
    expect(without).toContain('fp4_e2m1');
  });

  it.each([
    ['posit8_9', 'numerics/impossible-format', 'posit8_3'],
    ['posit2_2', 'numerics/impossible-format', 'posit2_1'],
    ['posit33_2', 'numerics/impossible-format', 'posit32_2'],
    ['posit1_0', 'numerics/impossible-format', 'posit2_0'],
    ['int1', 'numerics/impossible-format', '2 to 32'],
    ['int64', 'numerics/impossible-format', '2 to 32'],
    ['fp8_e4m3fnz', 'numerics/unknown-format', 'fp8_e4m3fn'],
    ['bf17', 'numerics/unknown-format', 'bf16'],
    ['fp6', 'numerics/unknown-format', 'fp'],
    ['', 'numerics/unknown-format', 'Choose one of'],
    ['__proto__', 'numerics/unknown-format', 'Choose one of'],
    ['constructor', 'numerics/unknown-format', 'Choose one of'],
    ['a name that is much longer than any format has', 'numerics/unknown-format', 'Choose one of'],
  ])('%j is refused with a next step', (name, code, hint) => {
    expect(findCodeFormat(name)).toBeUndefined();
    expect(() => codeFormat(name)).toThrow(
      expect.objectContaining({ name: 'NumericsError', code, hint: expect.stringContaining(hint) }),
    );
  });

  it('are there for every posit, and for no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2, max: 40 }), fc.integer({ min: -2, max: 6 }), (bits, es) => {
        const isThere = bits >= 2 && bits <= 32 && es >= 0 && es <= 3 && es < bits;
        expect(outcomeOf(bits, es)).toBe(
          isThere ? 2 ** ((bits - 2) * 2 ** es) : 'numerics/impossible-format',
        );
      }),
    );
    expect(() => positFormat(NaN, 1)).toThrow(
      expect.objectContaining({ code: 'numerics/impossible-format' }),
    );
    expect(() => positFormat(8.5, 1)).toThrow(
      expect.objectContaining({ code: 'numerics/impossible-format' }),
    );
  });
});

describe('what there is no answer to', () => {
  const format = codeFormat('fp4_e2m1');
  it.each([-1, 16, 0.5, NaN, Infinity])('code %d', (code) => {
    const wrong = expect.objectContaining({ code: 'numerics/code' });
    expect(() => format.decode(code)).toThrow(wrong);
    expect(() => format.add(code, 1)).toThrow(wrong);
    expect(() => format.multiply(1, code)).toThrow(wrong);
    expect(() => format.fusedMultiplyAdd(1, 1, code)).toThrow(wrong);
  });

  it('codes in arrays', () => {
    const wrong = expect.objectContaining({ code: 'numerics/code' });
    expect(() => format.decodeAll(Uint8Array.of(1, 16), new Float64Array(2))).toThrow(wrong);
    expect(() => format.dot(Uint8Array.of(16), Uint8Array.of(1))).toThrow(wrong);
    expect(() => codeFormat('tf32').dot(Uint32Array.of(2 ** 19), Uint32Array.of(1))).toThrow(wrong);
  });

  it('lengths', () => {
    const wrong = expect.objectContaining({ code: 'numerics/length' });
    expect(() => format.dot(Uint8Array.of(1), Uint8Array.of())).toThrow(wrong);
    expect(() => format.encodeAll(new Float64Array(2), new Uint8Array(1))).toThrow(wrong);
    expect(() => format.decodeAll(new Uint8Array(2), new Float64Array(1))).toThrow(wrong);
    expect(() => codeFormat('fp16').encodeAll(new Float64Array(1), new Uint8Array(1))).toThrow(wrong);
  });

  it('options', () => {
    const wrong = expect.objectContaining({ code: 'numerics/argument' });
    expect(() => format.encode(1, { rounding: 'stochastic' })).toThrow(wrong);
    // Casts, since the types refuse what scripts without types may write.
    expect(() => format.encode(1, { rounding: 'up' as 'toward-zero' })).toThrow(wrong);
    expect(() => format.encode(1, { overflow: 'wrap' as 'saturate' })).toThrow(wrong);
    expect(() => randomBits(-1)).toThrow(wrong);
    expect(() => randomBits(2 ** 32)).toThrow(wrong);
  });
});

describe('integers under a scale', () => {
  it('are the nearest to the exact quotient, where the rounded one is a tie and the exact one is not', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -300, max: 300 }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.constantFrom(2, 4, 8, 16),
        fc.boolean(),
        (half, scale, bits, isSymmetric) => {
          const value = (half / 2) * scale;
          const codes = new Uint16Array(1);
          const outside = quantiseIntegers(Float64Array.of(value), codes, { bits, scale, isSymmetric });
          const most = 2 ** (bits - 1) - 1;
          const least = isSymmetric ? -most : -most - 1;
          const whole = nearestQuotient(value, scale);
          const cut = Math.max(least, Math.min(most, whole));
          expect(codeFormat(`int${bits}`).decode(codes[0] ?? 0)).toBe(cut === 0 ? 0 : cut);
          expect(outside).toBe(whole === cut ? 0 : 1);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('come back as code times scale', () => {
    const values = Float64Array.of(-3, -0.24, 0, 0.26, 1.5, 3);
    const scale = integerScale(values, 4);
    expect(scale).toBe(3 / 7);
    const [codes, back] = [new Uint8Array(6), new Float64Array(6)];
    expect(quantiseIntegers(values, codes, { bits: 4, scale })).toBe(0);
    dequantiseIntegers(codes, back, { bits: 4, scale });
    expect([...codes]).toEqual([9, 15, 0, 1, 4, 7]);
    expect([...back]).toEqual([-7, -1, 0, 1, 4, 7].map((code) => code * scale));
  });

  it('count what saturates, and NaN, which becomes zero', () => {
    const values = Float64Array.of(1e300, -Infinity, NaN, 1, -8.4, -8.6, 7.4);
    const codes = new Uint8Array(7);
    expect(quantiseIntegers(values, codes, { bits: 4, scale: 1 })).toBe(4);
    expect([...codes]).toEqual([7, 8, 0, 1, 8, 8, 7]);
    expect(quantiseIntegers(Float64Array.of(5e-324, 1e308), codes, { bits: 8, scale: 1e-300 })).toBe(1);
    expect([codes[0], codes[1]]).toEqual([0, 127]);
  });

  it('have a scale of one for zeros, and none for what is not finite', () => {
    expect(integerScale(new Float32Array(4), 8)).toBe(1);
    expect(() => integerScale(Float32Array.of(1, Infinity), 8)).toThrow(
      expect.objectContaining({ code: 'numerics/not-finite' }),
    );
    const one = new Uint8Array(1);
    for (const scale of [0, -1, NaN, Infinity]) {
      expect(() => quantiseIntegers(Float64Array.of(1), one, { bits: 8, scale })).toThrow(
        expect.objectContaining({ code: 'numerics/argument' }),
      );
    }
    expect(() => quantiseIntegers(Float64Array.of(1), one, { bits: 16, scale: 1 })).toThrow(
      expect.objectContaining({ code: 'numerics/length' }),
    );
    expect(() => quantiseIntegers(Float64Array.of(1), one, { bits: 1, scale: 1 })).toThrow(
      expect.objectContaining({ code: 'numerics/impossible-format' }),
    );
  });
});

/** The largest value, or the code of the refusal. */
function outcomeOf(bits: number, es: number): number | string {
  try {
    return positFormat(bits, es).largest;
  } catch (error) {
    return error instanceof NumericsError ? error.code : 'another';
  }
}

/** In whole numbers of the least common unit. */
function nearestQuotient(value: number, scale: number): number {
  const unit = 2 ** 80;
  const [numerator, denominator] = [BigInt(value * unit), BigInt(scale * unit)];
  const magnitude = numerator < 0n ? -numerator : numerator;
  const down = magnitude / denominator;
  const rest = 2n * (magnitude - down * denominator) - denominator;
  const isUp = rest > 0n || (rest === 0n && down % 2n === 1n);
  const whole = Number(isUp ? down + 1n : down);
  return numerator < 0n ? -whole : whole;
}
