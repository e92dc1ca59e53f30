import { SystoleError } from '@systole/core';
import type { CommandListener } from '../device/command-log.ts';
import type { DeviceTiming } from '../device/device-timing.ts';
import { evaluateGap } from '../device/gap.ts';
import { BankQueues } from './bank-queue-commands.ts';
import { BankQueueRefresh } from './bank-queue-refresh.ts';
import { SharedReads } from './bank-queue-shared-reads.ts';
import { BankQueueTransactions } from './bank-queue-transactions.ts';
import { ChannelActivity } from './channel-activity.ts';
import { channelCommands } from './channel-commands.ts';
import type { ChannelCommands } from './channel-commands.ts';
import type { ChannelController } from './channel-controller.ts';
import type { ControllerPolicy } from './controller-policy.ts';
import { RequestPool } from './request-pool.ts';
import { CLOSED } from './request-queue.ts';
import { WrittenAddresses } from './written-addresses.ts';

/** Column accesses after which an open row no longer keeps requests for other rows waiting. */
const PROTECTED_HITS = 4;

/**
 * One channel whose requests go from a read and a write queue through a command queue for each bank.
 *
 * In each tick a refresh that is due comes first. Then the bank queues are asked in turn, from the one after the last that was
 * served: the first with a request whose next command its timing allows has it. A row is closed only for the first request of
 * its bank's queue, and only when no request there is for the open row or it has had four accesses. Where row and column
 * commands have a bus each, the queues are asked once more. Then one request moves to its bank's queue.
 *
 * Writes are posted: they are done in the tick after they arrived, and those that still wait when all else is done are left
 * where they are. They move when their queue is full, or above the low watermark while no command waits, and then all that
 * were there.
 */
export class BankQueueController implements ChannelController {
  /** Reads that have not had their command; a write is done when it was taken. */
  waiting = 0;
  lastDone = 0;
  readonly activity: ChannelActivity;
  readonly #timing: DeviceTiming;
  readonly #commands: ChannelCommands;
  readonly #pool: RequestPool;
  readonly #openRow: Int32Array;
  /** Column accesses of a bank since its row was opened. */
  readonly #accesses: Int32Array;
  readonly #reads: BankQueueTransactions;
  readonly #writes: BankQueueTransactions;
  readonly #queues: BankQueues;
  readonly #commandQueue: number;
  /** Where reads and writes wait, from their arrival to their command. */
  readonly #readAddresses: WrittenAddresses;
  readonly #writeAddresses: WrittenAddresses;
  /** Whether a request has left its transaction queue. */
  readonly #hasMoved: Uint8Array;
  readonly #shared: SharedReads;
  readonly #refresh: BankQueueRefresh;
  /** A tick before which a bank's queue has nothing to issue: exact when it was last asked, and never too late. */
  readonly #ready: Float64Array;
  readonly #readTicks: number;
  readonly #hasRowBus: boolean;
  readonly #rowCap: number;
  readonly #closesUnhit: boolean;
  readonly #high: number;
  readonly #low: number;
  /** The bank that was served last. */
  #turn = 0;
  /** Writes that are still to be moved before reads are again. */
  #draining = 0;
  /** A read that has to move before writes are drained; -1 where there is none. */
  #readFirst = -1;
  /** Whether no request can move until one arrives or a command queue has room. */
  #isStuck = true;
  /** What the bank that was asked last would issue. */
  #slot = -1;
  #command = -1;

