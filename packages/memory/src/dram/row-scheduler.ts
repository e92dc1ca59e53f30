import type { Picoseconds } from '@systole/units';
import { BETWEEN_RUNS, NO_BOUNDARY } from './access-stream.ts';
import type { AccessStream } from './access-stream.ts';
import { CLOSED } from './channel.ts';
import type { Channel } from './channel.ts';
import { ColumnPace } from './column-pace.ts';
import { LeapDetector } from './leap-detector.ts';
import {
  addAtPace,
  BURSTS,
  CONFLICTS,
  COUNTS,
  MISSES,
  TIME_ACTIVATE,
  TIME_COLUMN,
  TIME_LATENCY,
  TIME_PRECHARGE,
  TIME_TURNAROUND,
  TIME_WINDOW,
} from './schedule-counts.ts';
import type { Geometry, Timing } from './timing.ts';
import { HELD_BY_BANK, HELD_BY_NOTHING, HELD_BY_WINDOW, NOT_ACTIVATED, VisitPool } from './visit-pool.ts';
import { VisitRows } from './visit-rows.ts';
import { VisitTimes } from './visit-times.ts';
import { VisitsTogether } from './visits-together.ts';

/** A sequence that does not repeat is followed this far; the rest goes at the pace of all but the first quarter of that. */
const MAX_VISITS = 4096;

/**
 * Serves the row visits of one channel. The controller holds a number of bursts and takes, of what it holds, first what
 * is ready first, the oldest of those that are equally ready; row hits drain before their row is closed. Within a visit
 * column accesses follow a closed form, so that the cost is per row, not per burst. Once the relative state recurs, the
 * rest of the repetition is leapt over.
 */
export class RowScheduler {
  readonly counts = new Float64Array(COUNTS);
  /** When the first data is on the bus, and the last. */
  firstData: Picoseconds = 0;
  lastData: Picoseconds = 0;
  /** Whether some visits were not followed, but taken to go on at the pace of the others. */
  hasExtrapolated = false;
  /** Bursts that the controller holds of what is served; no more than it was made for. */
  depth: number;
  readonly #timing: Timing;
  readonly #closes: boolean;
  readonly #pool: VisitPool;
  readonly #leaps: LeapDetector;
  /** Off only where leaping is held against stepping. */
  readonly #mayLeap: boolean;
  /** Marks of the current scan, by bank: an older visit wants it, or a visit hits its open row. */
  readonly #wanted: Float64Array;
  readonly #draining: Float64Array;
  /** Whether the visits of this stream have activated a bank. */
  readonly #touched: Uint8Array;
  /** The counts when a quarter of the visits that are followed had been taken up, and when all of them had. */
  readonly #middle = new Float64Array(COUNTS);
  readonly #taken = new Float64Array(COUNTS);
  #followed = 0;
  #scan = 0;
  readonly #reads: ColumnPace;
  readonly #writes: ColumnPace;
  readonly #times: VisitTimes;
  readonly #together: VisitsTogether;
  readonly #rows: VisitRows;
  /** Time of one turn of the accesses that are being issued. */
  #period: Picoseconds = 0;
  /** Bursts that the controller holds. */
  #held = 0;
  #lastColumn = 0;
  #hasServed = false;

  /** @param depth Bursts that the controller holds at most. */
  constructor(geometry: Geometry, timing: Timing, depth: number, closes: boolean, mayLeap = true) {
    this.#timing = timing;
    this.depth = depth;
    this.#closes = closes;
    this.#mayLeap = mayLeap;
    this.#reads = new ColumnPace(geometry, timing, false);
    this.#writes = new ColumnPace(geometry, timing, true);
    // Every visit has a burst in the queue, or a bank that was opened for it.
    this.#pool = new VisitPool(depth + geometry.banks);
    this.#times = new VisitTimes(geometry, timing, this.#pool, this.#reads);
    this.#together = new VisitsTogether(geometry, this.#pool, this.#times);
    this.#rows = new VisitRows(geometry, timing, this.#pool, this.#times);
    this.#leaps = new LeapDetector(BETWEEN_RUNS + 1, COUNTS);
    this.#wanted = new Float64Array(geometry.banks);
    this.#draining = new Float64Array(geometry.banks);
    this.#touched = new Uint8Array(geometry.banks);
  }

