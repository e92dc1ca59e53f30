import { readFileSync } from 'node:fs';
import { findFormat, isExactIn, NUMBER_FORMATS } from '@systole/numerics';
import type { NumberFormat } from '@systole/numerics';
import { describe, expect, it } from 'vitest';

// A cast, since the file is a fixture of this package with this shape.
const { tables } = JSON.parse(
  readFileSync(new URL('fixtures/decode-small.json', import.meta.url), 'utf8'),
) as { readonly tables: Readonly<Record<string, readonly (number | string)[]>> };

function formatOf(name: string): NumberFormat {
  const format = findFormat(name);
  if (format === undefined) throw new Error(`no format ${name}`);
  return format;
}

const BESIDES = { summary: 'of a test', source: 'of a test' };

function floatOf(
  name: string,
  exponentBits: number,
  mantissaBits: number,
  reserved: NonNullable<NumberFormat['reserved']>,
): NumberFormat {
  const bits = 1 + exponentBits + mantissaBits;
  return { name, kind: 'float', bits, exponentBits, mantissaBits, reserved, ...BESIDES };
}

function positOf(name: string, bits: number, exponentBits: number): NumberFormat {
  return { name, kind: 'posit', bits, exponentBits, ...BESIDES };
}

/** The formats of the reference tables: those that have a name here, and others which the fields can say too. */
const small: readonly (readonly [NumberFormat, string])[] = [
  [positOf('posit4-0', 4, 0), 'posit4_0'],
  [positOf('posit4-1', 4, 1), 'posit4_1'],
  [positOf('posit6-1', 6, 1), 'posit6_1'],
  [positOf('posit8-0', 8, 0), 'posit8_0'],
  [positOf('posit8-1', 8, 1), 'posit8_1'],
  [formatOf('posit8'), 'posit8_2'],
  [formatOf('fp8-e4m3'), 'fp8_e4m3fn'],
  [floatOf('fp8-e4m3-ieee', 4, 3, 'exponent'), 'fp8_e4m3_ieee'],
  [formatOf('fp8-e5m2'), 'fp8_e5m2'],
  [floatOf('fp8-e3m4-ieee', 3, 4, 'exponent'), 'fp8_e3m4_ieee'],
  [formatOf('fp6-e2m3'), 'fp6_e2m3'],
  [formatOf('fp6-e3m2'), 'fp6_e3m2'],
  [formatOf('fp4-e2m1'), 'fp4_e2m1'],
  [{ name: 'int2', kind: 'integer', bits: 2, ...BESIDES }, 'int2'],
  [formatOf('int4'), 'int4'],
  [formatOf('int8'), 'int8'],
];

/** The finite values of a reference table; the two zeros are one. */
function valuesIn(table: string): readonly number[] {
  const codes = tables[table];
  if (codes === undefined) throw new Error(`no table ${table}`);
  return codes.flatMap((value) => (typeof value === 'number' ? [value] : value === '-0' ? [0] : []));
}

function bitsOfSingle(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return view.getUint32(0);
}

/** Every finite value of IEEE 754 binary16, code by code. */
function halves(): ReadonlySet<number> {
  const values = new Set<number>();
  for (let code = 0; code < 2 ** 15; code++) {
    const [field, fraction] = [code >> 10, code & 1023];
    if (field === 31) continue;
    const value = field === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (field - 15);
    values.add(value).add(-value);
  }
  return values.add(0);
}

/** Every value of posit16 of es 2, read from its code as a text of bits. */
function posits(): ReadonlySet<number> {
  const values = new Set([0]);
  for (let code = 1; code < 2 ** 15; code++) {
    const bits = code.toString(2).padStart(15, '0');
    const run = /^(?:1+|0+)/.exec(bits)?.[0] ?? '';
    const rest = bits.slice(run.length + 1);
    const exponent = parseInt(rest.slice(0, 2).padEnd(2, '0'), 2);
    const fraction = rest.slice(2);
    const regime = run.startsWith('1') ? run.length - 1 : -run.length;
    const significand = fraction === '' ? 1 : 1 + parseInt(fraction, 2) / 2 ** fraction.length;
    const value = significand * 2 ** (4 * regime + exponent);
    values.add(value).add(-value);
  }
  return values;
}

const HALVES = halves();
const POSITS = posits();

const single = (value: number): boolean => Math.fround(value) === value;

