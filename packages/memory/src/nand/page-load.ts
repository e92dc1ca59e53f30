import type { AccessPattern } from '@systole/core';
import type { Bytes } from '@systole/units';
import { RandomOrder } from '../dram/random-order.ts';
import type { Device } from './device.ts';

/** Pages of one plane that a job asks for: `count` rows from `row` on, of each of which `bytes` are moved. */
export interface PageRun {
  readonly die: number;
  readonly plane: number;
  readonly row: number;
  readonly count: number;
  readonly bytes: Bytes;
}

/** What falls to each of `channels`. */
export interface ChannelLoad {
  readonly channels: readonly number[];
  readonly runs: readonly PageRun[];
}

/** Runs of a pattern that are placed one by one; longer patterns repeat the load of these. */
export const PLACED_RUNS = 16_384;

/** Pages of a channel in the order of its addresses: `low` to `high`, or the run of one plane. */
interface Span {
  readonly low: number;
  readonly high: number;
  readonly bytes: Bytes;
  readonly times: number;
  /** The plane of a local run, die after die; -1 for pages that go round. */
  readonly lane: number;
}

/**
 * Spreads the bytes of a pattern over channels, then dies, then planes from `firstPlane` on, page by page. A page of
 * which only a part is asked for is read whole and moved in part; runs that follow one another in a page read it once.
 */
export class PageSpread {
  readonly #device: Device;
  readonly #firstPlane: number;
  readonly #planes: number;
  #spans: Span[][] = [];
  /** The last page, of which more may be asked for: its index, and the bytes so far. */
  #page = -1;
  #pageBytes = 0;

  constructor(device: Device, firstPlane: number) {
    this.#device = device;
    this.#firstPlane = firstPlane;
    this.#planes = device.planes - firstPlane;
  }

  /** Planes, over all channels, that data goes to. */
  get planes(): number {
    return this.#device.channels * this.#device.dies * this.#planes;
  }

  /** The load of bytes `low` to `high` of a pattern, counted in the order of its runs; channels alike are together. */
  load(pattern: AccessPattern, low: Bytes, high: Bytes): readonly ChannelLoad[] {
    this.#spans = Array.from({ length: this.#device.channels }, () => []);
    this.#page = -1;
    const { run, stride, order, layout } = pattern;
    const isOneRun = stride === run && order === 'sequential' && layout === 'interleaved';
    if (isOneRun) {
      this.#addRange(pattern.base + low, pattern.base + high, 1);
    } else {
      this.#addRuns(pattern, low, high);
    }
    this.#flush(1);
    return this.#group();
  }

