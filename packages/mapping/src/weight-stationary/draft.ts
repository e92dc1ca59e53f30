import type { Stage } from '@systole/core';
import { findFormat, storageBytes } from '@systole/numerics';

/** A task before it is numbered. Stages before `gate` do not wait for the operators before. */
export interface Draft {
  readonly name: string;
  readonly chunks: number;
  readonly stages: readonly Stage[];
  readonly gate: number;
  /** Of the same operator, by index, drafts that have to end first. */
  readonly after: readonly number[];
  /** Whether it brings tiles into the buffer. */
  readonly streams: boolean;
  /** Whether nothing waits for it, nor it for anything: it is for a later instance of the operator. */
  readonly background?: true;
}

/** Bytes of `elements` elements, packed. */
export function bytesIn(format: string, elements: number): number {
  const known = findFormat(format);
  return known === undefined ? elements : storageBytes(known, elements);
}

/** A read of `bytes` bytes in one piece. */
export function contiguous(bytes: number) {
  return { base: 0, run: bytes, stride: bytes, runs: 1, order: 'sequential', layout: 'interleaved' } as const;
}
