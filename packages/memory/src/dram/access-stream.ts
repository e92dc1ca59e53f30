import type { AccessPattern } from '@systole/core';
import type { Bytes } from '@systole/units';
import { greatestCommonDivisor } from '../greatest-common-divisor.ts';
import { RandomOrder } from './random-order.ts';
import type { Geometry } from './timing.ts';

/** Where a sequence of row visits repeats itself, some rows further on. */
export const NO_BOUNDARY = 0;
export const WITHIN_RUN = 1;
export const BETWEEN_RUNS = 2;

/** A pattern repeats too rarely to be worth watching when its period has more visits than this. */
const MAX_PERIOD = 1024;

/**
 * Of so few turns through the bank groups each burst is a visit: their banks open one after another, and what is open is not
 * kept waiting for what is not.
 */
const TURNS_APART = 4;

/** Runs of a part of a random order are counted one by one while they, over all channels, are no more than this. */
const MAX_COUNTED = 2 ** 20;

/**
 * The row visits that a part of an access pattern makes in one channel, in order. A visit is a stretch of bursts in one
 * row of one bank or, for interleaved data, in the same row of the same bank of every bank group in rotation.
 *
 * Burst b of interleaved data is on channel b mod C and, counted within the channel, on bank group l mod G; the rest of
 * l counts columns, then banks, then rows. Run r of local data is in lane r mod (C x banks), channels varying
 * fastest; the lane's address is base + floor(r / lanes) x stride.
 */
export class AccessStream {
  /** The current visit: first bank group, how many of them, bank within its group, row, bursts. */
  group = 0;
  width = 0;
  rotation = 1;
  bank = 0;
  row = 0;
  bursts = 0;
  /** Whether each burst of interleaved data is a visit, however long the run. */
  partsBursts = false;
  readonly #geometry: Geometry;
  /** Bursts in one row of all bank groups up to which each is a visit of its own. */
  readonly #apart: number;
  #base = 0;
  #run = 1;
  #runs = 1;
  #stride = 0;
  #isLocal = false;
  #order: RandomOrder | undefined;
  #low = 0;
  #high = 0;
  #channel = 0;
  #step = 1;
  #position = 0;
  #lastRun = 0;
  /** The run that is being visited: bursts from `#at` to `#end`, counted within the channel or the bank. */
  #at = 0;
  #end = 0;
  #isAtStart = false;
  #isFull = false;
  #opened = -1;
  #reference = -1;
  /** Runs of this channel after which the pattern repeats, and the rows that it has then moved on; 0 for never. */
  #period = 0;
  #periodRows = 0;

  constructor(geometry: Geometry) {
    this.#geometry = geometry;
    this.#apart = TURNS_APART * geometry.groups;
  }

