import { SystoleError } from '@systole/core';
import type { NewtonDevice } from './newton-device.ts';
import { newtonBanks, newtonColumns } from './newton-device.ts';
import { requireWhole } from '../pim-result.ts';

/** What a channel is told to do. */
export type NewtonInstruction =
  /** Copy a row of a bank into the global buffer: a stretch of the vector. */
  | { readonly kind: 'gwrite'; readonly row: number; readonly bank?: number }
  /** Open a row in all banks, multiply its first columns with the buffer, and read a sum of each bank. */
  | { readonly kind: 'multiply'; readonly row: number; readonly columns: number };

/** y[M] = W[M][K] x[K], of which a channel computes its share of the outputs. */
export interface NewtonShape {
  readonly M: number;
  readonly K: number;
  /** Channels that share the outputs; 1 when left out. */
  readonly channels?: number;
}

/** Rows of a vector, tiles of as many outputs as there are banks, and columns of each vector row. */
export interface NewtonTiling {
  readonly chunks: number;
  readonly tiles: number;
  readonly columns: (chunk: number) => number;
}

/** Throws `argument/invalid` for a shape that is none or that the banks cannot hold. */
export function newtonTiling(device: NewtonDevice, { M, K, channels = 1 }: NewtonShape): NewtonTiling {
  requireWhole('M', M, 1);
  requireWhole('K', K, 1);
  requireWhole('channels', channels, 1);
  const perColumn = device.columnBytes / device.elementBytes;
  const perRow = perColumn * newtonColumns(device);
  const chunks = Math.ceil(K / perRow);
  const tiles = Math.ceil(M / (newtonBanks(device) * channels));
  // Row 0 holds the vector.
  const rows = chunks * tiles;
  if (rows >= device.rowsPerBank) {
    throw new SystoleError({
      code: 'capacity/exceeded',
      message: `the matrix takes ${rows} rows of each bank, and there are ${device.rowsPerBank - 1} beside the vector's`,
      place: { path: 'channels' },
      hint: 'Share it over more channels, or split it into several products.',
    });
  }
  return {
    chunks,
    tiles,
    columns: (chunk) => Math.ceil(Math.min(perRow, K - chunk * perRow) / perColumn),
  };
}

/** A matrix-vector product, vector row by vector row: each stretch of the vector meets all tiles of its columns. */
export function* newtonGemvProgram(device: NewtonDevice, shape: NewtonShape): Generator<NewtonInstruction> {
  const { chunks, tiles, columns } = newtonTiling(device, shape);
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    yield { kind: 'gwrite', row: 0 };
    for (let tile = 0; tile < tiles; tile += 1) {
      yield { kind: 'multiply', row: 1 + tile * chunks + chunk, columns: columns(chunk) };
    }
  }
}
