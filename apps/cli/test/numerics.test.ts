import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeFormat } from '@systole/numerics';
import type { NumberConversions, NumberFormatTable } from '@systole/report';
import { describe, expect, it } from 'vitest';
import { formatRanges } from '../src/numerics/format-ranges.ts';
import { fieldsOf, nextCode } from '../src/numerics/code-layout.ts';
import { HOME } from './support/systole.ts';
import { typed } from './support/typed.ts';

async function json<T>(args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await typed(['numerics', ...args, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as T;
}

const SMALL = (
  'fp4_e2m1 fp6_e2m3 fp6_e3m2 fp8_e4m3fn fp8_e5m2 fp8_e4m3fnuz fp8_e5m2fnuz fp8_e4m3b11fnuz ' +
  'posit4_0 posit8_0 posit8_1 posit8_2 posit8_3 e8m0 int2 int4 ' +
  'int8 uint4 mxint8_element'
).split(' ');

describe('systole numerics table', () => {
  it('has the codes of the reference tables', async () => {
    const { tables } = JSON.parse(
      readFileSync(join(HOME, 'packages/numerics/reference/decode-small.json'), 'utf8'),
    ) as { tables: Record<string, readonly (number | string)[]> };
    for (const [name, values] of Object.entries(tables)) {
      const { codes, digits } = await json<NumberFormatTable>([
        'table',
        name === 'mxint8' ? 'mxint8_element' : name,
      ]);
      expect([name, codes.map(({ value }) => value)]).toEqual([name, values]);
      expect(digits).toBe(Math.ceil(Math.log2(values.length) / 4));
    }
  });

  it('shows fields that add up to the code', () => {
    for (const name of SMALL) {
      const format = codeFormat(name);
      for (let code = 0; code < 2 ** format.bits; code++) {
        const digits = fieldsOf(format, code).map(({ bits }) => bits);
        expect(digits.join('')).toHaveLength(format.bits);
        const isNegativePosit = name.startsWith('posit') && code > 2 ** (format.bits - 1);
        const shown = Number.parseInt(digits.slice(isNegativePosit ? 1 : 0).join(''), 2);
        expect(shown).toBe(isNegativePosit ? 2 ** format.bits - code : code);
      }
    }
    // -2.5 as a posit of 8 bits without exponent: the magnitude is 0 110 0100.
    expect(fieldsOf(codeFormat('posit8_0'), 0x9c).map(({ bits }) => bits)).toEqual(['1', '110', '0100']);
  });

  it('goes through values in order', () => {
    for (const name of SMALL) {
      const format = codeFormat(name);
      let code: number | undefined = format.encode(format.largest);
      let count = 1;
      for (let last = Infinity; code !== undefined; count++) {
        const value = format.decode(code);
        expect(value).toBeLessThan(last);
        last = value;
        code = nextCode(format, code, -1);
      }
      // Every distinct value that is a number, less what is beyond the largest.
      const all = Array.from({ length: 2 ** format.bits }, (_, each) => format.decode(each) + 0);
      const distinct = new Set(all.filter((value) => value <= format.largest));
      expect([name, count - 1]).toEqual([name, distinct.size]);
    }
  });

  it('counts every positive value in one range, and gives their steps', () => {
    for (const name of [...SMALL, 'fp16', 'bf16', 'posit16_1', 'posit16_2']) {
      const format = codeFormat(name);
      const ranges = formatRanges(format);
      const positive = Array.from({ length: 2 ** format.bits }, (_, code) => format.decode(code))
        .filter((value) => value > 0 && value !== Infinity)
        .sort((a, b) => a - b);
      expect([name, ranges.reduce((sum, { values }) => sum + values, 0)]).toEqual([name, positive.length]);
      let at = 0;
      for (const { from, to, values, step, isRelative } of ranges) {
        expect([name, positive[at], positive[at + values - 1]]).toEqual([name, from, to]);
        for (let index = at; index < at + values - 1; index++) {
          const [value = 0, next = 0] = positive.slice(index, index + 2);
          // The last two of a format may be further apart than those before.
          if (index === positive.length - 2) continue;
          const unit = isRelative ? 2 ** Math.floor(Math.log2(value)) : 1;
          expect([name, value, (next - value) / unit]).toEqual([name, value, step]);
        }
        at += values;
      }
    }
  });

  it('reads as text and as CSV, with a window of a wide format', async () => {
    const text = await typed(['numerics', 'table', 'posit8_0']);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^posit8_0 · posit, 8 bits, magnitudes 0\.015625 to 64, NaR is 0x80$/m);
    expect(text.stdout).toMatch(/^0x50 +0 +110 +0000 +1\.5$|^0x50 +0 +10 +10000 +1\.5$/m);
    expect(text.stdout).toMatch(/^0x80 +1 +0000000 +NaR$/m);
    const wide = await typed(['numerics', 'table', 'fp32']);
    expect(wide.stdout).toMatch(/2\^-149 .* 16\.78 M +2\^-149$/m);
    expect(wide.stdout).not.toContain('0x00000000');
    const some = await typed(['numerics', 'table', 'bf16', '--from', '0x3f80', '--to', '16258', '--csv']);
    expect(some.stdout).toBe(
      'code,hex,sign,exponent,fraction,value\n' +
        '16256,0x3f80,0,01111111,0000000,1\n16257,0x3f81,0,01111111,0000001,1.0078125\n16258,0x3f82,0,01111111,0000010,1.015625\n',
    );
    const blocks = await typed(['numerics', 'table', 'nvfp4']);
    expect(blocks.stdout).toMatch(
      /^nvfp4 · blocks of 16 elements fp4_e2m1 under a scale fp8_e4m3fn, 4\.5 bits/m,
    );
  });
});

describe('systole numerics convert', () => {
  const one = async (...args: readonly string[]) =>
    (await json<NumberConversions>(['convert', ...args])).conversions;

  it('rounds to a code and shows its neighbours', async () => {
    const [each] = await one('0.3', '--to', 'fp8_e4m3fn');
    expect(each).toMatchObject({
      code: 0x2a,
      value: 0.3125,
      error: 0.3125 - 0.3,
      below: { code: 0x29, value: 0.28125 },
      above: { code: 0x2a, value: 0.3125 },
      isBeyond: false,
    });
    const text = await typed(['numerics', 'convert', '0.3', '--to', 'fp8_e4m3fn']);
    expect(text.stdout).toMatch(
      /^0\.3 +fp8_e4m3fn +0x2a +0 0101 010 +0\.3125 +\+0\.0125 +4\.17 % +0\.28125 0x29 +0\.3125 0x2a$/m,
    );
  });

  it('takes several values of both signs, powers, infinities and NaN', async () => {
    const rows = await one('-0.1', '-12', '-1e-5', '2^-9', '-inf', 'nan', '-0', '--to', 'fp8_e5m2,posit8_0');
    expect(rows.map(({ format, value }) => `${format} ${value}`)).toEqual([
      'fp8_e5m2 -0.09375',
      'fp8_e5m2 -12',
      'fp8_e5m2 -0.0000152587890625',
      'fp8_e5m2 0.001953125',
      'fp8_e5m2 -57344',
      'fp8_e5m2 NaN',
      'fp8_e5m2 -0',
      'posit8_0 -0.09375',
      'posit8_0 -12',
      'posit8_0 -0.015625',
      'posit8_0 0.015625',
      'posit8_0 NaR',
      'posit8_0 NaR',
      'posit8_0 0',
    ]);
  });

  it('rounds as it is told to', async () => {
    const codes = async (...args: readonly string[]) => (await one(...args)).map(({ value }) => value);
    expect(await codes('2.5', '--to', 'int4,fp4_e2m1')).toEqual([2, 2]);
    expect(await codes('2.5', '--to', 'int4,fp4_e2m1', '--rounding', 'nearest-away')).toEqual([3, 3]);
    expect(await codes('-2.9', '--to', 'int4', '--rounding', 'toward-zero')).toEqual([-2]);
    expect(await codes('1e9', '--to', 'fp8_e4m3fn,fp8_e5m2')).toEqual([448, 57344]);
    expect(await codes('1e9', '--to', 'fp8_e4m3fn,fp8_e5m2', '--overflow', 'infinity')).toEqual([
      'NaN',
      'Infinity',
    ]);
    const thirds = Array.from({ length: 300 }, () => '0.3333');
    const random = await codes(...thirds, '--to', 'int8', '--rounding', 'stochastic', '--seed', '7');
    const ups = random.filter((value) => value === 1).length;
    expect(random.every((value) => value === 0 || value === 1)).toBe(true);
    expect(ups).toBeGreaterThan(70);
    expect(ups).toBeLessThan(130);
    expect(await codes(...thirds, '--to', 'int8', '--rounding', 'stochastic', '--seed', '7')).toEqual(random);
  });

  it('reads codes, scales them and converts them', async () => {
    expect((await one('0x2a', '0b1', '255', '--from', 'fp8_e4m3fn')).map(({ value }) => value)).toEqual([
      0.3125,
      2 ** -9,
      'NaN',
    ]);
    expect((await one('0x2a', '--from', 'fp8_e4m3fn', '--to', 'posit8_0'))[0]).toMatchObject({
      code: 0x14,
      error: 0,
    });
    expect((await one('0xf', '--from', 'int4', '--scale', '0.25'))[0]).toMatchObject({
      value: -0.25,
      scale: 0.25,
    });
    expect((await one('0.3', '--to', 'int4', '--scale', '0.125'))[0]).toMatchObject({
      code: 2,
      value: 0.25,
      above: { value: 0.375 },
    });
  });

  it('makes one row of a block format of all values', async () => {
    const { conversions, notes } = await json<NumberConversions>([
      'convert',
      '0.1',
      '0.2',
      '3',
      '-4',
      '--to',
      'mxfp4',
    ]);
    expect(conversions.map(({ code, value }) => [code, value])).toEqual([
      [0, 0],
      [0, 0],
      [5, 3],
      [14, -4],
    ]);
    expect(notes).toEqual(['mxfp4: the block has the scale 1 (e8m0 0x7f).']);
    const far = await json<NumberConversions>([
      'convert',
      ...Array.from({ length: 40 }, (_, i) => String(i)),
      '--to',
      'mxint8',
    ]);
    expect(far.conversions[39]?.value).toBe(39);
    expect(far.notes).toHaveLength(2);
  });

  it('says what it does not know', async () => {
    const cases: readonly (readonly [args: string, code: string, hint: RegExp])[] = [
      ['0.3 --to posit8_9', 'numerics/impossible-format', /posit8_3/],
      ['0.3 --to posit(3,3)', 'numerics/impossible-format', /posit3_2/],
      ['0.3 --to posit33_1', 'numerics/impossible-format', /2 to 32 bits/],
      ['0.3 --to posit1_0', 'numerics/impossible-format', /posit2_0/],
      ['0.3 --to int1', 'numerics/impossible-format', /2 to 32/],
      ['0.3 --to fp8_e4m3fm', 'numerics/unknown-format', /Did you mean "fp8_e4m3fn"\?/],
      ['0.3 --to mxfp44', 'numerics/unknown-format', /Did you mean "mxfp4"\?/],
      ['0.3 --to __proto__', 'numerics/unknown-format', /Choose one of/],
      ['0.3 --to ,', 'argument/invalid', /systole list formats/],
      ['0.3', 'argument/invalid', /--to fp8_e4m3fn/],
      ['abc --to bf16', 'argument/invalid', /nan/],
      ['--too --to bf16', 'argument/invalid', /--help/],
      ['0x100 --from int8', 'argument/invalid', /0xff/],
      ['-1 --from int8', 'argument/invalid', /0xff/],
      ['0x1 --from mxfp4', 'argument/invalid', /--from fp4_e2m1/],
      ['1 --to bf16 --rounding up', 'argument/invalid', /nearest-even/],
      ['1 --to bf16 --overflow wrap', 'argument/invalid', /saturate/],
      ['1 --to bf16 --seed 3', 'argument/invalid', /stochastic/],
      ['1 --to bf16 --rounding stochastic --seed -3', 'argument/invalid', /--seed 1/],
      ['1 --to int4 --scale 0', 'argument/invalid', /0\.05/],
      ['1 --to mxfp4 --scale 2', 'argument/invalid', /Leave out/],
    ];
    for (const [args, code, hint] of cases) {
      const { code: exit, stdout, stderr } = await typed(['numerics', 'convert', ...args.split(' ')]);
      expect([args, exit, stdout]).toEqual([args, 2, '']);
      expect(stderr).toContain(`error [${code}]`);
      expect(stderr).toMatch(hint);
    }
    expect((await typed(['numerics', 'table', 'posit8_8'])).code).toBe(2);
    expect((await typed(['numerics', 'table', 'bf16', '--from', '9', '--to', '3'])).stderr).toContain(
      'before',
    );
    expect(
      (await typed(['numerics', 'table', 'fp32', '--from', '0', '--to', '0xffffffff'])).stderr,
    ).toContain('65536');
  });
});

describe('systole list formats', () => {
  it('names formats that every verb knows', async () => {
    const { code, stdout } = await typed(['list', 'formats', '--json']);
    const rows = JSON.parse(stdout) as { name: string; bits: number }[];
    expect(code).toBe(0);
    expect((await typed(['numerics', 'list', '--json'])).stdout).toBe(stdout);
    const names = rows.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['posit8_0', 'fp8_e4m3fn', 'int4', 'mxfp4', 'nvfp4', 'e8m0', 'tf32']),
    );
    const { conversions } = await json<NumberConversions>(['convert', '1', '--to', names.join(',')]);
    expect(conversions.every(({ value }) => Math.abs(Number(value) - 1) < 0.02)).toBe(true);
  });
});
