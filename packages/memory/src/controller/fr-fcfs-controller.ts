import type { DeviceTiming } from '../device/device-timing.ts';
import { evaluateGap } from '../device/gap.ts';
import { ChannelActivity } from './channel-activity.ts';
import { channelCommands } from './channel-commands.ts';
import type { ChannelCommands } from './channel-commands.ts';
import type { ChannelController, ChannelOptions } from './channel-controller.ts';
import { CommandChoice, URGENT } from './command-choice.ts';
import type { ControllerPolicy } from './controller-policy.ts';
import { RequestPool } from './request-pool.ts';
import { CLOSED, RequestQueue } from './request-queue.ts';
import { UrgentCommands } from './urgent-commands.ts';
import { WaitLog } from './wait-log.ts';
import { WriteDrain } from './write-drain.ts';
import { WrittenAddresses } from './written-addresses.ts';

/** The bank has had the first half of its activate. */
export const ACTIVATING = -2;

/**
 * One channel with a read and a write queue for all banks, first-ready first-come (FR-FCFS). In each tick a command comes from
 * the first of these that has one whose timing allows it: the requests whose row was just opened, the urgent commands
 * (refreshes, and precharges of the row policy; only the oldest), and, where nothing is urgent, the queue that is being served.
 */
export abstract class FrFcfsController implements ChannelController {
  waiting = 0;
  lastDone = 0;
  readonly activity: ChannelActivity;
  /** What the data buses waited for; only where that was asked for. */
  readonly waits: WaitLog | undefined;
  protected readonly timing: DeviceTiming;
  protected readonly commands: ChannelCommands;
  protected readonly pool: RequestPool;
  protected readonly openRow: Int32Array;
  protected readonly reads: RequestQueue;
  protected readonly writes: RequestQueue;
  protected readonly urgent: UrgentCommands;
  protected readonly choice: CommandChoice;
  /** Whether the choice still holds: nothing arrived, fell due or was issued since. */
  protected isChosen = false;
  /** Requests whose activate was issued, in that order: at most one a bank. They no longer take a place in a queue. */
  readonly #active: Int32Array;
  #activeCount = 0;
  readonly #activeOf: Int32Array;
  readonly #written: WrittenAddresses;
  readonly #onDone: ChannelOptions['onDone'];
  readonly #readTicks: number;
  readonly #drain: WriteDrain;