  /**
   * Serves all visits of `stream` in `channel`, which takes them up from `from` on and whose data bus is theirs from
   * `start` on. Returns false when the channel has no part in them.
   */
  serve(
    channel: Channel,
    stream: AccessStream,
    isWrite: boolean,
    from: Picoseconds,
    start: Picoseconds,
  ): boolean {
    if (!stream.hasNext()) return false;
    const pace = isWrite ? this.#writes : this.#reads;
    this.#times.pace = pace;
    this.counts.fill(0);
    this.#pool.clear();
    this.#leaps.clear();
    this.#touched.fill(0);
    this.#held = 0;
    this.#followed = 0;
    this.#hasServed = false;
    // Seen from the command side, the bus is free one data latency before `start`.
    this.#times.busEnd = start - pace.latency;
    // Row commands are only issued for requests of the direction that is being served.
    const turned = channel.columnAt[isWrite ? 0 : 1] ?? 0;
    this.#admit(channel, stream, Math.max(from, turned), 0, 0, 1);
    while (this.#pool.size > 0) this.#step(channel, stream);
    this.hasExtrapolated = stream.hasNext();
    if (this.hasExtrapolated) this.#extrapolate(channel, stream);
    this.lastData = this.#lastColumn + pace.latency + this.#timing.burst;
    channel.dataEnd = this.lastData;
    channel.admitFrom = Math.max(from, this.#lastColumn - (this.depth - 1) * pace.gap);
    return true;
  }

  /** Issues the earliest of all commands that the held visits could issue next: an activate or column accesses. */
  #step(channel: Channel, stream: AccessStream): void {
    const pool = this.#pool;
    const times = this.#times;
    const scan = ++this.#scan;
    let columnVisit = -1;
    let columnTime = Infinity;
    for (let visit = 0; visit < pool.size; visit++) {
      if (times.closedSlot(channel, visit) >= 0) continue;
      this.#mark(this.#draining, visit, scan);
      const time = times.columnTime(channel, visit);
      if (time >= columnTime) continue;
      columnTime = time;
      columnVisit = visit;
    }
    let activateVisit = -1;
    let activateTime = Infinity;
    let activateSlot = 0;
    for (let visit = 0; visit < pool.size; visit++) {
      const slot = times.closedSlot(channel, visit);
      if (slot >= 0) {
        const bank = times.bankOf(visit, slot);
        const isFree = this.#wanted[bank] !== scan && this.#draining[bank] !== scan;
        const time = isFree ? times.activateTime(channel, visit, slot) : Infinity;
        if (time < activateTime) {
          activateTime = time;
          activateVisit = visit;
          activateSlot = slot;
        }
      }
      this.#mark(this.#wanted, visit, scan);
    }
    if (columnTime > activateTime) {
      this.#activate(channel, stream, activateVisit, activateSlot, activateTime);
      return;
    }
    const isOneBank = pool.rotation[columnVisit] === 1 && (pool.bursts[columnVisit] ?? 0) > 1;
    if (isOneBank && times.pace.groupsInTurn > 1)
      this.#accessTogether(channel, stream, columnVisit, columnTime, activateTime);
    else this.#access(channel, stream, columnVisit, columnTime);
  }

  #mark(marks: Float64Array, visit: number, scan: number): void {
    const width = this.#pool.width[visit] ?? 0;
    for (let slot = 0; slot < width; slot++) marks[this.#times.bankOf(visit, slot)] = scan;
  }

  #activate(channel: Channel, stream: AccessStream, visit: number, slot: number, time: Picoseconds): void {
    const { tRAS, tRC, tRCD, tRCDWR } = this.#timing;
    const pool = this.#pool;
    const times = this.#times;
    const bank = times.bankOf(visit, slot);
    const group = times.columnGroupOf(visit, slot);
    const ready = times.bankReady(channel, visit, bank);
    if (ready < time) pool.heldBy[visit] = HELD_BY_WINDOW;
    else if (ready > (pool.admitted[visit] ?? 0)) pool.heldBy[visit] = HELD_BY_BANK;
    else pool.heldBy[visit] = HELD_BY_NOTHING;
    pool.activatedAt[visit] = time;
    this.#add(channel.openRow[bank] === CLOSED ? MISSES : CONFLICTS, 1);
    channel.recordActivate(times.sectionOf(visit), group, time, this.#timing);
    channel.openBank(bank, pool.row[visit] ?? 0);
    channel.prechargeAt[bank] = time + tRAS;
    channel.cycleAt[bank] = time + tRC;
    channel.readAt[bank] = time + tRCD;
    channel.writeAt[bank] = time + tRCDWR;
    this.#touched[bank] = 1;
    // The access that an activate was issued for leaves the queue with it.
    pool.freed[visit] = (pool.freed[visit] ?? 0) + 1;
    this.#held--;
    this.#admit(channel, stream, time, 0, 0, 1);
  }

  /** Issues all column accesses of a visit, the first at `time`, and takes up what then has room. */
  #access(channel: Channel, stream: AccessStream, visit: number, time: Picoseconds): void {
    const pool = this.#pool;
    const times = this.#times;
    const bursts = pool.bursts[visit] ?? 0;
    const rotation = pool.rotation[visit] ?? 1;
    const width = pool.width[visit] ?? 0;
    const first = pool.group[visit] ?? 0;
    const row = pool.row[visit] ?? 0;
    const bankInGroup = pool.bank[visit] ?? 0;
    const freed = pool.freed[visit] ?? 0;
    const span = times.pace.offset(bursts - 1, rotation);
    this.#explain(visit, time, span);
    for (let slot = 0; slot < width; slot++) {
      const turns = Math.floor((bursts - 1 - slot) / rotation);
      const lastOfBank = time + times.pace.offset(slot + turns * rotation, rotation);
      this.#rows.noteBank(channel, visit, slot, lastOfBank);
    }
    this.#noteBus(channel, visit, time, time + span, bursts);
    pool.remove(visit);
    if (this.#closes) this.#rows.closeRows(channel, first, width, bankInGroup, row, !stream.hasNext());
    this.#period = times.pace.turnOf(rotation);
    this.#admit(channel, stream, time, bursts, freed, rotation);
  }

  /** Issues column accesses of visits that take turns, the first at `time`, until something changes. */
  #accessTogether(
    channel: Channel,
    stream: AccessStream,
    visit: number,
    time: Picoseconds,
    activate: Picoseconds,
  ): void {
    const pool = this.#pool;
    const together = this.#together;
    const needed = stream.hasNext() ? this.#held - this.depth + 1 : 0;
    together.choose(channel, visit, time, activate, needed);
    const { members, size, rounds, period } = together;
    const { gap } = this.#times.pace;
    const bursts = size * rounds;
    const span = together.offset(bursts - 1);
    let freed = 0;
    this.#explain(visit, time, span);
    for (let turn = 0; turn < size; turn++) {
      const member = members[turn] ?? 0;
      const early = Math.min(rounds, pool.freed[member] ?? 0);
      freed += early;
      pool.freed[member] = (pool.freed[member] ?? 0) - early;
      pool.bursts[member] = (pool.bursts[member] ?? 0) - rounds;
      this.#rows.noteBank(channel, member, 0, time + turn * gap + (rounds - 1) * period);
    }
    this.#noteBus(channel, members[size - 1] ?? 0, time, time + span, bursts);
    this.#dropServed(channel, stream);
    this.#period = period;
    this.#admit(channel, stream, time, bursts, freed, size);
  }

