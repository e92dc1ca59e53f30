import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeFormat, randomBits } from '@systole/numerics';
import type { CodeFormat, Rounding, RoundingOptions } from '@systole/numerics';
import { ExactModel } from './support/exact-model.ts';
import { NARROW, WIDE } from './support/layouts.ts';

const ALL = [...NARROW, ...WIDE];
const ROUNDINGS: readonly Rounding[] = ['nearest-even', 'nearest-away', 'toward-zero'];

const words = new Uint32Array(2);
const double = new Float64Array(words.buffer);

/** The binary64 that lies `steps` codes of binary64 from `value`. */
function neighbour(value: number, steps: number): number {
  double[0] = value;
  const bits = new BigUint64Array(words.buffer);
  bits[0] = (bits[0] ?? 0n) + BigInt(steps);
  const moved = double[0] ?? 0;
  return Number.isNaN(moved) ? value : moved;
}

/** Values of the format, ties, what lies a hair beside them, and any binary64 at all. */
function values(format: CodeFormat): fc.Arbitrary<number> {
  const last = 2 ** format.bits - 1;
  const longer = format.name.startsWith('posit') && format.bits < 32 ? 'posit' : 'other';
  const code = fc.oneof(
    fc.integer({ min: 0, max: last }),
    fc.constantFrom(0, 1, last, (last - 1) / 2, (last - 3) / 2),
  );
  const value = code.map((code) => format.decode(code)).filter((value) => Number.isFinite(value));
  const tie = code.map((code) => {
    const [low, high] = [format.decode(code), format.decode(Math.min(last, code + 1))];
    if (longer === 'other') return (low + high) / 2;
    const [bits, es] = format.name.slice(5).split('_');
    return codeFormat(`posit${Number(bits) + 1}_${es}`).decode(2 * code + 1);
  });
  const nearTie = fc.tuple(tie, fc.integer({ min: -2, max: 2 })).map(([tie, steps]) => neighbour(tie, steps));
  const beyond = fc.constantFrom(
    ...[1, -1].flatMap((sign) =>
      [format.largest, format.smallest].flatMap((end) =>
        [0.25, 0.5, 0.75, 1, 1.5, 2, 4].map((by) => sign * by * end),
      ),
    ),
  );
  const nearBeyond = fc
    .tuple(beyond, fc.integer({ min: -1, max: 1 }))
    .map(([end, steps]) => neighbour(end, steps));
  const ordinary = fc.double({ min: -16, max: 16, noNaN: true });
  const special = fc.constantFrom(0, -0, Infinity, -Infinity, NaN, 5e-324, -5e-324, Number.MAX_VALUE);
  return fc.oneof(value, nearTie, nearTie, nearBeyond, ordinary, fc.double(), special);
}

function shown(format: CodeFormat, code: number): number {
  return Number.isNaN(format.decode(code)) ? Number.NaN : code;
}

