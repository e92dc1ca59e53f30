import type { Picoseconds } from '@systole/units';
import { ChannelState } from './channel-state.ts';
import type { ChannelWork } from './channel-work.ts';
import type { LaneScheduler } from './lane-scheduler.ts';

/**
 * Notices that a channel has come back to a state in which it was before, and leaps over as many repetitions of what lay
 * between as the work that is left allows (Brent's cycle detection).
 */
export class Recurrence {
  readonly #lanes: LaneScheduler;
  readonly #earlier: ChannelState;
  #earlierDescription: number[] = [];
  #description: number[] = [];
  #age = 0;
  /** Moments after which the earlier one is replaced; 0 before the first. */
  #patience = 0;

  constructor(lanes: LaneScheduler, lanesOfChannel: number, queues: number) {
    this.#lanes = lanes;
    this.#earlier = new ChannelState(lanesOfChannel, queues);
  }

  clear(): void {
    this.#patience = 0;
  }

  /** Leaps, not beyond `until`, when the present moment is like the one that is remembered. */
  leap(work: ChannelWork, state: ChannelState, until: Picoseconds): void {
    const description = this.#description;
    description.length = 0;
    state.describe(description);
    this.#lanes.describe(work, state, description);
    if (this.#patience > 0 && areEqual(description, this.#earlierDescription)) {
      const times = this.#repetitions(work, state, until);
      if (times > 0) this.#repeat(state, times);
      this.clear();
      return;
    }
    this.#age++;
    if (this.#age < this.#patience) return;
    this.#patience = Math.max(1, 2 * this.#patience);
    this.#age = 0;
    this.#earlier.copyFrom(state);
    [this.#description, this.#earlierDescription] = [this.#earlierDescription, description];
  }

  /** How often it can repeat so that every queue and job that it takes from has something left afterwards. */
  #repetitions(work: ChannelWork, state: ChannelState, until: Picoseconds): number {
    const earlier = this.#earlier;
    const duration = state.now - earlier.now;
    let times = Math.floor((Math.min(until, Number.MAX_SAFE_INTEGER) - state.now) / Math.max(1, duration));
    for (const [queue, taken] of state.taken.entries()) {
      const each = taken - (earlier.taken[queue] ?? 0);
      if (each === 0) continue;
      const left = (work.head(state, queue)?.count ?? 0) - taken;
      times = Math.min(times, Math.floor((left - 1) / each));
    }
    for (const [slot, progress] of state.progress.entries()) {
      const each = progress.sent - (earlier.progress[slot]?.sent ?? 0);
      if (!progress.isUsed || each === 0) continue;
      const left = (work.jobs[slot]?.rounds?.count ?? 0) - progress.sent;
      times = Math.min(times, Math.floor((left - 1) / each));
    }
    return times;
  }

  #repeat(state: ChannelState, times: number): void {
    const earlier = this.#earlier;
    for (const [queue, taken] of state.taken.entries()) {
      state.taken[queue] = taken + times * (taken - (earlier.taken[queue] ?? 0));
    }
    for (const [slot, progress] of state.progress.entries()) {
      const before = earlier.progress[slot];
      if (!progress.isUsed || before === undefined) continue;
      progress.left += times * (progress.left - before.left);
      progress.sent += times * (progress.sent - before.sent);
      for (const [reason, spent] of progress.spent.entries()) {
        progress.spent[reason] = spent + times * (spent - (before.spent[reason] ?? 0));
      }
    }
    state.delay(times * (state.now - earlier.now));
  }
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  // Times that nothing waits for are infinite, and their differences too: they compare as equal.
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
