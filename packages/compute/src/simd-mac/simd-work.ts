import { share, SystoleError } from '@systole/core';
import type { Transaction, TransactionForm } from '@systole/core';
import {
  chunkOf,
  countMacs,
  matmulForm,
  MAX_OPERAND_BYTES,
  readMatmul,
  readSize,
  readUseful,
  sharesBefore,
} from '../matmul.ts';
import { ELEMENT_FORMATS } from '../operand-formats.ts';

const FORMATS = ELEMENT_FORMATS.map(({ name }) => name);

const COUNT = { min: 1, max: 2 ** 24, help: 'dot products, each of operands of its own' };
const LENGTH = { min: 1, max: 2 ** 24, help: 'length of each dot product' };

/** The transactions that a SIMD MAC unit takes. */
export const SIMD_FORMS: Readonly<Record<'matmul' | 'dot', TransactionForm>> = {
  matmul: matmulForm('product of an m x k and a k x n matrix', FORMATS),
  dot: {
    summary: 'dot products of pairs of vectors',
    dims: {
      count: COUNT,
      k: LENGTH,
      split: { min: 0, max: 1, help: 'what chunks have a share of: 0 count (the default), 1 length k' },
    },
    bytes: {
      min: 0,
      max: MAX_OPERAND_BYTES,
      help: 'operands and results; the unit, not the port, sets the time',
    },
    pattern: false,
    formats: FORMATS,
  },
};

/** Dot products that lanes work on: `batches` times `width` of them side by side, each of length `k`. */
export interface SimdWork {
  readonly batches: number;
  readonly width: number;
  readonly k: number;
  readonly useful: number;
}

/**
 * A chunk of a transaction as dot products: a matmul has m batches of n, which share a row of the left matrix; the
 * vectors of a `dot` share nothing, and are one batch. Throws `argument/invalid` for another kind or a bad size.
 */
export function readSimdWork(transaction: Transaction, chunk = 0, chunks = 1): SimdWork {
  const { kind, dims = {} } = transaction;
  if (kind === 'matmul') {
    const { m, k, n, useful } = chunkOf(readMatmul(transaction), chunk, chunks);
    return { batches: m, width: n, k, useful };
  }
  if (kind !== 'dot') {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `a SIMD MAC unit computes no "${kind}"`,
      hint: 'It takes matmul and dot.',
    });
  }
  const count = readSize('dot', 'count', dims['count'], COUNT);
  const k = readSize('dot', 'k', dims['k'], LENGTH);
  const isLong = readSize('dot', 'split', dims['split'] ?? 0, { min: 0, max: 1, help: '' }) === 1;
  const asked = readUseful(transaction, countMacs(count, k));
  const whole = isLong ? k : count;
  const size = share(whole, chunk, chunks);
  const before = sharesBefore(whole, chunk, chunks);
  const useful = sharesBefore(asked, before + size, whole) - sharesBefore(asked, before, whole);
  return { batches: 1, width: isLong ? count : size, k: isLong ? size : k, useful };
}

/**
 * Cycles of `lanes` lanes. Where an adder tree sums the lanes (`inner`) they take neighbours along k, one dot product
 * after the other; where each lane has an accumulator (`outputs`) they take dot products of one batch side by side.
 */
export function simdCycles(work: SimdWork, lanes: number, arrangement: 'inner' | 'outputs'): number {
  const { batches, width, k } = work;
  return arrangement === 'inner'
    ? batches * width * Math.ceil(k / lanes)
    : batches * Math.ceil(width / lanes) * k;
}
