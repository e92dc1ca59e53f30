import type { CommandListener } from '../../device/command-log.ts';
import { CommandEngine } from '../command-engine.ts';
import { IdealRows } from '../ideal-stream.ts';
import { createReasonCounts, PIM_REASONS } from '../pim-result.ts';
import type { PimReason } from '../pim-result.ts';
import { AccessQueue } from './access-queue.ts';
import { aimRowTiming } from './aim-device.ts';
import type { AimDevice } from './aim-device.ts';
import { NO_BANK } from './aim-request.ts';
import type { AimRequest } from './aim-request.ts';
import { AIM_COMMANDS, AIM_RULES } from './aim-standard.ts';
import type { AimCommandName } from './aim-standard.ts';

const place = (name: AimCommandName): number => AIM_COMMANDS.findIndex((command) => command.name === name);
const ACT16 = place('ACT16');
const ACT4 = place('ACT4');
const ACT = place('ACT');
const PREA = place('PREA');
const PRE = place('PRE');
const MAC16 = place('MAC16');
const WRA16 = place('WRA16');
const RD = place('RD');
const WR = place('WR');
const TMOD = place('TMOD');
const REFAB = place('REFab');

const reason = (name: PimReason): number => PIM_REASONS.indexOf(name);
const COMPUTE = reason('compute');
const ROW_SWITCH = reason('row-switch');
const WINDOW = reason('activation-window');
const MODE_SWITCH = reason('mode-switch');
const RESULT_READ = reason('result-read');
const REFRESH = reason('refresh');
const INSTRUCTION = reason('instruction');
const ACCESS = reason('memory-access');

const CLOSED = -1;
/** Of all banks together: some are open, some closed, or their rows differ. */
const MIXED = -2;

/**
 * The controller of one AiM channel. Requests are served strictly in order, a command a clock: what the state of the rows
 * asks for next (close, open, or the request itself) waits until its gaps allow it, and only then, where the mode is the
 * wrong one, the mode is switched instead. A refresh that is due goes before everything else. Only normal reads and writes
 * may overtake one another: first ready, first come, and one whose row was opened for it before all others.
 */
export class AimChannel {
  readonly engine: CommandEngine;
  readonly spent = createReasonCounts();
  readonly reads: AccessQueue;
  readonly writes: AccessQueue;
  /** Reads and writes whose row was opened for them. */
  readonly active: AccessQueue;
  readonly #ideal: IdealRows;
  /** Clock of the last command. */
  #now = 0;
  #last = -1;
  /** Clock up to which it is known what was waited for, and what is being waited for. */
  #accounted = 0;
  #awaited = INSTRUCTION;
  #isRegisterMode = false;
  #isDraining = false;
  readonly #openRows: Int32Array;
  #allRow = CLOSED;
  #refreshDue: number;
  #rowsFree = -1;
  /** When the last read left, and when the last write that was begun is done for. */
  #readDone = 0;
  #writesDone = 0;
  readonly #device: AimDevice;
  readonly #opensByGroup: boolean;
  readonly #pace: number;
  readonly #idealPace: number;
  readonly #listener: CommandListener | undefined;
  readonly #readLatency: number;
  readonly #writeLatency: number;

  constructor(device: AimDevice, listener?: CommandListener) {
    const { timings, activationLimit, bankGroups, banksPerGroup } = device;
    const limit = activationLimit;
    this.#device = device;
    this.#opensByGroup = limit.kind === 'per-bank-group';
    this.#idealPace = timings.nCCDL;
    this.#pace = limit.kind === 'slower-mac-rate' ? Math.max(limit.gap, timings.nCCDL) : timings.nCCDL;
    this.engine = new CommandEngine({
      commands: AIM_COMMANDS,
      rules: AIM_RULES,
      timings: {
        ...timings,
        nCCDMAC: this.#pace,
        nFAWG: limit.kind === 'per-bank-group' ? limit.window : timings.nRRDS,
      },
      counts: { bankGroup: bankGroups, bank: banksPerGroup },
    });
    this.#ideal = new IdealRows(aimRowTiming(device));
    this.#openRows = new Int32Array(bankGroups * banksPerGroup).fill(CLOSED);
    this.#refreshDue = device.refresh === 'all-bank' ? timings.nREFI : Infinity;
    this.reads = new AccessQueue(device.queue);
    this.writes = new AccessQueue(device.queue);
    this.active = new AccessQueue(this.engine.banks + 2 * device.queue);
    this.#readLatency = timings.nCL + timings.nBL;
    this.#writeLatency = timings.nCWL + timings.nBL;
    this.#listener = listener;
  }

