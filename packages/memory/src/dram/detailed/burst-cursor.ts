import type { AccessPattern } from '@systole/core';
import type { Bytes } from '@systole/units';
import { RandomOrder } from '../random-order.ts';
import type { Geometry } from '../timing.ts';

/**
 * What a part of an access pattern asks of a channel, as a text: channels with the same text are asked for the same bursts of
 * the same banks, rows and columns in the same order. Undefined where that would take a look at every run.
 */
export function spanOf(
  { base, run, stride, runs, order, layout }: AccessPattern,
  low: Bytes,
  high: Bytes,
  channel: number,
  { channels, burstBytes }: Geometry,
): string | undefined {
  if (layout === 'local') return undefined;
  const width = channels * burstBytes;
  if (order === 'sequential' && (runs === 1 || stride === run)) {
    const first = Math.floor((base + low) / burstBytes);
    const last = Math.ceil((base + high) / burstBytes);
    return `${Math.ceil((first - channel) / channels)} ${Math.ceil((last - channel) / channels)}`;
  }
  const isEven = [base, run, stride, low, high].every((bytes) => bytes % width === 0);
  return isEven ? 'all' : undefined;
}

/**
 * The bursts that a part of an access pattern has on one channel, in order. Addresses are spread as `AccessStream` has it:
 * burst b of interleaved data is on channel b mod C and, counted within the channel, on bank group l mod G; the rest of l
 * counts columns, then banks, then rows. Run r of local data is in lane r mod (C x banks), channels varying fastest.
 */
export class BurstCursor {
  /** The current burst: bank group, bank within its group, row, and burst of the row. */
  group = 0;
  bank = 0;
  row = 0;
  column = 0;
  readonly #geometry: Geometry;
  readonly #pattern: AccessPattern;
  readonly #channel: number;
  readonly #low: Bytes;
  readonly #high: Bytes;
  readonly #isLocal: boolean;
  readonly #run: Bytes;
  readonly #stride: Bytes;
  readonly #order: RandomOrder | undefined;
  readonly #last: number;
  readonly #step: number;
  #position: number;
  /** Bursts of the run that is being visited, counted within the channel or the bank. */
  #at = 0;
  #end = 0;

  /** Takes bytes `low` to `high` of a pattern, counted in the order in which it visits its runs. */
  constructor(pattern: AccessPattern, low: Bytes, high: Bytes, channel: number, geometry: Geometry) {
    const { channels } = geometry;
    this.#geometry = geometry;
    this.#pattern = pattern;
    this.#channel = channel;
    this.#low = low;
    this.#high = high;
    this.#isLocal = pattern.layout === 'local';
    const isSequential = pattern.order === 'sequential';
    const isOneRun = !this.#isLocal && isSequential && pattern.stride === pattern.run;
    const runs = isOneRun ? 1 : pattern.runs;
    this.#run = isOneRun ? pattern.run * pattern.runs : pattern.run;
    this.#stride = isOneRun ? 0 : pattern.stride;
    this.#order = isSequential ? undefined : new RandomOrder(runs, pattern.seed ?? 0);
    this.#last = Math.floor((high - 1) / this.#run);
    const first = Math.floor(low / this.#run);
    this.#step = this.#isLocal && isSequential ? channels : 1;
    this.#position = first + (this.#step === 1 ? 0 : (((channel - first) % channels) + channels) % channels);
  }

  /** Goes on to the next burst. False when there is none. The first call goes to the first. */
  next(): boolean {
    while (this.#at >= this.#end) {
      if (this.#position > this.#last) return false;
      this.#open(this.#position);
      this.#position += this.#step;
    }
    const { groups, banksPerGroup, rowBursts } = this.#geometry;
    const at = this.#at++;
    if (this.#isLocal) {
      this.row = Math.floor(at / rowBursts);
      this.column = at - this.row * rowBursts;
      return true;
    }
    const inGroup = Math.floor(at / groups);
    const stripe = Math.floor(inGroup / rowBursts);
    this.group = at - inGroup * groups;
    this.column = inGroup - stripe * rowBursts;
    this.row = Math.floor(stripe / banksPerGroup);
    this.bank = stripe - this.row * banksPerGroup;
    return true;
  }

  #open(position: number): void {
    const { channels, banks, groups, burstBytes } = this.#geometry;
    const { base } = this.#pattern;
    const before = position * this.#run;
    const from = Math.max(this.#low - before, 0);
    const to = Math.min(this.#high - before, this.#run);
    const index = this.#order === undefined ? position : this.#order.at(position);
    this.#at = 0;
    this.#end = 0;
    if (this.#isLocal) {
      const lanes = channels * banks;
      const lane = index % lanes;
      if (lane % channels !== this.#channel) return;
      const bank = Math.floor(lane / channels);
      this.group = bank % groups;
      this.bank = Math.floor(bank / groups);
      const offset = base + Math.floor(index / lanes) * this.#stride;
      this.#at = Math.floor((offset + from) / burstBytes);
      this.#end = Math.ceil((offset + to) / burstBytes);
      return;
    }
    const address = base + index * this.#stride;
    const first = Math.floor((address + from) / burstBytes);
    const last = Math.ceil((address + to) / burstBytes);
    this.#at = Math.ceil((first - this.#channel) / channels);
    this.#end = Math.ceil((last - this.#channel) / channels);
  }
}
