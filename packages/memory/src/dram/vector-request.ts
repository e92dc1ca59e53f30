import { share, SystoleError } from '@systole/core';
import type { Transaction } from '@systole/core';
import type { Bytes } from '@systole/units';
import { dimension, dramTransactions, invalid } from './transactions.ts';

const DIMS = dramTransactions['vector-write'].dims;

/** Room for a vector: that of the buffer of a channel, and of the input buffers of the units that are attached. */
export interface VectorRoom {
  readonly vectorBuffer: Bytes;
  readonly inputBuffer?: Bytes | undefined;
}

/**
 * Bytes that one chunk of a vector-write puts into the buffer of each of `channels` channels. Throws `argument/invalid` for
 * bytes that are not those of all channels together, and `capacity/exceeded` for a chunk that has no room.
 */
export function vectorShare(
  name: string,
  transaction: Transaction,
  channels: number,
  chunk: number,
  chunks: number,
  { vectorBuffer, inputBuffer = Infinity }: VectorRoom,
): Bytes {
  const { bytes } = transaction;
  const vectorBytes = dimension(name, transaction, 'vectorBytes', DIMS.vectorBytes);
  if (bytes !== vectorBytes * channels) {
    throw invalid(
      name,
      `a vector-write of ${bytes} bytes with ${vectorBytes} for each of ${channels} channels`,
      `The channels receive ${vectorBytes * channels} bytes; both must be the same.`,
    );
  }
  const part = share(vectorBytes, chunk, chunks);
  if (part > vectorBuffer) {
    throw new SystoleError({
      code: 'capacity/exceeded',
      message: `${name}: a vector of ${part} bytes for a vector buffer of ${vectorBuffer} bytes`,
      hint: 'Cut the vector into more chunks, or give the memory a larger vectorBuffer.',
    });
  }
  if (part > inputBuffer) {
    throw new SystoleError({
      code: 'capacity/exceeded',
      message: `${name}: a vector of ${part} bytes for units whose input buffers hold ${inputBuffer} bytes`,
      hint: 'Cut the vector into more chunks, lower the vectorBuffer to what the units hold, or give them a larger inputBuffer.',
    });
  }
  return part;
}
