import { LEVELS } from '../device/level.ts';
import type { DeviceTiming } from '../device/device-timing.ts';
import type { ChannelCommands } from './channel-commands.ts';
import { BUS_LIMITS } from './stream-result.ts';
import type { BusLimit } from './stream-result.ts';
import { limitOfRule } from './limit-of-rule.ts';

/** What a row command of each bank waited for, the last time. */
class RowWaits {
  readonly tick: Float64Array;
  /** From when on the timing rules allowed it. */
  readonly ready: Float64Array;
  readonly arrival: Float64Array;
  /** The rule that allowed it last; -1 where none held it back. */
  readonly rule: Int16Array;

  constructor(banks: number) {
    this.tick = new Float64Array(banks);
    this.ready = new Float64Array(banks);
    this.arrival = new Float64Array(banks);
    this.rule = new Int16Array(banks).fill(-1);
  }
}

/**
 * Keeps account of each data bus of a channel: a tick moves data, or is charged to what the next column command waited for. From
 * that command on it goes back in time: the rule that allowed it last; where that was its activate, what the activate waited
 * for; and so to the precharge. Before the first data there is its latency.
 */
export class WaitLog {
  readonly #timing: DeviceTiming;
  readonly #commands: ChannelCommands;
  readonly #limits: readonly BusLimit[];
  /** Whether a rule holds between commands of different banks, by rule. */
  readonly #isShared: Uint8Array;
  readonly #banksPerBus: number;
  readonly #burst: number;
  readonly #readLatency: number;
  readonly #writeLatency: number;
  readonly #activates: RowWaits;
  readonly #precharges: RowWaits;
  /** End of the data that is on its way, by bus. */
  readonly #busEnd: Float64Array;
  readonly #ticks: Record<BusLimit, number>;
  /** Stretches that end after the last column command: a limit, its first tick and its end each. The stream may end before. */
  #open: { readonly limit: BusLimit; readonly from: number; readonly to: number }[] = [];
  /** The last time when a refresh waited, and so requests did. */
  #refreshFrom = Infinity;
  #refreshTo = Infinity;
  // The gap that is being charged: its start and the tick up to which it still is, in ticks of commands, and their way to data.
  #low = 0;
  #at = 0;
  #shift = 0;

