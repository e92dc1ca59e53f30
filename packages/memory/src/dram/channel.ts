import type { Picoseconds } from '@systole/units';
import type { Geometry, Timing } from './timing.ts';

/** No row is open. */
export const CLOSED = -1;
/** A row of the in-memory compute unit is open, which no read or write can hit. */
export const COMPUTE_ROW = -2;

/** The channel serves the array: activates, column accesses. */
export const ARRAY_MODE = 0;
/** The channel serves the vector buffer and the sums of in-memory compute. */
export const BUFFER_MODE = 1;

const WINDOW = 4;
/** Sizes of a saved state: a flag, the mode, four times and the window; then so many a bank group and a bank. */
const HEADER = 6 + WINDOW;
const GROUP_TIMES = 3;
const BANK_TIMES = 5;
const CLOSED_FIELDS = 2;
const OPEN_FIELDS = 5;

/**
 * What one channel remembers: which rows are open, and the earliest time of each next command. Everything is kept as an
 * earliest time, so that what is past has no effect, and equal futures look equal.
 *
 * Typed arrays and plain fields on purpose: the scheduler reads them several times per row visit.
 */
export class Channel {
  mode = ARRAY_MODE;
  /** End of the last data on the bus, or of the last in-memory work. */
  dataEnd: Picoseconds = 0;
  /** Earliest time at which the controller takes up the next transaction. */
  admitFrom: Picoseconds = 0;
  nextRead: Picoseconds = 0;
  nextWrite: Picoseconds = 0;
  nextActivate: Picoseconds = 0;
  /** When each of the last four activates leaves the four-activate window; the oldest is at `windowHead`. */
  readonly window = new Float64Array(WINDOW);
  windowHead = 0;
  readonly groupRead: Float64Array;
  readonly groupWrite: Float64Array;
  readonly groupActivate: Float64Array;
  readonly openRow: Float64Array;
  /** Of a closed bank: earliest activate. */
  readonly readyAt: Float64Array;
  /** Of an open bank: earliest precharge, next activate (tRC), read and write. */
  readonly prechargeAt: Float64Array;
  readonly cycleAt: Float64Array;
  readonly readAt: Float64Array;
  readonly writeAt: Float64Array;
  openBanks = 0;

  /** All times of bank groups and banks in one piece, of which the columns above are parts. */
  readonly #times: Float64Array;

  constructor(geometry: Geometry) {
    const { groups, banks } = geometry;
    const times = new Float64Array(GROUP_TIMES * groups + BANK_TIMES * banks);
    let used = 0;
    const column = (length: number): Float64Array => times.subarray(used, (used += length));
    this.#times = times;
    this.groupRead = column(groups);
    this.groupWrite = column(groups);
    this.groupActivate = column(groups);
    this.readyAt = column(banks);
    this.prechargeAt = column(banks);
    this.cycleAt = column(banks);
    this.readAt = column(banks);
    this.writeAt = column(banks);
    this.openRow = new Float64Array(banks).fill(CLOSED);
  }

  /** Everything free, every bank closed, at `now`. */
  reset(now: Picoseconds): void {
    this.mode = ARRAY_MODE;
    this.dataEnd = now;
    this.admitFrom = now;
    this.nextRead = now;
    this.nextWrite = now;
    this.nextActivate = now;
    this.window.fill(now);
    this.windowHead = 0;
    this.#times.fill(now);
    this.openRow.fill(CLOSED);
    this.openBanks = 0;
  }

  openBank(bank: number, row: number): void {
    if (this.openRow[bank] === CLOSED) this.openBanks++;
    this.openRow[bank] = row;
  }

  closeBank(bank: number): void {
    if (this.openRow[bank] !== CLOSED) this.openBanks--;
    this.openRow[bank] = CLOSED;
  }

  /** Notes an activate at `time`, which holds back those after it. */
  recordActivate(group: number, time: Picoseconds, timing: Timing): void {
    this.nextActivate = time + timing.tRRDS;
    this.groupActivate[group] = time + timing.tRRDL;
    this.window[this.windowHead] = time + timing.tFAW;
    this.windowHead = (this.windowHead + 1) % WINDOW;
  }

  /** Moves every time after `from` later by `delay`. */
  delay(from: Picoseconds, delay: Picoseconds): void {
    const later = (time: number): number => (time > from ? time + delay : time);
    const times = this.#times;
    this.dataEnd = later(this.dataEnd);
    this.admitFrom = later(this.admitFrom);
    this.nextRead = later(this.nextRead);
    this.nextWrite = later(this.nextWrite);
    this.nextActivate = later(this.nextActivate);
    for (let i = 0; i < WINDOW; i++) this.window[i] = later(this.window[i] ?? 0);
    for (let i = 0; i < times.length; i++) times[i] = later(times[i] ?? 0);
  }

