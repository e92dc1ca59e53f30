import type { StreamShape } from '../segment-stream.ts';
import type { ChannelClock } from './channel-clock.ts';
import { ACT, MAC, MODE, PRE, READ_SUMS, REFRESH, WRITE_BUFFER } from './in-memory-commands.ts';
import type { InMemoryTiming } from './in-memory-timing.ts';

/** What is counted, by place in `InMemoryChannel.counts`; the times are in ps and add up to the service. */
export const ROWS = 0;
export const ACCESSES = 1;
export const RESULT_BURSTS = 2;
export const SPENT_ACTIVATE = 3;
export const SPENT_COLUMN = 4;
export const SPENT_PRECHARGE = 5;
export const SPENT_WINDOW = 6;
export const SPENT_MODE_SWITCH = 7;
export const SPENT_RESULT_READ = 8;
export const SPENT_VECTOR = 9;
export const SPENT_REFRESH = 10;
const COUNTS = 11;

/** Ticks by which a sum of intervals may be off for having been rounded. */
const ROUNDING = 1e-6;

/** How a channel stands for in-memory compute: ticks from which on its next commands are allowed. */
export interface InMemoryState {
  isBufferMode: boolean;
  /** Whether rows are open, of this or of another kind of work, and in how many banks from the first on. */
  isOpen: boolean;
  openBanks: number;
  /** First precharge of rows that are open; first activate of any; first refresh of banks that are closed. */
  precharge: number;
  activate: number;
  refresh: number;
  /** When the next refresh falls due; when the last precharge and refresh were, or -1. */
  due: number;
  closed: number;
  refreshed: number;
}

export function restState(due: number): InMemoryState {
  return {
    isBufferMode: false,
    isOpen: false,
    openBanks: 0,
    precharge: 0,
    activate: 0,
    refresh: 0,
    due,
    closed: -1,
    refreshed: -1,
  };
}

/** Is told of a command: the tick, its place in IN_MEMORY_COMMANDS, its first bank, and row and column. */
export type LockstepListener = (
  tick: number,
  command: number,
  bank: number,
  row: number,
  column: number,
) => void;

/**
 * In-memory compute command by command, for a channel that has no other work meanwhile. Commands are issued in order. A refresh
 * that is due goes before every other command: the channel leaves its buffers, closes its rows and is refreshed, after which
 * only activates have to wait for it.
 */
export class InMemoryChannel {
  readonly counts = new Float64Array(COUNTS);
  /** Ticks of the first sums, or of the first burst written, and of the end. */
  first = 0;
  end = 0;
  state: InMemoryState = restState(Infinity);
  readonly #timing: InMemoryTiming;
  readonly #clock: ChannelClock;
  readonly #listener: LockstepListener | undefined;
  #now = 0;
  #time = 0;
  #row = -1;
  #banks = 1;
  /** From the first to the last activate. */
  #window = 0;
  #interval = 0;
  /** When the unit takes, or took, the last segment from its register: the next access finds room there. */
  #taken = -Infinity;
  #opened = 0;
  #lastActivate = -Infinity;
  #lastColumn = -Infinity;
  #readEnd = -Infinity;
  #held = 0;
  #hasResult = false;

  constructor(timing: InMemoryTiming, clock: ChannelClock, listener?: LockstepListener) {
    this.#timing = timing;
    this.#clock = clock;
    this.#listener = listener;
  }

  /** Writes bursts into the vector buffer from tick `from` on. */
  write(from: number, bursts: number): void {
    this.#begin(from, this.#timing.banks);
    for (let burst = 0; burst < bursts; burst++) {
      this.#enter(true);
      this.#tell(WRITE_BUFFER, -1, -1, burst);
      this.#advance(this.#now + this.#timing.bufferGap, SPENT_VECTOR);
      if (burst === 0) this.first = this.#now;
    }
    this.end = this.#now;
  }

