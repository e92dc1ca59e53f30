import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccumulatorSpec } from '../src/accumulate/accumulator.ts';
import { blockFormat, BLOCK_FORMAT_NAMES } from '../src/block/find-block-format.ts';
import { codeFormat } from '../src/find-code-format.ts';
import type { GemmOptions } from '../src/gemm/gemm.ts';
import { gemm } from '../src/gemm/gemm.ts';
import type { CodeMatrix } from '../src/gemm/matrix.ts';
import { decodeMatrix, transpose, transposeCodes } from '../src/gemm/matrix.ts';
import { multiplyFloat64 } from '../src/gemm/multiply-float64.ts';
import { NumericsError } from '../src/numerics-error.ts';
import { nearNormal, randomBlocks, randomMatrix } from './helpers/matrices.ts';
import { exactModel, roundedModel } from './helpers/product-models.ts';

const plain = (values: Float64Array) => Array.from(values, (value) => value + 0);

const SCALAR_PAIRS = [
  ['int4', 'int8'],
  ['int8', 'int8'],
  ['int16', 'int16'],
  ['fp4_e2m1', 'fp6_e3m2'],
  ['fp8_e4m3fn', 'fp8_e4m3fn'],
  ['fp8_e5m2', 'fp8_e5m2'],
  ['posit8_0', 'int8'],
  ['posit8_2', 'posit8_2'],
  ['posit8_3', 'posit8_3'],
  ['posit16_1', 'posit16_1'],
  ['posit16_2', 'fp8_e5m2'],
  ['posit32_2', 'posit32_2'],
  ['fp16', 'fp16'],
  ['bf16', 'bf16'],
  ['fp32', 'bf16'],
] as const;