describe('rounding against exact rationals, one by one and in arrays', () => {
  it.each(ALL)('%s', (name, layout) => {
    const format = codeFormat(name);
    const model = new ExactModel(layout);
    fc.assert(
      fc.property(
        fc.array(values(format), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(...ROUNDINGS),
        fc.boolean(),
        (list, rounding, saturates) => {
          if (rounding === 'stochastic') return;
          const options: RoundingOptions = { rounding, overflow: saturates ? 'saturate' : 'infinity-or-nan' };
          const codes = new Uint32Array(list.length);
          const beyond = format.encodeAll(Float64Array.from(list), codes, options);
          const expected = list.map((value) => model.encodeNumber(value, { rounding, saturates }));
          expect([...codes].map((code) => shown(format, code))).toEqual(expected);
          expect(list.map((value) => format.encode(value, options))).toEqual([...codes]);
          const lowest = lowestOf(format);
          const outside = list.filter(
            (value) =>
              value > format.largest || value < lowest || (Number.isNaN(value) && format.nan === undefined),
          );
          expect(beyond).toBe(outside.length);
        },
      ),
      { numRuns: format.bits <= 8 ? 30 : 60 },
    );
  });

  it.each(ALL)('%s from binary32', (name) => {
    const format = codeFormat(name);
    const list = Float32Array.from({ length: 5000 }, (_, index) =>
      Math.fround((index - 2500) * 0.003 * (index % 7)),
    );
    const [narrow, wide] = [new Uint32Array(5000), new Uint32Array(5000)];
    expect(format.encodeAll(list, narrow)).toBe(format.encodeAll(Float64Array.from(list), wide));
    expect(narrow).toEqual(wide);
  });
});

/** The value that none lies below: two's complement reaches further than its largest. */
function lowestOf(format: CodeFormat): number {
  if (format.name.startsWith('uint') || format.name === 'e8m0') return 0;
  return format.name.startsWith('int') ? -format.largest - 1 : -format.largest;
}

describe('values', () => {
  it.each(ALL)('%s: a code encodes to itself, in order of value', (name) => {
    const format = codeFormat(name);
    const count = 2 ** format.bits;
    const step = Math.max(1, Math.floor(count / 5003));
    const wrong: number[] = [];
    for (let code = 0; code < count; code += step) {
      const value = format.decode(code);
      if (!Number.isNaN(value) && format.encode(value) !== code) wrong.push(code);
    }
    expect(wrong).toEqual([]);
    const positive = Array.from({ length: 100 }, (_, index) => Math.floor((index * (count / 2 - 1)) / 100));
    const decoded = positive.map((code) => format.decode(code)).filter((value) => !Number.isNaN(value));
    expect(decoded).toEqual(decoded.toSorted((a, b) => a - b));
  });

  it('of fp32 are those of binary32, and of tf32 and bf16 its upper bits', () => {
    const single = new Float32Array(1);
    const word = new Uint32Array(single.buffer);
    const [fp32, tf32, bf16] = [codeFormat('fp32'), codeFormat('tf32'), codeFormat('bf16')];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (code) => {
        word[0] = code;
        expect(fp32.decode(code)).toBe(single[0]);
        word[0] = code - (code % 2 ** 13);
        expect(tf32.decode(Math.floor(code / 2 ** 13))).toBe(single[0]);
        word[0] = code - (code % 2 ** 16);
        expect(bf16.decode(Math.floor(code / 2 ** 16))).toBe(single[0]);
      }),
      { numRuns: 2000 },
    );
  });

  it('are decoded all at once as one by one', () => {
    for (const [name] of ALL) {
      const format = codeFormat(name);
      const codes = Uint32Array.from({ length: 300 }, (_, index) =>
        Math.floor((index * (2 ** format.bits - 1)) / 299),
      );
      const into = new Float64Array(300);
      format.decodeAll(codes, into);
      expect([...into]).toEqual([...codes].map((code) => format.decode(code)));
    }
  });
});

describe('stochastic rounding', () => {
  const largestDraw = () => 0xffff_ffff;

  it.each(ALL)('%s goes to one of the two neighbours, and stays where it is exact', (name) => {
    const format = codeFormat(name);
    fc.assert(
      fc.property(values(format), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value, seed) => {
        const options = { rounding: 'stochastic', overflow: 'saturate', random: randomBits(seed) } as const;
        const came = format.encode(value, options);
        const down = format.encode(value, { ...options, random: largestDraw });
        const up = format.encode(value, { ...options, random: () => 0 });
        expect([down, up]).toContain(came);
        expect(down).toBe(format.encode(value, { rounding: 'toward-zero', overflow: 'saturate' }));
        expect(up === down || format.decode(down) !== value).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it.each(['fp8_e4m3fn', 'posit8_0', 'posit8_2', 'bf16', 'posit16_1', 'int4'])(
    '%s is without bias',
    (name) => {
      const format = codeFormat(name);
      const draws = 40_000;
      for (const value of [1.03, -2.71, 0.3, 5.9]) {
        const [codes, back] = [new Uint16Array(draws), new Float64Array(draws)];
        const options = { rounding: 'stochastic', random: randomBits(11) } as const;
        format.encodeAll(new Float64Array(draws).fill(value), codes, options);
        format.decodeAll(codes, back);
        const [low, high] = [Math.min(...back.subarray(0, 5000)), Math.max(...back.subarray(0, 5000))];
        expect(low).toBeLessThan(value);
        expect(high).toBeGreaterThan(value);
        const mean = back.reduce((sum, each) => sum + each, 0) / draws;
        // Five deviations of the mean of so many draws; the largest deviation of one is half of the gap.
        expect(Math.abs(mean - value)).toBeLessThan((5 * (high - low)) / 2 / Math.sqrt(draws));
      }
    },
  );

  it('gives equal codes for equal seeds, and others for others', () => {
    const format = codeFormat('fp8_e5m2');
    const list = Float64Array.from({ length: 200 }, (_, index) => index / 7);
    const encoded = (seed: number) => {
      const codes = new Uint8Array(200);
      format.encodeAll(list, codes, { rounding: 'stochastic', random: randomBits(seed) });
      return [...codes];
    };
    expect(encoded(3)).toEqual(encoded(3));
    expect(encoded(3)).not.toEqual(encoded(4));
  });
});
