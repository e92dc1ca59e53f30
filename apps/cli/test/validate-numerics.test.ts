import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExactnessReport } from '@systole/report';
import { describe, expect, it } from 'vitest';
import { folderWith } from './support/files.ts';
import { HOME, scratch } from './support/systole.ts';
import { typed } from './support/typed.ts';

const REFERENCE = join(HOME, 'packages/numerics/reference');

const text = (file: string): string => readFileSync(join(REFERENCE, file), 'utf8');

async function validate(args: readonly string[], folder?: string): Promise<ExactnessReport> {
  const { code, stdout, stderr } = await typed(['validate', 'numerics', ...args, '--json'], folder);
  const report = JSON.parse(stdout) as ExactnessReport;
  expect([code, stderr]).toEqual([report.wrong === 0 ? 0 : 1, '']);
  return report;
}

describe('systole validate numerics', () => {
  it('finds no bit wrong in what is shipped', async () => {
    const report = await validate([]);
    expect(report).toMatchObject({
      systole: 'exactness/1',
      name: 'numerics',
      wrong: 0,
      missing: [],
      skipped: [],
    });
    expect(report.compared).toBe(report.rows.reduce((sum, row) => sum + row.compared, 0));
    expect(report.compared).toBeGreaterThan(900_000);
    const decode = report.rows.find(
      ({ file, format }) => file === 'decode-small.json' && format === 'posit8_0',
    );
    expect(decode).toEqual({
      file: 'decode-small.json',
      format: 'posit8_0',
      operation: 'decode',
      compared: 256,
      wrong: 0,
    });
    const shown = await typed(['validate', 'numerics', '--only', 'nvfp4,posit4_1']);
    expect([shown.code, shown.stderr]).toEqual([0, '']);
    expect(shown.stdout).toMatch(/^nvfp4-quantise\.json +nvfp4 +quantise +160 +0$/m);
    expect(shown.stdout).toMatch(/^All [\d,]+ results equal the reference bit for bit\.$/m);
    expect((await typed(['list', 'validations'])).stdout).toMatch(/^numerics +\d+ /m);
  });

  it('takes a folder with some of the files, and says what is not there', async () => {
    const folder = scratch();
    for (const file of ['mx-dot.json', 'posit8_0.add.256x256.u8.bin']) {
      cpSync(join(REFERENCE, file), join(folder, 'mine', file));
    }
    writeFileSync(join(folder, 'mine', 'notes.md'), 'mine');
    writeFileSync(join(folder, 'mine', 'other.json'), '{}');
    const report = await validate(['--reference', 'mine'], folder);
    expect([...new Set(report.rows.map(({ file }) => file))]).toEqual([
      'mx-dot.json',
      'posit8_0.add.256x256.u8.bin',
    ]);
    expect(report.skipped).toEqual(['other.json']);
    expect(report.missing).toContain('round-posit.json');
    expect(report.missing).not.toContain('mx-dot.json');
    const one = await validate(['--reference', join('mine', 'mx-dot.json')], folder);
    expect(one.rows).toEqual(report.rows.filter(({ file }) => file === 'mx-dot.json'));
    expect(one.missing).toEqual([]);
    const shown = await typed(['validate', 'numerics', '--reference', 'mine'], folder);
    expect(shown.stdout).toMatch(/^Not there: decode-small\.json, /m);
    expect(shown.stdout).toMatch(/^No vectors of numerics: other\.json\.$/m);
  });

  it('ends with 1 when a bit is wrong, and says which', async () => {
    const table = new Uint8Array(readFileSync(join(REFERENCE, 'posit8_0.add.256x256.u8.bin')));
    // 1 + 1 = 2 is 0x60.
    table[0x40 * 256 + 0x40] = 0x61;
    const folder = folderWith({ 'v/posit8_0.add.256x256.u8.bin': table });
    const { code, stdout } = await typed(['validate', 'numerics', '--reference', 'v'], folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^posit8_0\.add\.256x256\.u8\.bin +posit8_0 +add +65,536 +1$/m);
    expect(stdout).toContain('1 of 65,536 results differs from the reference.');
    expect(stdout).toContain('64, 64: expected 97, came 96');
    const report = await validate(['--reference', 'v'], folder);
    expect(report).toMatchObject({ compared: 65_536, wrong: 1 });
    const other = {
      formats: { fp8_e5m2: { kind: 'float', bits: 8, mantissa_bits: 2, bias: 14, nan: [125, 126, 127] } },
    };
    const said = folderWith({
      'formats.json': JSON.stringify({ ...other, block_formats: { nvfp4: { block: 32 } } }),
    });
    expect((await validate(['--reference', 'formats.json'], said)).rows).toEqual([
      expect.objectContaining({ compared: 4, wrong: 2, firstWrong: 'bias: expected 14, came 15' }),
      expect.objectContaining({ compared: 1, wrong: 1, firstWrong: 'block: expected 32, came 16' }),
    ]);
    // What is no code at all is no result of anything.
    const sum = folderWith({
      'ops-posit.json': '{"formats": {"posit8_0": {"add": [[1, 2, 999], [64, 64, 96]]}}}',
    });
    expect(await validate(['--reference', 'ops-posit.json'], sum)).toMatchObject({ compared: 2, wrong: 1 });
  });

  it('refuses other layouts with the file and the place', async () => {
    const cases: readonly (readonly [
      file: string,
      content: string | Uint8Array,
      code: string,
      told: RegExp,
    ])[] = [
      ['mx-dot.json', '{"cases": [\n 1,', 'yaml/syntax', /mx-dot\.json:2/],
      ['mx-dot.json', '{"cases": 3}', 'numerics/reference', /cases: expected a list/],
      ['mx-dot.json', '{"cases": [["fp9", 1, [], 1, [], "", ""]]}', 'numerics/reference', /cases\[0\]/],
      ['mx-dot.json', '[]', 'numerics/reference', /expected an object/],
      ['formats.json', '{"formats": {"posit9_9": {}}}', 'numerics/impossible-format', /formats\.json/],
      ['formats.json', '{"formats": {"fp16": {"bits": "many"}}}', 'numerics/reference', /fp16\.bits/],
      ['round-posit.json', '{"formats": {"posit8_9": []}}', 'numerics/impossible-format', /posit8_3/],
      ['round-posit.json', '{"formats": {"posit8_0": [["zz", 1]]}}', 'numerics/reference', /posit8_0\[0\]/],
      ['ops-posit.json', '{"formats": {"posit8_0": {"add": [[1, 999, 3]]}}}', 'numerics/', /ops-posit\.json/],
      ['quire-dot.json', '{"formats": {"posit8_0": [[[1, 2], [1], 3]]}}', 'numerics/', /quire-dot\.json/],
      ['int-quantise.json', '{"cases": [[99, "0", "0", 0, 0]]}', 'numerics/', /int-quantise\.json/],
      ['mx-quantise.json', '{"cases": [{"x": [1], "int8": {}}]}', 'numerics/', /cases\[0\]/],
      [
        'nvfp4-quantise.json',
        '{"cases": [{"x": [], "tensor_scale": "00000000", "block_scale": 1, "codes": []}]}',
        'numerics/',
        /nvfp4/,
      ],
      ['posit8_0.add.256x256.u8.bin', new Uint8Array(9), 'numerics/reference', /256 x 256 bytes/],
      ['fp16.decode.f64le.bin', new Uint8Array(9), 'numerics/reference', /8 bytes/],
      ['nothing.decode.f64le.bin', new Uint8Array(9), 'numerics/unknown-format', /nothing/],
      ['other.json', '{}', 'file/wrong-kind', /README/],
    ];
    for (const [file, content, code, told] of cases) {
      const folder = folderWith({ [`v/${file}`]: content });
      const {
        code: exit,
        stdout,
        stderr,
      } = await typed(['validate', 'numerics', '--reference', 'v'], folder);
      expect([file, content, exit, stdout]).toEqual([file, content, 2, '']);
      expect(stderr).toContain(`error [${code}`);
      expect(stderr).toMatch(told);
    }
    const gone = await typed(['validate', 'numerics', '--reference', 'gone']);
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('file/not-found')]);
    const empty = await typed(['validate', 'numerics', '--reference', '.'], scratch());
    expect(empty.stderr).toContain('there are no vectors in this folder');
    expect((await typed(['validate', 'numerics', '--only', 'posit80'])).stderr).toMatch(
      /Did you mean "posit8_0"/,
    );
    expect((await typed(['validate', 'numerics', '--thorough'])).code).toBe(2);
    expect((await typed(['validate', 'numerics', '--prompt', '3'])).code).toBe(2);
  });

  it('reads other vectors of the same kinds', async () => {
    const { formats } = JSON.parse(text('round-posit.json')) as {
      formats: Record<string, readonly unknown[]>;
    };
    const folder = folderWith({
      'round-posit.json': JSON.stringify({
        formats: { posit8_2: formats['posit8_2']?.slice(0, 9) },
        more: 1,
      }),
    });
    const { rows } = await validate(['--reference', 'round-posit.json'], folder);
    expect(rows.map(({ compared }) => compared)).toEqual([9, 9]);
  });
});
