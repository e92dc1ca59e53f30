import type { Task } from '@systole/core';
import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import type { InMemoryDevice } from '../units.ts';

/** The parts of a chip that work in a memory is given to, and how its caches are laid out. */
export interface Site {
  readonly chip: ResolvedChip;
  readonly device: InMemoryDevice;
  /** Holds the vectors that go to the banks and the sums that return. */
  readonly buffer: ResolvedPart;
  /** Adds partial sums and biases, and computes all other functions. */
  readonly vector: ResolvedPart;
  /** Tokens for which key and value space is reserved. */
  readonly maxContext: number;
  readonly headConcatenation: boolean;
}

/** A task before it is numbered, ordered and charged. */
export type Draft = Pick<Task, 'name' | 'chunks' | 'stages'>;
