import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FormatError, NumberErrors } from '@systole/report';
import { writeSafetensors } from '@systole/trace';
import { describe, expect, it } from 'vitest';
import { folderWith } from './support/files.ts';
import { typed } from './support/typed.ts';

async function json<T>(args: readonly string[], folder?: string): Promise<T> {
  const { code, stdout, stderr } = await typed(['numerics', ...args, '--json'], folder);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as T;
}

describe('systole numerics errors', () => {
  const errors = async (args: readonly string[], folder?: string): Promise<readonly FormatError[]> =>
    (await json<NumberErrors>(['errors', ...args], folder)).tensors[0]?.formats ?? [];

  it('gives formats with more bits less error', async () => {
    const rows = await errors([
      '--from',
      'normal:3',
      '--n',
      '16384',
      '--formats',
      'int2,int4,int6,int8,int12,int16',
    ]);
    const ratios = rows.map(({ sqnr }) => sqnr ?? 0);
    expect([...ratios].sort((a, b) => a - b)).toEqual(ratios);
    // A bit more is worth 6.02 dB.
    expect((ratios[5] ?? 0) - (ratios[4] ?? 0)).toBeCloseTo(4 * 6.02, 0);
    expect(rows.map(({ bitsPerElement }) => bitsPerElement)).toEqual(
      [2, 4, 6, 8, 12, 16].map((bits) => bits + 1 / 32),
    );
  });

  it('measures by hand what four values lose', async () => {
    const folder = folderWith({
      'w.safetensors': writeSafetensors([
        { name: 'w', dtype: 'F32', shape: [2, 2], values: [7, 3.5, -0.25, 14] },
      ]),
    });
    const [tensor, row, group, plain] = await errors(
      ['--from', 'w.safetensors', '--formats', 'int4@tensor,int4@row,int4@1,fp4_e2m1@none'],
      folder,
    );
    // A scale of 2: 7 is a tie at 3.5, up to 4; 3.5 becomes 2 x 2; -0.25 is lost.
    expect(tensor).toMatchObject({
      maximum: 1,
      mean: (1 + 0.5 + 0.25) / 4,
      toZero: 1,
      saturated: 0,
      scale: 'fp32',
    });
    expect(tensor?.sqnr).toBeCloseTo(10 * Math.log10((49 + 12.25 + 0.0625 + 196) / (1 + 0.25 + 0.0625)), 9);
    expect(tensor?.bitsPerElement).toBe(4 + 32 / 4);
    // Scales of 1 and 2: 3.5 is a tie at 4, and -0.25 is lost as before.
    expect(row).toMatchObject({ maximum: 0.5, mean: 0.75 / 4, bitsPerElement: 20, bias: (0.5 + 0.25) / 4 });
    // Scales that are the magnitudes over 7, to binary32.
    expect(group).toMatchObject({ isExact: false, toZero: 0, bitsPerElement: 36 });
    expect(group?.maximum).toBeLessThan(14 * 2 ** -24);
    const [exact] = await errors(['--from', 'w.safetensors', '--formats', 'fp16'], folder);
    expect(exact).toMatchObject({ isExact: true, maximum: 0, cosine: 1 });
    expect(exact).not.toHaveProperty('sqnr');
    // 6, 4 (a tie), 0 (a tie) and 6.
    expect(plain).toMatchObject({ saturated: 2, toZero: 1, maximum: 8, scale: 'none', bitsPerElement: 4 });
  });

  it('goes along the axis that it is told to', async () => {
    const values = Float64Array.from({ length: 64 * 3 }, (_, index) => 2 ** (index % 3));
    const folder = folderWith({
      'w.safetensors': writeSafetensors([{ name: 'w', dtype: 'F64', shape: [64, 3], values }]),
    });
    const args = ['--from', 'w.safetensors', '--formats', 'int2@row'];
    expect((await errors(args, folder))[0]?.isExact).toBe(false);
    expect((await errors([...args, '--axis', '0'], folder))[0]?.isExact).toBe(true);
    expect((await errors([...args, '--axis', '-2'], folder))[0]?.bitsPerElement).toBe(2 + 0.5);
  });

  it('counts what is beyond a format, and NaN and infinities by the policy', async () => {
    const values = Float64Array.from({ length: 64 }, (_, index) => index);
    values[1] = Number.NaN;
    values[2] = -Infinity;
    const folder = folderWith({
      'w.safetensors': writeSafetensors([{ name: 'w', dtype: 'F64', shape: [64], values }]),
    });
    const args = ['--from', 'w.safetensors', '--formats', 'posit4_0,fp4_e2m1@none,int8,mxfp4'];
    const refused = await typed(['numerics', 'errors', ...args], folder);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(/tensor\/invalid.*\n?.*element 1 of tensor "w", at byte \d+, is NaN/);
    const [posit, fp4, int8, mx] = await errors([...args, '--non-finite', 'keep'], folder);
    expect(posit).toMatchObject({ saturated: 64 - 5, notFinite: 2 });
    expect(fp4).toMatchObject({ saturated: 64 - 7, notFinite: 2 });
    expect(int8).toMatchObject({ saturated: 0, notFinite: 2 });
    expect(mx).toMatchObject({ poisonedBlocks: 1, notFinite: 32 });
    const [wide] = await errors([...args, '--non-finite', 'keep', '--formats', 'fp32'], folder);
    expect(wide).toMatchObject({ isExact: true, notFinite: 2, saturated: 0 });
    const [zero] = await errors([...args, '--non-finite', 'zero'], folder);
    expect(zero?.notFinite).toBe(0);
    const [beyond] = await errors(
      [...args, '--non-finite', 'zero', '--overflow', 'infinity', '--formats', 'fp8_e5m2@none,bf16'],
      folder,
    );
    expect(beyond?.saturated).toBe(0);
  });

  it('shows a table, CSV and a page', async () => {
    const folder = folderWith({});
    const args = [
      'numerics',
      'errors',
      '--from',
      'outliers:2',
      '--n',
      '2048',
      '--formats',
      'mxfp4,nvfp4,posit8_0,int4',
    ];
    const text = await typed([...args, '--html', 'page.html'], folder);
    expect([text.code, text.stderr]).toEqual([0, 'Page: page.html\n']);
    expect(text.stdout).toMatch(/^outliers:2 · 2 x 1,?024, 2,048 values/m);
    expect(text.stdout).toMatch(/^nvfp4 +fp8_e4m3fn per 16, fp32 +4\.516 +[\d.]+ .*█+/m);
    const page = readFileSync(join(folder, 'page.html'), 'utf8');
    expect(page.match(/<svg /g)).toHaveLength(3);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    const csv = await typed([...args, '--csv'], folder);
    expect(csv.stdout.split('\n')).toHaveLength(6);
    expect((await typed([...args, '--csv'], folder)).stdout).toBe(csv.stdout);
  });

  it('says what is wrong with flags and formats', async () => {
    const cases: readonly (readonly [args: string, code: string, hint: RegExp])[] = [
      ['--formats mxfp4', 'argument/invalid', /--from/],
      ['--from normal:1 --n 100 --formats mxfp4', 'numerics/block-length', /--pad/],
      ['--from normal:1 --n 100 --formats int4@7', 'numerics/block-length', /--pad/],
      ['--from normal:x', 'argument/invalid', /normal:1/],
      ['--from normel', 'file/not-found', /normal/],
      ['--from normal:1 --n 0', 'argument/invalid', /--n/],
      ['--from normal:1 --n 1e12', 'argument/invalid', /--n/],
      ['--from normal:1 --shape 3x0', 'argument/invalid', /64x1024/],
      ['--from normal:1 --shape 9 --n 9', 'argument/invalid', /one of them/],
      ['--from normal:1 --tensor w', 'argument/invalid', /file/],
      ['--from normal:1 --axis 2', 'argument/invalid', /0 to 1/],
      ['--from normal:1 --formats int4@colum', 'argument/invalid', /int4@128/],
      ['--from normal:1 --formats mxfp4@32', 'argument/invalid', /without/],
      ['--from normal:1 --scale wide --formats posit8_0', 'argument/invalid', /tensor/],
      ['--from normal:1 --formats posit8_9', 'numerics/impossible-format', /posit8_3/],
      ['--from normal:1 --non-finite keep', 'argument/invalid', /Leave/],
      ['--from .', 'file/wrong-kind', /inside/],
    ];
    for (const [args, code, hint] of cases) {
      const { code: exit, stdout, stderr } = await typed(['numerics', 'errors', ...args.split(' ')]);
      expect([args, exit, stdout]).toEqual([args, 2, '']);
      expect(stderr).toContain(`error [${code}]`);
      expect(stderr).toMatch(hint);
    }
  });

  it('fills up the last block when asked to', async () => {
    const [mx, int] = await errors([
      '--from',
      'normal:1',
      '--n',
      '100',
      '--formats',
      'mxfp4,int4@7',
      '--pad',
    ]);
    expect(mx?.bitsPerElement).toBe((128 * 4 + 4 * 8) / 100);
    expect(int?.bitsPerElement).toBe(4 + (15 * 32) / 100);
  });

  it('names the byte or the place of what is wrong in a safetensors file', async () => {
    const file = (header: string, data: number, length = header.length): Uint8Array => {
      const bytes = new Uint8Array(8 + header.length + data);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
      bytes.set(new TextEncoder().encode(header), 8);
      return bytes;
    };
    const entry = (dtype: string, shape: string, from: number, to: number): string =>
      `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${from},${to}]}`;
    const bad: Readonly<Record<string, readonly [bytes: Uint8Array, told: RegExp]>> = {
      'short.safetensors': [new Uint8Array(5), /byte 5/],
      'long.safetensors': [file('{}', 0, 1e6), /1000000 bytes/],
      'text.safetensors': [file('hello', 0), /byte 8/],
      'json.safetensors': [file('{"a":', 0), /header/],
      'dtype.safetensors': [file(`{"a":${entry('F33', '[2]', 0, 8)}}`, 8), /F33|F32/],
      'overlap.safetensors': [
        file(`{"a":${entry('F32', '[2]', 0, 8)},"b":${entry('F32', '[2]', 4, 12)}}`, 12),
        /overlap/,
      ],
      'outside.safetensors': [file(`{"a":${entry('F32', '[4]', 0, 16)}}`, 8), /a/],
      'shape.safetensors': [file(`{"a":${entry('F32', '[3]', 0, 8)}}`, 8), /shape|\[3\]|12/],
      'proto.safetensors': [file(`{"__proto__":${entry('F32', '[2]', 0, 8)}}`, 8), /__proto__/],
    };
    const good = writeSafetensors([
      { name: 'layer.0.weight', dtype: 'F16', shape: [2], values: [1, 2] },
      { name: 'layer.1.weight', dtype: 'BF16', shape: [2], values: [1, 2] },
    ]);
    const folder = folderWith({
      ...Object.fromEntries(Object.entries(bad).map(([name, [bytes]]) => [name, bytes])),
      'good.safetensors': good,
    });
    for (const [name, [, told]] of Object.entries(bad)) {
      const { code, stdout, stderr } = await typed(['numerics', 'errors', '--from', name], folder);
      expect([name, code, stdout]).toEqual([name, 2, '']);
      expect(stderr).toContain(`error [tensor/invalid]: ${name}`);
      expect(stderr).toMatch(told);
    }
    const args = ['numerics', 'errors', '--formats', 'int8', '--from', 'good.safetensors'];
    const misspelt = await typed([...args, '--tensor', 'layer.0.wieght'], folder);
    expect([misspelt.code, misspelt.stdout]).toEqual([2, '']);
    expect(misspelt.stderr).toMatch(/tensor\/missing[^]*Did you mean "layer\.0\.weight"\?/);
    const unnamed = await typed(args, folder);
    expect(unnamed.stderr).toMatch(/2 tensors, and none was named[^]*layer\.0\.weight/);
    const both = await json<NumberErrors>(
      [...args.slice(1), '--tensor', 'layer.0.weight', '--tensor', 'layer.1.weight'],
      folder,
    );
    expect(both.tensors.map(({ tensor }) => tensor)).toEqual(['layer.0.weight', 'layer.1.weight']);
  });
});
