import type { Bytes, Picoseconds } from '@systole/units';
import type { Transaction } from './transaction.ts';

/** Names one chunk of one stage of one task while it is under way. */
export type Token = number;

/** What the core offers to a running model. All times are event time in ps. */
export interface Host {
  /** The time of the event that is being handled. */
  readonly now: Picoseconds;
  /**
   * Says when a chunk is served: service starts at `start`, its first result is there at `first` and its last at
   * `last`, with `start <= first <= last`. Exactly once per accepted token. Service may have started before `now`, but
   * not before the token was accepted; it ends at `now` or later. The time from acceptance to `start` is time spent
   * queueing; the rest is service, explained by `spend`.
   */
  finish(token: Token, start: Picoseconds, first: Picoseconds, last: Picoseconds): void;
  /** Says that `duration` of a token's service had this reason. What is never explained counts as plain service. */
  spend(token: Token, reason: number, duration: Picoseconds): void;
  /** Charges what follows to this token's task. `accept` has done so already; a `wake` that serves a token must. */
  attribute(token: Token): void;
  /** Counts actions that cost energy; a whole number, never negative. */
  act(action: number, count: number): void;
  /** Adds to a statistic; a whole number, never negative. */
  count(statistic: number, amount: number): void;
  /** Adds busy time: one resource for one ps is 1. */
  occupy(resourceTime: Picoseconds): void;
  /** Counts multiply-accumulates: those asked for, and those done only to fill the machine. */
  macs(useful: number, padded: number): void;
  /** Calls the model's `wake` at `time`, unless all work has been done before. */
  wakeAt(time: Picoseconds, tag: number): void;
}

/**
 * A running component. It owns the contention inside it; the core owns what is between components.
 *
 * A model that can tell at once when a chunk will be done calls `host.finish` inside `accept`; one that schedules, so
 * that a later arrival can delay an earlier one, keeps the token and calls it from `wake`.
 */
export interface ComponentModel {
  /** Takes chunk `chunk` of `chunks` of a transaction, at `host.now`. */
  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void;
  /**
   * Called at a time asked for with `host.wakeAt`. What is still asked for when the last chunk of a stretch has left is
   * dropped: `load` starts anew.
   */
  wake?(tag: number): void;
  /**
   * Everything that can change what a later transaction costs, as whole numbers relative to `now` (a resource that is
   * free has 0, not the time when it became so), so that equal states give equal futures. Called when nothing is
   * outstanding, and maybe long after `load` where nothing was asked for in between.
   */
  save(now: Picoseconds): readonly number[];
  /** Returns to a saved state, taking `now` as its origin. */
  load(state: readonly number[], now: Picoseconds): void;
  /** Attaches the arithmetic of an in-memory compute unit (declarations with `inMemory: 'host'`). */
  attach?(consumer: SegmentConsumer): void;
  /** The unit's side of in-memory compute (declarations with `inMemory: 'unit'`). */
  consumer?(): SegmentConsumer;
}

/**
 * In-memory compute: the memory owns rows, commands and their timing; the unit owns arithmetic, lanes and formats. The
 * memory opens a row and issues one column access per `interval` at the fastest; in every lane the unit consumes a
 * segment per access. `format` is that of the stored elements; `activationFormat` that of the input which meets them, the
 * same where it is left out.
 */
export interface SegmentConsumer {
  /** The least time between two segments of one lane. */
  interval(segment: Bytes, format: string, activationFormat?: string): Picoseconds;
  /** From the last segment until the accumulators hold the sum. */
  drain(format: string): Picoseconds;
  /** Sums that a lane can hold before they must be read. */
  readonly accumulators: number;
  /** Size of one sum. */
  resultBytes(format: string): Bytes;
  /** Multiply-accumulates that one segment holds. */
  macsPerSegment(segment: Bytes, format: string): number;
  /** Whether the unit computes with stored elements of `format` and an input of `activationFormat`. */
  supports(format: string, activationFormat?: string): boolean;
  /** The formats that it takes, as the hint of an error says them. */
  readonly takes?: string | undefined;
  /** Room of one place for the input that its segments meet, where the unit has a buffer of its own. */
  readonly inputBuffer?: Bytes | undefined;
  /** Records that `segments` (over all lanes) were consumed, of whose MACs `useful` were asked for, in `busy` ps × lane. */
  consume(segments: number, segment: Bytes, format: string, useful: number, busy: Picoseconds): void;
}