  #addRuns(pattern: AccessPattern, low: Bytes, high: Bytes): void {
    const { run } = pattern;
    const randomly =
      pattern.order === 'random' ? new RandomOrder(pattern.runs, pattern.seed ?? 0) : undefined;
    const place = (index: number, from: Bytes, to: Bytes, times: number): void => {
      this.#place(pattern, randomly === undefined ? index : randomly.at(index), from, to, times);
      if (randomly !== undefined) this.#flush(times);
    };
    let next = Math.floor(low / run);
    const last = Math.floor(high / run);
    if (next === last) return place(next, low - next * run, high - next * run, 1);
    if (low > next * run) {
      place(next, low - next * run, run, 1);
      next++;
    }
    const whole = last - next;
    const placed = Math.min(whole, PLACED_RUNS);
    if (whole > placed) {
      const times = Math.floor(whole / placed);
      this.#flush(1);
      for (let index = 0; index < placed; index++) place(next + index, 0, run, times);
      this.#flush(times);
      next += placed * times;
    }
    for (; next < last; next++) place(next, 0, run, 1);
    if (high > last * run) place(last, 0, high - last * run, 1);
  }

  /** Bytes `from` to `to` of run `index`. */
  #place(pattern: AccessPattern, index: number, from: Bytes, to: Bytes, times: number): void {
    const { base, stride } = pattern;
    if (pattern.layout === 'interleaved') {
      this.#addRange(base + index * stride + from, base + index * stride + to, times);
      return;
    }
    const { channels, dies, pageBytes } = this.#device;
    const lanes = channels * dies * this.#planes;
    const channel = index % channels;
    const lane = Math.floor(index / channels) % (dies * this.#planes);
    const start = base + Math.floor(index / lanes) * stride;
    this.#split(start + from, start + to, (low, high, bytes) => {
      this.#spans[channel]?.push({ low, high, bytes, times, lane });
      return pageBytes;
    });
  }

  #addRange(from: Bytes, to: Bytes, times: number): void {
    this.#split(from, to, (low, high, bytes) => {
      if (high - low > 1 || bytes === this.#device.pageBytes) {
        // Of a page before these, nothing more is asked: it goes first.
        this.#flush(times);
        return this.#addPages(low, high, bytes, times);
      }
      if (this.#page === low) {
        this.#pageBytes += bytes;
        return;
      }
      this.#flush(times);
      this.#page = low;
      this.#pageBytes = bytes;
    });
  }

  #flush(times: number): void {
    if (this.#page >= 0) this.#addPages(this.#page, this.#page + 1, this.#pageBytes, times);
    this.#page = -1;
  }

  /** The pages of a range of addresses: those that are cut at its ends apart from the whole ones. */
  #split(from: Bytes, to: Bytes, add: (low: number, high: number, bytes: Bytes) => unknown): void {
    const { pageBytes } = this.#device;
    const low = Math.floor(from / pageBytes);
    const high = Math.floor(to / pageBytes);
    if (low === high) {
      if (to > from) add(low, low + 1, to - from);
      return;
    }
    const head = from - low * pageBytes;
    const firstWhole = head > 0 ? low + 1 : low;
    if (head > 0) add(low, low + 1, pageBytes - head);
    if (high > firstWhole) add(firstWhole, high, pageBytes);
    const tail = to - high * pageBytes;
    if (tail > 0) add(high, high + 1, tail);
  }

  /** Pages `low` to `high` of the memory, which go round the channels. */
  #addPages(low: number, high: number, bytes: Bytes, times: number): void {
    const { channels } = this.#device;
    const touched = Math.min(channels, high - low);
    for (let index = 0; index < touched; index++) {
      const page = low + index;
      const channel = page % channels;
      const first = (page - channel) / channels;
      const after = Math.ceil((high - channel) / channels);
      this.#spans[channel]?.push({ low: first, high: after, bytes, times, lane: -1 });
    }
  }

  #group(): readonly ChannelLoad[] {
    const byKey = new Map<string, { channels: number[]; spans: readonly Span[] }>();
    for (const [channel, spans] of this.#spans.entries()) {
      if (spans.length === 0) continue;
      const key = spans
        .map(({ low, high, bytes, times, lane }) => `${low} ${high} ${bytes} ${times} ${lane}`)
        .join();
      const like = byKey.get(key);
      if (like === undefined) byKey.set(key, { channels: [channel], spans });
      else like.channels.push(channel);
    }
    return [...byKey.values()].map(({ channels, spans }) => ({
      channels,
      runs: spans.flatMap((span) => this.#runs(span)),
    }));
  }

  /** The pages of a span by plane. */
  #runs({ low, high, bytes, times, lane }: Span): readonly PageRun[] {
    const { dies } = this.#device;
    const runs: PageRun[] = [];
    const add = (die: number, plane: number, row: number, end: number): void => {
      if (end <= row) return;
      runs.push({ die, plane: this.#firstPlane + plane, row, count: (end - row) * times, bytes });
    };
    if (lane >= 0) {
      add(lane % dies, Math.floor(lane / dies), low, high);
      return runs;
    }
    const turns = dies * this.#planes;
    const touched = Math.min(turns, high - low);
    for (let index = 0; index < touched; index++) {
      const page = low + index;
      const turn = page % turns;
      add(turn % dies, Math.floor(turn / dies), (page - turn) / turns, Math.ceil((high - turn) / turns));
    }
    return runs;
  }
}
