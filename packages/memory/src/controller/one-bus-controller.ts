import { FrFcfsController } from './fr-fcfs-controller.ts';

/** FR-FCFS with one command bus: a command in a tick. */
export class OneBusController extends FrFcfsController {
  advance(tick: number): number {
    this.begin(tick);
    if (!this.isChosen) this.#choose(tick);
    if (this.choice.time > tick) return this.nextTick(this.choice.time);
    this.issueChosen(tick);
    return tick + 1;
  }

  #choose(tick: number): void {
    this.isChosen = true;
    this.choice.start();
    this.lookAtActive(tick);
    if (this.choice.time <= tick) return;
    if (this.urgent.isEmpty) this.lookAtQueued(tick, true, true, true);
    else this.lookAtUrgent(tick);
  }
}