  /** Cycles that the rows and accesses so far would take as an ideal stream. */
  get ideal(): number {
    return this.#ideal.cycles;
  }

  /**
   * Serves a request that is there from clock `arrival` on, and returns the clock of its command. `waits` is what the time
   * until its arrival was spent on.
   */
  serve(request: AimRequest, arrival: number, waits = INSTRUCTION): number {
    const { command, bank, row, isRegister } = request;
    for (;;) {
      const next = bank === NO_BANK ? command : this.#nextCommand(command, bank, row);
      const target = next === ACT4 ? this.#closedGroup() : bank < 0 ? -1 : next === PREA ? -1 : bank;
      const clock = Math.max(this.#now + 1, arrival, this.engine.earliest(next, target));
      this.#awaited = arrival > this.#now + 1 ? waits : request.reason;
      if (this.active.length > 0 && this.#serveActive(clock)) continue;
      if (this.#refreshDue <= clock) {
        this.#refreshStep(Infinity);
        continue;
      }
      this.#spendUntil(waits, arrival - 1);
      if (isRegister !== this.#isRegisterMode) {
        this.#switchMode(clock, MODE_SWITCH);
        continue;
      }
      this.#issue(next, target, clock, row, request.reason);
      if (next !== command) continue;
      if (request.reason === COMPUTE)
        this.#ideal.access(bank < 0 ? row : -2 - row * this.engine.banks - bank);
      if (request.isRead) this.#readDone = Math.max(clock + request.latency, this.#readDone + 1);
      else this.#writesDone = Math.max(this.#writesDone, clock + Math.max(1, request.latency));
      return clock;
    }
  }

  /** When the read that was served last has left. */
  get readDone(): number {
    return this.#readDone;
  }

  /** Waits from clock `arrival` on until everything is done, and returns the clock at which that is known. */
  synchronise(arrival: number, waits = INSTRUCTION): number {
    for (;;) {
      const clock = Math.max(this.#now + 1, arrival);
      this.#awaited = waits;
      if (this.#serveActive(clock)) continue;
      if (this.#refreshDue <= clock) {
        this.#refreshStep(Infinity);
        continue;
      }
      let done = Math.max(clock + 1, this.#readDone + 1, this.#writesDone + 1);
      // Commands may still be issued while the end is awaited, and writes among them delay it.
      while (this.#serveActive(done) || (this.#refreshDue <= done && this.#refreshStep(done))) {
        if (this.#now < done) done = Math.max(done, this.#writesDone + 1);
      }
      // Reads whose row is being opened are not awaited, but none is forgotten.
      while (this.active.length > 0) this.#serveActive(Infinity);
      done = Math.max(done, this.#now);
      this.#spendUntil(waits, done);
      this.#now = done;
      return done;
    }
  }

  /** Clock of the next command to reads and writes that wait, or Infinity; at `from` or later. */
  nextAccess(from: number): number {
    let next = Infinity;
    for (const queue of [this.active, this.reads, this.writes]) {
      for (let i = 0; i < queue.length; i++) {
        const bank = queue.bank[i] ?? 0;
        const command = this.#nextCommand(queue.write[i] === 1 ? WR : RD, bank, queue.row[i] ?? 0);
        next = Math.min(next, this.engine.earliest(command, bank));
      }
    }
    return Math.max(from, Math.min(next, Math.max(this.#refreshDue, from)));
  }

  /** One clock of a channel that has reads and writes. */
  stepAccess(clock: number): void {
    if (this.#serveActive(clock)) return;
    if (this.#refreshDue <= clock) {
      this.#refreshStep(clock);
      return;
    }
    const queue = this.#accessQueue();
    const best = this.#oldestReady(queue, clock);
    if (best < 0) return;
    const bank = queue.bank[best] ?? 0;
    const row = queue.row[best] ?? 0;
    const final = queue.write[best] === 1 ? WR : RD;
    const command = this.#nextCommand(final, bank, row);
    // A row that was opened for another request is not closed before that was served.
    if (command === PRE && this.active.includesBank(bank)) return;
    if (this.#isRegisterMode) {
      this.#switchMode(clock, MODE_SWITCH);
      return;
    }
    this.#issue(command, bank, clock, row, ACCESS);
    if (command === ACT) {
      this.active.push(bank, row, final === WR ? 1 : 0, queue.arrived[best] ?? 0);
      queue.removeAt(best);
    } else if (command === final) {
      queue.removeAt(best);
      this.#finishAccess(final, clock);
    }
  }

  /** Reads go before writes until many writes wait. */
  #accessQueue(): AccessQueue {
    const { queue } = this.#device;
    const room = queue - 1;
    if (!this.#isDraining) {
      if (this.writes.length > 0.8 * room || this.reads.length === 0) this.#isDraining = true;
    } else if (this.writes.length < 0.2 * room && this.reads.length > 0) {
      this.#isDraining = false;
    }
    return this.#isDraining ? this.writes : this.reads;
  }

  #oldestReady(queue: AccessQueue, clock: number): number {
    let best = -1;
    let arrived = Infinity;
    for (let i = 0; i < queue.length; i++) {
      const bank = queue.bank[i] ?? 0;
      const command = this.#nextCommand(queue.write[i] === 1 ? WR : RD, bank, queue.row[i] ?? 0);
      if (this.engine.earliest(command, bank) > clock) continue;
      const at = queue.arrived[i] ?? 0;
      if (at >= arrived) continue;
      best = i;
      arrived = at;
    }
    return best;
  }

  /** Serves one of those whose row was opened for them, if one may be at `until` or before; whether it did. */
  #serveActive(until: number): boolean {
    const { active } = this;
    if (active.length === 0) return false;
    let clock = Infinity;
    for (let i = 0; i < active.length; i++) {
      const bank = active.bank[i] ?? 0;
      const command = this.#nextCommand(active.write[i] === 1 ? WR : RD, bank, active.row[i] ?? 0);
      clock = Math.min(clock, this.engine.earliest(command, bank));
    }
    clock = Math.max(clock, this.#now + 1);
    if (clock > until) return false;
    const best = this.#oldestReady(active, clock);
    const bank = active.bank[best] ?? 0;
    const row = active.row[best] ?? 0;
    const final = active.write[best] === 1 ? WR : RD;
    const command = this.#nextCommand(final, bank, row);
    if (this.#isRegisterMode) {
      this.#switchMode(clock, MODE_SWITCH);
      return true;
    }
    this.#issue(command, bank, clock, row, ACCESS);
    if (command === final) {
      active.removeAt(best);
      this.#finishAccess(final, clock);
    }
    return true;
  }

  #finishAccess(command: number, clock: number): void {
    if (command === RD) this.#readDone = Math.max(clock + this.#readLatency, this.#readDone + 1);
    else this.#writesDone = Math.max(this.#writesDone, clock + this.#writeLatency);
  }

  /** The next command of a refresh that is due, at `until` or before; whether there was one. */
  #refreshStep(until: number): boolean {
    const command = this.#allRow === CLOSED ? REFAB : PREA;
    const clock = Math.max(this.#now + 1, this.#refreshDue, this.engine.earliest(command, -1));
    if (clock > until) return false;
    if (this.active.length > 0 && this.#serveActive(clock)) return true;
    // What passes before it is due belongs to whatever is awaited.
    this.#spendUntil(this.#last >= 0 && this.#last <= ACT ? ROW_SWITCH : this.#awaited, this.#refreshDue - 1);
    if (this.#isRegisterMode) {
      this.#switchMode(clock, REFRESH);
      return true;
    }
    this.#issue(command, -1, clock, -1, REFRESH);
    if (command === REFAB) {
      this.#refreshDue += this.#device.timings.nREFI;
      this.#rowsFree = clock + this.#device.timings.nRFC;
      this.#writesDone = Math.max(this.#writesDone, clock + 1);
    }
    return true;
  }

  /** What has to come next so that the command can: opening or closing rows, or the command itself. */
  #nextCommand(command: number, bank: number, row: number): number {
    if (bank >= 0) {
      const open = this.#openRows[bank];
      return open === row ? command : open === CLOSED ? ACT : PRE;
    }
    if (this.#allRow === row) return command;
    if (this.#allRow === CLOSED) return this.#opensByGroup ? ACT4 : ACT16;
    if (this.#allRow >= 0) return PREA;
    for (const open of this.#openRows) if (open !== CLOSED && open !== row) return PREA;
    return this.#opensByGroup ? ACT4 : ACT16;
  }

  /** First bank of the first group with a closed bank. */
  #closedGroup(): number {
    const { banksPerGroup } = this.#device;
    return Math.floor(this.#openRows.indexOf(CLOSED) / banksPerGroup) * banksPerGroup;
  }

  #switchMode(clock: number, reason: number): void {
    this.#isRegisterMode = !this.#isRegisterMode;
    this.#issue(TMOD, -1, clock, -1, reason);
  }

  #issue(command: number, bank: number, clock: number, row: number, reason: number): void {
    this.#account(command, clock, reason);
    this.engine.issue(command, bank, clock);
    this.#now = clock;
    this.#listener?.(clock, command, Math.max(bank, 0), row, -1, 0);
    this.#last = command;
    if (command <= PRE || command === WRA16) this.#moveRows(command, bank, row);
  }

  /** Activates and precharges come first in the list of commands. */
  #moveRows(command: number, bank: number, row: number): void {
    const rows = this.#openRows;
    const { banksPerGroup } = this.#device;
    if (command === ACT16) rows.fill(row);
    else if (command === ACT4) rows.fill(row, bank, bank + banksPerGroup);
    else if (command === ACT) rows[bank] = row;
    else if (command === PRE) rows[bank] = CLOSED;
    else rows.fill(CLOSED);
    const first = rows[0] ?? CLOSED;
    this.#allRow = rows.every((open) => open === first) ? first : MIXED;
  }

  /** Gives the clocks since the last command to what they were spent on. */
  #account(command: number, clock: number, reason: number): void {
    let passed = clock - this.#accounted;
    this.#accounted = clock;
    const last = this.#last;
    if (reason === REFRESH) {
      this.#spend(REFRESH, passed);
      return;
    }
    if (last === TMOD) {
      const switching = Math.min(passed, this.#device.timings.nMODCH);
      this.#spend(MODE_SWITCH, switching);
      passed -= switching;
    }
    if (command <= PRE) {
      const isWindow = command === ACT4 && last === ACT4;
      const isRefresh = command <= ACT && clock === this.#rowsFree;
      this.#spend(isRefresh ? REFRESH : isWindow ? WINDOW : ROW_SWITCH, passed);
    } else if (last >= 0 && last <= ACT && reason !== RESULT_READ) {
      this.#spend(ROW_SWITCH, passed);
    } else {
      if (command === MAC16 && last === MAC16 && passed >= this.#pace) {
        this.#spend(WINDOW, this.#pace - this.#idealPace);
        passed -= this.#pace - this.#idealPace;
      }
      this.#spend(reason, passed);
    }
  }

  #spend(reason: number, clocks: number): void {
    this.spent[reason] = (this.spent[reason] ?? 0) + clocks;
  }

  #spendUntil(reason: number, clock: number): void {
    if (clock <= this.#accounted) return;
    this.#spend(reason, clock - this.#accounted);
    this.#accounted = clock;
  }
}
