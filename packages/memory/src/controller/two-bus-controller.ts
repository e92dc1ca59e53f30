import type { DeviceTiming } from '../device/device-timing.ts';
import type { ChannelOptions } from './channel-controller.ts';
import { isEven, URGENT } from './command-choice.ts';
import type { ControllerPolicy } from './controller-policy.ts';
import { FrFcfsController } from './fr-fcfs-controller.ts';

/**
 * FR-FCFS with a bus for row commands beside the one for column commands: one of each in a tick, the column command first. Where
 * ticks are half clock periods, column commands start with the period, at odd ticks.
 */
export class TwoBusController extends FrFcfsController {
  readonly #hasHalves: boolean;
  /** No column command is possible before; 0 where that is not known. The same of row commands. */
  #nextColumn = 0;
  #nextRow = 0;

  constructor(timing: DeviceTiming, policy: ControllerPolicy, channel: number, options: ChannelOptions) {
    super(timing, policy, channel, options);
    this.#hasHalves = timing.ticksPerClock === 2;
  }

  advance(tick: number): number {
    this.begin(tick);
    if (!this.isChosen || (this.urgent.isEmpty && this.turn())) this.#forget();
    let isIssued = false;
    if (this.#nextColumn <= tick && !(this.#hasHalves && isEven(tick))) {
      this.#chooseColumn(tick);
      isIssued = this.choice.time <= tick;
      if (isIssued) this.#issueColumnCommand(tick);
      else this.#nextColumn = this.choice.time;
    }
    if (this.#nextRow <= tick) {
      this.#chooseRow(tick);
      if (this.choice.time <= tick) {
        this.#issueRowCommand(tick);
        return tick + 1;
      }
      this.#nextRow = this.choice.time;
    }
    return isIssued ? tick + 1 : this.nextTick(Math.max(tick + 1, Math.min(this.#nextColumn, this.#nextRow)));
  }

  protected override arrived(slot: number): void {
    const { bank, row } = this.pool;
    if (this.openRow[bank[slot] ?? 0] === row[slot]) this.#nextColumn = 0;
    else this.#nextRow = 0;
  }

  #issueColumnCommand(tick: number): void {
    this.issueChosen(tick);
    this.#forget();
  }

  #issueRowCommand(tick: number): void {
    const { choice, commands, timing } = this;
    const { slot, command } = choice;
    const bank = slot === URGENT ? this.urgent.bank : (this.pool.bank[slot] ?? 0);
    choice.guard(bank, tick);
    this.issueChosen(tick);
    this.isChosen = true;
    this.#nextRow = 0;
    // A row command makes no column command possible, but for those of the row that it opens.
    if (slot === URGENT) this.#nextColumn = 0;
    if (command !== commands.activate) return;
    const first = Math.min(timing.earliest(commands.read, bank), timing.earliest(commands.write, bank));
    this.#nextColumn = Math.min(this.#nextColumn, first);
  }

  #forget(): void {
    this.#nextColumn = 0;
    this.#nextRow = 0;
    this.isChosen = true;
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
