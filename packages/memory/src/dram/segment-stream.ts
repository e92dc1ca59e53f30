import type { Picoseconds } from '@systole/units';
import { greatestCommonDivisor } from '../greatest-common-divisor.ts';
import type { Geometry, Timing } from './timing.ts';

/** What is counted while rows are streamed: indices of `SegmentStream.counts`. The times add up to the service. */
export const ROWS = 0;
export const ACCESSES = 1;
export const RESULT_BURSTS = 2;
export const SPENT_ACTIVATE = 3;
export const SPENT_COLUMN = 4;
export const SPENT_PRECHARGE = 5;
export const SPENT_WINDOW = 6;
export const SPENT_MODE_SWITCH = 7;
export const SPENT_RESULT_READ = 8;
const COUNTS = 9;

/** A moment to compare a later one with. `time` is NaN before the first. */
interface Mark {
  time: number;
  column: number;
  cycle: number;
  activate: number;
  reading: number;
  held: number;
  duration: number;
  readonly counts: Float64Array;
  readonly deltas: Float64Array;
}

function createMark(): Mark {
  const counts = new Float64Array(COUNTS);
  const deltas = new Float64Array(COUNTS);
  return { time: NaN, column: 0, cycle: 0, activate: 0, reading: 0, held: 0, duration: 0, counts, deltas };
}

/** What to stream: one bank's part of it, all banks of all channels being alike. */
export interface StreamShape {
  readonly banks: number;
  /** Stored vectors, and the index of the first of them. */
  readonly groups: number;
  readonly first: number;
  readonly segments: number;
  readonly passes: number;
  /** In column accesses. */
  readonly groupStride: number;
  readonly offset: number;
  readonly keepsSums: boolean;
  /** Of the attached unit: sums that a bank holds, bytes of a sum, least time between segments, and until a sum is there. */
  readonly accumulators: number;
  readonly sumBytes: number;
  readonly interval: Picoseconds;
  readonly drain: Picoseconds;
}

/** The banks and the mode that a stream finds. */
export interface StreamStart {
  /** When its first command may be issued. */
  readonly from: Picoseconds;
  /** Earliest activate of the banks that are closed, and earliest precharge of those that are open. */
  readonly ready: Picoseconds;
  readonly precharge: Picoseconds;
  /** Earliest activate that tRC allows to banks that are open. */
  readonly cycle: Picoseconds;
  readonly isAnyOpen: boolean;
  readonly isBufferMode: boolean;
}

/**
 * In-memory compute at row granularity. Commands are issued in order, to all banks of a channel at once: activate, one
 * column access per segment, and, when the accumulators are full, the sums through the buffer side of the channel; a row
 * is closed when another one is wanted. A row of c accesses thus takes
 * max(tRCDMac + (c-1) x tCCDMac + tRTP, tRAS, tRC - tRP) + tRP while no sums are read, and a group whose sums are read
 * the sum of its parts. Where sums are read while the banks go on, they wait in registers of their own, which have to be
 * free again before the next ones come.
 */
export class SegmentStream {
  readonly counts = new Float64Array(COUNTS);
  /** When the first sums are there, and when all is done. */
  firstResult: Picoseconds = 0;
  end: Picoseconds = 0;
  /** Of the rows that are open at the end: earliest precharge, and earliest next activate. */
  precharge: Picoseconds = 0;
  cycle: Picoseconds = 0;
  lastActivate: Picoseconds = 0;
  isBufferMode = false;
  readonly #rowAccesses: number;
  readonly #ranks: number;
  readonly #burstBytes: number;
  readonly #timing: Timing;
  readonly #mayLeap: boolean;
  readonly #groupMark = createMark();
  readonly #rowMark = createMark();
  #now = 0;
  #row = -1;
  #lastColumn = 0;
  #opened = 0;
  #gap = 0;
  #window = 0;
  #closing = 0;
  #readEnd = 0;
  #held = 0;
  #hasResult = false;

  constructor(geometry: Geometry, timing: Timing, mayLeap = true) {
    this.#rowAccesses = geometry.rowBursts;
    this.#ranks = geometry.ranks;
    this.#burstBytes = geometry.burstBytes;
    this.#timing = timing;
    this.#mayLeap = mayLeap;
  }

