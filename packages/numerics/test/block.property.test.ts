import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BlockFormat, BlockMatrix } from '../src/block/block-format.ts';
import { dequantiseBlocks } from '../src/block/dequantise-blocks.ts';
import { blockFormat, BLOCK_FORMAT_NAMES, findBlockFormat } from '../src/block/find-block-format.ts';
import { quantiseBlocks, tensorScaleFor } from '../src/block/quantise-blocks.ts';
import { NumericsError } from '../src/numerics-error.ts';
import { randomBits } from '../src/random-bits.ts';
import { blockVectorRows } from '../src/validation/block-vectors.ts';
import { nearNormal, randomBlocks } from './helpers/matrices.ts';

const FORMATS = BLOCK_FORMAT_NAMES.map((name) => [name, blockFormat(name)] as const);
const MX = FORMATS.filter(([name]) => name !== 'nvfp4');

function quantise(values: ArrayLike<number>, format: BlockFormat, tensorScale?: number) {
  const all = Float64Array.from(values);
  const options = tensorScale === undefined ? {} : { tensorScale };
  return quantiseBlocks(all, 1, all.length, format, { remainder: 'pad', ...options });
}

const one = (format: BlockFormat) => (format.name === 'nvfp4' ? 1 : undefined);

describe('vectors of independent libraries', () => {
  it.each([
    ['mx-quantise.json', 948],
    ['mx-dot.json', 240],
    ['nvfp4-quantise.json', 160],
  ])('%s: all %i equal', (file, cases) => {
    const rows =
      blockVectorRows(
        file,
        JSON.parse(readFileSync(new URL(`../reference/${file}`, import.meta.url), 'utf8')),
      ) ?? [];
    expect(rows.filter(({ wrong }) => wrong > 0)).toEqual([]);
    expect(rows.reduce((sum, { compared }) => sum + compared, 0)).toBe(cases);
  });

  it('are counted as wrong where they are', () => {
    const content = {
      cases: [
        {
          x: Array.from({ length: 32 }, () => '3f800000'),
          fp4_e2m1: { scale: 125, codes: Array.from({ length: 32 }, () => 5) },
        },
      ],
    };
    expect(blockVectorRows('mx-quantise.json', content)).toMatchObject([
      { format: 'mxfp4', compared: 1, wrong: 1 },
    ]);
    expect(blockVectorRows('formats.json', {})).toBeUndefined();
    expect(() => blockVectorRows('mx-dot.json', { cases: [['fp4']] })).toThrow(NumericsError);
    expect(() => blockVectorRows('nvfp4-quantise.json', { cases: [{ x: [1] }] })).toThrow(NumericsError);
  });
});

const value = fc
  .tuple(fc.integer({ min: -(2 ** 24), max: 2 ** 24 }), fc.integer({ min: -12, max: 4 }))
  .map(([significand, exponent]) => significand * 2 ** (exponent - 20));
const values = (format: BlockFormat) => fc.array(value, { minLength: format.block, maxLength: format.block });