describe('exact product', () => {
  it.each(SCALAR_PAIRS)('of %s by %s is the rational sum, rounded once', (nameA, nameB) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 90 }),
        fc.nat(),
        (m, n, k, seed) => {
          const a = randomMatrix(codeFormat(nameA), m, k, seed);
          const b = randomMatrix(codeFormat(nameB), n, k, seed + 1);
          expect(plain(gemm(a, b).values)).toEqual(exactModel(a, b));
        },
      ),
      { numRuns: 15 },
    );
  });

  it.each(BLOCK_FORMAT_NAMES)('of %s is the rational sum, scales near and far', (name) => {
    const format = blockFormat(name);
    const widest = format.scaling.kind === 'ratio' ? 63 : 120;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 100 }),
        fc.constantFrom(0, 3, widest),
        fc.nat(),
        (m, n, k, spread, seed) => {
          const ts = format.scaling.kind === 'ratio' ? [Math.fround(0.3), Math.fround(1 / 77)] : [1, 1];
          const a = randomBlocks(format, m, k, seed, spread, ts[0]);
          const b = randomBlocks(format, n, k, seed + 9, spread, ts[1]);
          expect(plain(gemm(a, b).values)).toEqual(exactModel(a, b));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('of mixed formats: blocks of 16 by blocks of 32, and blocks by codes', () => {
    const nvfp4 = randomBlocks(blockFormat('nvfp4'), 3, 80, 5, 60, Math.fround(0.01));
    const mxfp8 = randomBlocks(blockFormat('mxfp8_e5m2'), 4, 80, 6, 100);
    const fp16 = randomMatrix(codeFormat('fp16'), 5, 80, 7);
    for (const [a, b] of [
      [nvfp4, mxfp8],
      [mxfp8, fp16],
      [fp16, nvfp4],
    ] as const) {
      expect(plain(gemm(a, b).values)).toEqual(exactModel(a, b));
    }
  });

  it('stays exact where sums are longer than a bin holds', () => {
    const format = codeFormat('fp8_e4m3fn');
    // All products at the largest, less the smallest: every bit of the sum counts.
    const depth = 300_000;
    const codes = new Uint8Array(depth).fill(format.encode(448));
    codes[777] = format.encode(2 ** -9);
    const a: CodeMatrix = { format, rows: 1, columns: depth, codes };
    const b: CodeMatrix = {
      ...a,
      codes: codes.map((code, k) => (k === 777 ? format.encode(-(2 ** -9)) : code)),
    };
    expect(gemm(a, b).values[0]).toBe(448 * 448 * (depth - 1) - 2 ** -18);
  });

  it('is rounded once to the output format', () => {
    const [e4m3, posit] = [codeFormat('fp8_e4m3fn'), codeFormat('posit8_2')];
    for (const [a, b] of [
      [randomMatrix(e4m3, 9, 64, 1), randomMatrix(e4m3, 9, 64, 2)],
      [randomMatrix(posit, 9, 64, 3), randomMatrix(posit, 9, 64, 4)],
      [
        randomBlocks(blockFormat('mxfp8_e5m2'), 9, 64, 5, 20),
        randomBlocks(blockFormat('mxint8'), 9, 64, 6, 20),
      ],
      [
        randomBlocks(blockFormat('nvfp4'), 9, 64, 5, 20, 2 ** -8),
        randomBlocks(blockFormat('nvfp4'), 9, 64, 6, 20, Math.fround(1.1)),
      ],
    ] as const) {
      const output = codeFormat('fp32');
      const { values, codes } = gemm(a, b, { output });
      expect(plain(values)).toEqual(exactModel(a, b, 24));
      expect(Array.from(codes ?? [], (code) => output.decode(code) + 0)).toEqual(plain(values));
      expect(codes).toBeInstanceOf(Uint32Array);
    }
  });

  it('does not round twice on the way to the output format', () => {
    // 2^60 + 2^36 + 1 is a tie of binary32 but for the 1, which binary64 loses.
    const format = codeFormat('posit16_3');
    const [big, small] = [2 ** 30, 2 ** 18].map((x) => format.encode(x));
    const codes = Uint16Array.of(big ?? 0, small ?? 0, format.encode(1));
    const a: CodeMatrix = { format, rows: 1, columns: 3, codes };
    expect(gemm(a, a, { output: codeFormat('fp32') }).values[0]).toBe(2 ** 60 + 2 ** 37);
    expect(gemm(a, a).values[0]).toBe(2 ** 60 + 2 ** 36);
  });

  it('does not depend on the order of its terms', () => {
    for (const name of ['posit8_2', 'bf16', 'fp8_e5m2']) {
      const a = randomMatrix(codeFormat(name), 4, 200, 11);
      const b = randomMatrix(codeFormat(name), 4, 200, 12);
      const turned = (matrix: CodeMatrix): CodeMatrix => ({
        ...matrix,
        codes: matrix.codes.map((_, i) => matrix.codes[i - (i % 200) + (((i % 200) * 67 + 5) % 200)] ?? 0),
      });
      expect(gemm(turned(a), turned(b))).toEqual(gemm(a, b));
    }
  });
});

/** A matrix of values of middling size, so that no register leaves its normal range. */
function normalMatrix(name: string, rows: number, columns: number, seed: number): CodeMatrix {
  const format = codeFormat(name);
  const codes = Uint32Array.from(nearNormal(rows * columns, seed), (x) => format.encode(x));
  return { format, rows, columns, codes };
}

