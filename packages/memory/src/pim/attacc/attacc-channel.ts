import type { CommandListener } from '../../device/command-log.ts';
import { CommandEngine } from '../command-engine.ts';
import { IdealRows } from '../ideal-stream.ts';
import { createReasonCounts, PIM_REASONS } from '../pim-result.ts';
import type { PimReason } from '../pim-result.ts';
import { attAccPace, attAccRowTiming } from './attacc-device.ts';
import type { AttAccDevice } from './attacc-device.ts';
import { ATTACC_KINDS } from './attacc-request.ts';
import type { AttAccKind } from './attacc-request.ts';
import { RequestWindow } from './request-window.ts';
import { ATTACC_COMMANDS, ATTACC_RULES } from './attacc-standard.ts';
import type { AttAccCommandName } from './attacc-standard.ts';

const place = (name: AttAccCommandName): number =>
  ATTACC_COMMANDS.findIndex((command) => command.name === name);
// Activates come first in the list, then precharges and refresh: all that goes over the row command bus.
const ACTAB = place('ACTAB');
const ACTSB = place('ACTSB');
const ACTPB = place('ACTPB');
const PREA = place('PREA');
const PRESB = place('PRESB');
const PREPB = place('PREPB');
const REFAB = place('REFab');
const MACAB = place('MACAB');
const MACSB = place('MACSB');
const MACPB = place('MACPB');

const kindOf = (name: AttAccKind): number => ATTACC_KINDS.indexOf(name);
const BARRIER = kindOf('BARRIER');
const FINAL = Int32Array.of(
  MACAB,
  MACSB,
  MACPB,
  place('WRGB'),
  place('MVSB'),
  place('MVGB'),
  place('SFM'),
  -1,
);

const reason = (name: PimReason): number => PIM_REASONS.indexOf(name);
const COMPUTE = reason('compute');
const ROW_SWITCH = reason('row-switch');
const WINDOW = reason('activation-window');
const REFRESH = reason('refresh');
const INSTRUCTION = reason('instruction');
const MOVE_REASON = Int32Array.of(
  reason('vector-write'),
  reason('data-move'),
  reason('data-move'),
  reason('data-move'),
);

/** Whether a command may share its clock with one of the other bus: precharges of some banks take both buses. */
function isPaired(command: number): boolean {
  return command >= 0 && command !== PRESB && command !== PREPB;
}

const CLOSED = -1;
/** No command was chosen: there is none, or none that may be issued yet. */
const NOTHING = -2;
const BARRIER_COMMAND = -1;

/**
 * The controller of one channel. The oldest request that may be issued goes first, unless it would close a row that others
 * still hit; behind a barrier only rows are opened and closed. In each clock a row command and a column command may be
 * issued together: the second is sought once the first is out.
 */
export class AttAccChannel {
  readonly engine: CommandEngine;
  readonly spent = createReasonCounts();
  readonly #window: RequestWindow;
  /** So many of the oldest requests were found to wait until `soonest` at least, some of them behind a barrier. */
  #seen = 0;
  #soonest = Infinity;
  #isBehindBarrier = false;
  /** Some of them were ready, but would have closed a row, or moved data, where hits wait for their bank. */
  #isAnyHeld = false;
  #refreshes = 0;
  #refreshed = 0;
  #accounted = 0;
  readonly #openRows: Int32Array;
  #openBanks = 0;
  readonly #isHit: Uint8Array;
  #nextRefresh: number;
  #rowsFree = -1;
  #computeFree = -1;
  readonly #device: AttAccDevice;
  readonly #banksOfPseudoChannel: number;
  readonly #pace: ReturnType<typeof attAccPace>;
  readonly #listener: CommandListener | undefined;
  readonly #ideal: IdealRows;
  /** Ideal cycles of MACs of some banks, whose rows hide behind those of others. */
  #idealOfSome = 0;

