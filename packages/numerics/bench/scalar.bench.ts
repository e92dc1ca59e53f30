import { bench, describe } from 'vitest';
import { codeFormat, randomBits } from '@systole/numerics';
import type { CodeArray } from '@systole/numerics';

const COUNT = 1 << 20;
const random = randomBits(7);

/** Nearly normal, of deviation two: the sum of twelve uniform draws. */
const values = Float64Array.from({ length: COUNT }, () => {
  let sum = -6;
  for (let draw = 0; draw < 12; draw++) sum += random() / 2 ** 32;
  return 2 * sum;
});
/** Of every exponent from -60 to 60, so that tables are read all over. */
const spread = values.map((value, index) => value * 2 ** ((index % 121) - 60));
const single = Float32Array.from(values);

function codesFor(bits: number): CodeArray {
  if (bits <= 8) return new Uint8Array(COUNT);
  return bits <= 16 ? new Uint16Array(COUNT) : new Uint32Array(COUNT);
}

const NAMES = [
  'fp4_e2m1',
  'fp6_e2m3',
  'fp8_e4m3fn',
  'fp8_e5m2',
  'posit8_0',
  'posit8_2',
  'int4',
  'int8',
  'e8m0',
  'fp16',
  'bf16',
  'tf32',
  'fp32',
  'posit16_1',
  'posit16_2',
  'posit32_2',
  'int16',
];

/** The rate of `operation` in millions of elements a second: the name of a bench says it, since its own table counts whole runs. */
function rate(operation: () => void): string {
  operation();
  const start = performance.now();
  for (let run = 0; run < 5; run++) operation();
  return `${((5 * COUNT) / 1000 / (performance.now() - start)).toFixed(0)} million/s`;
}

const QUICK = { time: 100, warmupTime: 20 };

describe('encodeAll, about a million values', () => {
  for (const name of NAMES) {
    const format = codeFormat(name);
    const codes = codesFor(format.bits);
    const runs = {
      'nearest even': () => format.encodeAll(values, codes),
      'nearest even, all exponents': () => format.encodeAll(spread, codes),
      'nearest even, from binary32': () => format.encodeAll(single, codes),
      stochastic: () => format.encodeAll(values, codes, { rounding: 'stochastic', random }),
    };
    for (const [kind, run] of Object.entries(runs)) {
      bench(`${name} ${kind}: ${rate(run)}`, () => void run(), QUICK);
    }
  }
});

describe('decodeAll, about a million codes', () => {
  for (const name of NAMES) {
    const format = codeFormat(name);
    const codes = codesFor(format.bits);
    format.encodeAll(values, codes);
    const into = new Float64Array(COUNT);
    const run = () => format.decodeAll(codes, into);
    bench(`${name}: ${rate(run)}`, run, QUICK);
  }
});

describe('operations on pairs, and exact dot products, about a million', () => {
  for (const name of ['fp8_e4m3fn', 'posit8_0', 'fp16', 'posit16_1', 'posit32_2']) {
    const format = codeFormat(name);
    const codes = codesFor(format.bits);
    format.encodeAll(values, codes);
    const reversed = codes.toReversed();
    const runs = {
      add: () => {
        for (let index = 0; index < COUNT; index++) format.add(codes[index] ?? 0, reversed[index] ?? 0);
      },
      fusedMultiplyAdd: () => {
        for (let index = 2; index < COUNT; index++) {
          format.fusedMultiplyAdd(codes[index] ?? 0, reversed[index] ?? 0, codes[index - 2] ?? 0);
        }
      },
      dot: () => format.dot(codes, reversed),
    };
    for (const [kind, run] of Object.entries(runs)) {
      bench(`${name} ${kind}: ${rate(run)}`, () => void run(), QUICK);
    }
  }
});
