import type { DeviceTiming } from '../device/device-timing.ts';
import type { ChannelCommands } from './channel-commands.ts';
import type { RequestPool } from './request-pool.ts';
import { CLOSED } from './request-queue.ts';
import type { RequestQueue } from './request-queue.ts';

/** In place of a request: the command comes from the list of urgent commands. */
export const URGENT = -1;

/**
 * The command that is issued next, of those that were looked at: the one whose timing allows it first, of several the one for the
 * oldest request. What was looked at before goes first at the same tick, whatever its age.
 *
 * Where ticks are half clock periods, commands start with the period, at odd ticks; only precharges may also start in the middle,
 * unless they are for the bank (or, after a command for all banks, the pseudo channel) of the row command just before.
 */
export class CommandChoice {
  /** Tick at which it may be issued; Infinity where there is none. */
  time = Infinity;
  slot = URGENT;
  command = -1;
  readonly #timing: DeviceTiming;
  readonly #commands: ChannelCommands;
  readonly #pool: RequestPool;
  readonly #openRow: Int32Array;
  /** Requests of a bank whose row was opened for them and that have not had it yet. */
  readonly #activeOf: Int32Array;
  readonly #keepsHits: boolean;
  readonly #hasHalves: boolean;
  readonly #activateTicks: number;
  readonly #pseudoChannelBanks: number;
  /** The row command of the last period: where and when a precharge may not follow it. */
  #guardedTick = -1;
  #guardedBank = -1;
  #guardsAll = false;

  constructor(
    timing: DeviceTiming,
    commands: ChannelCommands,
    pool: RequestPool,
    openRow: Int32Array,
    activeOf: Int32Array,
    keepsHits: boolean,
  ) {
    const clocks = timing.device.standard.commands[commands.activate]?.clocks ?? 1;
    this.#timing = timing;
    this.#commands = commands;
    this.#pool = pool;
    this.#openRow = openRow;
    this.#activeOf = activeOf;
    this.#keepsHits = keepsHits;
    this.#hasHalves = timing.ticksPerClock === 2 && timing.device.standard.rowBus;
    this.#activateTicks = Math.ceil(clocks * timing.ticksPerClock);
    this.#pseudoChannelBanks = timing.banks / timing.nodesOf('pseudoChannel');
  }

  start(): void {
    this.time = Infinity;
    this.slot = URGENT;
    this.command = -1;
  }

  /** Looks at the requests whose row was just opened, in the order in which it was. */
  lookAtActive(active: Int32Array, count: number, tick: number): void {
    const { bank, arrival, isWrite } = this.#pool;
    let oldest = Infinity;
    for (let index = 0; index < count; index++) {
      const slot = active[index] ?? 0;
      const command = isWrite[slot] === 1 ? this.#commands.write : this.#commands.read;
      const time = this.#columnStart(this.#timing.earliest(command, bank[slot] ?? 0), tick);
      const arrived = arrival[slot] ?? 0;
      if (time > this.time || (time === this.time && arrived >= oldest)) continue;
      oldest = arrived;
      this.time = time;
      this.slot = slot;
      this.command = command;
    }
  }

  /** Looks at a command that is no request's. */
  lookAtUrgent(command: number, bank: number, tick: number): void {
    const time = this.#rowStart(command, bank, this.#timing.earliest(command, bank), tick);
    if (time >= this.time) return;
    this.time = time;
    this.slot = URGENT;
    this.command = command;
  }

  /**
   * Looks at the requests of a queue, each with its next command.
   *
   * @param access The column command of the queue's requests; -1 where column commands are not wanted.
   * @param rows Whether row commands are wanted.
   * @param activates Whether activates are among them.
   */
  lookAtQueue(queue: RequestQueue, tick: number, access: number, rows: boolean, activates: boolean): void {
    // Column and row commands of one queue go by age.
    const order = access >= 0 ? this.#lookAtHits(queue, tick, access) : -1;
    if (rows) this.#lookAtRows(queue, tick, activates, order);
  }