  run(shape: StreamShape, start: StreamStart): void {
    const { macGap, activationStep } = this.#timing;
    this.counts.fill(0);
    this.#now = start.from;
    this.isBufferMode = start.isBufferMode;
    this.#gap = Math.max(macGap, shape.interval);
    // Each rank has windows of its own.
    this.#window = (Math.ceil(shape.banks / (4 * this.#ranks)) - 1) * activationStep;
    this.#closing = this.#closingTime(shape.banks);
    this.#readEnd = -Infinity;
    this.#row = -1;
    this.#held = 0;
    this.#hasResult = false;
    this.#open(start);
    // The pattern of rows repeats with the phase of the groups in a row, and with the filling of the accumulators.
    const phases = this.#rowAccesses / greatestCommonDivisor(shape.groupStride, this.#rowAccesses);
    const fills = Math.max(1, Math.floor(shape.accumulators / shape.passes));
    const period = (phases * fills) / greatestCommonDivisor(phases, fills);
    this.#groupMark.time = NaN;
    for (let group = 0; group < shape.groups; group++) {
      if (group > 0 && group % period === 0 && this.#recurs(this.#groupMark)) {
        const periods = Math.floor((shape.groups - 1 - group) / period);
        this.#leap(this.#groupMark, periods, (period * shape.groupStride) / this.#rowAccesses);
        group += periods * period;
      }
      this.#group(shape, shape.offset + (shape.first + group) * shape.groupStride);
    }
    if (this.#held > 0 && !shape.keepsSums) this.#readSums(shape);
    if (shape.keepsSums) this.#advance(this.#lastColumn + this.#gap, SPENT_COLUMN);
    this.#advance(this.#readEnd, SPENT_RESULT_READ);
    this.end = this.#now;
    if (!this.#hasResult) this.firstResult = this.end;
    const { tRAS, readToPrecharge } = this.#timing;
    this.precharge = Math.max(this.#lastColumn + readToPrecharge, this.lastActivate + tRAS);
  }

  /** Streams one stored vector that begins at access `at` of the bank, as often as there are passes. */
  #group(shape: StreamShape, at: number): void {
    const { accumulators, passes, segments } = shape;
    let left = passes;
    while (left > 0) {
      const room = accumulators - this.#held;
      // The passes of a group stay together while they fit; only more than all accumulators are split.
      if (room < Math.min(left, accumulators)) {
        this.#readSums(shape);
        continue;
      }
      const batch = Math.min(left, accumulators);
      let done = 0;
      this.#rowMark.time = NaN;
      while (done < segments) {
        const row = Math.floor((at + done) / this.#rowAccesses);
        const inRow = Math.min(segments - done, (row + 1) * this.#rowAccesses - at - done);
        this.#stream(row, inRow * batch);
        done += inRow;
        if (inRow === this.#rowAccesses && this.#recurs(this.#rowMark)) {
          const rows = Math.floor((segments - done) / this.#rowAccesses);
          this.#leap(this.#rowMark, rows, 1);
          done += rows * this.#rowAccesses;
        }
      }
      this.#held += batch;
      left -= batch;
    }
    if (this.#held >= accumulators && !shape.keepsSums) this.#readSums(shape);
  }

  /** Issues `accesses` column accesses in `row`, opening it first where it is not open. */
  #stream(row: number, accesses: number): void {
    const { tRCDMac } = this.#timing;
    this.#enter(false);
    if (row !== this.#row) {
      if (this.#row >= 0) this.#close();
      this.#activate();
      this.#row = row;
    }
    this.#advance(this.#opened + tRCDMac, SPENT_ACTIVATE);
    this.#advance(this.#lastColumn + this.#gap, SPENT_COLUMN);
    this.#lastColumn = this.#now + (accesses - 1) * this.#gap;
    this.#advance(this.#lastColumn, SPENT_COLUMN);
    this.#add(ACCESSES, accesses);
  }

  /** Makes the banks ready for the first row. */
  #open(start: StreamStart): void {
    this.#lastColumn = -Infinity;
    this.lastActivate = -Infinity;
    this.#opened = -Infinity;
    this.cycle = start.ready;
    this.#enter(false);
    if (start.isAnyOpen) {
      this.#advance(start.precharge, SPENT_PRECHARGE);
      this.#advance(this.#now + this.#closing, SPENT_PRECHARGE);
      this.cycle = Math.max(start.ready, start.cycle);
    }
  }

  #close(): void {
    const { readToPrecharge, tRAS } = this.#timing;
    this.#advance(Math.max(this.#lastColumn + readToPrecharge, this.lastActivate + tRAS), SPENT_PRECHARGE);
    this.#advance(this.#now + this.#closing, SPENT_PRECHARGE);
  }

  /**
   * From the first precharge to the first activate. Banks that are closed one by one are opened again in the same order, so
   * that the last ones may still be closing while the first four are opened.
   */
  #closingTime(banks: number): Picoseconds {
    const { tRP, prechargeStep } = this.#timing;
    const first = (Math.min(4, banks) - 1) * prechargeStep + tRP;
    return Math.max(first, (banks - 1) * prechargeStep + Math.max(0, tRP - this.#window));
  }

  #activate(): void {
    const { activationStep, tRC } = this.#timing;
    this.#advance(this.cycle, SPENT_PRECHARGE);
    if (this.lastActivate > -Infinity) this.#advance(this.lastActivate + activationStep, SPENT_WINDOW);
    this.cycle = this.#now + tRC;
    this.#advance(this.#now + this.#window, SPENT_WINDOW);
    this.lastActivate = this.#now;
    this.#opened = this.#now;
    this.#add(ROWS, 1);
  }

  /** Reads the sums of all banks; the row stays open. */
  #readSums(shape: StreamShape): void {
    const { resultGap, overlapsResults } = this.#timing;
    const bursts = Math.ceil((this.#held * shape.sumBytes * shape.banks) / this.#burstBytes);
    this.#add(RESULT_BURSTS, bursts);
    this.#held = 0;
    const ready = this.#lastColumn + shape.drain;
    let end: Picoseconds;
    if (overlapsResults) {
      const from = Math.max(ready, this.#readEnd);
      this.#advance(from - shape.drain, SPENT_RESULT_READ);
      end = from + bursts * resultGap;
      this.#readEnd = end;
    } else {
      this.#advance(ready, SPENT_RESULT_READ);
      this.#enter(true);
      end = this.#now + bursts * resultGap;
      this.#advance(end, SPENT_RESULT_READ);
    }
    if (this.#hasResult) return;
    this.#hasResult = true;
    this.firstResult = end;
  }

  #enter(isBufferMode: boolean): void {
    if (this.isBufferMode === isBufferMode) return;
    this.isBufferMode = isBufferMode;
    this.#advance(this.#now + this.#timing.modeSwitch, SPENT_MODE_SWITCH);
  }

  #advance(time: Picoseconds, reason: number): void {
    if (time <= this.#now) return;
    this.#add(reason, time - this.#now);
    this.#now = time;
  }

  /** Whether everything stands to the present moment as it stood to that of the mark, which moves on to the present. */
  #recurs(mark: Mark): boolean {
    const column = this.#lastColumn - this.#now;
    const cycle = this.cycle - this.#now;
    const activate = this.lastActivate - this.#now;
    // What has been read holds nothing up any more, however long ago it was.
    const reading = Math.max(0, this.#readEnd - this.#now);
    const isSame =
      this.#mayLeap &&
      mark.time <= this.#now &&
      mark.column === column &&
      mark.cycle === cycle &&
      mark.activate === activate &&
      mark.reading === reading &&
      mark.held === this.#held;
    for (let i = 0; i < COUNTS; i++) mark.deltas[i] = (this.counts[i] ?? 0) - (mark.counts[i] ?? 0);
    mark.duration = this.#now - mark.time;
    mark.time = this.#now;
    mark.column = column;
    mark.cycle = cycle;
    mark.activate = activate;
    mark.reading = reading;
    mark.held = this.#held;
    mark.counts.set(this.counts);
    return isSame;
  }

  /** Repeats `times` times what lay between the last two moments of the mark, `rows` rows further on each time. */
  #leap(mark: Mark, times: number, rows: number): void {
    const shift = times * mark.duration;
    for (let i = 0; i < COUNTS; i++) this.#add(i, times * (mark.deltas[i] ?? 0));
    this.#row += times * rows;
    this.#now += shift;
    this.#lastColumn += shift;
    this.cycle += shift;
    this.lastActivate += shift;
    this.#opened += shift;
    this.#readEnd += shift;
  }

  #add(index: number, amount: number): void {
    this.counts[index] = (this.counts[index] ?? 0) + amount;
  }
}
