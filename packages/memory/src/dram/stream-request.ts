import { share } from '@systole/core';
import type { SegmentConsumer, Transaction } from '@systole/core';
import { requireFormats } from '../require-formats.ts';
import { shareStart } from '../share-start.ts';
import type { StreamShape } from './segment-stream.ts';
import type { Geometry } from './timing.ts';
import { dimension, dramTransactions, invalid } from './transactions.ts';

const DIMS = dramTransactions['segment-stream'].dims;

/**
 * What one chunk of a segment-stream asks for. Throws `argument/invalid` for sizes that do not fit the memory, and
 * `mapping/unsupported-operator` for a format that the unit does not compute in.
 */
export function streamShape(
  name: string,
  transaction: Transaction,
  chunk: number,
  chunks: number,
  geometry: Geometry,
  consumer: SegmentConsumer,
): StreamShape {
  const { burstBytes, banks } = geometry;
  const { format = '', activationFormat } = transaction;
  requireFormats(name, transaction, consumer);
  const used = dimension(name, transaction, 'banks', DIMS.banks);
  if (used > banks) {
    throw invalid(name, `a segment-stream uses ${used} of ${banks} banks`, `Use at most ${banks} banks.`);
  }
  const segments = dimension(name, transaction, 'segments', DIMS.segments);
  const dense = segments * burstBytes;
  const groupStride = dimension(name, transaction, 'groupStride', DIMS.groupStride, dense);
  const offset = dimension(name, transaction, 'offset', DIMS.offset, 0);
  if (groupStride % burstBytes !== 0 || offset % burstBytes !== 0) {
    throw invalid(
      name,
      `stored vectors ${groupStride} bytes apart, from byte ${offset} on`,
      `Both are multiples of a column access, which is ${burstBytes} bytes.`,
    );
  }
  const groups = dimension(name, transaction, 'groups', DIMS.groups);
  return {
    banks: used,
    groups: share(groups, chunk, chunks),
    first: shareStart(groups, chunk, chunks),
    segments,
    passes: dimension(name, transaction, 'passes', DIMS.passes, 1),
    groupStride: groupStride / burstBytes,
    offset: offset / burstBytes,
    keepsSums: dimension(name, transaction, 'keep', DIMS.keep, 0) === 1,
    accumulators: consumer.accumulators,
    sumBytes: consumer.resultBytes(format),
    interval: consumer.interval(burstBytes, format, activationFormat),
    drain: consumer.drain(format),
  };
}

/**
 * The MACs that are asked for of the stored vectors of one chunk: those of all vectors up to its end, less those before
 * it. `done` is what the segments of the chunk hold; more than that cannot be asked for.
 */
export function usefulMacs(name: string, transaction: Transaction, shape: StreamShape, done: number): number {
  const { macs, dims } = transaction;
  if (macs === undefined) return done;
  const groups = dims?.groups ?? 1;
  const before = shareStart(macs, shape.first, groups);
  const useful = shareStart(macs, shape.first + shape.groups, groups) - before;
  if (Number.isSafeInteger(useful) && useful >= 0 && useful <= done) return useful;
  throw invalid(
    name,
    `a segment-stream asks for ${macs} MACs; ${shape.groups} of its ${groups} vectors hold ${done}`,
    'Stream more segments: what is asked for cannot be more than what they hold.',
  );
}