  /** @throws SystoleError where the device has commands that this controller does not know. */
  constructor(timing: DeviceTiming, policy: ControllerPolicy, channel: number, listener?: CommandListener) {
    const { banks, device } = timing;
    const { standard } = device;
    this.#timing = timing;
    this.#commands = channelCommands(timing);
    if (
      standard.ticksPerClock !== 1 ||
      standard.dataClock !== undefined ||
      this.#commands.activateSecond >= 0
    ) {
      throw new SystoleError({
        code: 'model/unsupported',
        message: `a controller with bank queues knows no half clocks, split activates or data clocks, as ${standard.name} has`,
        place: { path: 'policy.kind' },
        hint: 'Use "shared-queues".',
      });
    }
    const slots = policy.readQueue + policy.writeQueue + banks * policy.commandQueue;
    this.#pool = new RequestPool(slots);
    this.#openRow = new Int32Array(banks).fill(CLOSED);
    this.#accesses = new Int32Array(banks);
    this.#reads = new BankQueueTransactions(this.#pool, policy.readQueue);
    this.#writes = new BankQueueTransactions(this.#pool, policy.writeQueue);
    this.#queues = new BankQueues(this.#pool, this.#openRow);
    this.#commandQueue = policy.commandQueue;
    this.#readAddresses = new WrittenAddresses(this.#pool, slots, slots);
    this.#writeAddresses = new WrittenAddresses(this.#pool, slots, slots);
    this.#hasMoved = new Uint8Array(slots);
    this.#shared = new SharedReads(slots);
    this.#refresh = new BankQueueRefresh(timing, this.#commands, policy.refresh);
    this.#ready = new Float64Array(banks).fill(Infinity);
    this.#readTicks = evaluateGap(standard.readLatency, device.timings);
    this.#hasRowBus = standard.rowBus;
    this.#rowCap = policy.rowPolicy === 'closed-cap' ? policy.rowCap : Infinity;
    this.#closesUnhit = policy.rowPolicy === 'closed';
    this.#high = Math.max(1, Math.ceil(policy.writeHighWatermark * policy.writeQueue));
    this.#low = policy.writeLowWatermark * policy.writeQueue;
    this.activity = new ChannelActivity(timing, this.#openRow, channel, listener);
  }

  offer(bank: number, row: number, column: number, isWrite: boolean, tick: number): boolean {
    const queue = isWrite ? this.#writes : this.#reads;
    if (queue.isFull) return false;
    if (isWrite) this.#takeWrite(bank, row, column, tick);
    else this.#takeRead(bank, row, column, tick);
    return true;
  }

  advance(tick: number): number {
    this.#refresh.begin(tick);
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
    if (this.#move()) return tick + 1;
    return this.#nextTick(tick);
  }

  #takeRead(bank: number, row: number, column: number, tick: number): void {
    const { activity } = this;
    activity.reads++;
    if (this.#writeAddresses.find(bank, row, column) >= 0) {
      activity.readsForwarded++;
      activity.readLatency.add(1);
      this.#done(tick + 2);
      return;
    }
    this.waiting++;
    const sharing = this.#readAddresses.find(bank, row, column);
    if (sharing >= 0) {
      this.#shared.join(sharing, tick);
      return;
    }
    const slot = this.#pool.take(bank, row, column, false, tick);
    this.#readAddresses.add(slot);
    this.#arrive(this.#reads, slot);
  }

  #takeWrite(bank: number, row: number, column: number, tick: number): void {
    this.activity.writes++;
    this.#done(tick + 1);
    if (this.#writeAddresses.find(bank, row, column) >= 0) {
      this.activity.writesMerged++;
      this.activity.writeLatency.add(0);
      return;
    }
    const slot = this.#pool.take(bank, row, column, true, tick);
    this.#writeAddresses.add(slot);
    this.#arrive(this.#writes, slot);
  }

