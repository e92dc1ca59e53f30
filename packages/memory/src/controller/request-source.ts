/**
 * Requests in the order in which they are offered, a burst each. One object that is moved on, so that a stream of any length
 * takes no memory.
 */
export interface RequestSource {
  /** Byte address of the request that is to be offered, a multiple of the burst. */
  readonly address: number;
  readonly isWrite: boolean;
  /**
   * Earliest tick at which it may be offered; 0 where the stream is always ready. Requests after it wait for it.
   */
  readonly earliest: number;
  /** Whether it may be offered only when every earlier request is done. */
  readonly waitsForAll: boolean;
  /** Goes on to the next request. False when there is none. The first call makes the first request. */
  next(): boolean;
}
