import type { CommandListener } from '../../device/command-log.ts';
import { PIM_REASONS, createReasonCounts, requireWhole } from '../pim-result.ts';
import { AccessQueue } from './access-queue.ts';
import { ACCESS_PURPOSES, PURPOSE_REASONS } from './access-run.ts';
import type { AccessRun } from './access-run.ts';
import { CLOSED, HbmPimBanks } from './hbm-pim-banks.ts';
import * as command from './hbm-pim-commands.ts';
import { HBM_PIM_COMMANDS, openingDelay, rowTiming } from './hbm-pim-commands.ts';
import type { HbmPimDevice } from './hbm-pim-device.ts';
import { IdealRows } from '../ideal-stream.ts';

const COMPUTE = PIM_REASONS.indexOf('compute');
const ROW_SWITCH = PIM_REASONS.indexOf('row-switch');
const WINDOW = PIM_REASONS.indexOf('activation-window');
const MODE = PIM_REASONS.indexOf('mode-switch');
const REFRESH = PIM_REASONS.indexOf('refresh');
const INSTRUCTION = PIM_REASONS.indexOf('instruction');

/** Clocks in which a command crosses to the device, and in which a response is taken at the end of its data. */
const COMMAND_CLOCKS = 1;
const RESPONSE_CLOCKS = 1;
/** Clocks after which a channel that has made no access never will. Timings of a checked device are far below. */
const PATIENCE = 1e8;
const NOTHING: Iterator<AccessRun> = [][Symbol.iterator]();

/**
 * A channel and its controller. A clock takes one command: of a refresh that is due, else of the first access that may be
 * issued, else an activate for the first access whose bank is closed, else a precharge of a bank that no access before the
 * next barrier wants. An access enters the queue each clock while there is room. Clocks in which nothing can happen are
 * skipped.
 */
export class HbmPimChannel {
  readonly counts = new Float64Array(HBM_PIM_COMMANDS.length);
  readonly spent = createReasonCounts();
  readonly ideal: IdealRows;

  readonly #device: HbmPimDevice;
  readonly #banks: HbmPimBanks;
  readonly #queue: AccessQueue;
  /** Of each bank, the last look at the queue in which an access wanted its open row. */
  readonly #wanted: Float64Array;
  readonly #listener: CommandListener | undefined;
  readonly #readEnd: number;
  readonly #writeEnd: number;
  readonly #interval: number;
  readonly #openingDelay: number;

  #runs = NOTHING;
  #run: AccessRun | undefined;
  #taken = 0;
  #kind = command.RD as number;
  #purpose = 0;
  #now = 0;
  #end = 0;
  #next = 0;
  /** The bank that the controller closes first when several may be. */
  #firstToClose = 0;
  #stamp = 0;
  #refreshes = 0;
  #refreshAt: number;
  /** The rank that is to be refreshed; CLOSED where none is. */
  #refreshRank = CLOSED;
  #isAfterRefresh = false;
  #lastAt = 0;
  #accessedAt = 0;
  /** Clocks of row commands since the last access. */
  #rowClocks = 0;
  #lastReason = INSTRUCTION;
  #lastKind = command.RD as number;

  constructor(device: HbmPimDevice, listener?: CommandListener) {
    const { nRL, nWL, nBL, nREFI } = device.timings;
    this.#device = device;
    this.#banks = new HbmPimBanks(device);
    this.#queue = new AccessQueue(device.queueEntries);
    this.#wanted = new Float64Array(this.#banks.count);
    this.#listener = listener;
    this.#readEnd = COMMAND_CLOCKS + nRL + nBL + RESPONSE_CLOCKS;
    this.#writeEnd = nWL + nBL + RESPONSE_CLOCKS;
    this.#interval = nREFI === 0 ? Infinity : Math.floor(nREFI / device.ranks);
    this.#refreshAt = this.#interval;
    this.#openingDelay = openingDelay(device);
    this.ideal = new IdealRows(rowTiming(device));
  }

  /** Clocks that have passed. */
  get now(): number {
    return this.#now;
  }