describe.each(FORMATS)('%s', (_, format) => {
  it('rounds each element to a nearest value that the scale allows', () => {
    const elements = Array.from({ length: 2 ** format.element.bits }, (_, code) =>
      format.element.decode(code),
    ).filter((x) => Math.abs(x) <= format.element.largest);
    fc.assert(
      fc.property(values(format), (block) => {
        const { matrix } = quantise(block, format, one(format));
        const scale = format.scale.decode(matrix.scales[0] ?? 0);
        for (const [i, x] of dequantiseBlocks(matrix).entries()) {
          const best = Math.min(...elements.map((element) => Math.abs(element * scale - (block[i] ?? 0))));
          expect(Math.abs(x - (block[i] ?? 0))).toBe(best);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the order of values', () => {
    fc.assert(
      fc.property(values(format), (block) => {
        const { matrix } = quantise(
          block.toSorted((a, b) => a - b),
          format,
          one(format),
        );
        const rounded = dequantiseBlocks(matrix);
        for (let i = 1; i < rounded.length; i++)
          expect(rounded[i]).toBeGreaterThanOrEqual(rounded[i - 1] ?? 0);
      }),
    );
  });

  it('poisons the blocks of NaN and infinities, and no others', () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      const block = nearNormal(3 * format.block, 3);
      block[format.block + 2] = bad;
      const { matrix, counts } = quantise(block, format, one(format));
      const back = dequantiseBlocks(matrix);
      expect(counts.poisonedBlocks).toBe(1);
      expect(matrix.scales[1]).toBe(format.scale.nan);
      for (const [i, x] of back.entries()) expect(Number.isNaN(x)).toBe(Math.floor(i / format.block) === 1);
      expect(() => quantiseBlocks(block, 3, format.block, format, { nonFinite: 'refuse' })).toThrow(
        NumericsError,
      );
    }
  });

  it('gives a block of zeros the scale code 0, and zeros back', () => {
    const { matrix, counts } = quantise(new Float64Array(2 * format.block), format);
    expect(Array.from(matrix.scales)).toEqual([0, 0]);
    expect(counts.zeroBlocks).toBe(2);
    expect(dequantiseBlocks(matrix).every((x) => x === 0)).toBe(true);
  });

  it('refuses rows that its blocks do not divide, or fills them up with zeros', () => {
    const length = format.block + 5;
    const row = nearNormal(2 * length, 4);
    expect(() => quantiseBlocks(row, 2, length, format)).toThrow(
      expect.objectContaining({ code: 'numerics/block-length' }),
    );
    const { matrix } = quantiseBlocks(row, 2, length, format, {
      remainder: 'pad',
      ...(format.name === 'nvfp4' ? { tensorScale: 1 } : {}),
    });
    expect(matrix.codes).toHaveLength(4 * format.block);
    const back = dequantiseBlocks(matrix);
    expect(back).toHaveLength(2 * length);
    const second = quantise(row.subarray(length), format, one(format)).matrix;
    expect(back.slice(length)).toEqual(dequantiseBlocks(second));
  });

  it('rounds stochastically without a bias, by its own random bits', () => {
    const block = new Float64Array(format.block * 400).fill(1.1);
    for (let i = 0; i < block.length; i += format.block) block[i] = 5;
    const random = () => ({
      rounding: 'stochastic' as const,
      random: randomBits(7),
      ...(format.name === 'nvfp4' ? { tensorScale: 1 } : {}),
    });
    const { matrix } = quantiseBlocks(block, 400, format.block, format, random());
    const back = dequantiseBlocks(matrix).filter((_, i) => i % format.block !== 0);
    const mean = back.reduce((sum, x) => sum + x, 0) / back.length;
    expect(Math.abs(mean - 1.1)).toBeLessThan(0.02);
    expect(quantiseBlocks(block, 400, format.block, format, random()).matrix.codes).toEqual(matrix.codes);
    expect(() => quantiseBlocks(block, 400, format.block, format, { rounding: 'stochastic' })).toThrow(
      NumericsError,
    );
  });

  it('never grows by rounding toward zero', () => {
    const block = nearNormal(format.block * 8, 9);
    const { matrix } = quantiseBlocks(block, 8, format.block, format, {
      rounding: 'toward-zero',
      ...(format.name === 'nvfp4' ? { tensorScale: 1 } : {}),
    });
    for (const [i, x] of dequantiseBlocks(matrix).entries())
      expect(Math.abs(x)).toBeLessThanOrEqual(Math.abs(block[i] ?? 0));
  });
});

describe('MX scales', () => {
  it.each(MX)('%s: quantises what it has dequantised to the same values', (_, format) => {
    fc.assert(
      fc.property(values(format), (block) => {
        const once = dequantiseBlocks(quantise(block, format).matrix);
        const twice = quantise(once, format);
        expect(dequantiseBlocks(twice.matrix)).toEqual(once);
        expect(twice.counts.saturated).toBe(0);
      }),
    );
  });

  it.each(MX)('%s: a power of two moves the scale alone', (_, format) => {
    fc.assert(
      fc.property(values(format), fc.integer({ min: -60, max: 60 }), (block, exponent) => {
        fc.pre(block.some((x) => x !== 0));
        const before = quantise(block, format).matrix;
        const after = quantise(
          block.map((x) => x * 2 ** exponent),
          format,
        ).matrix;
        expect(after.codes).toEqual(before.codes);
        expect(after.scales[0]).toBe((before.scales[0] ?? 0) + exponent);
      }),
    );
  });

  it.each(MX)('%s: scales beyond E8M0 are clamped and counted', (_, format) => {
    const huge = quantise(new Float64Array(32).fill(2 ** 200), format);
    expect([huge.matrix.scales[0], huge.counts.clampedScales, huge.counts.saturated]).toEqual([254, 1, 32]);
    const tiny = quantise(new Float64Array(32).fill(2 ** -300), format);
    expect([tiny.matrix.scales[0], tiny.counts.clampedScales, tiny.counts.saturated]).toEqual([0, 1, 0]);
    expect(dequantiseBlocks(tiny.matrix)[0]).toBe(0);
  });

  it('count what saturates', () => {
    const block = new Float64Array(32).fill(1.5);
    block[3] = 1.99;
    block[4] = -1.99;
    // Scale 2^-2: 7.96 is beyond 6 of FP4, 1.99 x 256 beyond 448 of E4M3; MXINT8 ends at 127/64.
    for (const [name, saturated] of [
      ['mxfp4', 2],
      ['mxfp6_e2m3', 2],
      ['mxfp8_e4m3', 2],
      ['mxint8', 2],
    ] as const) {
      const { matrix, counts } = quantise(block, blockFormat(name));
      expect([name, counts.saturated]).toEqual([name, saturated]);
      expect(dequantiseBlocks(matrix)[4]).toBe(-(dequantiseBlocks(matrix)[3] ?? 0));
    }
  });
});

describe('NVFP4', () => {
  const format = blockFormat('nvfp4');

  it('takes the tensor scale under which the largest value becomes the largest of the format', () => {
    const block = nearNormal(64, 5);
    const largest = Math.max(...block.map(Math.abs));
    expect(tensorScaleFor(block, format)).toBe(Math.fround(largest / 2688));
    expect(tensorScaleFor(new Float64Array(16), format)).toBe(1);
    const { matrix, counts } = quantise(block, format);
    expect(counts.clampedScales).toBe(0);
    expect(Math.max(...matrix.scales)).toBe(126);
  });

  it('keeps the scale of a block of tiny values above zero', () => {
    const { matrix } = quantise(new Float64Array(16).fill(2 ** -20), format, 1);
    expect(matrix.scales[0]).toBe(1);
  });

  it('refuses tensor scales that are none', () => {
    for (const tensorScale of [0, -1, Infinity, Number.NaN, 0.1]) {
      expect(() => quantise(new Float64Array(16), format, tensorScale)).toThrow(NumericsError);
    }
    expect(() => quantise(new Float64Array(32), blockFormat('mxfp4'), 2)).toThrow(NumericsError);
  });

  it('counts values whose quotient leaves binary32', () => {
    const { counts } = quantise(new Float64Array(16).fill(2 ** 100), format, 2 ** -100);
    expect(counts).toEqual({ saturated: 16, zeroBlocks: 0, poisonedBlocks: 0, clampedScales: 1 });
  });

  it('counts a value beyond binary32 once where its quotient is too, and divides it where that is not', () => {
    const block = new Float64Array(16).fill(1);
    block[3] = 1e300;
    block[4] = -1e300;
    for (const tensorScale of [undefined, 1]) {
      const { matrix, counts } = quantise(block, format, tensorScale);
      expect([counts.saturated, counts.clampedScales]).toEqual([2, 1]);
      expect(dequantiseBlocks(matrix)[4]).toBe(-2688 * matrix.tensorScale);
    }
    const large = quantise(new Float64Array(16).fill(1.5 * 2 ** 130), format, 2 ** 120);
    expect([large.counts.saturated, dequantiseBlocks(large.matrix)[0]]).toEqual([0, 1.5 * 2 ** 130]);
    // A block that is poisoned holds nothing that is saturated.
    block[5] = Infinity;
    expect(quantise(block, format, 1).counts).toMatchObject({ saturated: 0, poisonedBlocks: 1 });
  });
});

it('finds formats by their names', () => {
  expect(findBlockFormat('MXFP8-E4M3FN')?.name).toBe('mxfp8_e4m3');
  expect(findBlockFormat('mxfp6')).toBe(blockFormat('mxfp6-e2m3'));
  expect(findBlockFormat('mxfp5')).toBeUndefined();
  expect(() => blockFormat('mxfp5')).toThrow(expect.objectContaining({ code: 'numerics/unknown-format' }));
});

it('refuses matrices whose parts do not fit', () => {
  const matrix: BlockMatrix = randomBlocks(blockFormat('mxfp4'), 2, 64, 1, 3);
  expect(() => dequantiseBlocks({ ...matrix, blocksPerRow: 3 })).toThrow(NumericsError);
  expect(() => dequantiseBlocks({ ...matrix, rows: 3 })).toThrow(NumericsError);
  expect(() => quantiseBlocks(new Float64Array(5), 2, 3, matrix.format)).toThrow(NumericsError);
  expect(() => quantiseBlocks(new Float64Array(5), 2, 2.5, matrix.format)).toThrow(NumericsError);
});
