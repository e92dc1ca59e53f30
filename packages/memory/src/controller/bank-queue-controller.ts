import type { DeviceTiming } from '../device/device-timing.ts';
import { evaluateGap } from '../device/gap.ts';
import { BankQueues } from './bank-queue-commands.ts';
import { BankQueueIntake } from './bank-queue-intake.ts';
import { BankQueueRefresh } from './bank-queue-refresh.ts';
import { SharedReads } from './bank-queue-shared-reads.ts';
import { bankQueueSize } from './bank-queue-size.ts';
import { ChannelActivity } from './channel-activity.ts';
import { channelCommands } from './channel-commands.ts';
import type { ChannelCommands } from './channel-commands.ts';
import type { ChannelController, ChannelOptions } from './channel-controller.ts';
import type { ControllerPolicy } from './controller-policy.ts';
import { RequestPool } from './request-pool.ts';
import { CLOSED } from './request-queue.ts';
import { WaitLog } from './wait-log.ts';

/** Column accesses after which an open row no longer keeps requests for other rows waiting. */
const PROTECTED_HITS = 4;

/**
 * One channel whose requests go from a read and a write queue through a command queue for each bank, or for each rank.
 *
 * In each tick a refresh that is due comes first. Then the command queues are asked in turn, from the one after the last that was
 * served: the first with a request whose next command its timing allows has it. A row is closed only for the first request of
 * its bank's queue, and only when no request there is for the open row or it has had four accesses. Where row and column
 * commands have a bus each, the queues are asked once more. Then one request moves to its bank's queue.
 *
 * Writes are posted: they are done in the tick after they arrived, and those that still wait when all else is done are left
 * where they are. Reads of an address for which a read waits share its command.
 */
export class BankQueueController implements ChannelController {
  /** Reads that have not had their command; a write is done when it was taken. */
  waiting = 0;
  lastDone = 0;
  readonly activity: ChannelActivity;
  /** What the data buses waited for; only where that was asked for. */
  readonly waits: WaitLog | undefined;
  readonly #timing: DeviceTiming;
  readonly #commands: ChannelCommands;
  readonly #pool: RequestPool;
  readonly #openRow: Int32Array;
  /** Column accesses of a bank since its row was opened. */
  readonly #accesses: Int32Array;
  readonly #queues: BankQueues;
  readonly #intake: BankQueueIntake;
  readonly #shared: SharedReads;
  readonly #refresh: BankQueueRefresh;
  readonly #onDone: ChannelOptions['onDone'];
  readonly #readTicks: number;
  readonly #hasRowBus: boolean;
  readonly #rowCap: number;
  readonly #closesUnhit: boolean;
  /** The command queue that was served last. */
  #turn = 0;
  /** What the bank that was asked last would issue. */
  #slot = -1;
  #command = -1;