describe('product in the register of a chip', () => {
  const registers = [
    ['fp8_e4m3fn', 'fp32', 24, 1, undefined],
    ['fp8_e4m3fn', 'fp32', 24, 4, undefined],
    ['fp16', 'fp32', 24, 1, 8],
    ['bf16', 'bf16', 8, 1, undefined],
    ['fp32', 'fp32', 24, 1, undefined],
    ['fp32', 'fp32', 24, 3, 4],
    ['fp16', 'fp16', 11, 2, 16],
    ['posit32_2', 'fp32', 24, 1, undefined],
    ['posit32_2', 'fp32', 24, 1, 2],
  ] as const;
  it.each(registers)('%s into %s (%i bits), groups of %i, tree %s', (name, register, bits, fused, tree) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        (m, n, k, seed) => {
          const a = normalMatrix(name, m, k, seed);
          const b = normalMatrix(name, n, k, seed + 1);
          const accumulator: AccumulatorSpec = {
            kind: 'rounded',
            format: codeFormat(register),
            fused,
            ...(tree === undefined ? {} : { tree }),
          };
          const result = gemm(a, b, { accumulator });
          expect(plain(result.values)).toEqual(roundedModel(a, b, bits, fused, tree));
          expect(result.overflows).toBe(0);
        },
      ),
      { numRuns: 20 },
    );
  });

  it.each(['mxfp4', 'mxfp8_e5m2', 'nvfp4'])('%s: a block is summed exactly before it is rounded', (name) => {
    const format = blockFormat(name);
    const a = randomBlocks(format, 3, 128, 21, 4);
    const b = randomBlocks(format, 3, 128, 22, 4);
    const { values } = gemm(a, b, { accumulator: { kind: 'rounded', format: codeFormat('fp32') } });
    expect(plain(values)).toEqual(roundedModel(a, b, 24, format.block, undefined));
    const { values: single } = gemm(a, b, {
      accumulator: { kind: 'rounded', format: codeFormat('fp32'), fused: 1 },
    });
    expect(plain(single)).toEqual(roundedModel(a, b, 24, 1, undefined));
  });

  it('overflows int8 sums as int8 does, counted', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('wrap', 'saturate'),
        fc.integer({ min: 9, max: 24 }),
        fc.nat(),
        (overflow, bits, seed) => {
          const int8 = codeFormat('int8');
          const a = randomMatrix(int8, 3, 50, seed);
          const b = randomMatrix(int8, 3, 50, seed + 1);
          const result = gemm(a, b, { accumulator: { kind: 'integer', bits, overflow } });
          const [x, y] = [decodeMatrix(a).values, decodeMatrix(b).values];
          const [least, most] = [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n];
          let leaves = 0;
          for (const [index, value] of result.values.entries()) {
            let content = 0n;
            for (let k = 0; k < 50; k++) {
              const product = (x[Math.floor(index / 3) * 50 + k] ?? 0) * (y[(index % 3) * 50 + k] ?? 0);
              const sum = content + BigInt(product);
              if (sum < least || sum > most) leaves++;
              content =
                overflow === 'wrap'
                  ? BigInt.asIntN(bits, sum)
                  : sum < least
                    ? least
                    : sum > most
                      ? most
                      : sum;
            }
            expect(value + 0).toBe(Number(content));
          }
          expect(result.overflows).toBe(leaves);
          expect(result.inexactTerms).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes fractions in units of the smallest products, or of a coarser unit, counted', () => {
    const fp4 = codeFormat('fp4_e2m1');
    const a = randomMatrix(fp4, 3, 40, 31);
    const b = randomMatrix(fp4, 3, 40, 32);
    const exact = gemm(a, b);
    const fixed = gemm(a, b, { accumulator: { kind: 'integer', bits: 32, overflow: 'wrap' } });
    expect(fixed).toEqual(exact);
    const coarse = gemm(a, b, {
      accumulator: { kind: 'integer', bits: 32, overflow: 'wrap', unitExponent: 0 },
    });
    expect(coarse.inexactTerms).toBeGreaterThan(0);
  });

  it('counts sums beyond its largest value', () => {
    const format = codeFormat('fp8_e4m3fn');
    const a: CodeMatrix = { format, rows: 1, columns: 3, codes: new Uint8Array(3).fill(format.encode(448)) };
    const { values, overflows } = gemm(a, a, {
      accumulator: { kind: 'rounded', format: codeFormat('fp16') },
    });
    expect([values[0], overflows]).toEqual([Infinity, 1]);
  });
});

