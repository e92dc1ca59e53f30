import type { Bytes } from '@systole/units';
import type { Device } from './device.ts';
import type { Job } from './job.ts';
import type { PageRun } from './page-load.ts';
import type { ChannelState } from './channel-state.ts';

/** Pages of one plane that a job asks for. */
export interface QueueEntry {
  readonly job: Job;
  readonly row: number;
  readonly count: number;
  readonly bytes: Bytes;
}

/** Entries of a queue that are done with before they are dropped. */
const KEPT_ENTRIES = 32;

/** What a channel was asked for: lists that grow on arrivals alone; how far each is done stands in the channel's state. */
export class ChannelWork {
  /** Of each plane of each die: pages in the order of their arrival. */
  readonly queues: QueueEntry[][];
  /** Read-compute, in the order of arrival. */
  readonly computing: Job[] = [];
  /** By slot. */
  readonly jobs: (Job | undefined)[] = [];
  #sequence = 0;
  readonly #planes: number;

  constructor(device: Device) {
    this.#planes = device.planes;
    this.queues = Array.from({ length: device.dies * device.planes }, () => []);
  }

  copyFrom(other: ChannelWork): void {
    for (const [index, queue] of this.queues.entries())
      queue.splice(0, Infinity, ...(other.queues[index] ?? []));
    this.computing.splice(0, Infinity, ...other.computing);
    this.jobs.splice(0, Infinity, ...other.jobs);
    this.#sequence = other.#sequence;
  }

  /** Adds a job to what `state` has left of the work so far. */
  add(state: ChannelState, asked: Omit<Job, 'slot' | 'sequence'>, runs: readonly PageRun[]): void {
    this.#trim(state);
    let slot = state.progress.findIndex(({ isUsed }) => !isUsed);
    if (slot < 0) slot = state.grow();
    const job: Job = { ...asked, slot, sequence: this.#sequence++ };
    this.jobs[slot] = job;
    state.progress[slot]?.begin(job.rounds?.count ?? job.pages);
    if (job.rounds !== undefined) this.computing.push(job);
    for (const { die, plane, row, count, bytes } of runs) {
      this.queues[die * this.#planes + plane]?.push({ job, row, count, bytes });
    }
  }

  /** The first entry of a queue that has pages left. */
  head(state: ChannelState, queue: number): QueueEntry | undefined {
    return this.queues[queue]?.[state.heads[queue] ?? 0];
  }

  #trim(state: ChannelState): void {
    for (const [index, queue] of this.queues.entries()) {
      const done = state.heads[index] ?? 0;
      if (done < KEPT_ENTRIES) continue;
      queue.splice(0, done);
      state.renumber(index, done);
    }
    const { pipeline } = state;
    this.computing.splice(0, pipeline.oldest);
    pipeline.sending -= pipeline.oldest;
    pipeline.oldest = 0;
  }
}
