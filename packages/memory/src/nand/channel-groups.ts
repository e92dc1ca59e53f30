import type { Picoseconds } from '@systole/units';
import { ChannelState } from './channel-state.ts';
import { ChannelWork } from './channel-work.ts';
import type { ChannelScheduler } from './channel-scheduler.ts';
import type { Device } from './device.ts';
import type { Chunk, Job } from './job.ts';
import type { ChannelLoad } from './page-load.ts';

/** What the jobs of a group end with. */
export type JobEnded = (chunk: Chunk, start: Picoseconds, first: Picoseconds, spent: Float64Array) => void;

/** Channels that were asked for the same at the same times, and so are alike: one of them is run for all. */
export interface ChannelGroup {
  readonly id: number;
  channels: readonly number[];
  readonly work: ChannelWork;
  /** At the last arrival or end of a job. */
  state: ChannelState;
  /** At the next end of a job, if nothing arrives before; `isAhead` says whether it has been run to there. */
  ahead: ChannelState;
  isAhead: boolean;
}

/** A job as its load asks for it: the parts that differ between channels are in the load. */
export interface AskedJob {
  readonly load: ChannelLoad;
  readonly job: Omit<Job, 'slot' | 'sequence'>;
}

/**
 * The channels of a memory, as groups of channels that are alike. A group runs ahead to the next end of a job; what
 * arrives before takes it back to its last certain state, from which it goes on with the new job. Channels at rest are
 * all alike, and in no group.
 */
export class ChannelGroups {
  readonly #device: Device;
  readonly #scheduler: ChannelScheduler;
  readonly #onEnd: JobEnded;
  readonly #wakeAt: (time: Picoseconds, id: number) => void;
  #groups: (ChannelGroup | undefined)[] = [];
  /** By channel: its group. */
  #groupOf: (ChannelGroup | undefined)[] = [];

  constructor(
    device: Device,
    scheduler: ChannelScheduler,
    onEnd: JobEnded,
    wakeAt: (time: Picoseconds, id: number) => void,
  ) {
    this.#device = device;
    this.#scheduler = scheduler;
    this.#onEnd = onEnd;
    this.#wakeAt = wakeAt;
  }

  /** Puts all channels to rest. */
  reset(): void {
    this.#groups = [];
    this.#groupOf = Array.from({ length: this.#device.channels }, () => undefined);
  }

  /** Gives jobs to channels at time `now`. */
  ask(asked: readonly AskedJob[], now: Picoseconds): void {
    const touched = new Set<ChannelGroup>();
    for (const { load } of asked) {
      for (const channel of load.channels) {
        const group = this.#groupOf[channel];
        if (group !== undefined) touched.add(group);
      }
    }
    for (const group of touched) {
      this.#scheduler.advance(group.work, group.state, now, false);
      this.#report(group);
    }
    for (const { load, job } of asked) {
      const members = new Map<ChannelGroup | undefined, number[]>();
      for (const channel of load.channels) {
        const group = this.#groupOf[channel];
        const alike = members.get(group);
        if (alike === undefined) members.set(group, [channel]);
        else alike.push(channel);
      }
      job.chunk.parts += members.size;
      for (const [group, channels] of members) {
        const receiver = group === undefined ? this.#form(channels, now) : this.#part(group, channels);
        receiver.work.add(receiver.state, job, load.runs);
        touched.add(receiver);
      }
    }
    for (const group of touched) if (group.state.isBusy) this.#runAhead(group);
  }

  /** Sees the end of jobs of a group at `now`, if that is the time to which it has run ahead. */
  wake(id: number, now: Picoseconds): void {
    const group = this.#groups[id];
    if (group === undefined || group.ahead.now !== now || !group.isAhead) return;
    [group.state, group.ahead] = [group.ahead, group.state];
    group.isAhead = false;
    this.#report(group);
    if (group.state.isBusy) this.#runAhead(group);
  }

  #runAhead(group: ChannelGroup): void {
    group.ahead.copyFrom(group.state);
    this.#scheduler.advance(group.work, group.ahead, Infinity, true);
    group.isAhead = true;
    this.#wakeAt(group.ahead.now, group.id);
  }

  /** Reports the jobs that have ended, and lets the channels rest when nothing is left. */
  #report(group: ChannelGroup): void {
    const { state, work } = group;
    for (const [slot, { isUsed, start, first, spent }] of state.progress.entries()) {
      const job = work.jobs[slot];
      if (job === undefined || isUsed) continue;
      work.jobs[slot] = undefined;
      this.#onEnd(job.chunk, start, first, spent);
    }
    if (state.isBusy) return;
    for (const channel of group.channels) this.#groupOf[channel] = undefined;
    this.#groups[group.id] = undefined;
  }

  /** A group of channels that were at rest. */
  #form(channels: readonly number[], now: Picoseconds): ChannelGroup {
    const { dies, planes, lanes } = this.#device;
    const free = this.#groups.indexOf(undefined);
    const group: ChannelGroup = {
      id: free < 0 ? this.#groups.length : free,
      channels,
      work: new ChannelWork(this.#device),
      state: new ChannelState(lanes, dies * planes),
      ahead: new ChannelState(lanes, dies * planes),
      isAhead: false,
    };
    group.state.now = now;
    this.#groups[group.id] = group;
    for (const channel of channels) this.#groupOf[channel] = group;
    return group;
  }

  /** The group of `channels` alone, which are some or all of those of `group`. */
  #part(group: ChannelGroup, channels: readonly number[]): ChannelGroup {
    if (channels.length === group.channels.length) return group;
    group.channels = group.channels.filter((channel) => !channels.includes(channel));
    const part = this.#form(channels, group.state.now);
    part.work.copyFrom(group.work);
    part.state.copyFrom(group.state);
    for (const [slot, { isUsed }] of group.state.progress.entries()) {
      const job = group.work.jobs[slot];
      if (isUsed && job !== undefined) job.chunk.parts++;
    }
    return part;
  }
}