describe('not-a-number and infinities', () => {
  const specs: readonly GemmOptions[] = [
    {},
    { accumulator: { kind: 'rounded', format: codeFormat('fp32') } },
    { accumulator: { kind: 'rounded', format: codeFormat('bf16'), tree: 4 } },
    { accumulator: { kind: 'integer', bits: 24, overflow: 'saturate' } },
  ];
  it.each(specs.map((spec) => [spec.accumulator?.kind ?? 'exact', spec] as const))(
    'decide their results alone (%s)',
    (_, options) => {
      const format = codeFormat('fp8_e5m2');
      const encode = (...values: number[]) => Uint8Array.from(values, (x) => format.encode(x));
      const a: CodeMatrix = {
        format,
        rows: 3,
        columns: 2,
        codes: encode(1, 2, Infinity, 1, Number.NaN, 1),
      };
      const b: CodeMatrix = { format, rows: 3, columns: 2, codes: encode(1, 1, 0, 1, -Infinity, 1) };
      const { values, notFinite, overflows } = gemm(a, b, options);
      expect(Array.from(values)).toEqual([
        3,
        2,
        -Infinity,
        Infinity,
        Number.NaN,
        -Infinity,
        Number.NaN,
        Number.NaN,
        Number.NaN,
      ]);
      expect([notFinite, overflows]).toEqual([7, 0]);
    },
  );

  it('follow from NaR and from the NaN of a block scale', () => {
    const posit = codeFormat('posit8_0');
    const a: CodeMatrix = { format: posit, rows: 1, columns: 2, codes: Uint8Array.of(0x80, 1) };
    expect(gemm(a, a, { output: posit }).codes).toEqual(Uint8Array.of(0x80));
    const b = randomBlocks(blockFormat('mxfp4'), 2, 64, 1, 2);
    b.scales[1] = 255;
    const values = gemm(b, b).values;
    expect(values[0]).toBeNaN();
    expect(values[1]).toBeNaN();
    expect(values[3]).not.toBeNaN();
  });
});

describe('wrong inputs', () => {
  const int8 = codeFormat('int8');
  const a = randomMatrix(int8, 2, 8, 1);
  const mx = randomBlocks(blockFormat('mxfp4'), 2, 32, 1, 2);
  it.each([
    ['shapes that do not meet', () => gemm(a, randomMatrix(int8, 2, 9, 1))],
    ['codes that are too few', () => gemm({ ...a, rows: 3 }, a)],
    ['no rows', () => gemm({ ...a, rows: 0, codes: new Uint8Array(0) }, a)],
    [
      'a code of too many bits',
      () => gemm({ ...a, format: codeFormat('int4') }, { ...a, format: codeFormat('int4') }),
    ],
    ['an element code of too many bits', () => gemm({ ...mx, codes: mx.codes.map((code) => code | 16) }, mx)],
    ['scales that are too few', () => gemm({ ...mx, scales: new Uint8Array(1) }, mx)],
    ['blocks that are too few', () => gemm({ ...mx, columns: 33 }, mx)],
    ['a tensor scale of zero', () => gemm({ ...mx, tensorScale: 0 }, mx)],
    ['a tensor scale beyond binary32', () => gemm({ ...mx, tensorScale: 0.1 }, mx)],
    [
      'an integer register without a unit for blocks',
      () => gemm(mx, mx, { accumulator: { kind: 'integer', bits: 32, overflow: 'wrap' } }),
    ],
    [
      'a tree of five',
      () => gemm(a, a, { accumulator: { kind: 'integer', bits: 32, overflow: 'wrap', tree: 5 } }),
    ],
    [
      'groups too wide for an integer register',
      () => {
        const wide = randomMatrix(codeFormat('fp8_e5m2'), 2, 64, 3);
        return gemm(wide, wide, { accumulator: { kind: 'integer', bits: 32, overflow: 'wrap', fused: 64 } });
      },
    ],
  ])('%s', (_, run) => {
    expect(run).toThrow(NumericsError);
  });
});

it('exchanges rows and columns', () => {
  const matrix = randomMatrix(codeFormat('int8'), 3, 5, 1);
  const turned = transposeCodes(matrix);
  expect([turned.rows, turned.columns]).toEqual([5, 3]);
  expect(decodeMatrix(turned).values).toEqual(transpose(decodeMatrix(matrix).values, 3, 5));
  expect(transposeCodes(turned)).toEqual(matrix);
});

it('multiplies in binary64, one product after the other', () => {
  const [a, b] = [nearNormal(7 * 33, 1), nearNormal(6 * 33, 2)];
  a[5] = Number.NaN;
  const product = multiplyFloat64(a, b, 7, 6, 33);
  for (const [index, value] of product.entries()) {
    let sum = 0;
    for (let k = 0; k < 33; k++)
      sum += (a[Math.floor(index / 6) * 33 + k] ?? 0) * (b[(index % 6) * 33 + k] ?? 0);
    expect(value).toBe(sum);
  }
  expect(() => multiplyFloat64(a, b, 7, 6, 32)).toThrow(NumericsError);
});