  #arrive(queue: BankQueueTransactions, slot: number): void {
    this.#hasMoved[slot] = 0;
    queue.push(slot);
    this.#isStuck = false;
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
      this.#precharge(bank, tick);
      return true;
    }
    if (isOpen || this.#timing.earliest(refresh.command, first) > tick) return false;
    this.#command = refresh.command;
    this.#timing.issue(refresh.command, first, tick);
    this.activity.log(tick, refresh.command, first, -1, -1);
    refresh.issued();
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

  /** Asks the bank queues in turn; whether one has a command for this tick. A bank that is to be refreshed is not asked. */
  #choose(tick: number): boolean {
    const ready = this.#ready;
    const banks = ready.length;
    const { waiting, first, width } = this.#refresh;
    const end = waiting > 0 ? first + width : first;
    let bank = this.#turn;
    for (let left = banks; left > 0; left--) {
      bank = bank + 1 === banks ? 0 : bank + 1;
      if ((ready[bank] ?? 0) > tick || (bank >= first && bank < end)) continue;
      const time = this.#ask(bank, tick);
      ready[bank] = time;
      if (time > tick) continue;
      this.#turn = bank;
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
    else if (this.#command === this.#commands.precharge) this.#precharge(bank, tick);
    else this.#access(slot, bank, tick);
  }

  #activate(slot: number, bank: number, tick: number): void {
    const row = this.#pool.row[slot] ?? 0;
    this.#timing.issue(this.#command, bank, tick);
    this.activity.log(tick, this.#command, bank, row, -1);
    this.activity.opened(bank, tick);
    this.#openRow[bank] = row;
    this.#accesses[bank] = 0;
    this.#rowChanged(bank);
  }

  #precharge(bank: number, tick: number): void {
    this.#command = this.#commands.precharge;
    this.#timing.issue(this.#command, bank, tick);
    this.activity.log(tick, this.#command, bank, -1, -1);
    this.#close(bank, tick);
  }

  #close(bank: number, tick: number): void {
    this.#openRow[bank] = CLOSED;
    this.activity.closed(bank, tick);
    this.#rowChanged(bank);
  }

  #rowChanged(bank: number): void {
    this.#queues.rowChanged(bank);
    this.#ready[bank] = (this.#queues.size[bank] ?? 0) === 0 ? Infinity : 0;
  }

  /** Reads or writes, and is done with the request. */
  #access(slot: number, bank: number, tick: number): void {
    const pool = this.#pool;
    const { activity } = this;
    this.#queues.remove(slot);
    const isWrite = pool.isWrite[slot] === 1;
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
    else this.#ready[bank] = (this.#queues.size[bank] ?? 0) === 0 ? Infinity : 0;
    // Both count from the first tick that could have served the request.
    if (isWrite) {
      this.#writeAddresses.delete(slot);
      activity.writeLatency.add(tick - 1 - (pool.arrival[slot] ?? 0));
    } else {
      this.#readAddresses.delete(slot);
      this.#answer(slot, tick + this.#readTicks);
    }
    pool.release(slot);
    this.#isStuck = false;
  }

  /** The data of a read, and of those that share it, has come with the tick `end`. */
  #answer(slot: number, end: number): void {
    const { readLatency } = this.activity;
    readLatency.add(end - 1 - (this.#pool.arrival[slot] ?? 0));
    this.waiting--;
    for (let count = this.#shared.take(slot); count > 0; count = this.#shared.take(slot)) {
      this.waiting -= count;
      for (let left = count; left > 0; left--) readLatency.add(end - 1 - this.#shared.arrival);
    }
    this.#done(end);
  }

  /** Moves the first request that finds room in its bank's queue; whether another may in the next tick. */
  #move(): boolean {
    if (this.#isStuck) return false;
    if (this.#draining === 0 && this.#isDrainDue()) this.#draining = this.#writes.size;
    const isDraining = this.#draining > 0;
    const queue = isDraining ? this.#writes : this.#reads;
    const { bank, next } = this.#pool;
    const { size } = this.#queues;
    let slot = queue.first;
    while (slot >= 0 && (size[bank[slot] ?? 0] ?? 0) >= this.#commandQueue) slot = next[slot] ?? -1;
    if (slot < 0) {
      this.#isStuck = true;
      return false;
    }
    if (isDraining && this.#waitsForRead(slot)) return !this.#isStuck;
    if (isDraining) this.#draining--;
    if (slot === this.#readFirst) this.#readFirst = -1;
    queue.remove(slot);
    this.#hasMoved[slot] = 1;
    this.#queues.push(slot);
    this.#ready[bank[slot] ?? 0] = 0;
    return true;
  }

  /** Whether a read of the data before a write still waits: no further write is moved then, until the drain is due again. */
  #waitsForRead(write: number): boolean {
    const { bank, row, column } = this.#pool;
    const read = this.#readAddresses.find(bank[write] ?? 0, row[write] ?? 0, column[write] ?? 0);
    if (read < 0) return false;
    this.#draining = 0;
    if (!this.#isDrainDue()) return true;
    // It is due at once, and nothing moves before a command queue has room. Where no command waits, that read has to move.
    if (this.#queues.total === 0) this.#readFirst = read;
    else this.#isStuck = true;
    return true;
  }

  #isDrainDue(): boolean {
    if (this.#readFirst >= 0) return false;
    const { size } = this.#writes;
    return size >= this.#high || (size > this.#low && this.#queues.total === 0);
  }

  #nextTick(tick: number): number {
    const { waiting, first, width } = this.#refresh;
    const end = waiting > 0 ? first + width : first;
    let next = this.#refresh.next;
    if (waiting > 0) next = Math.min(next, this.#refreshTime());
    const ready = this.#ready;
    for (let bank = 0; bank < ready.length; bank++) {
      const time = ready[bank] ?? Infinity;
      if (time < next && (bank < first || bank >= end)) next = time;
    }
    return next > tick ? next : tick + 1;
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

  #done(tick: number): void {
    if (tick > this.lastDone) this.lastDone = tick;
  }
}
