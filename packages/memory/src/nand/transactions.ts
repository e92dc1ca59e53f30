import { SystoleError } from '@systole/core';
import type { AccessPattern, Transaction, TransactionForm } from '@systole/core';
import type { Bytes } from '@systole/units';
import { dimension, invalid } from '../dram/transactions.ts';

const MAX_BYTES = 2 ** 50;

const pages = (summary: string): TransactionForm => ({
  summary,
  dims: {},
  bytes: { min: 1, max: MAX_BYTES, help: 'data moved: runs x run of the pattern' },
  pattern: true,
  formats: [],
});

/** What `memory/nand` can be asked for. */
export const nandTransactions = {
  read: {
    ...pages('Reads pages; without a pattern, in planes without a core where there are any'),
    dims: {
      startPage: {
        min: 0,
        max: 65_535,
        help: 'page of every channel, over its dies in turn, with which a read without a pattern begins; 0 unless given',
      },
    },
  },
  write: pages('Programs pages, erasing a block before its first page; without a pattern, as a read'),
  'page-compute': {
    summary:
      'Computes on stored pages in the attached cores, round by round: input, array read, GEMV, result',
    dims: {
      rounds: { min: 1, max: 2 ** 40, help: 'rounds of every channel, over all chunks' },
      channels: {
        min: 1,
        max: 4096,
        atMost: 'channels',
        help: 'channels that work alike, from channel 0 on',
      },
      cores: { min: 1, max: 65_536, help: 'cores used in each channel, plane 0 of every die first' },
      inputBytes: { min: 0, max: 2 ** 26, help: 'input of a round and channel, for all of its cores' },
      resultBytes: { min: 0, max: 2 ** 26, help: 'results of a round and channel, of all of its cores' },
      pagesPerCore: { min: 1, max: 65_536, help: 'pages of a core in a round; 1 unless given' },
    },
    bytes: { min: 0, max: MAX_BYTES, help: 'data moved: (inputBytes + resultBytes) x rounds x channels' },
    pattern: false,
    formats: [],
  },
} as const satisfies Readonly<Record<string, TransactionForm>>;

/** What lies where, of which a pattern may reach `planes` planes of `planeBytes` bytes each. */
export interface Extent {
  /** Where what has no pattern begins. */
  readonly base: Bytes;
  readonly planes: number;
  readonly planeBytes: Bytes;
}

/**
 * The pattern of a read or write, checked against the size of the memory. Throws `argument/invalid` for one that is no
 * pattern or does not hold the transaction's bytes, `capacity/exceeded` for one that leaves the memory.
 */
export function pagePattern(name: string, transaction: Transaction, extent: Extent): AccessPattern {
  const { bytes, kind } = transaction;
  if (!Number.isSafeInteger(bytes) || bytes < 0) {
    throw invalid(name, `a ${kind} of ${bytes} bytes`, 'Sizes are whole numbers of bytes, not below zero.');
  }
  const whole = Math.max(1, bytes);
  const pattern: AccessPattern = transaction.pattern ?? {
    base: extent.base,
    run: whole,
    stride: whole,
    runs: 1,
    order: 'sequential',
    layout: 'interleaved',
  };
  const { base, run, stride, runs, layout } = pattern;
  const end = base + stride * runs + run;
  if (![base, run, stride, runs, run * runs, end].every(Number.isSafeInteger)) {
    throw invalid(name, `a ${kind} with a pattern that is not of whole numbers`, 'Sizes are whole bytes.');
  }
  if (base < 0 || run < 1 || stride < 0 || runs < 1 || (transaction.pattern && run * runs !== bytes)) {
    throw invalid(
      name,
      `a ${kind} of ${bytes} bytes as ${runs} runs of ${run} bytes, ${stride} bytes apart, from ${base} on`,
      'Base and stride are whole numbers from 0 on, run and runs from 1 on, and run x runs is the size.',
    );
  }
  const isLocal = layout === 'local';
  const strides = isLocal ? Math.floor((runs - 1) / extent.planes) : runs - 1;
  const last = base + strides * stride + run;
  const capacity = isLocal ? extent.planeBytes : extent.planeBytes * extent.planes;
  if (last <= capacity) return pattern;
  throw new SystoleError({
    code: 'capacity/exceeded',
    message: `${name}: a ${kind} reaches byte ${last} of ${isLocal ? 'a plane' : 'pages'} of ${capacity} bytes`,
    hint: 'Place less data in this memory, or give it more channels, dies or blocks.',
  });
}

/** The plane of every channel, of `planes` in the order of its pages, with which a read without a pattern begins. */
export function startPage(name: string, transaction: Transaction, planes: number): number {
  if (transaction.kind !== 'read') return 0;
  return dimension(name, transaction, 'startPage', nandTransactions.read.dims.startPage, 0) % planes;
}