  /** Takes out of the pool the members that have had all of their accesses. */
  #dropServed(channel: Channel, stream: AccessStream): void {
    const pool = this.#pool;
    for (let visit = pool.size - 1; visit >= 0; visit--) {
      if (pool.bursts[visit] !== 0) continue;
      const group = pool.group[visit] ?? 0;
      const bank = pool.bank[visit] ?? 0;
      const row = pool.row[visit] ?? 0;
      pool.remove(visit);
      if (this.#closes) this.#rows.closeRows(channel, group, 1, bank, row, !stream.hasNext());
    }
  }

  /** What accesses from `time` to `last`, the last of them of `visit`, hold back in the whole channel. */
  #noteBus(channel: Channel, visit: number, time: Picoseconds, last: Picoseconds, bursts: number): void {
    const { isWrite, latency } = this.#times.pace;
    channel.recordColumn(this.#times.sectionOf(visit), last, isWrite, this.#timing);
    if (!this.#hasServed) this.firstData = time + latency + this.#timing.burst;
    this.#hasServed = true;
    this.#lastColumn = last;
    this.#add(BURSTS, bursts);
  }

  /** Charges the time since the bus was last busy, and that of the visit itself, to their reasons. */
  #explain(visit: number, time: Picoseconds, span: Picoseconds): void {
    const { burst } = this.#timing;
    const times = this.#times;
    let idle = time - times.busEnd;
    if (!this.#hasServed) {
      const latency = Math.min(idle, times.pace.latency);
      this.#add(TIME_LATENCY, latency);
      idle -= latency;
    }
    this.#add(TIME_COLUMN, span + burst);
    times.busEnd = time + span + burst;
    if (idle <= 0) return;
    const activated = this.#pool.activatedAt[visit] ?? NOT_ACTIVATED;
    const delay = times.pace.opening;
    if (activated === NOT_ACTIVATED || activated + delay < time) {
      // Nothing was opened for it, or long ago: the bus waited for a gap between column commands.
      this.#add(this.#hasServed ? TIME_COLUMN : TIME_TURNAROUND, idle);
      return;
    }
    const heldBy = this.#pool.heldBy[visit] ?? HELD_BY_NOTHING;
    const cause =
      heldBy === HELD_BY_WINDOW ? TIME_WINDOW : heldBy === HELD_BY_BANK ? TIME_PRECHARGE : TIME_ACTIVATE;
    const opening = Math.min(idle, delay);
    const before = idle - opening;
    // Where the whole wait lies within the activate, what held the activate back is what could have saved it.
    this.#add(before > 0 ? TIME_ACTIVATE : cause, opening);
    this.#add(cause, before);
  }

