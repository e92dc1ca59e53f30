import { SystoleError } from '@systole/core';
import type { Transaction } from '@systole/core';
import { sharesBefore } from './shares.ts';

/** Bits of the weights that it takes; a weight goes in bit by bit. */
export const WEIGHT_BITS: Readonly<Record<string, number>> = { int2: 2, int4: 4, int8: 8, int16: 16 };

export const MAX_SIDE = 2 ** 20;

/** A matrix product, or a chunk of one: m rows of activations, k long, times k x n weights. */
export interface Work {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  /** Bits of a weight. */
  readonly bits: number;
  readonly useful: number;
}

/** Reads a matmul. Throws `argument/invalid`, saying what the unit takes. */
export function readWork({
  kind,
  dims = {},
  format = 'int8',
  activationFormat = format,
  macs,
}: Transaction): Work {
  const { m = 0, k = 0, n = 0 } = dims;
  const bits = bitsOf(format, 'weights');
  bitsOf(activationFormat, 'activations');
  const useful = macs ?? m * k * n;
  const isProduct = [m, k, n].every((side) => Number.isSafeInteger(side) && side >= 1 && side <= MAX_SIDE);
  const isCounted = Number.isSafeInteger(m * k * n) && Number.isSafeInteger(useful) && useful >= 0;
  if (kind === 'matmul' && isProduct && isCounted && useful <= m * k * n) return { m, k, n, bits, useful };
  throw new SystoleError({
    code: 'argument/invalid',
    message: `a bit-serial unit takes no ${kind} of ${m} x ${k} x ${n} with ${useful} useful multiply-accumulates`,
    hint: `Ask for a matmul with m, k and n from 1 to ${MAX_SIDE}, and at most m x k x n useful ones.`,
  });
}

/** Chunk `chunk` of `chunks`: a share of the rows (split 0) or of the columns (split 1), and of what is useful in them. */
export function chunkOf(work: Work, split: number, chunk: number, chunks: number): Work {
  const whole = split === 1 ? work.n : work.m;
  const from = sharesBefore(whole, chunk, chunks);
  const to = sharesBefore(whole, chunk + 1, chunks);
  const useful = sharesBefore(work.useful, to, whole) - sharesBefore(work.useful, from, whole);
  return split === 1 ? { ...work, n: to - from, useful } : { ...work, m: to - from, useful };
}

function bitsOf(format: string, what: string): number {
  const bits = Object.hasOwn(WEIGHT_BITS, format) ? WEIGHT_BITS[format] : undefined;
  if (bits !== undefined) return bits;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `a bit-serial unit takes ${what} in ${Object.keys(WEIGHT_BITS).join(', ')}, and not in ${format}`,
    hint: 'Take a model with such a format: --weights int4 --kv int8 --activations int8, say.',
  });
}
