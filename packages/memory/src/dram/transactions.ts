import { share, SystoleError } from '@systole/core';
import type { AccessPattern, DimensionForm, Transaction, TransactionForm } from '@systole/core';
import type { Bytes } from '@systole/units';
import { shareStart } from '../share-start.ts';
import type { Geometry } from './timing.ts';

const MAX_BYTES = 2 ** 50;

const dataForm = (summary: string): TransactionForm => ({
  summary,
  dims: {},
  bytes: { min: 1, max: MAX_BYTES, help: 'data moved: runs x run of the pattern' },
  pattern: true,
  formats: [],
});

/** What `memory/dram` can be asked for. */
export const dramTransactions = {
  read: dataForm('Reads data in the order of its pattern; without one, from address 0 on'),
  write: dataForm('Writes data in the order of its pattern; without one, from address 0 on'),
  'vector-write': {
    summary: 'Writes the same number of bytes into the vector buffer of each of several channels at once',
    dims: {
      vectorBytes: { min: 1, max: 2 ** 40, help: 'bytes per channel, over all chunks' },
      channels: { min: 1, max: 4096, help: 'channels that receive a vector' },
    },
    bytes: { min: 1, max: MAX_BYTES, help: 'data moved: vectorBytes x channels' },
    pattern: false,
    formats: [],
  },
  'segment-stream': {
    summary: 'Streams stored rows through the attached in-memory compute unit, all banks in lockstep',
    dims: {
      channels: { min: 1, max: 4096, help: 'channels that work alike, from channel 0 on' },
      banks: { min: 1, max: 16384, help: 'banks used in each channel, from bank 0 on' },
      groups: { min: 1, max: 2 ** 40, help: 'stored vectors per bank, over all chunks' },
      segments: { min: 1, max: 2 ** 26, help: 'column accesses of one stored vector' },
      passes: {
        min: 1,
        max: 2 ** 20,
        help: 'times each is streamed while its row is open, each to a sum of its own',
      },
      groupStride: {
        min: 0,
        max: MAX_BYTES,
        help: 'bytes in a bank from one stored vector to the next; segments x burst unless given',
      },
      offset: {
        min: 0,
        max: 2 ** 20,
        help: 'bytes from the start of a row to the first of them; 0 unless given',
      },
      keep: { min: 0, max: 1, help: '1 leaves the sums in the accumulators; 0 unless given' },
    },
    bytes: { min: 0, max: MAX_BYTES, help: 'sums read: groups x passes x size of a sum x banks x channels' },
    pattern: false,
    formats: [],
  },
} as const satisfies Readonly<Record<string, TransactionForm>>;

export function invalid(name: string, message: string, hint: string): SystoleError {
  return new SystoleError({ code: 'argument/invalid', message: `${name}: ${message}`, hint });
}

/** A dimension of a transaction, within the range of its form; `otherwise` where it is left out. */
export function dimension(
  name: string,
  transaction: Transaction,
  dim: string,
  form: DimensionForm,
  otherwise?: number,
): number {
  const value = transaction.dims?.[dim] ?? otherwise;
  if (value !== undefined && Number.isSafeInteger(value) && value >= form.min && value <= form.max)
    return value;
  throw invalid(
    name,
    `a ${transaction.kind} with ${dim} of ${value}`,
    `Give ${dim}, ${form.help}, as a whole number from ${form.min} to ${form.max}.`,
  );
}

/** The bytes, in the order of the pattern, that fall to one chunk. */
export function chunkRange(
  transaction: Transaction,
  chunk: number,
  chunks: number,
): [low: Bytes, high: Bytes] {
  const low = shareStart(transaction.bytes, chunk, chunks);
  return [low, low + share(transaction.bytes, chunk, chunks)];
}

/**
 * The pattern of a read or write, checked against the size of the memory. Throws `argument/invalid` for one that is no
 * pattern or does not hold the transaction's bytes, `capacity/exceeded` for one that leaves the memory.
 */
export function checkedPattern(name: string, transaction: Transaction, geometry: Geometry): AccessPattern {
  const { bytes, kind } = transaction;
  if (!Number.isSafeInteger(bytes) || bytes < 0) {
    throw invalid(name, `a ${kind} of ${bytes} bytes`, 'Sizes are whole numbers of bytes, not below zero.');
  }
  const pattern: AccessPattern = transaction.pattern ?? {
    base: 0,
    run: Math.max(1, bytes),
    stride: Math.max(1, bytes),
    runs: 1,
    order: 'sequential',
    layout: 'interleaved',
  };
  const { base, run, stride, runs, layout } = pattern;
  const isWhole = [base, run, stride, runs, run * runs, base + stride * runs + run].every(
    Number.isSafeInteger,
  );
  if (!isWhole || base < 0 || run < 1 || stride < 0 || runs < 1) {
    throw invalid(
      name,
      `a pattern of ${runs} runs of ${run} bytes, ${stride} bytes apart, from ${base} on`,
      'Base and stride are whole numbers of bytes from 0 on, run and runs from 1 on.',
    );
  }
  if (transaction.pattern !== undefined && run * runs !== bytes) {
    throw invalid(
      name,
      `a ${kind} of ${bytes} bytes with a pattern of ${runs} runs of ${run} bytes`,
      `The pattern holds ${run * runs} bytes; both must be the same.`,
    );
  }
  const isLocal = layout === 'local';
  const lanes = geometry.channels * geometry.banks;
  const strides = isLocal ? Math.floor((runs - 1) / lanes) : runs - 1;
  const end = base + strides * stride + run;
  const capacity = isLocal ? geometry.bankBytes : geometry.bankBytes * lanes;
  if (end > capacity) {
    throw new SystoleError({
      code: 'capacity/exceeded',
      message: `${name}: a ${kind} reaches byte ${end} of ${isLocal ? 'a bank' : 'a memory'} of ${capacity} bytes`,
      hint: 'Place less data in this memory, or give it more channels, banks or rows.',
    });
  }
  return pattern;
}