  /**
   * Takes up visits while fewer than `depth` bursts are held. `bursts` of them are being issued from `time` on, of
   * which the first `freed` have left the queue already and the others make room one by one.
   */
  #admit(
    channel: Channel,
    stream: AccessStream,
    time: Picoseconds,
    bursts: number,
    freed: number,
    turn: number,
  ): void {
    while (stream.hasNext()) {
      const needed = this.#held - this.depth + 1;
      if (needed > bursts - freed) break;
      const boundary = this.#hasServed && this.#mayLeap ? stream.boundary() : NO_BOUNDARY;
      if (boundary !== NO_BOUNDARY) {
        const leapt = this.#leap(channel, stream, boundary, time, bursts, freed, turn);
        if (leapt > 0) {
          this.#admit(channel, stream, time + leapt, bursts, freed, turn);
          return;
        }
      }
      if (this.#followed >= MAX_VISITS && this.#mayLeap) break;
      stream.next();
      this.#pool.add(stream, needed <= 0 ? time : time + this.#offset(freed + needed - 1, turn));
      if (this.#closes) this.#rows.askFor(channel, this.#pool.size - 1);
      this.#held += stream.bursts;
      this.#followed++;
      if (this.#followed === MAX_VISITS / 4) this.#middle.set(this.counts);
      if (this.#followed === MAX_VISITS) this.#taken.set(this.counts);
    }
    this.#held -= bursts - freed;
  }

  /** From the first access that is being issued to access `index`, `turn` of them in each period. */
  #offset(index: number, turn: number): Picoseconds {
    const turns = Math.floor(index / turn);
    return turns * this.#period + (index - turns * turn) * this.#times.pace.gap;
  }

  /**
   * Skips the whole periods that remain when the state has been there before, and returns the time that they
   * take; 0 when nothing was skipped.
   */
  #leap(
    channel: Channel,
    stream: AccessStream,
    boundary: number,
    time: Picoseconds,
    bursts: number,
    freed: number,
    turn: number,
  ): number {
    const leaps = this.#leaps;
    const index = stream.periodIndex(boundary);
    const rows = stream.rowsPerPeriod(boundary);
    const state = leaps.fresh();
    state.push(this.#held, bursts, freed, turn, this.#period);
    state.push(this.#times.busEnd - time, this.#lastColumn - time);
    // A visit that is held may still be given a command of an earlier time, so what was free by then is not all the same.
    const horizon = this.#pool.earliestAdmitted(time);
    state.push(time - horizon);
    channel.describe(horizon, index * rows, this.#touched, state);
    this.#pool.describe(time, index * rows, state);
    if (!leaps.recurs(boundary, stream.periodRun(boundary), index, time, this.counts)) return 0;
    const cycles = Math.floor(stream.periodsLeft(boundary) / leaps.cycle);
    if (cycles === 0) return 0;
    const periods = cycles * leaps.cycle;
    const duration = cycles * leaps.duration;
    for (let i = 0; i < COUNTS; i++) this.#add(i, cycles * (leaps.deltas[i] ?? 0));
    stream.skip(boundary, periods);
    channel.leap(duration, periods * rows, this.#touched);
    this.#pool.shift(duration, periods * rows);
    this.#times.busEnd += duration;
    this.#lastColumn += duration;
    leaps.clear();
    return duration;
  }

  /** Lets the visits that are left go at the pace of those that were followed while the queue was full. */
  #extrapolate(channel: Channel, stream: AccessStream): void {
    const left = stream.burstsInAll() - (this.counts[BURSTS] ?? 0);
    const duration = addAtPace(this.counts, this.#middle, this.#taken, Math.max(0, left));
    channel.leap(duration, 0, this.#touched);
    this.#lastColumn += duration;
  }

  #add(index: number, amount: number): void {
    this.counts[index] = (this.counts[index] ?? 0) + amount;
  }
}
