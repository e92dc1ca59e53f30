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
/** Sizes of a saved state: a flag, the mode and three times; then so many a rank, a section, a bank group and a bank. */
const HEADER = 5;
const RANK_TIMES = 1 + WINDOW;
const DIRECTIONS = 2;
const SECTION_TIMES = 2;
const GROUP_TIMES = 3;
const BANK_TIMES = 6;
const CLOSED_FIELDS = 2;
const HELD_FIELDS = 8;
/** In place of a row in a saved state: the bank closes, unless its row is asked for soon. */
const HELD = -3;
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
  /** By rank and stack level. */
  readonly nextRead: Float64Array;
  readonly nextWrite: Float64Array;
  /** By rank. */
  readonly nextActivate: Float64Array;
  /** Four for each rank: when each of its last four activates leaves the four-activate window. */
  readonly window: Float64Array;
  /** By rank: which of them is the oldest. */
  readonly #windowHead: Uint8Array;
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
  /**
   * Of a closed bank: the row that it had open last, and until when a request for it would have come in time for it not to be
   * closed. The times above are those of that row until then.
   */
  readonly heldRow: Float64Array;
  readonly heldUntil: Float64Array;
  /** The last read and the last write command. */
  readonly columnAt: Float64Array;
  openBanks = 0;

  /** All times of bank groups and banks in one piece, of which the columns above are parts. */
  readonly #times: Float64Array;
  /** Stack levels of a rank. */
  readonly #levels: number;

  constructor(geometry: Geometry) {
    const { banks, columnGroups, stackLevels } = geometry;
    const sections = columnGroups / geometry.groups;
    const ranks = sections / stackLevels;
    const times = new Float64Array(
      RANK_TIMES * ranks +
        SECTION_TIMES * sections +
        GROUP_TIMES * columnGroups +
        BANK_TIMES * banks +
        DIRECTIONS,
    );
    let used = 0;
    const column = (length: number): Float64Array => times.subarray(used, (used += length));
    this.#times = times;
    this.#levels = stackLevels;
    this.#windowHead = new Uint8Array(ranks);
    this.nextActivate = column(ranks);
    this.window = column(ranks * WINDOW);
    this.nextRead = column(sections);
    this.nextWrite = column(sections);
    this.groupRead = column(columnGroups);
    this.groupWrite = column(columnGroups);
    this.groupActivate = column(columnGroups);
    this.readyAt = column(banks);
    this.prechargeAt = column(banks);
    this.cycleAt = column(banks);
    this.readAt = column(banks);
    this.writeAt = column(banks);
    this.heldUntil = column(banks);
    this.columnAt = column(DIRECTIONS);
    this.openRow = new Float64Array(banks).fill(CLOSED);
    this.heldRow = new Float64Array(banks).fill(CLOSED);
  }

  /** Everything free, every bank closed, at `now`. */
  reset(now: Picoseconds): void {
    this.mode = ARRAY_MODE;
    this.dataEnd = now;
    this.admitFrom = now;
    this.#windowHead.fill(0);
    this.#times.fill(now);
    this.openRow.fill(CLOSED);
    this.heldRow.fill(CLOSED);
    this.openBanks = 0;
  }

  openBank(bank: number, row: number): void {
    if (this.openRow[bank] === CLOSED) this.openBanks++;
    this.openRow[bank] = row;
    this.heldRow[bank] = CLOSED;
  }

  closeBank(bank: number): void {
    if (this.openRow[bank] !== CLOSED) this.openBanks--;
    this.openRow[bank] = CLOSED;
    this.heldRow[bank] = CLOSED;
  }

  /** Closes a bank, unless a request for its row comes until `time`. */
  holdBank(bank: number, time: Picoseconds): void {
    const row = this.openRow[bank] ?? CLOSED;
    this.closeBank(bank);
    this.heldRow[bank] = row;
    this.heldUntil[bank] = time;
  }

  /** A request for a row has come at `time`: leaves the bank open if it has it and is just being closed. */
  askFor(bank: number, row: number, time: Picoseconds): void {
    if (this.heldRow[bank] === CLOSED) return;
    if (this.heldRow[bank] === row && time <= (this.heldUntil[bank] ?? 0)) this.openBank(bank, row);
    this.heldRow[bank] = CLOSED;
  }

  /** When the next activate of a rank and stack level (section) may be, as far as its rank goes. */
  activateFrom(section: number): Picoseconds {
    const rank = Math.floor(section / this.#levels);
    const oldest = rank * WINDOW + (this.#windowHead[rank] ?? 0);
    return Math.max(this.nextActivate[rank] ?? 0, this.window[oldest] ?? 0);
  }

  /** Notes an activate at `time` in a bank group of a section, counted over all of them, which holds back those after it. */
  recordActivate(section: number, group: number, time: Picoseconds, timing: Timing): void {
    const { nextActivate } = this;
    const rank = Math.floor(section / this.#levels);
    const head = this.#windowHead[rank] ?? 0;
    for (let other = 0; other < nextActivate.length; other++) {
      const gap = other === rank ? timing.tRRDS : timing.rowCommand;
      nextActivate[other] = Math.max(nextActivate[other] ?? 0, time + gap);
    }
    this.groupActivate[group] = time + timing.tRRDL;
    this.window[rank * WINDOW + head] = time + timing.tFAW;
    this.#windowHead[rank] = (head + 1) % WINDOW;
  }

  /** Notes a column access at `last` in a rank and stack level (section), which holds back those after it. */
  recordColumn(section: number, last: Picoseconds, isWrite: boolean, timing: Timing): void {
    const { nextRead, nextWrite } = this;
    this.columnAt[isWrite ? 1 : 0] = last;
    const rank = Math.floor(section / this.#levels);
    for (let other = 0; other < nextRead.length; other++) {
      if (other === section) {
        nextRead[other] = last + (isWrite ? timing.writeToReadS : timing.readGap);
        const write = last + (isWrite ? timing.writeGap : timing.readToWrite);
        nextWrite[other] = isWrite ? write : Math.max(nextWrite[other] ?? 0, write);
        continue;
      }
      const isSameRank = Math.floor(other / this.#levels) === rank;
      const { readToRead, readToWrite, writeToRead, writeToWrite } = isSameRank
        ? timing.levelSwitch
        : timing.rankSwitch;
      const read = last + (isWrite ? writeToRead : readToRead);
      const write = last + (isWrite ? writeToWrite : readToWrite);
      nextRead[other] = Math.max(nextRead[other] ?? 0, read);
      nextWrite[other] = Math.max(nextWrite[other] ?? 0, write);
    }
  }

  /** Moves every time after `from` later by `delay`. */
  delay(from: Picoseconds, delay: Picoseconds): void {
    const later = (time: number): number => (time > from ? time + delay : time);
    const times = this.#times;
    this.dataEnd = later(this.dataEnd);
    this.admitFrom = later(this.admitFrom);
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
    let at = from + HEADER + RANK_TIMES * this.nextActivate.length;
    at += SECTION_TIMES * this.nextRead.length + GROUP_TIMES * this.groupRead.length;
    for (let bank = 0; bank < this.openRow.length; bank++) {
      if (touched[bank] === 1 && this.#holdsData(bank)) into[at] = (into[at] ?? 0) - row;
      const closedFields = this.#isHeld(bank, now) ? HELD_FIELDS : CLOSED_FIELDS;
      at += this.openRow[bank] === CLOSED ? closedFields : OPEN_FIELDS;
    }
  }

  #isHeld(bank: number, now: Picoseconds): boolean {
    return this.heldRow[bank] !== CLOSED && (this.heldUntil[bank] ?? 0) > now;
  }

  #holdsData(bank: number): boolean {
    return (this.openRow[bank] ?? CLOSED) >= 0;
  }

  /** Appends the state relative to `now`: a single 0 when everything is free and closed. */
  save(now: Picoseconds, into: number[]): void {
    const from = into.length;
    into.push(1, this.mode);
    const relative = (time: number): number => Math.max(0, time - now);
    into.push(relative(this.dataEnd));
    into.push(relative(this.columnAt[0] ?? 0), relative(this.columnAt[1] ?? 0));
    for (let rank = 0; rank < this.nextActivate.length; rank++) {
      into.push(relative(this.nextActivate[rank] ?? 0));
      for (let i = 0; i < WINDOW; i++) {
        const at = rank * WINDOW + (((this.#windowHead[rank] ?? 0) + i) % WINDOW);
        into.push(relative(this.window[at] ?? 0));
      }
    }
    for (let section = 0; section < this.nextRead.length; section++) {
      into.push(relative(this.nextRead[section] ?? 0), relative(this.nextWrite[section] ?? 0));
    }
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
        const isHeld = this.#isHeld(bank, now);
        into.push(isHeld ? HELD : CLOSED, relative(this.readyAt[bank] ?? 0));
        if (!isHeld) continue;
        into.push((this.heldRow[bank] ?? CLOSED) + 0, relative(this.heldUntil[bank] ?? 0));
      } else {
        into.push(row);
      }
      into.push(relative(this.prechargeAt[bank] ?? 0), relative(this.cycleAt[bank] ?? 0));
      into.push(relative(this.readAt[bank] ?? 0), relative(this.writeAt[bank] ?? 0));
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
    this.columnAt[0] = time(at + 3);
    this.columnAt[1] = time(at + 4);
    let next = at + HEADER;
    for (let rank = 0; rank < this.nextActivate.length; rank++) {
      this.nextActivate[rank] = time(next++);
      for (let i = 0; i < WINDOW; i++) this.window[rank * WINDOW + i] = time(next++);
    }
    for (let section = 0; section < this.nextRead.length; section++) {
      this.nextRead[section] = time(next++);
      this.nextWrite[section] = time(next++);
    }
    for (let group = 0; group < this.groupRead.length; group++) {
      this.groupRead[group] = time(next++);
      this.groupWrite[group] = time(next++);
      this.groupActivate[group] = time(next++);
    }
    for (let bank = 0; bank < this.openRow.length; bank++) {
      const row = state[next++] ?? CLOSED;
      if (row === CLOSED || row === HELD) {
        this.readyAt[bank] = time(next++);
        if (row === CLOSED) continue;
        this.heldRow[bank] = state[next++] ?? CLOSED;
        this.heldUntil[bank] = time(next++);
      } else {
        this.openBank(bank, row);
      }
      this.prechargeAt[bank] = time(next++);
      this.cycleAt[bank] = time(next++);
      this.readAt[bank] = time(next++);
      this.writeAt[bank] = time(next++);
    }
    return next;
  }

  /** The lowest row of data that is open, or may be left so, at `now`; Infinity where none is. */
  lowestRow(now: Picoseconds): number {
    let lowest = Infinity;
    for (let bank = 0; bank < this.openRow.length; bank++) {
      const row = (this.#isHeld(bank, now) ? this.heldRow[bank] : this.openRow[bank]) ?? CLOSED;
      if (row >= 0 && row < lowest) lowest = row;
    }
    return lowest;
  }

  /** Moves the rows of data on by `rows`. */
  moveRows(rows: number): void {
    for (let bank = 0; bank < this.openRow.length; bank++) {
      if (this.#holdsData(bank)) this.openRow[bank] = (this.openRow[bank] ?? 0) + rows;
      const held = this.heldRow[bank] ?? CLOSED;
      if (held !== CLOSED) this.heldRow[bank] = held + rows;
    }
  }

  /** The time from which on nothing that was done so far holds anything back. */
  freeFrom(): Picoseconds {
    let latest = Math.max(this.dataEnd, ...this.nextActivate, ...this.window);
    latest = Math.max(latest, ...this.nextRead, ...this.nextWrite);
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