  constructor(timing: DeviceTiming, policy: ControllerPolicy, channel: number, options: ChannelOptions) {
    const { banks, device } = timing;
    const slots = policy.readQueue + policy.writeQueue + banks;
    this.timing = timing;
    this.commands = channelCommands(timing);
    this.pool = new RequestPool(slots);
    this.openRow = new Int32Array(banks).fill(CLOSED);
    this.reads = new RequestQueue(this.pool, this.openRow, policy.readQueue);
    this.writes = new RequestQueue(this.pool, this.openRow, policy.writeQueue);
    this.urgent = new UrgentCommands(timing, this.commands, policy, this.openRow);
    this.#active = new Int32Array(banks);
    this.#activeOf = new Int32Array(banks);
    this.choice = new CommandChoice(
      timing,
      this.commands,
      this.pool,
      this.openRow,
      this.#activeOf,
      policy.scheduler === 'fr-fcfs-row-hit',
    );
    this.activity = new ChannelActivity(timing, this.openRow, channel, options.onCommand);
    this.waits = options.explain === true ? new WaitLog(timing, this.commands) : undefined;
    this.#onDone = options.onDone;
    this.#written = new WrittenAddresses(this.pool, slots, policy.writeQueue);
    this.#readTicks = Math.ceil(
      evaluateGap(device.standard.readLatency, device.timings) * device.standard.ticksPerClock,
    );
    this.#drain = new WriteDrain(policy);
  }

  abstract advance(tick: number): number;

  offer(bank: number, row: number, column: number, isWrite: boolean, tick: number, tag = 0): boolean {
    const { activity } = this;
    const queue = isWrite ? this.writes : this.reads;
    if ((isWrite || this.writes.size > 0) && this.#written.has(bank, row, column)) {
      if (isWrite) this.#merge(tick, tag);
      else this.#forward(tick, tag);
      return true;
    }
    if (queue.isFull) return false;
    const slot = this.pool.take(bank, row, column, isWrite, tick);
    this.pool.tag[slot] = tag;
    queue.add(slot);
    if (isWrite) {
      this.#written.add(slot);
      activity.writes++;
    } else {
      activity.reads++;
    }
    this.waiting++;
    this.arrived(slot);
    return true;
  }

  /** A request was taken. */
  protected arrived(_slot: number): void {
    this.isChosen = false;
  }

  /** Whether a read, or a write, would be refused. */
  isFull(isWrite: boolean): boolean {
    return isWrite ? this.writes.isFull : this.reads.isFull;
  }

  /** The row that is open in a bank; below 0 where none is. */
  rowOf(bank: number): number {
    return this.openRow[bank] ?? CLOSED;
  }

  /** First tick at which an activate, or a precharge, of a bank is allowed. */
  earliestActivate(bank: number): number {
    return this.timing.earliest(this.commands.activate, bank);
  }

  earliestPrecharge(bank: number): number {
    return this.timing.earliest(this.commands.precharge, bank);
  }

  /** Takes banks `first` to `end` as precharged at `tick`, by work that is not the controller's and that is not logged. */
  closeRows(first: number, end: number, tick: number): void {
    for (let bank = first; bank < end; bank++) {
      this.timing.issue(this.commands.precharge, bank, tick);
      this.#close(bank, tick);
    }
    this.isChosen = false;
  }

  /** Takes banks `first` to `end` as refreshed together at `tick`, in the same way. */
  refreshRows(first: number, end: number, tick: number): void {
    const { refreshAll } = this.commands;
    const { width } = this.urgent.refresh;
    if (refreshAll < 0) return;
    for (let bank = first; bank < end; bank += width) this.timing.issue(refreshAll, bank, tick);
    this.isChosen = false;
  }

  /** Leaves the refreshes of these banks to somebody else. Returns whether one of them waited. */
  lendRefresh(first: number, end: number): boolean {
    this.isChosen = false;
    return this.urgent.lend(first, end);
  }

  takeRefreshBack(first: number, end: number): void {
    this.urgent.takeBack(first, end);
  }

  /**
   * What later requests may find, in ticks from `tick` on. Only while nothing is held: queues are not in it, nor what was counted.
   */
  save(tick: number): number[] {
    return [this.#drain.isOn ? 1 : 0, ...this.openRow, ...this.urgent.save(tick), ...this.timing.save(tick)];
  }

  /** Takes what `save` gave into a controller that has held nothing yet, as of `tick`. Returns how much of it that was. */
  load(state: readonly number[], tick: number): number {
    const { openRow } = this;
    this.isChosen = false;
    this.#drain.isOn = state[0] === 1;
    for (let bank = 0; bank < openRow.length; bank++) {
      const row = state[1 + bank] ?? CLOSED;
      openRow[bank] = row;
      if (row !== CLOSED) this.activity.opened(bank, tick);
    }
    let at = 1 + openRow.length;
    at += this.urgent.load(state.slice(at), tick);
    return at + this.timing.load(state.slice(at), tick);
  }

  /** Makes urgent what falls due in this tick. */
  protected begin(tick: number): void {
    if (tick < this.urgent.refresh.next && this.urgent.closer.watched === 0 && this.urgent.isEmpty) return;
    if (!this.urgent.begin(tick)) return;
    this.isChosen = false;
    this.#noteRefresh(tick);
  }

  /** The first of `next` and the tick at which something falls due. */
  protected nextTick(next: number): number {
    return Math.min(next, this.urgent.next());
  }

  protected lookAtActive(tick: number): void {
    if (this.#activeCount > 0) this.choice.lookAtActive(this.#active, this.#activeCount, tick);
  }

  /** Looks at the oldest urgent command, or what has to come before it. */
  protected lookAtUrgent(tick: number): void {
    const command = this.urgent.command();
    const { bank } = this.urgent;
    if (!this.#closesActive(command, bank)) this.choice.lookAtUrgent(command, bank, tick);
  }

  /** Looks at the queue that is being served, which may turn first. */
  protected lookAtQueued(tick: number, columns: boolean, rows: boolean, activates: boolean): void {
    this.turn();
    const { commands } = this;
    const queue = this.#drain.isOn ? this.writes : this.reads;
    if (queue.busyCount === 0) return;
    const access = this.#drain.isOn ? commands.write : commands.read;
    this.choice.lookAtQueue(queue, tick, columns ? access : -1, rows, activates);
  }

  /** Issues the chosen command. */
  protected issueChosen(tick: number): void {
    const { commands } = this;
    const { slot, command } = this.choice;
    this.isChosen = false;
    if (slot === URGENT) this.#issueUrgent(command, tick);
    else if (command === commands.activate) this.issueActivate(slot, tick);
    else if (command === commands.precharge) this.#issuePrecharge(slot, tick);
    else this.issueColumn(slot, tick, true);
  }

  /** Opens the row of a request, which leaves its queue. */
  protected issueActivate(slot: number, tick: number): void {
    this.startActivate(slot, tick);
    this.opened(slot);
  }

  /** Issues the activate of a request, or its first half. */
  protected startActivate(slot: number, tick: number): void {
    const { pool, commands } = this;
    const bank = pool.bank[slot] ?? 0;
    this.classify(slot);
    this.waits?.activate(bank, tick, pool.arrival[slot] ?? 0);
    this.timing.issue(commands.activate, bank, tick);
    this.activity.log(tick, commands.activate, bank, pool.row[slot] ?? 0, -1);
    this.activity.opened(bank, tick);
    this.#leaveQueue(slot);
  }

  /** The row of a request is open: it may have it before others. */
  protected opened(slot: number): void {
    const bank = this.pool.bank[slot] ?? 0;
    this.openRow[bank] = this.pool.row[slot] ?? 0;
    this.reads.rowChanged(bank);
    this.writes.rowChanged(bank);
    this.#active[this.#activeCount] = slot;
    this.#activeCount++;
    this.#activeOf[bank] = (this.#activeOf[bank] ?? 0) + 1;
  }

  /** Reads or writes, and is done with the request. The row policy may let the command precharge the bank. */
  protected issueColumn(slot: number, tick: number, mayPrecharge: boolean): void {
    const { pool, activity, commands } = this;
    const { closer } = this.urgent;
    const bank = pool.bank[slot] ?? 0;
    const isWrite = pool.isWrite[slot] === 1;
    const arrival = pool.arrival[slot] ?? 0;
    let command = isWrite ? commands.write : commands.read;
    this.classify(slot);
    this.waits?.column(command, isWrite, bank, tick, arrival);
    this.#leave(slot, bank);
    const hasHits = (this.reads.hit[bank] ?? -1) >= 0 || (this.writes.hit[bank] ?? -1) >= 0;
    const closes = mayPrecharge && this.#activeOf[bank] === 0 && closer.closesWith(bank, hasHits);
    const closing = isWrite ? commands.writePrecharge : commands.readPrecharge;
    if (closes && this.timing.earliest(closing, bank) <= tick) command = closing;
    this.timing.issue(command, bank, tick);
    activity.log(tick, command, bank, pool.row[slot] ?? 0, pool.column[slot] ?? 0);
    activity.bankAccesses[bank] = (activity.bankAccesses[bank] ?? 0) + 1;
    if (command === closing) this.#close(bank, tick);
    else closer.accessed(bank, hasHits);
    const done = isWrite ? tick : tick + this.#readTicks;
    (isWrite ? activity.writeLatency : activity.readLatency).add(done - arrival);
    this.#done(done, pool.tag[slot] ?? 0);
    this.waiting--;
    pool.release(slot);
  }

  /** Counts a request once, by what its first command finds. */
  protected classify(slot: number): void {
    const { pool, activity } = this;
    if (pool.isStarted[slot] === 1) return;
    pool.isStarted[slot] = 1;
    const open = this.openRow[pool.bank[slot] ?? 0] ?? CLOSED;
    if (open < 0) activity.rowMisses++;
    else if (open === pool.row[slot]) activity.rowHits++;
    else activity.rowConflicts++;
  }

  #issuePrecharge(slot: number, tick: number): void {
    const bank = this.pool.bank[slot] ?? 0;
    const { precharge } = this.commands;
    this.classify(slot);
    this.waits?.precharge(bank, tick, this.pool.arrival[slot] ?? 0);
    this.timing.issue(precharge, bank, tick);
    this.activity.log(tick, precharge, bank, -1, -1);
    this.#close(bank, tick);
  }

  #issueUrgent(command: number, tick: number): void {
    const { commands, urgent } = this;
    const { wanted, bank } = urgent;
    if (command === commands.precharge) this.waits?.precharge(bank, tick, 0);
    this.timing.issue(command, bank, tick);
    this.activity.log(tick, command, bank, -1, -1);
    if (command === commands.precharge) {
      this.#close(bank, tick);
    } else if (command === commands.prechargeAll) {
      const first = urgent.refresh.firstOf(bank);
      for (let each = first; each < first + urgent.refresh.width; each++) this.#close(each, tick);
    }
    if (command !== wanted) return;
    urgent.drop();
    this.#noteRefresh(tick);
  }

  #noteRefresh(tick: number): void {
    this.waits?.refresh(!this.urgent.isEmpty && this.urgent.wanted !== this.commands.precharge, tick);
  }

  /** Whether a command would close a row that was opened for a request which has not had it yet. */
  #closesActive(command: number, bank: number): boolean {
    if (command === this.commands.precharge) return this.#holds(bank);
    if (command !== this.commands.prechargeAll) return false;
    const first = this.urgent.refresh.firstOf(bank);
    for (let each = first; each < first + this.urgent.refresh.width; each++)
      if (this.#holds(each)) return true;
    return false;
  }

  #holds(bank: number): boolean {
    return this.#activeOf[bank] !== 0 || this.openRow[bank] === ACTIVATING;
  }

  #close(bank: number, tick: number): void {
    this.urgent.closer.closed(bank);
    if (this.openRow[bank] === CLOSED) return;
    this.openRow[bank] = CLOSED;
    this.activity.closed(bank, tick);
    this.reads.rowChanged(bank);
    this.writes.rowChanged(bank);
  }

  #leave(slot: number, bank: number): void {
    for (let index = 0; index < this.#activeCount; index++) {
      if (this.#active[index] !== slot) continue;
      this.#activeCount--;
      for (let next = index; next < this.#activeCount; next++)
        this.#active[next] = this.#active[next + 1] ?? 0;
      this.#activeOf[bank] = (this.#activeOf[bank] ?? 0) - 1;
      this.reads.touch(bank);
      this.writes.touch(bank);
      return;
    }
    this.#leaveQueue(slot);
  }

  #leaveQueue(slot: number): void {
    if (this.pool.isWrite[slot] === 1) {
      this.writes.remove(slot);
      this.#written.delete(slot);
    } else {
      this.reads.remove(slot);
    }
  }

  /** Chooses between reads and writes; whether it is now the other queue that is served. */
  protected turn(): boolean {
    return this.#drain.turn(this.reads.size, this.writes.size);
  }

  #forward(tick: number, tag: number): void {
    this.activity.reads++;
    this.activity.readsForwarded++;
    this.activity.readLatency.add(1);
    this.#done(tick + 1, tag);
  }

  #merge(tick: number, tag: number): void {
    this.activity.writes++;
    this.activity.writesMerged++;
    this.activity.writeLatency.add(0);
    this.#done(tick, tag);
  }

  #done(tick: number, tag: number): void {
    if (tick > this.lastDone) this.lastDone = tick;
    if (this.#onDone !== undefined) this.#onDone(tag, tick);
  }
}
