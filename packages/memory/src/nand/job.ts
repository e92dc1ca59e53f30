import type { Bytes, Picoseconds } from '@systole/units';

/** What the time of a job is spent on. */
export const SPENT_COMMAND = 0;
export const SPENT_TRANSFER_IN = 1;
export const SPENT_PAGE_READ = 2;
export const SPENT_COMPUTE = 3;
export const SPENT_TRANSFER_OUT = 4;
export const SPENT_PROGRAM = 5;
export const SPENT_WAIT = 6;
export const SPENT = 7;

/** A chunk that is under way in several channels. */
export interface Chunk {
  /** Its number among those that the channels were given since they rested. */
  readonly number: number;
  /** Groups of channels that still work on it. */
  parts: number;
  start: Picoseconds;
  first: Picoseconds;
}

/** One channel's part of a read-compute chunk. */
export interface Rounds {
  readonly count: number;
  readonly cores: number;
  /** Pages of a core in a round. */
  readonly pages: number;
  /** Bus times of an input, with its command, and of the results of a round. */
  readonly input: Picoseconds;
  readonly result: Picoseconds;
  /** Of the core: least time for a page, and from its last page until the sums are there. */
  readonly interval: Picoseconds;
  readonly drain: Picoseconds;
  /** Rounds whose results the cores can hold, the one that is computed among them: 1 or 2. */
  readonly held: number;
}

/** One channel's part of a chunk. `slot` is where the channel keeps its progress. */
export interface Job {
  readonly slot: number;
  /** Order of arrival. */
  readonly sequence: number;
  readonly chunk: Chunk;
  /** Pages to read or program; 0 for rounds. */
  readonly pages: number;
  readonly isWrite: boolean;
  readonly rounds?: Rounds;
}

/** A page on its way through a lane. */
export interface MovingPage {
  readonly job: Job;
  readonly bytes: Bytes;
}