  /** Remembers the chosen row command, if it starts with the period. */
  guard(bank: number, tick: number): void {
    if (!this.#hasHalves || isEven(tick)) return;
    const { command } = this;
    this.#guardedBank = bank;
    this.#guardsAll = command === this.#commands.prechargeAll || command === this.#commands.refreshAll;
    this.#guardedTick = tick + (command === this.#commands.activate ? this.#activateTicks : 1);
  }

  // Both run for each command, over the banks that have requests; what they keep is in local variables, which is measurably
  // faster than fields. A bank is looked at closely only if it could be the one: earliest ticks only grow, so the last one found
  // is a bound until something happens to the bank.
  #lookAtHits(queue: RequestQueue, tick: number, access: number): number {
    const { busy, busyCount, hit, columnBound } = queue;
    const { order } = this.#pool;
    const timing = this.#timing;
    let bestTime = this.time;
    let best = -1;
    let bestSlot = -1;
    for (let index = 0; index < busyCount; index++) {
      const bank = busy[index] ?? 0;
      if ((columnBound[bank] ?? 0) > bestTime) continue;
      const slot = hit[bank] ?? -1;
      if (slot < 0) {
        columnBound[bank] = Infinity;
        continue;
      }
      const earliest = timing.earliest(access, bank);
      columnBound[bank] = earliest;
      const time = this.#columnStart(earliest, tick);
      const age = order[slot] ?? 0;
      if (time > bestTime || (time === bestTime && age >= best)) continue;
      best = age;
      bestTime = time;
      bestSlot = slot;
    }
    if (bestSlot < 0) return -1;
    this.time = bestTime;
    this.slot = bestSlot;
    this.command = access;
    return best;
  }

  #lookAtRows(queue: RequestQueue, tick: number, activates: boolean, limit: number): void {
    const { busy, busyCount, hit, conflict, oldest, rowBound } = queue;
    const { order, arrival } = this.#pool;
    const { activate, precharge } = this.#commands;
    const timing = this.#timing;
    const openRow = this.#openRow;
    let bestTime = this.time;
    let best = limit;
    let bestSlot = -1;
    let bestCommand = -1;
    for (let index = 0; index < busyCount; index++) {
      const bank = busy[index] ?? 0;
      if ((rowBound[bank] ?? 0) > bestTime) continue;
      const row = openRow[bank] ?? CLOSED;
      let slot = -1;
      let command = precharge;
      if (row >= 0) {
        slot = conflict[bank] ?? -1;
        const first = hit[bank] ?? -1;
        // A row is kept for an older request, or one that came at the same time.
        const isKept = this.#keepsHits && first >= 0 && (arrival[first] ?? 0) <= (arrival[slot] ?? 0);
        if (slot < 0 || isKept || this.#activeOf[bank] !== 0) {
          rowBound[bank] = Infinity;
          continue;
        }
      } else {
        if (row !== CLOSED || !activates) continue;
        slot = oldest[bank] ?? 0;
        command = activate;
      }
      const age = order[slot] ?? 0;
      const shared = timing.sharedEarliest(command, bank);
      if (shared > bestTime || (age >= best && (shared === bestTime || bestTime <= tick))) {
        rowBound[bank] = shared;
        continue;
      }
      const earliest = timing.earliest(command, bank);
      rowBound[bank] = earliest;
      const time = this.#rowStart(command, bank, earliest, tick);
      if (time > bestTime || (time === bestTime && age >= best)) continue;
      best = age;
      bestTime = time;
      bestSlot = slot;
      bestCommand = command;
    }
    if (bestSlot < 0) return;
    this.time = bestTime;
    this.slot = bestSlot;
    this.command = bestCommand;
  }

  #columnStart(earliest: number, tick: number): number {
    const time = earliest > tick ? earliest : tick;
    return this.#hasHalves && isEven(time) ? time + 1 : time;
  }

  #rowStart(command: number, bank: number, earliest: number, tick: number): number {
    const time = earliest > tick ? earliest : tick;
    if (!this.#hasHalves || !isEven(time)) return time;
    if (command !== this.#commands.precharge && command !== this.#commands.prechargeAll) return time + 1;
    return this.#isGuarded(command, bank, time) ? time + 1 : time;
  }

  #isGuarded(command: number, bank: number, tick: number): boolean {
    if (tick !== this.#guardedTick) return false;
    const width = this.#pseudoChannelBanks;
    if (Math.floor(bank / width) !== Math.floor(this.#guardedBank / width)) return false;
    return this.#guardsAll || command !== this.#commands.precharge || bank === this.#guardedBank;
  }
}

/** By the lowest bit, which is right for every tick. The remainder of a floating-point number took a quarter of the time. */
export function isEven(tick: number): boolean {
  return (tick & 1) === 0;
}
