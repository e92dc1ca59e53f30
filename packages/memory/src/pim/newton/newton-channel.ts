import type { CommandListener } from '../../device/command-log.ts';
import { PIM_REASONS, createReasonCounts, requireWhole } from '../pim-result.ts';
import type { PimReason } from '../pim-result.ts';
import { rowPeriod } from '../ideal-stream.ts';
import type { RowTiming } from '../ideal-stream.ts';
import { ScopedGaps } from '../scoped-gaps.ts';
import { expectedRowClocks, expectedVectorClocks } from './expected-clocks.ts';
import { CLOSED, NewtonBanks } from './newton-banks.ts';
import * as command from './newton-commands.ts';
import { columnGap, newtonGaps, NEWTON_COMMANDS } from './newton-commands.ts';
import { newtonColumns } from './newton-device.ts';
import type { NewtonDevice } from './newton-device.ts';
import type { NewtonInstruction } from './newton-program.ts';
import { NewtonRefresh } from './newton-refresh.ts';

/** What the head of the queue is. A multiplication is a header, then its columns, then its result; or a header and a bundle. */
const DRAINED = 0;
const VECTOR = 1;
const HEADER = 2;
const COLUMNS = 3;
const RESULT = 4;
const BUNDLE = 5;

const reason = (name: PimReason): number => PIM_REASONS.indexOf(name);
const COMPUTE = reason('compute');
const ROW_SWITCH = reason('row-switch');
const WINDOW = reason('activation-window');
const MODE = reason('mode-switch');
const VECTOR_WRITE = reason('vector-write');
const RESULT_READ = reason('result-read');
const REFRESH = reason('refresh');
const INSTRUCTION = reason('instruction');

/** Requests are offered one a clock, and each is seen by the controller this many clocks after the start. */
const FIRST_SEEN = 2;
/** The clock in which a response is taken ends with it. */
const RESPONSE_CLOCKS = 1;

/** A channel at work: its banks, the head of its queue, and what it has counted. A step costs the same whatever it skips. */
export class NewtonChannel {
  readonly counts = new Float64Array(NEWTON_COMMANDS.length);
  readonly spent = createReasonCounts();
  readonly #device: NewtonDevice;
  readonly #isDual: boolean;
  readonly #gaps: ScopedGaps;
  readonly #listener: CommandListener | undefined;
  readonly #banks: NewtonBanks;
  readonly #banksPerRank: number;
  readonly #columnGap: number;
  readonly #refresh: NewtonRefresh;
  readonly #rowTiming: RowTiming;

  #program: Iterator<NewtonInstruction> | undefined;
  #head = DRAINED;
  #seen = FIRST_SEEN - 1;
  #row = 0;
  #bank = 0;
  /** Columns of the multiplication, and those still to be done. */
  #width = 0;
  #left = 0;
  /** Of the rows before, what the ideal stream takes; and the columns of the last row. */
  #idealDone = 0;
  #lastWidth = 0;
  #isWriting = false;
  #vectorDone = 0;
  #bundleReady = 0;
  #isPipelineEmpty = true;
  #resultReady = 0;
  /** A row is being opened: a group of it has been, and no column has come since. */
  #isOpening = false;
  #lastAt = 0;
  /** The earliest clock at which a step could do what it could not do now. */
  #next = Infinity;
  #end = 0;