  /** Takes bytes `low` to `high` of a pattern, counted in the order in which it visits its runs. */
  prepare(pattern: AccessPattern, low: Bytes, high: Bytes): void {
    const { channels, banks, groups, rowBursts, burstBytes, rowBytes } = this.#geometry;
    this.#isLocal = pattern.layout === 'local';
    const isOneRun = !this.#isLocal && pattern.order === 'sequential' && pattern.stride === pattern.run;
    this.#base = pattern.base;
    this.#run = isOneRun ? pattern.run * pattern.runs : pattern.run;
    this.#stride = isOneRun ? 0 : pattern.stride;
    this.#runs = isOneRun ? 1 : pattern.runs;
    this.#order = pattern.order === 'random' ? new RandomOrder(this.#runs, pattern.seed ?? 0) : undefined;
    this.#low = low;
    this.#high = high;
    this.#lastRun = Math.floor((high - 1) / this.#run);
    this.#step = this.#isLocal && this.#order === undefined ? channels : 1;
    this.#period = 0;
    if (this.#order !== undefined) return;
    const span = this.#isLocal ? rowBytes : channels * banks * rowBursts * burstBytes;
    const common = greatestCommonDivisor(this.#stride, span);
    const period = (this.#isLocal ? banks : 1) * (span / common);
    const stripes = Math.ceil(this.#run / (this.#isLocal ? rowBytes : span / (banks / groups)));
    const bursts = Math.ceil(this.#run / (channels * burstBytes));
    const visits = this.#isLocal ? stripes : stripes + Math.min(bursts, 2 * this.#apart);
    if (period * visits > MAX_PERIOD) return;
    this.#period = period;
    this.#periodRows = this.#stride / common;
  }

  /** Starts over with the visits of `channel`. */
  select(channel: number): void {
    this.#channel = channel;
    const first = Math.floor(this.#low / this.#run);
    const channels = this.#geometry.channels;
    const shift = this.#step === 1 ? 0 : (((channel - first) % channels) + channels) % channels;
    this.#position = first + shift;
    this.#at = 0;
    this.#end = 0;
    this.#opened = -1;
    this.#reference = -1;
  }

  /** Whether there is a further visit; opens the next run of this channel where one has ended. */
  hasNext(): boolean {
    while (this.#at >= this.#end) {
      if (this.#position > this.#lastRun) return false;
      this.#open(this.#position);
      this.#position += this.#step;
    }
    return true;
  }

  /** Makes the next visit the current one. Only after `hasNext`. */
  next(): void {
    const { groups, banksPerGroup, rowBursts } = this.#geometry;
    this.#isAtStart = false;
    if (this.#isLocal) {
      this.row = Math.floor(this.#at / rowBursts);
      const end = Math.min(this.#end, (this.row + 1) * rowBursts);
      this.bursts = end - this.#at;
      this.width = 1;
      this.rotation = 1;
      this.#at = end;
      return;
    }
    const stripe = Math.floor(this.#at / (groups * rowBursts));
    const stripeEnd = Math.min(this.#end, (stripe + 1) * groups * rowBursts);
    const isApart = this.partsBursts || stripeEnd - this.#at <= this.#apart;
    const end = isApart ? this.#at + 1 : stripeEnd;
    this.bursts = end - this.#at;
    this.group = this.#at % groups;
    this.width = Math.min(groups, this.bursts);
    this.rotation = groups;
    this.row = Math.floor(stripe / banksPerGroup);
    this.bank = stripe - this.row * banksPerGroup;
    this.#at = end;
  }

  /** Whether the next visit starts a new period. Only after `hasNext`. */
  boundary(): number {
    if (this.#at % this.#runPeriod() === 0 && this.#end - this.#at > 2 * this.#runPeriod()) return WITHIN_RUN;
    if (!this.#isAtStart || !this.#isFull || this.#period === 0) return NO_BOUNDARY;
    if (this.#reference < 0) this.#reference = this.#opened;
    const runs = (this.#opened - this.#reference) / this.#step;
    return runs % this.#period === 0 ? BETWEEN_RUNS : NO_BOUNDARY;
  }

  /** How many whole periods can be skipped, so that at least one visit is left. */
  periodsLeft(boundary: number): number {
    if (boundary === WITHIN_RUN) return Math.floor((this.#end - 1 - this.#at) / this.#runPeriod());
    const isLastFull = this.#high === (this.#lastRun + 1) * this.#run;
    const lastFull = isLastFull ? this.#lastRun : this.#lastRun - 1;
    return Math.max(0, Math.floor((lastFull - this.#opened) / (this.#period * this.#step)));
  }

  /**
   * Bursts of all visits of this channel, those that have been made and those to come. It is exact but for a part of a random
   * order of very many runs, which has its share of them; the shares of all parts add up to the whole. Leaves the stream
   * at its end.
   */
  burstsInAll(): number {
    const first = Math.floor(this.#low / this.#run);
    const isHeadCut = this.#low > first * this.#run;
    const isTailCut = this.#high < (this.#lastRun + 1) * this.#run;
    const from = isHeadCut ? first + 1 : first;
    const to = isTailCut ? this.#lastRun : this.#lastRun + 1;
    let bursts = 0;
    if (isHeadCut) bursts += this.#burstsAt(first);
    if (isTailCut && (this.#lastRun > first || !isHeadCut)) bursts += this.#burstsAt(this.#lastRun);
    this.#at = this.#end;
    this.#position = this.#lastRun + 1;
    if (to <= from) return bursts;
    if (this.#order === undefined) return bursts + this.#burstsBefore(to) - this.#burstsBefore(from);
    // In whatever order, all of the runs are all of them.
    const whole = this.#burstsBefore(this.#runs);
    if (from === 0 && to === this.#runs) return bursts + whole;
    if (this.#runs * this.#geometry.channels > MAX_COUNTED) {
      const mean = whole / this.#runs;
      return bursts + Math.floor(to * mean) - Math.floor(from * mean);
    }
    for (let position = from; position < to; position++) bursts += this.#burstsAt(position);
    this.#at = this.#end;
    return bursts;
  }

  /** Bursts of this channel in what the chunk takes of one run. */
  #burstsAt(position: number): number {
    this.#open(position);
    return Math.max(0, this.#end - this.#at);
  }

  /** Bursts of this channel in the whole runs 0 … count-1, in the order of their addresses. */
  #burstsBefore(count: number): number {
    const { channels, banks, burstBytes } = this.#geometry;
    if (!this.#isLocal) {
      const turned = (channels - 1 - this.#channel) * burstBytes;
      return this.#boundariesBefore(count, turned, channels * burstBytes);
    }
    const lanes = channels * banks;
    const turns = Math.floor(count / lanes);
    const before = this.#boundariesBefore(turns, 0, burstBytes);
    const lanesBegun = Math.ceil((count - turns * lanes - this.#channel) / channels);
    if (lanesBegun <= 0) return banks * before;
    return banks * before + lanesBegun * (this.#boundariesBefore(turns + 1, 0, burstBytes) - before);
  }

  /**
   * The sum of floor((x + d) / unit) - floor(x / unit) over x = base + turned + i stride, i = 0 … count-1, where d reaches from
   * the first byte of a run to the end of the burst of its last: each term depends on x mod `unit` only, which repeats.
   */
  #boundariesBefore(count: number, turned: Bytes, unit: Bytes): number {
    const reach = this.#run + this.#geometry.burstBytes - 1;
    const most = Math.floor(reach / unit);
    const threshold = unit - (reach - most * unit);
    const step = this.#stride % unit;
    const period = unit / greatestCommonDivisor(step, unit);
    const turns = Math.floor(count / period);
    const rest = count - turns * period;
    let place = (this.#base + turned) % unit;
    let inPeriod = 0;
    let inRest = 0;
    for (let index = 0; index < Math.min(count, period); index++) {
      if (place >= threshold) {
        inPeriod++;
        if (index < rest) inRest++;
      }
      place += step;
      if (place >= unit) place -= unit;
    }
    return count * most + turns * inPeriod + inRest;
  }

  /** Names the run within which the periods of this boundary are counted. */
  periodRun(boundary: number): number {
    return boundary === WITHIN_RUN ? this.#opened : 0;
  }

  /** Counts the periods of this boundary. */
  periodIndex(boundary: number): number {
    if (boundary === WITHIN_RUN) return this.#at / this.#runPeriod();
    return (this.#opened - this.#reference) / (this.#step * this.#period);
  }

  /** Rows by which everything moves on in one period. */
  rowsPerPeriod(boundary: number): number {
    return boundary === WITHIN_RUN ? 1 : this.#periodRows;
  }

  skip(boundary: number, periods: number): void {
    if (boundary === WITHIN_RUN) {
      this.#at += periods * this.#runPeriod();
      return;
    }
    this.#open(this.#opened + periods * this.#period * this.#step);
    this.#position = this.#opened + this.#step;
  }

  /** Bursts after which a long run comes to the same banks again, one row further on. */
  #runPeriod(): number {
    const { rowBursts, banks } = this.#geometry;
    return this.#isLocal ? rowBursts : rowBursts * banks;
  }

  #open(position: number): void {
    const { channels, banks, groups, burstBytes } = this.#geometry;
    const before = position * this.#run;
    const from = Math.max(this.#low - before, 0);
    const to = Math.min(this.#high - before, this.#run);
    const index = this.#order === undefined ? position : this.#order.at(position);
    this.#opened = position;
    this.#isAtStart = true;
    this.#isFull = from === 0 && to === this.#run;
    if (this.#isLocal) {
      const lanes = channels * banks;
      const lane = index % lanes;
      if (lane % channels !== this.#channel) {
        this.#at = this.#end;
        return;
      }
      const bank = Math.floor(lane / channels);
      this.group = bank % groups;
      this.bank = Math.floor(bank / groups);
      const offset = this.#base + Math.floor(index / lanes) * this.#stride;
      this.#at = Math.floor((offset + from) / burstBytes);
      this.#end = Math.ceil((offset + to) / burstBytes);
      return;
    }
    const address = this.#base + index * this.#stride;
    const first = Math.floor((address + from) / burstBytes);
    const last = Math.ceil((address + to) / burstBytes);
    this.#at = Math.ceil((first - this.#channel) / channels);
    this.#end = Math.ceil((last - this.#channel) / channels);
  }
}