  constructor(timing: DeviceTiming, commands: ChannelCommands) {
    const { timings, standard } = timing.device;
    const { ticksPerClock } = standard;
    this.#timing = timing;
    this.#commands = commands;
    this.#limits = timing.rules.map((rule) => limitOfRule(rule, timing));
    this.#isShared = Uint8Array.from(timing.rules, ({ level }, index) => {
      const isOneBank = timing.nodesOf(LEVELS[level] ?? 'bank') === timing.banks;
      return !isOneBank && this.#limits[index] !== 'refresh' ? 1 : 0;
    });
    this.#banksPerBus = timing.banks / timing.nodesOf('pseudoChannel');
    this.#burst = Math.ceil((timings['nBL'] ?? timings['nBL_min'] ?? 1) * ticksPerClock);
    this.#readLatency = Math.ceil((timings['nCL'] ?? timings['nRL'] ?? 0) * ticksPerClock);
    this.#writeLatency = Math.ceil((timings['nCWL'] ?? timings['nWL'] ?? 0) * ticksPerClock);
    this.#activates = new RowWaits(timing.banks);
    this.#precharges = new RowWaits(timing.banks);
    this.#busEnd = new Float64Array(timing.nodesOf('pseudoChannel'));
    this.#ticks = noTicks();
  }

  /** A refresh waits, or no longer. */
  refresh(isWaiting: boolean, tick: number): void {
    if (isWaiting && this.#refreshTo !== Infinity) this.#refreshFrom = Infinity;
    if (isWaiting && this.#refreshFrom === Infinity) this.#refreshFrom = tick;
    this.#refreshTo = isWaiting ? Infinity : tick;
  }

  /** An activate is about to be issued. */
  activate(bank: number, tick: number, arrival: number): void {
    this.#note(this.#activates, this.#commands.activate, bank, tick, arrival);
  }

  /** A precharge of a bank is about to be issued. */
  precharge(bank: number, tick: number, arrival: number): void {
    this.#note(this.#precharges, this.#commands.precharge, bank, tick, arrival);
  }

  /** A column command is about to be issued. */
  column(command: number, isWrite: boolean, bank: number, tick: number, arrival: number): void {
    const bus = Math.floor(bank / this.#banksPerBus);
    const end = this.#busEnd[bus] ?? 0;
    const start = Math.max(end, tick + (isWrite ? this.#writeLatency : this.#readLatency));
    this.#settle(tick);
    if (start > end) this.#chargeGap(command, bank, tick, arrival, end, start);
    this.#charge('data', start, start + this.#burst);
    this.#busEnd[bus] = start + this.#burst;
  }

  /** Ticks of all data buses, by what they did or waited for, of a stream that took so many. */
  finish(ticks: number): Readonly<Record<BusLimit, number>> {
    for (const end of this.#busEnd) this.#charge('queue', end, Math.max(end, ticks));
    for (const { limit, from, to } of this.#open) {
      this.#ticks[limit] += Math.max(0, Math.min(to, ticks) - Math.min(from, ticks));
    }
    this.#open = [];
    return this.#ticks;
  }

  #note(waits: RowWaits, command: number, bank: number, tick: number, arrival: number): void {
    waits.tick[bank] = tick;
    waits.ready[bank] = this.#timing.earliest(command, bank);
    waits.arrival[bank] = arrival;
    waits.rule[bank] = this.#timing.binding(command, bank);
  }

  #chargeGap(command: number, bank: number, tick: number, arrival: number, end: number, start: number): void {
    this.#shift = start - tick;
    this.#at = tick;
    this.#low = end - this.#shift;
    if (this.#low < 0) {
      this.#charge('latency', end, Math.min(start, this.#shift));
      this.#low = 0;
    }
    this.#backToReady(this.#timing.earliest(command, bank), arrival);
    const rule = this.#timing.binding(command, bank);
    if (this.#isActivateOf(rule, bank)) this.#backFromColumn(bank);
    else this.#back(this.#limits[rule] ?? 'queue', -Infinity);
  }

  /**
   * From a column command that waited for its activate. Where a row command of the bank waited for other banks, the time from
   * there to the data is the same for all of them: what holds up the data is that wait.
   */
  #backFromColumn(bank: number): void {
    const activates = this.#activates;
    const precharges = this.#precharges;
    const isClosed = this.#timing.rules[activates.rule[bank] ?? -1]?.from === this.#commands.precharge;
    if (this.#waitedForOthers(activates, bank)) this.#jump(activates.tick[bank] ?? 0);
    else if (isClosed && this.#waitedForOthers(precharges, bank)) this.#jump(precharges.tick[bank] ?? 0);
    this.#back('row-cycle', activates.tick[bank] ?? 0);
    this.#backToReady(activates.ready[bank] ?? 0, activates.arrival[bank] ?? 0);
    if (!isClosed) {
      this.#back(this.#limits[activates.rule[bank] ?? -1] ?? 'queue', -Infinity);
      return;
    }
    this.#back('row-cycle', precharges.tick[bank] ?? 0);
    this.#backToReady(precharges.ready[bank] ?? 0, precharges.arrival[bank] ?? 0);
    this.#back('row-cycle', -Infinity);
  }

  /** Whether a row command came later than its own bank and its request asked for. */
  #waitedForOthers(waits: RowWaits, bank: number): boolean {
    const tick = waits.tick[bank] ?? 0;
    const ready = waits.ready[bank] ?? 0;
    const there = Math.max(ready, (waits.arrival[bank] ?? 0) + 1);
    if (there < tick) return !(this.#refreshFrom < tick && this.#refreshTo > there);
    return ready === tick && this.#isShared[waits.rule[bank] ?? -1] === 1;
  }

  /** Goes back in time without charging anything. */
  #jump(tick: number): void {
    const ticks = this.#at - tick;
    this.#at -= ticks;
    this.#low -= ticks;
    this.#shift += ticks;
  }

  #isActivateOf(index: number, bank: number): boolean {
    const rule = this.#timing.rules[index];
    if (rule === undefined || this.#limits[index] === 'command-bus') return false;
    const isActivate = rule.from === this.#commands.activate || rule.from === this.#commands.activateSecond;
    return isActivate && (this.#activates.tick[bank] ?? 0) > 0;
  }

  /** From a command back to when the rules allowed it: it waited for the command bus, or its request was not there yet. */
  #backToReady(ready: number, arrival: number): void {
    const there = Math.max(ready, arrival + 1);
    if (this.#refreshFrom < this.#at && this.#refreshTo > there) {
      this.#back('command-bus', Math.max(there, this.#refreshTo));
      this.#back('refresh', Math.max(there, this.#refreshFrom));
    }
    this.#back('command-bus', there);
    this.#back('queue', ready);
  }

  /** Charges what is left of the gap from `from` on. */
  #back(limit: BusLimit, from: number): void {
    const start = Math.max(from, this.#low);
    if (start >= this.#at) return;
    this.#charge(limit, start + this.#shift, this.#at + this.#shift);
    this.#at = start;
  }

  #charge(limit: BusLimit, from: number, to: number): void {
    if (to > from) this.#open.push({ limit, from, to });
  }

  /** Counts the stretches that end before a tick that the stream reaches. */
  #settle(tick: number): void {
    let kept = 0;
    for (const stretch of this.#open) {
      if (stretch.to > tick) this.#open[kept++] = stretch;
      else this.#ticks[stretch.limit] += stretch.to - stretch.from;
    }
    this.#open.length = kept;
  }
}

export function noTicks(): Record<BusLimit, number> {
  // An object of all keys: `fromEntries` knows its keys as strings only.
  return Object.fromEntries(BUS_LIMITS.map((limit) => [limit, 0])) as Record<BusLimit, number>;
}
