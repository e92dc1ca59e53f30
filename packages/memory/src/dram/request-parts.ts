import type { AccessPattern } from '@systole/core';
import type { Bytes } from '@systole/units';
import { greatestCommonDivisor } from '../greatest-common-divisor.ts';
import type { Geometry } from './timing.ts';

/** So many runs are looked at to find the channels that they visit. */
const MAX_RUNS = 256;

/** What a request asks of a channel. */
export interface RequestPart {
  /** One of the channels that are asked for this. */
  readonly channel: number;
  /** Equal for parts that make the same visits, counted from row `row`; nothing where it is not known. */
  readonly key: string | number | undefined;
  readonly row: number;
}

/**
 * Splits a request into what it asks of each channel. Channels that are asked for the same have one part between them, so
 * that it need be looked at once.
 */
export class RequestParts {
  readonly #geometry: Geometry;
  /** By channel: the index of its part, or -1 where it has none. */
  readonly partOf: Int32Array;
  parts: RequestPart[] = [];
  /** By command bus: how many of its channels have a part. */
  readonly #onBus: Int32Array;
  readonly #visited: Uint8Array;

  constructor(geometry: Geometry) {
    this.#geometry = geometry;
    this.partOf = new Int32Array(geometry.channels);
    this.#visited = new Uint8Array(geometry.channels);
    this.#onBus = new Int32Array(Math.ceil(geometry.channels / geometry.busChannels));
  }

  /**
   * How often the queue of a channel is there for it: channels of one command bus have their queues in common, so that those
   * that take part share what is there for all.
   */
  queueShare(channel: number): number {
    const { busChannels } = this.#geometry;
    if (busChannels === 1) return 1;
    return busChannels / Math.max(1, this.#onBus[Math.floor(channel / busChannels)] ?? 1);
  }

  /** Takes bytes `low` to `high` of a pattern, of which there is at least one, counted in the order of its runs. */
  split(pattern: AccessPattern, low: Bytes, high: Bytes): void {
    this.#divide(pattern, low, high);
    this.#countBuses();
  }

  /** Channels each as one that asks for something of its own. */
  splitByChannel(pattern: AccessPattern, low: Bytes, high: Bytes): void {
    this.#divide(pattern, low, high);
    this.#countBuses();
    this.parts = [];
    for (let channel = 0; channel < this.partOf.length; channel++) {
      if ((this.partOf[channel] ?? -1) < 0) continue;
      this.partOf[channel] = this.parts.push({ channel, key: undefined, row: 0 }) - 1;
    }
  }

  #countBuses(): void {
    const { busChannels } = this.#geometry;
    if (busChannels === 1) return;
    this.#onBus.fill(0);
    for (let channel = 0; channel < this.partOf.length; channel++) {
      const bus = Math.floor(channel / busChannels);
      if ((this.partOf[channel] ?? -1) >= 0) this.#onBus[bus] = (this.#onBus[bus] ?? 0) + 1;
    }
  }

  #divide(pattern: AccessPattern, low: Bytes, high: Bytes): void {
    this.parts = [];
    const { base, run, stride, order, layout } = pattern;
    if (layout === 'local' && order === 'sequential') return this.#splitLocal(pattern, low, high);
    const isOneRun = stride === run && order === 'sequential' && layout === 'interleaved';
    if (isOneRun) return this.#splitRun(base + low, base + high);
    const first = Math.floor(low / run);
    if (order === 'sequential' && high <= (first + 1) * run) {
      const start = base + first * stride - first * run;
      return this.#splitRun(start + low, start + high);
    }
    const shape = `${base} ${run} ${stride} ${low} ${high}`;
    this.#visit(pattern, low, high);
    for (let channel = 0; channel < this.partOf.length; channel++) {
      const key = order === 'sequential' ? `runs ${shape} ${channel}` : undefined;
      if (this.#visited[channel] === 0) this.partOf[channel] = -1;
      else this.partOf[channel] = this.parts.push({ channel, key, row: 0 }) - 1;
    }
  }

