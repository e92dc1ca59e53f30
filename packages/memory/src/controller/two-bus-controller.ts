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

  constructor(timing: DeviceTiming, policy: ControllerPolicy, channel: number, options: ChannelOptions) {
    super(timing, policy, channel, options);
    this.#hasHalves = timing.ticksPerClock === 2;
  }

  advance(tick: number): number {
    const { choice } = this;
    this.begin(tick);
    let next = Infinity;
    let isIssued = false;
    const isMiddle = this.#hasHalves && tick % 2 === 0;
    if (!isMiddle) {
      this.#chooseColumn(tick);
      isIssued = choice.time <= tick;
      if (isIssued) this.issueChosen(tick);
      else next = choice.time;
    }
    choice.start();
    if (this.urgent.isEmpty) this.lookAtQueued(tick, false, true, true);
    else this.lookAtUrgent(tick);
    if (choice.time > tick) {
      // Column commands are not looked for in the middle of a period: the next tick does.
      return isIssued || isMiddle ? tick + 1 : this.nextTick(Math.min(next, choice.time));
    }
    choice.guard(choice.slot === URGENT ? this.urgent.bank : (this.pool.bank[choice.slot] ?? 0), tick);
    this.issueChosen(tick);
    return tick + 1;
  }

  #chooseColumn(tick: number): void {
    this.choice.start();
    this.lookAtActive(tick);
    if (this.choice.time > tick && this.urgent.isEmpty) this.lookAtQueued(tick, true, false, false);
  }
}