  constructor(device: NewtonDevice, listener?: CommandListener) {
    const { ranks, bankGroups, banksPerGroup } = device;
    this.#device = device;
    this.#isDual = device.rowBuffers === 'dual';
    const tree = { ranks, groups: bankGroups, banks: banksPerGroup };
    this.#gaps = new ScopedGaps(NEWTON_COMMANDS, newtonGaps(device), tree);
    this.#listener = listener;
    this.#banks = new NewtonBanks(device);
    this.#banksPerRank = bankGroups * banksPerGroup;
    this.#columnGap = columnGap(device);
    this.#refresh = new NewtonRefresh(device);
    const { nRCD, nRTP, nRP, nRAS, nRC } = device.timings;
    const [open, pace] = [nRCD, this.#columnGap];
    this.#rowTiming = { open, pace, toPrecharge: nRTP, precharge: nRP, active: nRAS, cycle: nRC };
  }

  /** Runs a program from the first clock on, and says how many clock periods it took. */
  run(program: Iterable<NewtonInstruction>): number {
    this.#program = program[Symbol.iterator]();
    this.#advance();
    if (this.#head === DRAINED) return 0;
    let now = FIRST_SEEN;
    this.#charge(INSTRUCTION, now);
    while (this.#head !== DRAINED || now < this.#end) {
      const isBusy = this.#step(now);
      now = isBusy ? now + 1 : this.#next;
      if (now === Infinity) throw new Error('a Newton channel waits for what never comes');
    }
    this.#charge(RESULT_READ, this.#end + RESPONSE_CLOCKS);
    return this.#end + RESPONSE_CLOCKS;
  }

  /** Issues at most one command; says whether the next clock may differ, or else sets what to wait for. */
  #step(now: number): boolean {
    const refresh = this.#refresh;
    refresh.tick(now);
    this.#next = this.#head === DRAINED ? Math.min(this.#end, refresh.next) : refresh.next;
    if (refresh.isDue) return this.#closeForRefresh(now, refresh.rank);
    if (this.#isWriting && this.#head !== VECTOR) {
      if (now < this.#vectorDone) return this.#wait(this.#vectorDone);
      this.#charge(VECTOR_WRITE, Math.max(this.#lastAt, this.#vectorDone));
      this.#isWriting = false;
    }
    if (refresh.isHolding || this.#head === DRAINED) return false;
    if (now < this.#seen) return this.#wait(this.#seen);
    switch (this.#head) {
      case VECTOR:
        return this.#writeVector(now);
      case HEADER:
        return this.#start(now);
      default:
        return this.#banks.closed > 0 ? this.#open(now) : this.#compute(now);
    }
  }

  /** Clock periods of the ideal row stream: its rows opened in all banks at once, to the last column. */
  get ideal(): number {
    if (this.#lastWidth === 0) return 0;
    const { open, pace } = this.#rowTiming;
    return this.#idealDone + open + (this.#lastWidth - 1) * pace;
  }

  #wait(until: number): false {
    if (until < this.#next) this.#next = until;
    return false;
  }

  /** All banks of a rank are closed one by one, then it is refreshed; nothing else is issued meanwhile. */
  #closeForRefresh(now: number, rank: number): boolean {
    const first = rank * this.#banksPerRank;
    let isClosed = true;
    let ready = 0;
    for (let bank = first; bank < first + this.#banksPerRank; bank += 1) {
      const isNormalOpen = this.#banks.normal[bank] !== CLOSED;
      if (isNormalOpen || this.#banks.compute[bank] !== CLOSED) {
        isClosed = false;
        const close = isNormalOpen ? command.PRE : command.PIM_PRE;
        if (this.#tryIssue(close, bank, CLOSED, now, REFRESH)) return true;
      } else {
        ready = Math.max(ready, this.#gaps.readyAt(command.REF, bank));
      }
    }
    if (!isClosed) return false;
    if (ready > now) return this.#wait(ready);
    this.#issue(command.REF, first, CLOSED, now, REFRESH);
    this.#refresh.done(now);
    return true;
  }

  #writeVector(now: number): boolean {
    const open = this.#banks.normal[this.#bank] ?? CLOSED;
    if (!this.#isWriting) {
      if (!this.#refresh.fits(now, expectedVectorClocks(this.#device, open, this.#row))) return this.#hold();
      this.#isWriting = true;
    }
    if (open === this.#row) {
      if (!this.#tryIssue(command.GWRITE, this.#bank, this.#row, now, VECTOR_WRITE)) return false;
      this.#vectorDone = now + this.#device.timings.nGWRITE;
      this.#end = Math.max(this.#end, this.#vectorDone);
      this.#advance();
      return true;
    }
    const isOtherBuffer = this.#isDual && this.#banks.compute[this.#bank] === this.#row;
    const needed = open !== CLOSED ? command.PRE : isOtherBuffer ? command.PIM_PRE : command.ACT;
    return this.#tryIssue(needed, this.#bank, this.#row, now, VECTOR_WRITE);
  }

  /** The header: closes what is open in the way, and is held back where the row would not end before the next refresh. */
  #start(now: number): boolean {
    const expected = expectedRowClocks(this.#device, this.#banks, this.#row, this.#width);
    if (!this.#refresh.fits(now, expected)) return this.#hold();
    let isWaiting = false;
    for (let bank = 0; bank < this.#banks.count; bank += 1) {
      const open = this.#banks.compute[bank] ?? CLOSED;
      const isInWay = open !== CLOSED && open !== this.#row;
      const isInOtherBuffer = this.#isDual && open === CLOSED && this.#banks.normal[bank] === this.#row;
      if (!isInWay && !isInOtherBuffer) continue;
      const close = this.#isDual && isInWay ? command.PIM_PRE : command.PRE;
      if (this.#tryIssue(close, bank, CLOSED, now, ROW_SWITCH)) return true;
      isWaiting = true;
    }
    if (isWaiting) return this.#wait(this.#refresh.lastFit(now, expected));
    this.#charge(MODE, now);
    this.#rowStarts();
    return true;
  }

  #rowStarts(): void {
    if (this.#lastWidth > 0) this.#idealDone += rowPeriod(this.#lastWidth, this.#rowTiming);
    this.#lastWidth = this.#width;
    this.#left = this.#width;
    this.#isOpening = false;
    this.#head = this.#isDual ? BUNDLE : COLUMNS;
    this.#seen += 1;
  }

  #hold(): false {
    this.#refresh.hold();
    return false;
  }

  /** Opens the row in the first bank group that is closed and may be opened. */
  #open(now: number): boolean {
    const { nRFC } = this.#device.timings;
    const size = this.#device.banksPerGroup;
    for (let first = 0; first < this.#banks.count; first += size) {
      let ready = CLOSED;
      for (let bank = first; bank < first + size; bank += 1) {
        if (this.#banks.compute[bank] === CLOSED)
          ready = Math.max(ready, this.#gaps.readyAt(command.G_ACT, bank));
      }
      if (ready === CLOSED) continue;
      if (ready > now) {
        this.#wait(ready);
        continue;
      }
      const isRefreshed = this.#refresh.refreshedAt(Math.floor(first / this.#banksPerRank)) + nRFC === now;
      const why = isRefreshed ? REFRESH : this.#isOpening ? WINDOW : ROW_SWITCH;
      this.#issue(command.G_ACT, first, this.#row, now, why);
      this.#isOpening = true;
      return true;
    }
    return false;
  }

  #compute(now: number): boolean {
    const why = this.#isOpening ? ROW_SWITCH : COMPUTE;
    if (this.#head === BUNDLE) {
      if (this.#bundleReady > now) return this.#wait(this.#bundleReady);
      if (!this.#tryIssue(command.COMPS_READRES, 0, this.#row, now, why)) return false;
      this.counts[command.COMP] = (this.counts[command.COMP] ?? 0) + this.#width;
      this.counts[command.READRES] = (this.counts[command.READRES] ?? 0) + 1;
      // As the simulator has it: only the next bundle waits for these columns, and it has its row to open first.
      const columns = Math.max(this.#width, this.#device.pipelineColumns) + 1;
      this.#bundleReady = now + this.#columnGap * columns;
      return this.#respond(now);
    }
    if (this.#head === COLUMNS) {
      if (!this.#tryIssue(command.COMP, 0, this.#row, now, why)) return false;
      this.#isOpening = false;
      if (this.#isPipelineEmpty) {
        this.#isPipelineEmpty = false;
        this.#resultReady = now + this.#device.pipelineColumns * this.#device.timings.nCCDS;
      }
      this.#left -= 1;
      this.#seen += 1;
      if (this.#left === 0) this.#head = RESULT;
      return true;
    }
    if (this.#resultReady > now) return this.#wait(this.#resultReady);
    if (!this.#tryIssue(command.READRES, 0, this.#row, now, RESULT_READ)) return false;
    this.#isPipelineEmpty = true;
    return this.#respond(now);
  }

  #respond(now: number): true {
    const { nRL, nBL } = this.#device.timings;
    this.#end = Math.max(this.#end, now + nRL + nBL);
    this.#isOpening = false;
    this.#advance();
    return true;
  }

  #tryIssue(kind: number, bank: number, row: number, now: number, why: number): boolean {
    const ready = this.#gaps.readyAt(kind, bank);
    if (ready > now) return this.#wait(ready);
    this.#issue(kind, bank, row, now, why);
    return true;
  }

  #issue(kind: number, bank: number, row: number, now: number, why: number): void {
    this.#charge(why, now);
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    this.#gaps.note(kind, bank, now);
    this.#listener?.(now, kind, bank, row, CLOSED, 0);
    this.#banks.apply(kind, bank, row);
  }

  #charge(why: number, until: number): void {
    this.spent[why] = (this.spent[why] ?? 0) + until - this.#lastAt;
    this.#lastAt = until;
  }

  #advance(): void {
    const next = this.#program?.next();
    this.#seen += 1;
    if (next === undefined || next.done === true) {
      this.#head = DRAINED;
      return;
    }
    const instruction = next.value;
    requireWhole('row', instruction.row, 0, this.#device.rowsPerBank - 1);
    this.#row = instruction.row;
    if (instruction.kind === 'gwrite') {
      this.#bank = instruction.bank ?? 0;
      requireWhole('bank', this.#bank, 0, this.#banks.count - 1);
      this.#head = VECTOR;
    } else {
      this.#width = instruction.columns;
      requireWhole('columns', this.#width, 1, newtonColumns(this.#device));
      this.#head = HEADER;
    }
  }
}
