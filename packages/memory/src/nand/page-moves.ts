import type { AccessPattern } from '@systole/core';
import type { Bytes, Picoseconds } from '@systole/units';
import type { ChannelRequest } from './channel-history.ts';
import { transferTime } from './device.ts';
import type { Device } from './device.ts';
import type { PageSpread } from './page-load.ts';

/** A read or program of pages, and what it counts over all channels. */
export interface PageMove {
  readonly request: ChannelRequest;
  readonly pages: number;
  readonly erased: number;
  /** Time on the buses. */
  readonly busy: Picoseconds;
}

/** Moves that are remembered. */
const MAX_MOVES = 1 << 12;

/** Finds what a part of a pattern asks of the channels, which is the same each time. */
export class PageMoves {
  readonly #device: Device;
  readonly #known = new Map<string, PageMove>();

  constructor(device: Device) {
    this.#device = device;
  }

  /** Bytes `low` to `high` of a pattern, counted in the order of its runs. */
  find(spread: PageSpread, pattern: AccessPattern, low: Bytes, high: Bytes, isWrite: boolean): PageMove {
    const { base, run, stride, runs, order, layout, seed = 0 } = pattern;
    const shape = `${base} ${run} ${stride} ${runs} ${order} ${layout} ${seed}`;
    const key = `${isWrite ? 'program' : 'read'} ${low} ${high} of ${shape} in ${spread.planes}`;
    let move = this.#known.get(key);
    if (move === undefined) {
      if (this.#known.size >= MAX_MOVES) this.#known.clear();
      move = this.#make(key, spread, pattern, low, high, isWrite);
      this.#known.set(key, move);
    }
    return move;
  }

  #make(
    key: string,
    spread: PageSpread,
    pattern: AccessPattern,
    low: Bytes,
    high: Bytes,
    isWrite: boolean,
  ): PageMove {
    const { blockPages, command } = this.#device;
    let allPages = 0;
    let erased = 0;
    let busy = 0;
    const parts = spread.load(pattern, low, high).map((load) => {
      let pages = 0;
      for (const { row, count, bytes } of load.runs) {
        pages += count;
        busy += load.channels.length * count * (command + transferTime(this.#device, bytes));
        if (isWrite) {
          const blocks = Math.ceil((row + count) / blockPages) - Math.ceil(row / blockPages);
          erased += load.channels.length * blocks;
        }
      }
      allPages += pages * load.channels.length;
      return { load, pages };
    });
    const request: ChannelRequest = {
      key,
      jobs: (chunk) => parts.map(({ load, pages }) => ({ load, job: { chunk, pages, isWrite } })),
    };
    return { request, pages: allPages, erased, busy };
  }
}