  /** @throws SystoleError as `bankQueueSize` does. */
  constructor(timing: DeviceTiming, policy: ControllerPolicy, channel: number, options: ChannelOptions = {}) {
    const { banks, device } = timing;
    const { standard } = device;
    this.#timing = timing;
    this.#commands = channelCommands(timing);
    const { queues, slots } = bankQueueSize(timing, this.#commands, policy);
    this.#pool = new RequestPool(slots);
    this.#openRow = new Int32Array(banks).fill(CLOSED);
    this.#accesses = new Int32Array(banks);
    this.#queues = new BankQueues(this.#pool, this.#openRow, queues);
    this.#intake = new BankQueueIntake(this.#pool, this.#queues, policy, slots);
    this.#shared = new SharedReads(slots);
    this.#refresh = new BankQueueRefresh(timing, this.#commands, policy.refresh);
    this.#onDone = options.onDone;
    this.#readTicks = evaluateGap(standard.readLatency, device.timings);
    this.#hasRowBus = standard.rowBus;
    this.#rowCap = policy.rowPolicy === 'closed-cap' ? policy.rowCap : Infinity;
    this.#closesUnhit = policy.rowPolicy === 'closed';
    this.activity = new ChannelActivity(timing, this.#openRow, channel, options.onCommand);
    this.waits = options.explain === true ? new WaitLog(timing, this.#commands) : undefined;
  }

  offer(bank: number, row: number, column: number, isWrite: boolean, tick: number, tag = 0): boolean {
    if (this.#intake.isFull(isWrite)) return false;
    if (isWrite) this.#takeWrite(bank, row, column, tick, tag);
    else this.#takeRead(bank, row, column, tick, tag);
    return true;
  }

  advance(tick: number): number {
    if (tick >= this.#refresh.next) {
      this.#refresh.begin(tick);
      this.#queues.soonest = 0;
      this.waits?.refresh(true, tick);
    }
    const first = this.#issueNext(tick);
    // A row command leaves the column bus free, and a column command the row bus.
    if (
      first >= 0 &&
      this.#hasRowBus &&
      this.#choose(tick) &&
      this.#isColumn(this.#command) !== this.#isColumn(first)
    ) {
      this.#issue(tick);
    }
    if (this.#intake.move()) return tick + 1;
    return this.#nextTick(tick);
  }

  #takeRead(bank: number, row: number, column: number, tick: number, tag: number): void {
    const { activity } = this;
    activity.reads++;
    if (this.#intake.isWritten(bank, row, column)) {
      activity.readsForwarded++;
      activity.readLatency.add(1);
      this.#done(tick + 2, tag);
      return;
    }
    this.waiting++;
    const sharing = this.#intake.readOf(bank, row, column);
    if (sharing >= 0) this.#shared.join(sharing, tick, tag);
    else this.#arrive(this.#pool.take(bank, row, column, false, tick), tag);
  }

  #takeWrite(bank: number, row: number, column: number, tick: number, tag: number): void {
    this.activity.writes++;
    this.#done(tick + 1, tag);
    if (this.#intake.isWritten(bank, row, column)) {
      this.activity.writesMerged++;
      this.activity.writeLatency.add(0);
      return;
    }
    this.#arrive(this.#pool.take(bank, row, column, true, tick), tag);
  }

  #arrive(slot: number, tag: number): void {
    this.#pool.tag[slot] = tag;
    this.#intake.add(slot);
  }

  /** Issues what has its turn, a refresh first; the command, or -1. */
  #issueNext(tick: number): number {
    if (this.#refresh.waiting > 0 && this.#issueRefresh(tick)) return this.#command;
    if (!this.#choose(tick)) return -1;
    this.#issue(tick);
    return this.#command;
  }

  /** Issues the refresh that waits longest, or closes a row that is in its way; false where neither is allowed yet. */
  #issueRefresh(tick: number): boolean {
    const refresh = this.#refresh;
    const { first, width } = refresh;
    let isOpen = false;
    for (let bank = first; bank < first + width; bank++) {
      if (this.#openRow[bank] === CLOSED) continue;
      isOpen = true;
      if (this.#timing.earliest(this.#commands.precharge, bank) > tick) continue;
      this.#precharge(bank, tick, 0);
      return true;
    }
    if (isOpen || this.#timing.earliest(refresh.command, first) > tick) return false;
    this.#command = refresh.command;
    this.#timing.issue(refresh.command, first, tick);
    this.activity.log(tick, refresh.command, first, -1, -1);
    refresh.issued();
    this.#queues.soonest = 0;
    this.waits?.refresh(refresh.waiting > 0, tick);
    return true;
  }

  /** Tick at which the refresh that waits longest can go on. */
  #refreshTime(): number {
    const { first, width, command } = this.#refresh;
    let next = Infinity;
    for (let bank = first; bank < first + width; bank++) {
      if (this.#openRow[bank] === CLOSED) continue;
      next = Math.min(next, this.#timing.earliest(this.#commands.precharge, bank));
    }
    return next === Infinity ? this.#timing.earliest(command, first) : next;
  }

  /**
   * Asks the command queues in turn; whether one has a command for this tick. Of a queue the first request counts whose command
   * is allowed. Banks that are to be refreshed are not asked.
   */
  #choose(tick: number): boolean {
    if (this.#queues.soonest > tick) return false;
    const { ready, queues, banksPerQueue } = this.#queues;
    const { order } = this.#pool;
    const { waiting, first, width } = this.#refresh;
    const end = waiting > 0 ? first + width : first;
    let queue = this.#turn;
    for (let left = queues; left > 0; left--) {
      queue = queue + 1 === queues ? 0 : queue + 1;
      let slot = -1;
      let command = -1;
      const last = (queue + 1) * banksPerQueue;
      for (let bank = last - banksPerQueue; bank < last; bank++) {
        if ((ready[bank] ?? 0) > tick || (bank >= first && bank < end)) continue;
        const time = this.#ask(bank, tick);
        ready[bank] = time;
        if (time > tick || (slot >= 0 && (order[slot] ?? 0) < (order[this.#slot] ?? 0))) continue;
        slot = this.#slot;
        command = this.#command;
      }
      if (slot < 0) continue;
      this.#slot = slot;
      this.#command = command;
      this.#turn = queue;
      return true;
    }
    return false;
  }

  /** Earliest tick at which a bank's queue has a command; where that is not after `tick`, the command and its request. */
  #ask(bank: number, tick: number): number {
    const head = this.#queues.head[bank] ?? -1;
    if (head < 0) return Infinity;
    const open = this.#openRow[bank] ?? CLOSED;
    this.#slot = head;
    if (open === CLOSED) {
      this.#command = this.#commands.activate;
      return this.#timing.earliest(this.#command, bank);
    }
    const read = this.#queues.hitRead[bank] ?? -1;
    const write = this.#queues.hitWrite[bank] ?? -1;
    let next = Infinity;
    const isKept = (read >= 0 || write >= 0) && (this.#accesses[bank] ?? 0) < PROTECTED_HITS;
    if (this.#pool.row[head] !== open && !isKept) {
      this.#command = this.#commands.precharge;
      next = this.#timing.earliest(this.#command, bank);
      if (next <= tick) return next;
    }
    const { order } = this.#pool;
    const reading = read < 0 ? Infinity : this.#timing.earliest(this.#commands.read, bank);
    const writing = write < 0 ? Infinity : this.#timing.earliest(this.#commands.write, bank);
    if (reading <= tick && (writing > tick || (order[read] ?? 0) < (order[write] ?? 0))) {
      this.#command = this.#commands.read;
      this.#slot = read;
      return reading;
    }
    if (writing <= tick) {
      this.#command = this.#commands.write;
      this.#slot = write;
      return writing;
    }
    return Math.min(next, reading, writing);
  }

  /** Issues what was chosen. */
  #issue(tick: number): void {
    const slot = this.#slot;
    const bank = this.#pool.bank[slot] ?? 0;
    this.#classify(slot, bank);
    if (this.#command === this.#commands.activate) this.#activate(slot, bank, tick);
    else if (this.#command === this.#commands.precharge)
      this.#precharge(bank, tick, this.#pool.arrival[slot] ?? 0);
    else this.#access(slot, bank, tick);
  }

  #activate(slot: number, bank: number, tick: number): void {
    const row = this.#pool.row[slot] ?? 0;
    this.waits?.activate(bank, tick, this.#pool.arrival[slot] ?? 0);
    this.#timing.issue(this.#command, bank, tick);
    this.activity.log(tick, this.#command, bank, row, -1);
    this.activity.opened(bank, tick);
    this.#openRow[bank] = row;
    this.#accesses[bank] = 0;
    this.#queues.rowChanged(bank);
  }

  /** @param arrival Of the request that it is for; 0 where it is for a refresh. */
  #precharge(bank: number, tick: number, arrival: number): void {
    this.#command = this.#commands.precharge;
    this.waits?.precharge(bank, tick, arrival);
    this.#timing.issue(this.#command, bank, tick);
    this.activity.log(tick, this.#command, bank, -1, -1);
    this.#close(bank, tick);
  }

  #close(bank: number, tick: number): void {
    this.#openRow[bank] = CLOSED;
    this.activity.closed(bank, tick);
    this.#queues.rowChanged(bank);
  }

  /** Reads or writes, and is done with the request. */
  #access(slot: number, bank: number, tick: number): void {
    const pool = this.#pool;
    const { activity } = this;
    const isWrite = pool.isWrite[slot] === 1;
    const arrival = pool.arrival[slot] ?? 0;
    this.waits?.column(this.#command, isWrite, bank, tick, arrival);
    this.#queues.remove(slot);
    const accesses = (this.#accesses[bank] ?? 0) + 1;
    this.#accesses[bank] = accesses;
    const isUnhit = (this.#queues.hitRead[bank] ?? -1) < 0 && (this.#queues.hitWrite[bank] ?? -1) < 0;
    const isLast = accesses >= this.#rowCap || (this.#closesUnhit && isUnhit);
    const closing = isWrite ? this.#commands.writePrecharge : this.#commands.readPrecharge;
    if (isLast && closing >= 0 && this.#timing.earliest(closing, bank) <= tick) this.#command = closing;
    this.#timing.issue(this.#command, bank, tick);
    activity.log(tick, this.#command, bank, pool.row[slot] ?? 0, pool.column[slot] ?? 0);
    activity.bankAccesses[bank] = (activity.bankAccesses[bank] ?? 0) + 1;
    if (this.#command === closing) this.#close(bank, tick);
    this.#intake.issued(slot);
    // Latencies count from the first tick that could have served the request.
    if (isWrite) activity.writeLatency.add(tick - 1 - arrival);
    else this.#answer(slot, tick + this.#readTicks);
    pool.release(slot);
  }

  /** The data of a read, and of those that share it, has come with the tick `end`. */
  #answer(slot: number, end: number): void {
    const shared = this.#shared;
    this.#answerOne(this.#pool.arrival[slot] ?? 0, this.#pool.tag[slot] ?? 0, end);
    for (let count = shared.take(slot); count > 0; count = shared.take(slot)) {
      for (let left = count; left > 0; left--) this.#answerOne(shared.arrival, shared.tag, end);
    }
  }

  #answerOne(arrival: number, tag: number, end: number): void {
    this.activity.readLatency.add(end - 1 - arrival);
    this.waiting--;
    this.#done(end, tag);
  }

  /** The next tick at which something can be issued or falls due, if no request arrives. */
  #nextTick(tick: number): number {
    const refresh = this.#refresh;
    const due = refresh.waiting > 0 ? Math.min(refresh.next, this.#refreshTime()) : refresh.next;
    if (this.#queues.soonest <= tick && !this.#lookAhead(tick)) return tick + 1;
    const next = Math.min(due, this.#queues.soonest);
    return next > tick ? next : tick + 1;
  }

  /** Finds the first tick at which a queue may have a command; false where that is the next tick already. */
  #lookAhead(tick: number): boolean {
    const { waiting, first, width } = this.#refresh;
    const end = waiting > 0 ? first + width : first;
    const { ready } = this.#queues;
    let soonest = Infinity;
    for (let bank = 0; bank < ready.length; bank++) {
      let time = ready[bank] ?? Infinity;
      if (time >= soonest || (bank >= first && bank < end)) continue;
      if (time <= tick) {
        time = this.#ask(bank, tick);
        ready[bank] = time;
        if (time <= tick + 1) return false;
      }
      if (time < soonest) soonest = time;
    }
    this.#queues.soonest = soonest;
    return true;
  }

  #isColumn(command: number): boolean {
    const { read, write, readPrecharge, writePrecharge } = this.#commands;
    return command === read || command === write || command === readPrecharge || command === writePrecharge;
  }

  /** Counts a request once, by what its first command finds. */
  #classify(slot: number, bank: number): void {
    if (this.#pool.isStarted[slot] === 1) return;
    this.#pool.isStarted[slot] = 1;
    const open = this.#openRow[bank] ?? CLOSED;
    if (open === CLOSED) this.activity.rowMisses++;
    else if (open === this.#pool.row[slot]) this.activity.rowHits++;
    else this.activity.rowConflicts++;
  }

  #done(tick: number, tag: number): void {
    if (tick > this.lastDone) this.lastDone = tick;
    this.#onDone?.(tag, tick);
  }
}
