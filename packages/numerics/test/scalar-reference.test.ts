import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scalarVectorRows } from '@systole/numerics/validation';

const folder = new URL('../reference/', import.meta.url);

function contentOf(file: string): unknown {
  const bytes = readFileSync(new URL(file, folder));
  return file.endsWith('.json') ? JSON.parse(bytes.toString('utf8')) : new Uint8Array(bytes);
}

const files = readdirSync(folder).filter((file) => scalarVectorRowsOrNone(file) !== undefined);

function scalarVectorRowsOrNone(file: string): unknown {
  return /\.(?:json|bin)$/u.test(file) ? scalarVectorRows(file, contentOf(file)) : undefined;
}

describe('every vector about scalar formats', () => {
  it('is read', () => {
    expect(files).toHaveLength(21);
    const left = readdirSync(folder).filter((file) => !files.includes(file) && !/^(?:mx|nvfp4)/u.test(file));
    expect(left).toEqual(['README.md', 'formats.json']);
  });

  it.each(files)('%s holds bit for bit', (file) => {
    const rows = scalarVectorRows(file, contentOf(file)) ?? [];
    expect(rows.filter((row) => row.wrong > 0)).toEqual([]);
    for (const row of rows) expect(row.compared).toBeGreaterThan(0);
  });

  it('adds up to what the files hold', () => {
    const rows = files.flatMap((file) => scalarVectorRows(file, contentOf(file)) ?? []);
    const compared = new Map<string, number>();
    for (const row of rows) compared.set(row.file, (compared.get(row.file) ?? 0) + row.compared);
    expect(compared.get('posit8_0.add.256x256.u8.bin')).toBe(65_536);
    expect(compared.get('fp16.decode.f64le.bin')).toBe(65_536);
    // Each value alone and in an array; narrow floats besides with and without saturation.
    expect(compared.get('round-posit.json')).toBe(2 * 12_088);
    expect(compared.get('round-fp8-fp6-fp4.json')).toBe(4 * 6_961);
    expect(compared.get('round-fp16-bf16-tf32.json')).toBe(12 * 1_416);
    expect(compared.get('int-quantise.json')).toBe(600);
    expect(compared.get('quire-dot.json')).toBe(800);
  });
});

describe('a vector that does not hold', () => {
  it('is counted, and the first is told', () => {
    const rows = scalarVectorRows('quire-dot.json', {
      formats: {
        posit8_0: [
          [[64], [64], 65],
          [[64], [64], 64],
        ],
      },
    });
    expect(rows).toEqual([
      {
        file: 'quire-dot.json',
        format: 'posit8_0',
        operation: 'dot',
        compared: 2,
        wrong: 1,
        firstWrong: 'row 0: expected 65, came 64',
      },
    ]);
  });
});

describe('reference data in another layout', () => {
  it.each([
    ['decode-small.json', []],
    ['decode-small.json', { tables: { fp16: ['x'] } }],
    ['round-posit.json', { formats: { posit8_0: [['3ff', 64]] } }],
    ['round-posit.json', { formats: { posit8_0: [['3ff0000000000000', -1]] } }],
    ['round-fp16-bf16-tf32.json', {}],
    ['ops-posit.json', { formats: { posit8_0: { pow: [] } } }],
    ['ops-posit.json', { formats: { posit8_0: { add: [[1, 2]] } } }],
    ['quire-dot.json', { formats: { posit8_0: [7] } }],
    ['int-quantise.json', { cases: [[4, 'zz']] }],
    ['optables-small.json', { tables: { 'posit4_0.root': [] } }],
    ['posit8_0.add.256x256.u8.bin', new Uint8Array(3)],
    ['fp16.decode.f64le.bin', {}],
  ])('%s is refused (%#)', (file, content) => {
    expect(() => scalarVectorRows(file, content)).toThrow(
      expect.objectContaining({ code: 'numerics/reference' }),
    );
  });

  it('names a format that there is none of', () => {
    expect(() => scalarVectorRows('posit8_9.add.256x256.u8.bin', new Uint8Array(65_536))).toThrow(
      expect.objectContaining({ code: 'numerics/impossible-format' }),
    );
  });

  it('leaves other files to others', () => {
    expect(scalarVectorRows('mx-quantise.json', {})).toBeUndefined();
  });
});