  /** Moves every time later by `duration`, and the rows of the banks that were touched on by `rows`. */
  leap(duration: Picoseconds, rows: number, touched: Uint8Array): void {
    this.delay(-Infinity, duration);
    for (let bank = 0; bank < touched.length; bank++) {
      if (touched[bank] === 1 && this.#holdsData(bank)) this.openRow[bank] = (this.openRow[bank] ?? 0) + rows;
    }
  }

  /**
   * Appends the state as seen from `now`, and the rows of touched banks as seen from `row`. Two equal descriptions have
   * the same future, if the visits to come are the same as seen from their `row`.
   */
  describe(now: Picoseconds, row: number, touched: Uint8Array, into: number[]): void {
    const from = into.length;
    this.save(now, into);
    if (into.length === from + 1) return;
    let at = from + HEADER + GROUP_TIMES * this.groupRead.length;
    for (let bank = 0; bank < this.openRow.length; bank++) {
      if (touched[bank] === 1 && this.#holdsData(bank)) into[at] = (into[at] ?? 0) - row;
      at += this.openRow[bank] === CLOSED ? CLOSED_FIELDS : OPEN_FIELDS;
    }
  }

  #holdsData(bank: number): boolean {
    return (this.openRow[bank] ?? CLOSED) >= 0;
  }

  /** Appends the state relative to `now`: a single 0 when everything is free and closed. */
  save(now: Picoseconds, into: number[]): void {
    const from = into.length;
    into.push(1, this.mode);
    const relative = (time: number): number => Math.max(0, time - now);
    into.push(relative(this.dataEnd), relative(this.nextRead), relative(this.nextWrite));
    into.push(relative(this.nextActivate));
    for (let i = 0; i < WINDOW; i++) into.push(relative(this.window[(this.windowHead + i) % WINDOW] ?? 0));
    for (let group = 0; group < this.groupRead.length; group++) {
      into.push(relative(this.groupRead[group] ?? 0));
      into.push(relative(this.groupWrite[group] ?? 0));
      into.push(relative(this.groupActivate[group] ?? 0));
    }
    let isIdle = this.openBanks === 0;
    for (let bank = 0; bank < this.openRow.length; bank++) {
      // Adding 0 makes a -0, which a row number may come to, the 0 that it equals.
      const row = (this.openRow[bank] ?? CLOSED) + 0;
      if (row === CLOSED) {
        into.push(CLOSED, relative(this.readyAt[bank] ?? 0));
      } else {
        into.push(row, relative(this.prechargeAt[bank] ?? 0), relative(this.cycleAt[bank] ?? 0));
        into.push(relative(this.readAt[bank] ?? 0), relative(this.writeAt[bank] ?? 0));
      }
    }
    for (let i = from + 1; i < into.length && isIdle; i++) {
      const value = into[i] ?? 0;
      if (value !== 0 && value !== CLOSED) isIdle = false;
    }
    if (!isIdle) return;
    into.length = from;
    into.push(0);
  }

  /** Reads back from `state[at]` on what `save` appended and returns the index after it. */
  load(state: readonly number[], at: number, now: Picoseconds): number {
    this.reset(now);
    if ((state[at] ?? 0) === 0) return at + 1;
    const time = (index: number): number => now + (state[index] ?? 0);
    this.mode = state[at + 1] ?? ARRAY_MODE;
    this.dataEnd = time(at + 2);
    this.nextRead = time(at + 3);
    this.nextWrite = time(at + 4);
    this.nextActivate = time(at + 5);
    let next = at + HEADER - WINDOW;
    for (let i = 0; i < WINDOW; i++) this.window[i] = time(next++);
    for (let group = 0; group < this.groupRead.length; group++) {
      this.groupRead[group] = time(next++);
      this.groupWrite[group] = time(next++);
      this.groupActivate[group] = time(next++);
    }
    for (let bank = 0; bank < this.openRow.length; bank++) {
      const row = state[next++] ?? CLOSED;
      if (row === CLOSED) {
        this.readyAt[bank] = time(next++);
        continue;
      }
      this.openBank(bank, row);
      this.prechargeAt[bank] = time(next++);
      this.cycleAt[bank] = time(next++);
      this.readAt[bank] = time(next++);
      this.writeAt[bank] = time(next++);
    }
    return next;
  }

  /** The lowest row of data that is open, or 0 where none is. */
  lowestRow(): number {
    let lowest = Infinity;
    for (const row of this.openRow) if (row >= 0 && row < lowest) lowest = row;
    return lowest === Infinity ? 0 : lowest;
  }

  /** Moves the rows of data that are open on by `rows`. */
  moveRows(rows: number): void {
    for (let bank = 0; bank < this.openRow.length; bank++) {
      if (this.#holdsData(bank)) this.openRow[bank] = (this.openRow[bank] ?? 0) + rows;
    }
  }

  /** The time from which on nothing that was done so far holds anything back. */
  freeFrom(): Picoseconds {
    let latest = Math.max(this.dataEnd, this.nextRead, this.nextWrite, this.nextActivate, ...this.window);
    for (let group = 0; group < this.groupRead.length; group++) {
      const column = Math.max(this.groupRead[group] ?? 0, this.groupWrite[group] ?? 0);
      latest = Math.max(latest, column, this.groupActivate[group] ?? 0);
    }
    for (let bank = 0; bank < this.openRow.length; bank++) {
      if (this.openRow[bank] === CLOSED) {
        latest = Math.max(latest, this.readyAt[bank] ?? 0);
        continue;
      }
      const row = Math.max(this.prechargeAt[bank] ?? 0, this.cycleAt[bank] ?? 0);
      latest = Math.max(latest, row, this.readAt[bank] ?? 0, this.writeAt[bank] ?? 0);
    }
    return latest;
  }
}
