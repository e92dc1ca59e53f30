import type { Task } from '@systole/core';
import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import type { InMemoryDevice } from '../units.ts';

/** The parts of a chip that this mapping works with, and its options. */
export interface Site {
  readonly chip: ResolvedChip;
  readonly device: InMemoryDevice;
  /** The ASIC's SRAM. */
  readonly buffer: ResolvedPart;
  /** The ASIC's vector and special-function unit. */
  readonly vector: ResolvedPart;
  /** Tokens for which key and value space is reserved. */
  readonly maxContext: number;
  readonly headConcatenation: boolean;
}

/** A task before it is numbered, ordered and charged. */
export type Draft = Pick<Task, 'name' | 'chunks' | 'stages'>;