  constructor(device: AttAccDevice, listener?: CommandListener) {
    const { timings, activationLimit, pseudoChannels, ranks, bankGroups, banksPerGroup, queue } = device;
    this.#device = device;
    this.#pace = attAccPace(device);
    const groupSteps =
      activationLimit.kind === 'per-bank-group' ? (bankGroups - 1) * activationLimit.window : 0;
    this.engine = new CommandEngine({
      commands: ATTACC_COMMANDS,
      rules: ATTACC_RULES,
      timings: { ...timings, nCCDAB: this.#pace.allBank, nCCDSB: this.#pace.sameBank, nACTAB: groupSteps },
      counts: { pseudoChannel: pseudoChannels, rank: ranks, bankGroup: bankGroups, bank: banksPerGroup },
    });
    this.#ideal = new IdealRows(attAccRowTiming(device));
    const banks = this.engine.banks;
    this.#banksOfPseudoChannel = banks / pseudoChannels;
    this.#openRows = new Int32Array(banks).fill(CLOSED);
    this.#isHit = new Uint8Array(banks);
    this.#window = new RequestWindow(queue, ATTACC_COMMANDS.length);
    this.#nextRefresh = device.refresh === 'all-bank' ? timings.nREFI : Infinity;
    this.#listener = listener;
  }

  get hasRoom(): boolean {
    return this.#window.length < this.#window.capacity;
  }

  get isBusy(): boolean {
    return this.#window.length > 0 || this.#refreshes > 0;
  }

  /** Cycles that the rows and accesses so far would take as an ideal stream. */
  get ideal(): number {
    return this.#ideal.cycles + this.#idealOfSome;
  }

  push(kind: number, bank: number, row: number): void {
    this.#window.push(kind, bank, row, this.#commandOf(kind, bank, row));
  }

  /** Works for one clock; whether anything was issued, or a barrier passed. */
  tick(clock: number): boolean {
    if (clock >= this.#nextRefresh) {
      this.#refreshes += this.#device.pseudoChannels;
      this.#nextRefresh += this.#device.timings.nREFI;
    }
    const before = this.#window.length;
    const { commands } = this.#window;
    if (this.#refreshes > 0) {
      // Until a refresh may be issued only column commands go on, beside the row command that it waits for.
      const isIssued = this.#refreshStep(clock);
      const second = this.#choose(clock);
      if (second === NOTHING) return isIssued || this.#window.length < before;
      if ((commands[second] ?? 0) < MACAB) return isIssued || this.#window.length < before;
      this.#take(second, clock);
      return true;
    }
    const first = this.#choose(clock);
    if (first === NOTHING) return this.#window.length < before;
    const command = commands[first] ?? 0;
    this.#take(first, clock);
    const second = this.#choose(clock);
    if (second === NOTHING || !isPaired(command)) return true;
    const other = commands[second] ?? 0;
    if (isPaired(other) && other < MACAB !== command < MACAB) this.#take(second, clock);
    return true;
  }

  /** Clock at which something may happen next, after a tick in which nothing did. */
  nextEvent(clock: number): number {
    let next = Math.min(this.#nextRefresh, this.#soonest);
    if (this.#refreshes > 0)
      next = Math.min(next, this.engine.earliest(this.#openBanks > 0 ? PREA : REFAB, -1));
    return Math.max(next, clock + 1);
  }

  finish(clock: number): void {
    this.#account(INSTRUCTION, clock);
  }

  /**
   * Place of the request whose next command is to be issued now, or NOTHING. A barrier that is the oldest is passed; one
   * right behind it takes a clock of its own.
   */
  #choose(clock: number): number {
    const window = this.#window;
    const { kinds, banks, commands } = window;
    if (window.length > 0 && kinds[window.head] === BARRIER) {
      window.remove(window.head);
      this.#changed();
    }
    if (clock >= this.#soonest) this.#changed();
    if (this.#seen === 0 && this.#allWait(clock)) {
      this.#seen = window.length;
      return NOTHING;
    }
    let hasHits = false;
    const { head } = window;
    const end = head + window.length;
    for (let at = head + this.#seen; at < end; at++) {
      const command = commands[at] ?? 0;
      if (command === BARRIER_COMMAND) {
        if (at === head) return at;
        this.#isBehindBarrier = true;
        continue;
      }
      if (this.#isBehindBarrier && command > PREPB) continue;
      // Most wait for something that holds for the whole channel.
      let ready = this.engine.earliest(command, -1);
      const bank = banks[at] ?? 0;
      if (ready <= clock) ready = this.engine.earliest(command, bank);
      if (ready > clock) {
        if (ready < this.#soonest) this.#soonest = ready;
        continue;
      }
      if (at > head && (command < MACAB || command > MACPB)) {
        if (!hasHits) this.#findHits();
        hasHits = true;
        if (this.#isHit[bank] === 1) {
          this.#isAnyHeld = true;
          continue;
        }
      }
      // It is not always taken: what was seen before it stays as it was found.
      this.#seen = at - head;
      return at;
    }
    this.#seen = window.length;
    return NOTHING;
  }

  /** Whether every command that is asked for has to wait, for reasons that hold for the whole channel. */
  #allWait(clock: number): boolean {
    const { counts } = this.#window;
    let soonest = Infinity;
    for (let command = 0; command < counts.length; command++) {
      if (counts[command] === 0) continue;
      const ready = this.engine.earliest(command, -1);
      if (ready <= clock) return false;
      if (ready < soonest) soonest = ready;
    }
    this.#soonest = soonest;
    this.#isBehindBarrier = this.#window.barriers > 0;
    return true;
  }

  /** What was found about the requests holds no longer. */
  #changed(): void {
    this.#seen = 0;
    this.#soonest = Infinity;
    this.#isBehindBarrier = false;
    this.#isAnyHeld = false;
  }

  /** Marks the banks whose open rows are asked for. */
  #findHits(): void {
    const { kinds, banks, commands, head, length } = this.#window;
    this.#isHit.fill(0);
    for (let at = head; at < head + length; at++) {
      if ((kinds[at] ?? 0) <= 2 && (commands[at] ?? 0) >= MACAB) this.#isHit[banks[at] ?? 0] = 1;
    }
  }

  /** The command that a request needs next. */
  #commandOf(kind: number, bank: number, row: number): number {
    const final = FINAL[kind] ?? 0;
    if (kind > 2) return final;
    const open = this.#openRows[bank];
    if (open === row) return final;
    return open === CLOSED ? ACTAB + kind : PREA + kind;
  }

  #take(at: number, clock: number): void {
    const window = this.#window;
    const command = window.commands[at] ?? 0;
    if (command !== BARRIER_COMMAND) {
      const row = window.rows[at] ?? 0;
      this.#issue(command, window.banks[at] ?? 0, row, clock, this.#reasonOf(command, clock));
      if (command < MACAB) return;
      const { nBL, nCCDL } = this.#device.timings;
      if (command === MACAB) this.#ideal.access(row);
      else if (command <= MACPB) this.#idealOfSome += command === MACPB ? nBL : nCCDL;
    }
    window.remove(at);
    // Commands only make others wait longer: what was seen to wait still does, unless something hung on this request.
    if (this.#isAnyHeld || command === BARRIER_COMMAND) this.#changed();
  }

  #reasonOf(command: number, clock: number): number {
    if (command <= ACTPB) return clock === this.#rowsFree ? REFRESH : ROW_SWITCH;
    if (command <= PREPB) return ROW_SWITCH;
    if (command > MACPB) return MOVE_REASON[command - MACPB - 1] ?? INSTRUCTION;
    return clock === this.#computeFree ? ROW_SWITCH : COMPUTE;
  }

  #refreshStep(clock: number): boolean {
    const { pseudoChannels, timings } = this.#device;
    const command = this.#openBanks > 0 ? PREA : REFAB;
    if (this.engine.earliest(command, -1) > clock) return false;
    const bank = (this.#refreshed % pseudoChannels) * this.#banksOfPseudoChannel;
    this.#issue(command, bank, -1, clock, REFRESH);
    if (command === PREA) return true;
    this.#refreshed++;
    this.#refreshes--;
    // Activates are for banks of the first pseudo channel, and of others with it.
    if (bank === 0) this.#rowsFree = clock + timings.nRFC;
    return true;
  }

  #issue(command: number, bank: number, row: number, clock: number, reason: number): void {
    const isCompute = reason === COMPUTE;
    const pace = command === MACAB ? this.#pace.allBank : this.#pace.sameBank;
    if (isCompute && command !== MACPB && clock - this.#accounted === pace) {
      this.#account(WINDOW, clock - this.#device.timings.nCCDL);
    }
    this.#account(reason, clock);
    this.engine.issue(command, bank, clock);
    if (command < MACAB) this.#changed();
    this.#listener?.(clock, command, bank, row, -1, 0);
    if (command < REFAB) this.#moveRows(command, bank, row, clock);
    else if (command === MACPB && this.#device.holdsForeignPrecharge) this.#holdForeign(bank, clock);
  }

  #holdForeign(bank: number, clock: number): void {
    const { bankGroups, banksPerGroup, timings } = this.#device;
    const rank = Math.floor((bank % this.#banksOfPseudoChannel) / (bankGroups * banksPerGroup));
    if (rank >= bankGroups) return;
    this.engine.hold(PREPB, rank * banksPerGroup + (bank % banksPerGroup), clock + timings.nRTPL);
  }

  /** Opens or closes the row in all banks that the command is for. */
  #moveRows(command: number, bank: number, row: number, clock: number): void {
    const rows = this.#openRows;
    const isActivate = command <= ACTPB;
    const value = isActivate ? row : CLOSED;
    // All banks, one of each group, or one of each pseudo channel.
    let step = 1;
    let first = 0;
    if (command === ACTSB || command === PRESB) {
      step = this.#device.banksPerGroup;
      first = bank % step;
    } else if (command === ACTPB || command === PREPB) {
      step = this.#banksOfPseudoChannel;
      first = bank % step;
    }
    for (let i = first; i < rows.length; i += step) {
      if ((rows[i] === CLOSED) !== (value === CLOSED)) this.#openBanks += isActivate ? 1 : -1;
      rows[i] = value;
    }
    if (isActivate) this.#computeFree = clock + this.#device.timings.nRCDRD;
    const { kinds, banks, rows: wanted, commands, head, length } = this.#window;
    for (let at = head; at < head + length; at++) {
      const kind = kinds[at] ?? 0;
      if (kind > 2) continue;
      const next = this.#commandOf(kind, banks[at] ?? 0, wanted[at] ?? 0);
      if (next !== commands[at]) this.#window.change(at, next);
    }
  }

  #account(reason: number, clock: number): void {
    if (clock <= this.#accounted) return;
    this.spent[reason] = (this.spent[reason] ?? 0) + clock - this.#accounted;
    this.#accounted = clock;
  }
}
