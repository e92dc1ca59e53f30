import type { DeviceTiming } from '../device/device-timing.ts';
import type { ChannelOptions } from './channel-controller.ts';
import { URGENT } from './command-choice.ts';
import type { ControllerPolicy } from './controller-policy.ts';
import { FrFcfsController } from './fr-fcfs-controller.ts';

/**
 * FR-FCFS with a bus for row commands beside the one for column commands: one of each in a tick, the column command first. Where
 * ticks are half clock periods, column commands start with the period, at odd ticks.
 */
export class TwoBusController extends FrFcfsController {
  readonly #hasHalves: boolean;
  /** No column command is possible before, and no row command, as long as nothing arrives, falls due or is issued. */
  #nextColumn = 0;
  #nextRow = 0;

  constructor(timing: DeviceTiming, policy: ControllerPolicy, channel: number, options: ChannelOptions) {
    super(timing, policy, channel, options);
    this.#hasHalves = timing.ticksPerClock === 2;
  }

  advance(tick: number): number {
    const { choice } = this;
    this.begin(tick);
    if (!this.isChosen) {
      this.#nextColumn = 0;
      this.#nextRow = 0;
      this.isChosen = true;
    }
    let isIssued = false;
    if (this.#nextColumn <= tick && !(this.#hasHalves && tick % 2 === 0)) {
      this.#chooseColumn(tick);
      isIssued = choice.time <= tick;
      if (isIssued) this.issueChosen(tick);
      else this.#nextColumn = choice.time;
    }
    if (isIssued || this.#nextRow <= tick) {
      this.#chooseRow(tick);
      if (choice.time <= tick) {
        choice.guard(choice.slot === URGENT ? this.urgent.bank : (this.pool.bank[choice.slot] ?? 0), tick);
        this.issueChosen(tick);
        return tick + 1;
      }
      this.#nextRow = choice.time;
    }
    return isIssued ? tick + 1 : this.nextTick(Math.max(tick + 1, Math.min(this.#nextColumn, this.#nextRow)));
  }

  #chooseColumn(tick: number): void {
    this.choice.start();
    this.lookAtActive(tick);
    if (this.choice.time > tick && this.urgent.isEmpty) this.lookAtQueued(tick, true, false, false);
  }

  #chooseRow(tick: number): void {
    this.choice.start();
    if (this.urgent.isEmpty) this.lookAtQueued(tick, false, true, true);
    else this.lookAtUrgent(tick);
  }
}
