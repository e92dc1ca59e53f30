import type { DeviceTiming } from '../device/device-timing.ts';
import { evaluateGap } from '../device/gap.ts';
import type { ChannelOptions } from './channel-controller.ts';
import type { ControllerPolicy } from './controller-policy.ts';
import { ACTIVATING, FrFcfsController } from './fr-fcfs-controller.ts';

/**
 * FR-FCFS for devices whose activate is two commands and whose data clock stops when idle. The second half of an activate is
 * issued when nothing else can be, and at the latest so many periods after the first; no other activate comes between. Once the
 * data clock has stopped, a command that starts it comes a tick before the next column command.
 */
export class SplitActivateController extends FrFcfsController {
  readonly #splitWithin: number;
  readonly #afterRead: number;
  readonly #afterWrite: number;
  readonly #hasDataClock: boolean;
  /** The request whose activate is half issued; -1 where there is none. */
  #half = -1;
  #deadline = Infinity;
  /** The request for which the data clock was just started; -1 where there is none. */
  #clocked = -1;
  /** When the data clock of each rank stops. */
  readonly #clockStops: Float64Array;

  constructor(timing: DeviceTiming, policy: ControllerPolicy, channel: number, options: ChannelOptions) {
    super(timing, policy, channel, options);
    const { standard, timings } = timing.device;
    const ticks = (gap: string): number => Math.ceil(evaluateGap(gap, timings) * standard.ticksPerClock);
    this.#splitWithin = standard.splitWithin === undefined ? Infinity : ticks(standard.splitWithin);
    this.#clockStops = new Float64Array(timing.nodesOf('rank'));
    this.#hasDataClock = standard.dataClock !== undefined && this.commands.clockRead >= 0;
    this.#afterRead = standard.dataClock === undefined ? 0 : ticks(standard.dataClock.afterRead);
    this.#afterWrite = standard.dataClock === undefined ? 0 : ticks(standard.dataClock.afterWrite);
  }

  advance(tick: number): number {
    this.begin(tick);
    if (this.#half >= 0 && this.#deadline <= tick && this.#secondTime(tick) <= tick) {
      return this.#issueSecond(tick);
    }
    if (this.#clocked >= 0) return this.#accessClocked(tick);
    if (!this.isChosen) this.#choose(tick);
    const { time, slot, command } = this.choice;
    if (time > tick) {
      if (this.#half < 0) return this.nextTick(time);
      const second = this.#secondTime(tick);
      return second <= tick ? this.#issueSecond(tick) : this.nextTick(Math.min(time, second));
    }
    if (command === this.commands.read || command === this.commands.write) {
      const stops = this.#clockStops[this.#rankOf(slot)] ?? 0;
      if (this.#hasDataClock && tick >= stops) return this.#startClock(slot, tick);
      this.#runClock(slot, tick);
    }
    this.issueChosen(tick);
    return tick + 1;
  }

  protected override issueActivate(slot: number, tick: number): void {
    this.startActivate(slot, tick);
    if (this.commands.activateSecond < 0) {
      this.opened(slot);
      return;
    }
    this.openRow[this.pool.bank[slot] ?? 0] = ACTIVATING;
    this.#half = slot;
    this.#deadline = tick + this.#splitWithin;
  }

  override save(tick: number): number[] {
    return [...super.save(tick), ...Array.from(this.#clockStops, (stops) => Math.max(0, stops - tick))];
  }

  override load(state: readonly number[], tick: number): number {
    const at = super.load(state, tick);
    for (let rank = 0; rank < this.#clockStops.length; rank++) {
      const left = state[at + rank] ?? 0;
      this.#clockStops[rank] = left === 0 ? 0 : tick + left;
    }
    return at + this.#clockStops.length;
  }

  #choose(tick: number): void {
    this.isChosen = true;
    this.choice.start();
    this.lookAtActive(tick);
    if (this.choice.time <= tick) return;
    if (this.urgent.isEmpty) this.lookAtQueued(tick, true, true, this.#half < 0);
    else this.lookAtUrgent(tick);
  }

  #secondTime(tick: number): number {
    const bank = this.pool.bank[this.#half] ?? 0;
    return Math.max(tick, this.timing.earliest(this.commands.activateSecond, bank));
  }

  #issueSecond(tick: number): number {
    const slot = this.#half;
    const bank = this.pool.bank[slot] ?? 0;
    this.timing.issue(this.commands.activateSecond, bank, tick);
    this.activity.log(tick, this.commands.activateSecond, bank, this.pool.row[slot] ?? 0, -1);
    this.#half = -1;
    this.#deadline = Infinity;
    this.opened(slot);
    this.isChosen = false;
    return tick + 1;
  }

  /** Starts the data clock for the chosen request, unless the tick after is the last for half an activate. */
  #startClock(slot: number, tick: number): number {
    if (this.#half >= 0 && this.#deadline <= tick + 1) return this.#issueSecond(tick);
    const bank = this.pool.bank[slot] ?? 0;
    const command = this.pool.isWrite[slot] === 1 ? this.commands.clockWrite : this.commands.clockRead;
    const earliest = this.timing.earliest(command, bank);
    if (earliest > tick) return this.nextTick(earliest);
    this.timing.issue(command, bank, tick);
    this.activity.log(tick, command, bank, -1, -1);
    this.#clocked = slot;
    this.isChosen = false;
    return tick + 1;
  }

  #accessClocked(tick: number): number {
    const slot = this.#clocked;
    const bank = this.pool.bank[slot] ?? 0;
    const command = this.pool.isWrite[slot] === 1 ? this.commands.write : this.commands.read;
    const earliest = this.timing.earliest(command, bank);
    if (earliest > tick) return this.nextTick(earliest);
    this.#clocked = -1;
    this.#runClock(slot, tick);
    this.isChosen = false;
    this.issueColumn(slot, tick, false);
    return tick + 1;
  }

  #runClock(slot: number, tick: number): void {
    const stops = tick + (this.pool.isWrite[slot] === 1 ? this.#afterWrite : this.#afterRead);
    const rank = this.#rankOf(slot);
    if (stops > (this.#clockStops[rank] ?? 0)) this.#clockStops[rank] = stops;
  }

  #rankOf(slot: number): number {
    return this.timing.nodeOf('rank', this.pool.bank[slot] ?? 0);
  }
}