  /**
   * Streams stored vectors from tick `from` on. The unit takes a segment every `interval` ticks, which need not be whole, from a
   * register that holds the next one, and sums `drain` ticks later.
   */
  stream(from: number, shape: StreamShape, interval: number, drain: number): void {
    this.#begin(from, shape.banks);
    this.#interval = interval;
    for (let group = 0; group < shape.groups; group++) {
      this.#group(shape, shape.offset + (shape.first + group) * shape.groupStride, drain);
    }
    if (this.#held > 0 && !shape.keepsSums) this.#readSums(shape, drain);
    const last = Math.max(
      this.#lastColumn + this.#timing.macGap,
      Math.ceil(this.#taken + interval - ROUNDING),
    );
    if (shape.keepsSums) this.#advance(last, SPENT_COLUMN);
    this.#advance(this.#readEnd, SPENT_RESULT_READ);
    this.end = this.#now;
    if (!this.#hasResult) this.first = this.end;
    if (this.#timing.closesRows && this.state.isOpen) this.#precharge(this.state.precharge);
  }

  /** Takes the refreshes that fell due up to `tick` while there was nothing else to do. Returns the first tick after them. */
  settle(tick: number): number {
    while (this.state.due <= tick) {
      this.#begin(this.state.due, this.#timing.banks);
      this.#refresh();
    }
    return Math.max(tick, this.#now);
  }

  /** Leaves the buffers and closes what is open, from `tick` on. Returns the tick at which other commands may come. */
  close(tick: number): number {
    this.#begin(tick, this.#timing.banks);
    this.#switch(false, SPENT_MODE_SWITCH);
    if (this.state.isOpen) this.#precharge(Math.max(this.#now, this.state.precharge));
    return this.#now;
  }

  #begin(from: number, banks: number): void {
    const { activationStep, ranks } = this.#timing;
    this.counts.fill(0);
    this.#now = from;
    this.#time = this.#clock.timeOf(from);
    this.first = from;
    this.end = from;
    this.#row = -1;
    this.#banks = banks;
    // Each rank has windows of its own.
    this.#window = (Math.ceil(banks / (4 * ranks)) - 1) * activationStep;
    this.#lastActivate = -Infinity;
    this.#lastColumn = -Infinity;
    this.#taken = -Infinity;
    this.#readEnd = -Infinity;
    this.#held = 0;
    this.#hasResult = false;
  }

  /** Streams one stored vector that begins at access `at` of the bank, as often as there are passes. */
  #group(shape: StreamShape, at: number, drain: number): void {
    const { accumulators, passes, segments, keepsSums } = shape;
    const { rowAccesses } = this.#timing;
    let left = passes;
    while (left > 0) {
      // The passes of a group stay together while they fit; only more than all accumulators are split.
      if (accumulators - this.#held < Math.min(left, accumulators)) {
        this.#readSums(shape, drain);
        continue;
      }
      const batch = Math.min(left, accumulators);
      for (let done = 0; done < segments;) {
        const row = Math.floor((at + done) / rowAccesses);
        const column = at + done - row * rowAccesses;
        const inRow = Math.min(segments - done, rowAccesses - column);
        for (let access = 0; access < inRow * batch; access++) this.#access(row, column + (access % inRow));
        done += inRow;
      }
      this.#held += batch;
      left -= batch;
    }
    if (this.#held >= accumulators && !keepsSums) this.#readSums(shape, drain);
  }

  #access(row: number, column: number): void {
    const { tRCDMac, readToPrecharge, tRAS, macGap } = this.#timing;
    const { state } = this;
    const next = Math.max(this.#lastColumn + macGap, Math.ceil(this.#taken - ROUNDING));
    for (;;) {
      this.#open(row);
      const at = Math.max(this.#now, this.#opened + tRCDMac, next);
      if (state.due > at) break;
      this.#refresh();
    }
    this.#advance(this.#opened + tRCDMac, SPENT_ACTIVATE);
    this.#advance(next, SPENT_COLUMN);
    this.#lastColumn = this.#now;
    this.#taken = Math.max(this.#taken + this.#interval, this.#now);
    state.precharge = Math.max(this.#now + readToPrecharge, this.#lastActivate + tRAS);
    this.#tell(MAC, -1, row, column);
    this.counts[ACCESSES] = (this.counts[ACCESSES] ?? 0) + 1;
  }

  /** Makes the row the open one. */
  #open(row: number): void {
    const { state } = this;
    const { activationStep, tRC } = this.#timing;
    for (;;) {
      this.#enter(false);
      if (state.isOpen && this.#row === row) return;
      if (state.isOpen) {
        const at = Math.max(this.#now, state.precharge);
        if (state.due <= at) {
          this.#refresh();
          continue;
        }
        this.#advance(at, SPENT_PRECHARGE);
        this.#advance(this.#precharge(at), SPENT_PRECHARGE);
      }
      const at = Math.max(this.#now, state.activate, this.#lastActivate + activationStep);
      if (state.due > at) break;
      this.#refresh();
    }
    if (state.refreshed >= 0) this.#advance(Math.min(state.activate, this.#refreshEnd()), SPENT_REFRESH);
    this.#advance(state.activate, SPENT_PRECHARGE);
    this.#advance(this.#lastActivate + activationStep, SPENT_WINDOW);
    for (let bank = 0, at = this.#now; bank < this.#banks; bank += 4, at += activationStep) {
      if (bank > 0 && (activationStep === 0 || at > this.#now + this.#window)) break;
      const isAll = activationStep === 0;
      this.#listener?.(
        at,
        ACT,
        isAll ? -1 : bank,
        row,
        isAll ? this.#banks : Math.min(4, this.#banks - bank),
      );
    }
    state.activate = this.#now + tRC;
    this.#advance(this.#now + this.#window, SPENT_WINDOW);
    this.#lastActivate = this.#now;
    this.#opened = this.#now;
    state.isOpen = true;
    state.openBanks = this.#banks;
    state.precharge = this.#now + this.#timing.tRAS;
    this.#row = row;
    this.counts[ROWS] = (this.counts[ROWS] ?? 0) + 1;
  }

  /**
   * Closes all rows, the first at tick `at`. Banks that are closed one by one are opened again in the same order, so that the
   * last ones may still be closing while the first four are opened. Returns the tick of the first activate that may follow.
   */
  #precharge(at: number): number {
    const { prechargeStep, tRP } = this.#timing;
    const { state } = this;
    const { openBanks } = state;
    if (prechargeStep === 0) this.#listener?.(at, PRE, -1, -1, -1);
    const steps = prechargeStep === 0 ? 0 : openBanks;
    for (let bank = 0; bank < steps; bank++) this.#listener?.(at + bank * prechargeStep, PRE, bank, -1, -1);
    const last = (openBanks - 1) * prechargeStep;
    const four = Math.min(last, 3 * prechargeStep) + tRP;
    const open = at + Math.max(four, last + Math.max(0, tRP - this.#window));
    state.isOpen = false;
    state.closed = at + last;
    state.refresh = Math.max(state.refresh, state.closed + tRP);
    state.activate = Math.max(state.activate, open);
    this.#row = -1;
    return open;
  }

  /** Reads the sums of all banks; the row stays open unless a refresh closes it. */
  #readSums(shape: StreamShape, drain: number): void {
    const { resultGap, overlapsResults, burstBytes } = this.#timing;
    const bursts = Math.ceil((this.#held * shape.sumBytes * shape.banks) / burstBytes);
    this.counts[RESULT_BURSTS] = (this.counts[RESULT_BURSTS] ?? 0) + bursts;
    this.#held = 0;
    const ready = Math.ceil(this.#taken - ROUNDING) + drain;
    let end: number;
    if (overlapsResults) {
      const from = Math.max(ready, this.#readEnd);
      this.#advance(from - drain, SPENT_RESULT_READ);
      for (let burst = 0; burst < bursts; burst++)
        this.#listener?.(from + burst * resultGap, READ_SUMS, -1, -1, burst);
      end = from + bursts * resultGap;
      this.#readEnd = end;
    } else {
      this.#advance(ready, SPENT_RESULT_READ);
      for (let burst = 0; burst < bursts; burst++) {
        this.#enter(true);
        this.#tell(READ_SUMS, -1, -1, burst);
        this.#advance(this.#now + resultGap, SPENT_RESULT_READ);
      }
      end = this.#now;
    }
    if (this.#hasResult) return;
    this.#hasResult = true;
    this.first = end;
  }

  /** Brings the channel to its buffers or its array, refreshed where that is due. */
  #enter(isBufferMode: boolean): void {
    const { state } = this;
    while (state.due <= this.#now) this.#refresh();
    this.#switch(isBufferMode, SPENT_MODE_SWITCH);
    while (state.due <= this.#now) {
      this.#refresh();
      this.#switch(isBufferMode, SPENT_MODE_SWITCH);
    }
  }

  #switch(isBufferMode: boolean, reason: number): void {
    const { state } = this;
    const { modeSwitch } = this.#timing;
    if (state.isBufferMode === isBufferMode) return;
    state.isBufferMode = isBufferMode;
    if (modeSwitch > 0) this.#tell(MODE, -1, -1, -1);
    this.#advance(this.#now + modeSwitch, reason);
  }

  #refresh(): void {
    const { state } = this;
    const { tRFC, tREFI } = this.#timing;
    this.#advance(state.due, SPENT_REFRESH);
    this.#switch(false, SPENT_REFRESH);
    if (state.isOpen) {
      this.#advance(state.precharge, SPENT_REFRESH);
      this.#precharge(this.#now);
    }
    // Banks that were closed long before, or refreshed, are refreshed when their time is over.
    this.#advance(state.refresh, SPENT_REFRESH);
    this.#tell(REFRESH, -1, -1, -1);
    state.refreshed = this.#now;
    state.refresh = this.#now + tRFC;
    state.activate = Math.max(state.activate, this.#now + tRFC);
    state.due += tREFI;
    this.#advance(this.#now + 1, SPENT_REFRESH);
  }

  #refreshEnd(): number {
    return this.state.refreshed + this.#timing.tRFC;
  }

  #tell(command: number, bank: number, row: number, column: number): void {
    this.#listener?.(this.#now, command, bank, row, column);
  }

  #advance(tick: number, reason: number): void {
    if (tick <= this.#now) return;
    const time = this.#clock.timeOf(tick);
    this.counts[reason] = (this.counts[reason] ?? 0) + time - this.#time;
    this.#now = tick;
    this.#time = time;
  }
}
