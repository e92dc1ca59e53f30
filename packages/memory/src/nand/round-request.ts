import { SystoleError } from '@systole/core';
import type { SegmentConsumer, Transaction } from '@systole/core';
import type { Bytes } from '@systole/units';
import { requireFormats } from '../require-formats.ts';
import { dimension, invalid } from '../dram/transactions.ts';
import { transferTime } from './device.ts';
import type { Device } from './device.ts';
import type { Rounds } from './job.ts';
import type { NandValues } from './parameters.ts';
import { nandTransactions } from './transactions.ts';

const DIMS = nandTransactions['page-compute'].dims;

/** Results of this many rounds can be held at the most: of the one that is computed, and of the one before. */
const HELD_ROUNDS = 2;

/** A page-compute as a channel sees it; `count` is over all chunks. */
export interface RoundRequest {
  readonly count: number;
  readonly channels: number;
  readonly inputBytes: Bytes;
  readonly resultBytes: Bytes;
  readonly rounds: Omit<Rounds, 'count'>;
}

/**
 * What a page-compute asks for. Throws `argument/invalid` for sizes that do not fit the memory, `capacity/exceeded` for
 * inputs or results that the cores cannot hold, and `mapping/unsupported-operator` for a format that they do not know.
 */
export function roundsOf(
  name: string,
  transaction: Transaction,
  values: NandValues,
  device: Device,
  consumer: SegmentConsumer,
): RoundRequest {
  const { format = '', activationFormat } = transaction;
  requireFormats(name, transaction, consumer);
  const size = (dim: keyof typeof DIMS, otherwise?: number): number =>
    dimension(name, transaction, dim, DIMS[dim], otherwise);
  const [count, channels, cores] = [size('rounds'), size('channels'), size('cores')];
  const [inputBytes, resultBytes] = [size('inputBytes'), size('resultBytes')];
  const most = device.dies * values.coresPerDie;
  if (channels > device.channels || cores > most) {
    throw invalid(
      name,
      `a page-compute uses ${channels} channels with ${cores} cores each`,
      `Use at most ${device.channels} channels and ${most} cores of each.`,
    );
  }
  const moved = (inputBytes + resultBytes) * count * channels;
  if (transaction.bytes !== moved) {
    throw invalid(
      name,
      `a page-compute of ${transaction.bytes} bytes whose inputs and results are ${moved} bytes`,
      'Its bytes are (inputBytes + resultBytes) x rounds x channels.',
    );
  }
  const exceeded = (what: string, bytes: Bytes, room: Bytes, hint: string): SystoleError =>
    new SystoleError({
      code: 'capacity/exceeded',
      message: `${name}: a page-compute with ${what} of ${bytes} bytes, where there is room for ${room} bytes`,
      hint,
    });
  if (inputBytes > values.vectorBuffer) {
    throw exceeded(
      'an input',
      inputBytes,
      values.vectorBuffer,
      'Use a narrower tile, or raise vectorBuffer.',
    );
  }
  const { inputBuffer = Infinity } = consumer;
  if (inputBytes > inputBuffer) {
    throw exceeded(
      'an input',
      inputBytes,
      inputBuffer,
      'Use a narrower tile, or raise the inputBuffer of the attached unit.',
    );
  }
  const room = cores * consumer.accumulators * consumer.resultBytes(format);
  if (resultBytes > room) {
    throw exceeded('results', resultBytes, room, 'Use a lower tile, or give the unit more accumulators.');
  }
  const result = transferTime(device, resultBytes);
  return {
    count,
    channels,
    inputBytes,
    resultBytes,
    rounds: {
      cores,
      pages: size('pagesPerCore', 1),
      input: device.command + transferTime(device, inputBytes),
      result,
      interval: consumer.interval(device.pageBytes, format, activationFormat),
      drain: consumer.drain(format),
      held: result === 0 ? HELD_ROUNDS : Math.min(HELD_ROUNDS, Math.floor(room / resultBytes)),
    },
  };
}
