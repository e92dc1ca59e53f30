import type { Picoseconds } from '@systole/units';

/** What becomes of operations, by their index in the pool. All calls come in the order of time. */
export interface FlashListener {
  /** An operation is done; its columns can be read until the call returns. */
  done(index: number, now: Picoseconds): void;
  /** An operation began: its command, its array, its way over the bus; `isOver` when that part ended. */
  part?(index: number, part: FlashPart, isOver: boolean, now: Picoseconds): void;
}

/** Parts of an operation. */
export type FlashPart = 'command' | 'move' | 'array';
