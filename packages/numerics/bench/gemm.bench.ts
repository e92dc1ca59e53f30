import { bench, describe } from 'vitest';
import { blockFormat, BLOCK_FORMAT_NAMES } from '../src/block/find-block-format.ts';
import { quantiseBlocks } from '../src/block/quantise-blocks.ts';
import { ExactAccumulator } from '../src/accumulate/exact-accumulator.ts';
import type { AccumulatorSpec } from '../src/accumulate/accumulator.ts';
import { codeFormat } from '../src/find-code-format.ts';
import { gemm } from '../src/gemm/gemm.ts';
import type { Matrix } from '../src/gemm/matrix.ts';
import { nearNormal, randomBlocks, randomMatrix } from '../test/helpers/matrices.ts';

/** Multiply-accumulates of a product of 1024 x 1024 x 1024. */
const SIZE = 1024;
const ONCE = { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 };

function product(
  name: string,
  make: (seed: number) => Matrix,
  accumulator: AccumulatorSpec = { kind: 'exact' },
) {
  const a = make(1);
  const b = make(2);
  bench(
    name,
    () => {
      gemm(a, b, { accumulator });
    },
    ONCE,
  );
}

// Codes drawn evenly: the widest spread of exponents that a format has.
describe('exact product of 1024 x 1024 x 1024, codes drawn evenly', () => {
  for (const name of [
    'int4',
    'int8',
    'fp4_e2m1',
    'fp6_e3m2',
    'fp8_e4m3fn',
    'fp8_e5m2',
    'posit8_0',
    'posit8_1',
    'posit8_2',
    'posit8_3',
    'fp16',
  ]) {
    product(name, (seed) => randomMatrix(codeFormat(name), SIZE, SIZE, seed));
  }
  for (const name of BLOCK_FORMAT_NAMES) {
    const format = blockFormat(name);
    product(`${name}, near scales`, (seed) => randomBlocks(format, SIZE, SIZE, seed, 3));
    const widest = format.scaling.kind === 'ratio' ? 63 : 120;
    product(`${name}, all scales`, (seed) => randomBlocks(format, SIZE, SIZE, seed, widest));
  }
});

describe('exact product of 1024 x 1024 x 1024, normal values', () => {
  const normal = nearNormal(SIZE * SIZE, 3);
  for (const name of ['bf16', 'posit16_1']) {
    const format = codeFormat(name);
    const codes = new Uint16Array(normal.length);
    format.encodeAll(normal, codes);
    product(name, () => ({ format, rows: SIZE, columns: SIZE, codes }));
  }
});

describe('product of 256 x 256 x 1024 in a register', () => {
  const rounded = (name: string, tree?: number): AccumulatorSpec => ({
    kind: 'rounded',
    format: codeFormat(name),
    ...(tree === undefined ? {} : { tree }),
  });
  const make = (seed: number) => randomMatrix(codeFormat('fp8_e4m3fn'), 256, SIZE, seed);
  product('fp8 into fp32, one by one', make, rounded('fp32'));
  product('fp8 into fp32, tree of 16', make, rounded('fp32', 16));
  product('fp8 into bf16, one by one', make, rounded('bf16'));
  const integers = (seed: number) => randomMatrix(codeFormat('int8'), 256, SIZE, seed);
  product('int8 into int32', integers, { kind: 'integer', bits: 32, overflow: 'wrap' });
});

describe('a million values', () => {
  const values = nearNormal(2 ** 20, 4);
  for (const name of BLOCK_FORMAT_NAMES) {
    bench(`quantise to ${name}`, () => {
      quantiseBlocks(values, SIZE, SIZE, blockFormat(name));
    });
  }
  const accumulator = new ExactAccumulator();
  bench('into an exact accumulator', () => {
    accumulator.clear();
    for (let i = 0; i < values.length; i++) accumulator.add(values[i] ?? 0);
  });
});