  /** Takes accesses as there is room for them until all are done; says at which clock that is. */
  run(runs: Iterable<AccessRun>): number {
    this.#runs = runs[Symbol.iterator]();
    this.#taken = 0;
    this.#takeRun();
    this.#end = this.#now;
    this.#accessedAt = this.#now;
    while (this.#run !== undefined || this.#queue.stretches > 0) {
      this.#clock();
      if (this.#now - this.#accessedAt > PATIENCE)
        throw new Error('an HBM-PIM channel waits for what never comes');
    }
    return this.idleUntil(this.#end);
  }

  /** Lets time pass without further accesses: rows are closed, and refreshes come. */
  idleUntil(end: number): number {
    while (this.#now < end) this.#clock();
    // The last clock may have skipped past the end, over nothing.
    this.#now = end;
    this.#add(this.#lastReason, this.#rowClocks);
    this.#rowClocks = 0;
    this.#charge(this.#lastReason, end);
    return end;
  }

  #clock(): void {
    const now = this.#now;
    this.#next = Infinity;
    const isBusy = this.#issueOne(now);
    const isAdmitting = this.#run !== undefined && !this.#queue.isFull;
    if (isAdmitting) this.#admit();
    this.#now = isBusy || isAdmitting ? now + 1 : Math.min(this.#next, this.#refreshAt);
  }

  #issueOne(now: number): boolean {
    this.#askForRefresh(now);
    return (
      (this.#refreshRank !== CLOSED && this.#refresh(now)) ||
      (this.#queue.stretches > 0 && (this.#issueAccess(now) || this.#openRow(now))) ||
      this.#closeUnwanted(now)
    );
  }

  #askForRefresh(now: number): void {
    if (now < this.#refreshAt) return;
    const { ranks, timings } = this.#device;
    this.#refreshRank = this.#refreshes % ranks;
    this.#refreshes += 1;
    const turn = this.#refreshes % ranks;
    const round = (this.#refreshes - turn) / ranks;
    this.#refreshAt = this.#interval * (turn + 1) + round * timings.nREFI;
  }

  /** Closes the banks of the rank as they may be closed, and refreshes it once all are; the other ranks are never open. */
  #refresh(now: number): boolean {
    if (this.#refreshRank === 0) {
      let isOpen = false;
      for (let bank = 0; bank < this.#banks.count; bank += 1) {
        if (this.#banks.open[bank] === CLOSED) continue;
        isOpen = true;
        if (this.#isReady(command.PRE, bank, now)) {
          this.#precharge(bank, now, true);
          return true;
        }
      }
      if (isOpen) return false;
      this.#banks.refresh(now);
      this.#isAfterRefresh = true;
    }
    this.#issued(command.REF, 0, CLOSED, CLOSED, now);
    this.#charge(REFRESH, now);
    this.#refreshRank = CLOSED;
    return true;
  }

  #issueAccess(now: number): boolean {
    const queue = this.#queue;
    const { open } = this.#banks;
    for (let place = 0; place < queue.stretches; place += 1) {
      const isBarrier = queue.isBarrier(place);
      // A barrier waits for all before it, and holds back all after it.
      if (isBarrier && place > 0 && queue.startsWithBarrier(place)) return false;
      const bank = queue.bank(place);
      if (open[bank] === queue.row(place)) {
        const kind = queue.kind(place);
        if (this.#isReady(kind, bank, now) && !queue.hasEarlier(place)) {
          this.#access(kind, bank, place, now);
          return true;
        }
      }
      if (isBarrier) return false;
    }
    return false;
  }

  /** Rows are opened ahead within the accesses up to the next barrier; one at the head does not count. */
  #openRow(now: number): boolean {
    const queue = this.#queue;
    const { open } = this.#banks;
    for (let place = 0; place < queue.stretches; place += 1) {
      const isHead = queue.startsWithBarrier(place);
      if (isHead && place > 0) return false;
      const bank = queue.bank(place);
      if (open[bank] === CLOSED && this.#isReady(command.ACT, bank, now)) {
        const [row, column] = [queue.row(place), queue.column(place)];
        this.#banks.activate(bank, row, column, now);
        this.#issued(command.ACT, bank, row, CLOSED, now);
        this.#passRowClocks(now);
        return true;
      }
      if (!isHead && queue.isBarrier(place)) return false;
    }
    return false;
  }

  #closeUnwanted(now: number): boolean {
    const { open, count } = this.#banks;
    const queue = this.#queue;
    const wanted = this.#wanted;
    this.#stamp += 1;
    let kept = 0;
    for (let place = 0; place < queue.stretches; place += 1) {
      const bank = queue.bank(place);
      if (open[bank] === queue.row(place) && wanted[bank] !== this.#stamp) {
        wanted[bank] = this.#stamp;
        kept += 1;
      }
      if (queue.isBarrier(place)) break;
    }
    if (kept === this.#banks.openCount) return false;
    let bank = this.#firstToClose;
    for (let turn = 0; turn < count; turn += 1) {
      if (open[bank] !== CLOSED && wanted[bank] !== this.#stamp && this.#isReady(command.PRE, bank, now)) {
        this.#firstToClose = bank;
        this.#precharge(bank, now, false);
        return true;
      }
      bank = bank + 1 === count ? 0 : bank + 1;
    }
    return false;
  }

  #isReady(kind: number, bank: number, now: number): boolean {
    const ready = this.#banks.readyAt(kind, bank);
    if (ready <= now) return true;
    if (ready < this.#next) this.#next = ready;
    return false;
  }

  #precharge(bank: number, now: number, isForRefresh: boolean): void {
    const row = this.#banks.open[bank] ?? CLOSED;
    this.#banks.precharge(bank, now);
    this.#issued(command.PRE, bank, row, CLOSED, now);
    if (isForRefresh) this.#charge(REFRESH, now);
    else this.#passRowClocks(now);
  }

  #access(kind: number, bank: number, place: number, now: number): void {
    const queue = this.#queue;
    const [row, column, purpose] = [queue.row(place), queue.column(place), queue.purpose(place)];
    this.#banks.access(kind, bank, now);
    this.#issued(kind, bank, row, column, now);
    this.#end = Math.max(this.#end, now + (kind === command.RD ? this.#readEnd : this.#writeEnd));
    this.#chargeAccess(kind, PURPOSE_REASONS[purpose] ?? COMPUTE, bank, now);
    if (PURPOSE_REASONS[purpose] === COMPUTE) this.ideal.access(bank * this.#device.rowsPerBank + row);
    this.#accessedAt = now;
    queue.take(place);
  }

  /**
   * What was waited for before an access: a refresh, its row, the end of what was written, or the access before it. Opening a
   * row that something else hid costs nothing.
   */
  #chargeAccess(kind: number, why: number, bank: number, now: number): void {
    let reason = why;
    if (this.#isAfterRefresh) reason = REFRESH;
    else if (why !== MODE && this.#banks.isJustOpen(kind, bank, now)) reason = ROW_SWITCH;
    else if (kind === command.RD && this.#lastKind === command.WR) reason = this.#lastReason;
    if (reason === ROW_SWITCH && this.#banks.isAllBank) {
      // The last bank group is open later than the first.
      const clocks = Math.min(this.#openingDelay, this.#rowClocks + now - this.#lastAt);
      this.#add(WINDOW, clocks);
      this.#add(reason, -clocks);
    }
    this.#add(reason, this.#rowClocks);
    this.#charge(reason, now);
    this.#rowClocks = 0;
    this.#isAfterRefresh = false;
    this.#lastKind = kind;
    this.#lastReason = why;
  }

  #passRowClocks(now: number): void {
    this.#rowClocks += now - this.#lastAt;
    this.#lastAt = now;
  }

  #charge(why: number, until: number): void {
    this.#add(why, until - this.#lastAt);
    this.#lastAt = until;
  }

  #add(why: number, clocks: number): void {
    this.spent[why] = (this.spent[why] ?? 0) + clocks;
  }

  #issued(kind: number, bank: number, row: number, column: number, now: number): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    this.#listener?.(now, kind, bank, row, column, 0);
  }

  #admit(): void {
    const run = this.#run;
    if (run === undefined) return;
    const queue = this.#queue;
    if (this.#taken === 0 || !queue.grow()) {
      queue.begin(run.bank, run.row, run.column + this.#taken, this.#kind, this.#purpose);
    }
    this.#taken += 1;
    if (this.#taken < run.count) return;
    if (run.barrier) queue.endWithBarrier();
    this.#takeRun();
  }

  #takeRun(): void {
    const next = this.#runs.next();
    this.#taken = 0;
    this.#run = next.done === true ? undefined : next.value;
    if (this.#run === undefined) return;
    const { write, bank, row, column, count, purpose } = this.#run;
    requireWhole('bank', bank, 0, this.#banks.count - 1);
    requireWhole('row', row, 0, this.#device.rowsPerBank - 1);
    requireWhole('count', count, 1, this.#device.burstsPerRow);
    requireWhole('column', column, 0, this.#device.burstsPerRow - count);
    this.#kind = write ? command.WR : command.RD;
    this.#purpose = ACCESS_PURPOSES.indexOf(purpose);
  }
}