  /** Finds the channels that runs of interleaved data have bursts on, or takes them all where that takes long to find. */
  #visit({ base, run, stride, order, runs, layout }: AccessPattern, low: Bytes, high: Bytes): void {
    const { channels, burstBytes } = this.#geometry;
    const visited = this.#visited;
    const isLong = run >= (channels + 1) * burstBytes;
    // Runs in another order are all of them, but for those that are not in this chunk.
    const isPart = order !== 'sequential' && high - low < run * runs;
    const first = Math.floor(low / run);
    const last = Math.floor((high - 1) / run);
    const period = (channels * burstBytes) / greatestCommonDivisor(stride, channels * burstBytes);
    // One more than a period: the first run may be cut, and comes whole only at the end of it.
    const count = Math.min(last - first + 1, period + 1);
    visited.fill(layout === 'local' || isLong || isPart || count > MAX_RUNS ? 1 : 0);
    if (visited[0] === 1) return;
    for (let index = first; index < first + count; index++) {
      const isEdge = index === first || index === last;
      const from = isEdge ? Math.max(0, low - index * run) : 0;
      const to = isEdge ? Math.min(run, high - index * run) : run;
      const address = base + index * stride;
      const end = Math.ceil((address + to) / burstBytes);
      for (let burst = Math.floor((address + from) / burstBytes); burst < end; burst++)
        visited[burst % channels] = 1;
    }
  }

  /** Contiguous bytes of interleaved data: the channels have the same bursts, but for one more or less at the ends. */
  #splitRun(from: Bytes, to: Bytes): void {
    const { channels, burstBytes, rowBursts, banks } = this.#geometry;
    const first = Math.floor(from / burstBytes);
    const last = Math.ceil(to / burstBytes);
    const turn = rowBursts * banks;
    let previousAt = -1;
    let previousEnd = -1;
    for (let channel = 0; channel < channels; channel++) {
      const at = Math.ceil((first - channel) / channels);
      const end = Math.ceil((last - channel) / channels);
      if (end <= at) {
        this.partOf[channel] = -1;
        continue;
      }
      if (at !== previousAt || end !== previousEnd) {
        const row = Math.floor(at / turn);
        this.parts.push({ channel, key: keyOfRun(at - row * turn, end - at), row });
      }
      previousAt = at;
      previousEnd = end;
      this.partOf[channel] = this.parts.length - 1;
    }
  }

  /** Runs of local data, each in one bank: the channels take turns, and have the same banks in the same order. */
  #splitLocal({ base, run, stride }: AccessPattern, low: Bytes, high: Bytes): void {
    const { channels, banks, rowBytes } = this.#geometry;
    const first = Math.floor(low / run);
    const last = Math.floor((high - 1) / run);
    const known = new Map<string, number>();
    for (let channel = 0; channel < channels; channel++) {
      const mine = first + ((((channel - first) % channels) + channels) % channels);
      if (mine > last) {
        this.partOf[channel] = -1;
        continue;
      }
      const turn = Math.floor(mine / channels);
      const runs = Math.floor((last - mine) / channels) + 1;
      const head = mine === first ? low - first * run : 0;
      const isLast = mine + (runs - 1) * channels === last;
      const tail = isLast ? high - last * run : run;
      const offset = base + Math.floor(turn / banks) * stride;
      const row = Math.floor(offset / rowBytes);
      const place = `${turn % banks} ${offset - row * rowBytes}`;
      const key = `local ${place} ${run} ${stride} ${runs} ${head} ${tail}`;
      const named = `${key} ${row}`;
      let part = known.get(named);
      if (part === undefined) {
        part = this.parts.push({ channel, key, row }) - 1;
        known.set(named, part);
      }
      this.partOf[channel] = part;
    }
  }
}

/** Bursts of a run that fit a key that is a number, and how many places there are for its first one. */
const SHORT_RUN = 2 ** 32;
const PLACES = 2 ** 20;

/** A number is found faster than a text. */
function keyOfRun(place: number, bursts: number): string | number {
  return bursts < SHORT_RUN && place < PLACES ? place * SHORT_RUN + bursts : `run ${place} ${bursts}`;
}
