import type { CommandListener } from '../device/command-log.ts';

/**
 * What drives the requests of a stream into a channel. Time goes from tick to tick, but only those at which something may happen
 * are visited.
 */
export interface ChannelController {
  /** Requests that are held and have not had their last command. */
  readonly waiting: number;
  /** Tick at which the last of those that had their last command is done. */
  readonly lastDone: number;

  /**
   * Offers a request after tick `tick`; the next tick is the first that may serve it.
   *
   * @param tag What `onDone` is to be told of it.
   * @returns Whether it was taken. Where not, its queue is full.
   */
  offer(bank: number, row: number, column: number, isWrite: boolean, tick: number, tag?: number): boolean;

  /**
   * Runs a tick.
   *
   * @returns The next tick at which anything may happen, as far as is known; a request that is taken meanwhile makes the tick
   * after its arrival one.
   */
  advance(tick: number): number;
}

/** What a channel's controller tells while it runs. */
export interface ChannelOptions {
  readonly onCommand?: CommandListener;
  /**
   * Is told of each request when its last command is issued: with the tag that it was offered with and the tick, now or later,
   * at which it is done.
   */
  readonly onDone?: (tag: number, tick: number) => void;
  /** Whether to keep account of what the data buses wait for. */
  readonly explain?: boolean;
}
