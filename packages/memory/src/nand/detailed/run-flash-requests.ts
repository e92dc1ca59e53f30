import { SystoleError } from '@systole/core';
import type { Bytes, Picoseconds } from '@systole/units';
import { FlashRequests } from './flash-requests.ts';
import type { FlashResult } from './flash-result.ts';
import type { FlashSpec } from './flash-spec.ts';
import type { HostLinkSpec } from './host-link.ts';
import type { MappingTableSpec } from './mapping-table.ts';

/** Requests in the order in which they are offered: one object that is moved on, so that a stream takes no memory. */
export interface FlashRequestSource {
  /** First byte, and how many. */
  readonly address: Bytes;
  readonly bytes: Bytes;
  readonly isWrite: boolean;
  /** Earliest time at which it may be offered; 0 where the stream is always ready. Requests after it wait for it. */
  readonly earliest: Picoseconds;
  /** Goes on to the next request. False when there is none. The first call makes the first request. */
  next(): boolean;
}

export interface FlashRunOptions {
  /** Requests that are outstanding at the most: the next one is offered when one of them is answered. */
  readonly queueDepth: number;
  /** Requests that the device works on at the most; the others wait in the host. `queueDepth` unless given. */
  readonly fetchDepth?: number;
  /** Where pages lie; `striped` unless given. See `PagePlacement`. */
  readonly placement?: 'striped' | 'first-touch';
  /** Commands and data cross it; without one, the host stands beside the channels. */
  readonly hostLink?: HostLinkSpec;
  /** Without one, the controller holds all of it. */
  readonly mappingTable?: MappingTableSpec;
}

const MAX_DEPTH = 2 ** 20;

/**
 * Runs requests against a flash back end at the detailed level, and says how fast it was and why. Pages are read whole
 * and moved in part; a request is answered when its last page is. Deterministic; the cost is per page, whatever times
 * pages take.
 *
 * Throws `parameter/out-of-range` for a spec or an option that cannot be, `argument/invalid` for a request that is not
 * of whole bytes, `capacity/exceeded` for one beyond the memory.
 */
export function runFlashRequests(
  spec: FlashSpec,
  source: FlashRequestSource,
  options: FlashRunOptions,
): FlashResult {
  for (const name of ['queueDepth', 'fetchDepth'] as const) {
    const depth = options[name] ?? 1;
    if (Number.isSafeInteger(depth) && depth >= 1 && depth <= MAX_DEPTH) continue;
    throw new SystoleError({
      code: 'parameter/out-of-range',
      message: `${name}: ${depth} is no depth of a queue`,
      place: { path: name },
      hint: `Give a whole number from 1 to ${MAX_DEPTH}.`,
    });
  }
  return new FlashRequests(spec, source, options).run();
}
