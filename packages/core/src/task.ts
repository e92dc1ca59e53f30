import type { Picoseconds } from '@systole/units';
import type { Transaction } from './transaction.ts';

/**
 * A stage of a task's pipeline: a component that every chunk passes.
 *
 * `slots` is the room for chunks from the moment this stage accepts one until the next stage has finished with it: 1
 * makes the two take turns, 2 is double buffering. At the last stage it is the number of chunks under way.
 */
export interface Stage {
  /** Index of the component in the machine's parts. */
  readonly component: number;
  readonly transaction: Transaction;
  readonly slots: number;
  /**
   * Indices of tasks that must have ended before this stage accepts its first chunk; the stages before it need not wait. So
   * weights are fetched ahead, as far as `slots` allow, while what they are multiplied with is still being computed.
   */
  readonly after?: readonly number[];
}

/** A piece of work: a number of chunks that flow through a pipeline of components. */
export interface Task {
  readonly name: string;
  /** The row of the tally that it is charged to. */
  readonly tag: number;
  /** Indices, in the same list, of tasks that must have ended first. */
  readonly after: readonly number[];
  readonly chunks: number;
  /** Time from when its inputs are there until its first chunk may enter: launch or synchronisation overhead. */
  readonly delay: Picoseconds;
  readonly stages: readonly Stage[];
}