/** Whether a finite value is one of the format: found without the fields that the answer is derived from. */
const wide: readonly (readonly [string, (value: number) => boolean])[] = [
  ['fp32', single],
  ['tf32', (value) => single(value) && (bitsOfSingle(value) & 0x1fff) === 0],
  ['bf16', (value) => single(value) && (bitsOfSingle(value) & 0xffff) === 0],
  ['fp16', (value) => HALVES.has(value)],
  ['posit16', (value) => POSITS.has(value)],
  ['int32', (value) => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31],
  ['int16', (value) => Number.isInteger(value) && value >= -(2 ** 15) && value < 2 ** 15],
];

describe('isExactIn against all values of small formats', () => {
  it('says of two small formats what their tables of values say', () => {
    const seen = { yes: 0, no: 0 };
    for (const [inner, innerTable] of small) {
      for (const [outer, outerTable] of small) {
        const values = new Set(valuesIn(outerTable));
        const expected = valuesIn(innerTable).every((value) => values.has(value));
        expect([inner.name, outer.name, isExactIn(inner, outer)]).toEqual([inner.name, outer.name, expected]);
        seen[expected ? 'yes' : 'no']++;
      }
    }
    // Each holds itself; the tables differ enough for either answer to be common.
    expect(seen.yes).toBeGreaterThan(small.length + 20);
    expect(seen.no).toBeGreaterThan(100);
  });

  it.each(wide)('says what %s holds', (name, holds) => {
    for (const [inner, table] of small) {
      expect([inner.name, isExactIn(inner, formatOf(name))]).toEqual([
        inner.name,
        valuesIn(table).every(holds),
      ]);
      // It has more values than eight bits can name.
      expect(isExactIn(formatOf(name), inner)).toBe(false);
    }
  });

  it('says which formats hold all of fp16 and posit16', () => {
    for (const [name, holds] of wide) {
      expect([name, isExactIn(formatOf('fp16'), formatOf(name))]).toEqual([name, [...HALVES].every(holds)]);
      expect([name, isExactIn(formatOf('posit16'), formatOf(name))]).toEqual([
        name,
        [...POSITS].every(holds),
      ]);
    }
  });
});

describe('isExactIn', () => {
  it.each([
    ['int8', 'bf16', true],
    ['int8', 'fp16', true],
    ['int4', 'int8', true],
    ['int4', 'fp6-e3m2', true],
    // -8 is there in E3M2, and beyond the 7.5 of E2M3.
    ['int4', 'fp6-e2m3', false],
    ['fp8-e4m3', 'bf16', true],
    ['fp8-e4m3', 'fp16', true],
    ['fp8-e5m2', 'fp16', true],
    ['fp8-e5m2', 'bf16', true],
    ['fp8-e4m3', 'fp8-e5m2', false],
    ['fp8-e5m2', 'fp8-e4m3', false],
    ['fp16', 'bf16', false],
    ['bf16', 'fp16', false],
    ['bf16', 'tf32', true],
    ['fp16', 'tf32', true],
    ['tf32', 'fp32', true],
    ['int16', 'fp32', true],
    ['int16', 'bf16', false],
    ['int32', 'fp32', false],
    ['fp4-e2m1', 'int8', false],
    ['fp4-e2m1', 'fp8-e4m3', true],
    ['fp4-e2m1', 'posit8', true],
    ['posit8', 'posit16', true],
    ['posit8', 'bf16', true],
    // 2^24 is beyond 65504.
    ['posit8', 'fp16', false],
    ['posit16', 'fp32', true],
    ['int8', 'posit16', true],
    ['int8', 'posit8', false],
    ['mxfp4', 'mxfp4', true],
    ['mxfp4', 'fp32', false],
    ['fp4-e2m1', 'mxfp4', false],
  ])('%s in %s: %s', (inner, outer, expected) => {
    expect(isExactIn(formatOf(inner), formatOf(outer))).toBe(expected);
  });

  it('holds of a format and itself, and of two formats in a chain', () => {
    for (const a of NUMBER_FORMATS) {
      expect(isExactIn(a, a)).toBe(true);
      for (const b of NUMBER_FORMATS) {
        // Two formats with the same values are one: there are none among those with a name.
        expect(a !== b && isExactIn(a, b) && isExactIn(b, a)).toBe(false);
        for (const c of NUMBER_FORMATS) {
          const isChain = isExactIn(a, b) && isExactIn(b, c);
          expect(isChain && !isExactIn(a, c)).toBe(false);
        }
      }
    }
  });
});
