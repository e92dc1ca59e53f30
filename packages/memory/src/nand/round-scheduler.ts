import type { Picoseconds } from '@systole/units';
import {
  ARRAY_NONE,
  ARRAY_READ,
  ARRAY_READING,
  ARRAY_TAIL,
  BUS_RESULT,
  INPUT_ARRIVED,
  INPUT_ASKED,
  INPUT_NONE,
} from './channel-state.ts';
import type { ChannelState } from './channel-state.ts';
import type { ChannelWork } from './channel-work.ts';
import type { Device } from './device.ts';
import type { Job, Rounds } from './job.ts';
import type { LaneScheduler } from './lane-scheduler.ts';

/** Time between two pages of a core in one round, and from the first page until the core is done with the round. */
function pageStep(device: Device, rounds: Rounds): Picoseconds {
  const { computeRead } = device;
  return device.hasCacheRegister ? Math.max(computeRead, rounds.interval) : computeRead + rounds.interval;
}

function computeTime(device: Device, rounds: Rounds): Picoseconds {
  return (rounds.pages - 1) * pageStep(device, rounds) + rounds.interval + rounds.drain;
}

/**
 * Read-compute. All cores of a channel go through a round together:
 *
 * - the input crosses the bus to all cores, which hold one input beside the one they use;
 * - the array read of the round's first page starts when the input is there and the arrays are free;
 * - the page goes over to the cache register when the cores are free, and have room for the results; from then on the next
 *   input may come in, and, after the last page of the round, the next array read may start;
 * - the results cross the bus when the cores are done, while later rounds are read.
 *
 * With one page a round and cores that keep up, a round thus takes the time of its input and of an array read. Without a
 * cache register the arrays wait until the cores are done with their page.
 */
export class RoundScheduler {
  readonly #device: Device;
  readonly #lanes: LaneScheduler;
  readonly #roundDone: (state: ChannelState, job: Job) => void;

  constructor(device: Device, lanes: LaneScheduler, roundDone: (state: ChannelState, job: Job) => void) {
    this.#device = device;
    this.#lanes = lanes;
    this.#roundDone = roundDone;
  }

  /** Starts whatever can start without the bus. */
  decide(work: ChannelWork, state: ChannelState): void {
    const { pipeline, now } = state;
    const { arrayJob } = pipeline;
    if (pipeline.array === ARRAY_READ && arrayJob?.rounds !== undefined && pipeline.coreJob === undefined) {
      const held = pipeline.results.length + (state.bus === BUS_RESULT ? 1 : 0);
      if (held < arrayJob.rounds.held) this.#compute(state, arrayJob, arrayJob.rounds);
    }
    if (pipeline.input === INPUT_NONE && pipeline.sending < work.computing.length) {
      this.#askInput(work, state);
    }
    const next = pipeline.inputJob;
    if (pipeline.array !== ARRAY_NONE || pipeline.input !== INPUT_ARRIVED || next?.rounds === undefined)
      return;
    if (!this.#lanes.areAtRest(state, next.rounds.cores)) return;
    pipeline.array = ARRAY_READING;
    pipeline.arrayJob = next;
    pipeline.arrayEnd = now + this.#device.computeRead;
    this.#begin(state, next);
  }

  nextEnd(state: ChannelState): Picoseconds {
    return Math.min(state.pipeline.arrayEnd, state.pipeline.coreEnd);
  }

  /** Sees the ends at the present moment. Returns whether an array read has ended that others will follow. */
  settle(work: ChannelWork, state: ChannelState): boolean {
    const { pipeline, now } = state;
    let isAnchor = false;
    if (pipeline.arrayEnd <= now) {
      isAnchor = pipeline.array === ARRAY_READING && pipeline.sending < work.computing.length;
      pipeline.array = pipeline.array === ARRAY_READING ? ARRAY_READ : ARRAY_NONE;
      if (pipeline.array === ARRAY_NONE) pipeline.arrayJob = undefined;
      pipeline.arrayEnd = Infinity;
    }
    if (pipeline.coreEnd <= now) {
      const job = pipeline.coreJob;
      pipeline.coreJob = undefined;
      pipeline.coreEnd = Infinity;
      if (job?.rounds?.result === 0) this.#roundDone(state, job);
      else if (job !== undefined) pipeline.results = [...pipeline.results, job];
    }
    return isAnchor;
  }

  begin(state: ChannelState, job: Job): void {
    this.#begin(state, job);
  }

  /** Whether an input or results wait for the bus. */
  wantsBus(state: ChannelState): boolean {
    return state.pipeline.input === INPUT_ASKED || state.pipeline.results.length > 0;
  }

  /** The earliest time at which an input or results will want the bus, as far as is known now. */
  nextNeed(work: ChannelWork, state: ChannelState): Picoseconds {
    if (this.wantsBus(state)) return state.now;
    const { pipeline, now } = state;
    const { arrayJob, coreJob, coreEnd } = pipeline;
    const isMoreToSend = pipeline.sending < work.computing.length;
    const isResultDue = coreJob?.rounds !== undefined && coreJob.rounds.result > 0;
    let need = isResultDue ? coreEnd : Infinity;
    const coreFree = coreJob === undefined ? now : coreEnd;
    if (pipeline.array === ARRAY_READING || pipeline.array === ARRAY_READ) {
      const isReading = pipeline.array === ARRAY_READING;
      const takeOver = Math.max(isReading ? pipeline.arrayEnd : now, coreFree);
      const rounds = arrayJob?.rounds;
      if (isMoreToSend) need = Math.min(need, takeOver);
      else if (rounds !== undefined && rounds.result > 0) {
        need = Math.min(need, takeOver + computeTime(this.#device, rounds));
      }
    } else if (pipeline.array === ARRAY_TAIL && pipeline.input === INPUT_ARRIVED) {
      need = Math.min(need, pipeline.arrayEnd + this.#device.computeRead);
    }
    // Otherwise it waits for lanes that have pages to move, or has nothing to do.
    return need;
  }

  #compute(state: ChannelState, job: Job, rounds: Rounds): void {
    const { pipeline, now } = state;
    pipeline.coreJob = job;
    pipeline.coreEnd = now + computeTime(this.#device, rounds);
    pipeline.input = INPUT_NONE;
    pipeline.inputJob = undefined;
    const tail = this.#device.hasCacheRegister
      ? (rounds.pages - 1) * pageStep(this.#device, rounds)
      : computeTime(this.#device, rounds);
    pipeline.array = tail > 0 ? ARRAY_TAIL : ARRAY_NONE;
    pipeline.arrayEnd = tail > 0 ? now + tail : Infinity;
    if (tail === 0) pipeline.arrayJob = undefined;
  }

  #askInput(work: ChannelWork, state: ChannelState): void {
    const { pipeline } = state;
    const job = work.computing[pipeline.sending];
    const progress = state.progress[job?.slot ?? -1];
    if (job?.rounds === undefined || progress === undefined) return;
    pipeline.inputJob = job;
    pipeline.input = job.rounds.input > 0 ? INPUT_ASKED : INPUT_ARRIVED;
    progress.sent++;
    if (progress.sent === job.rounds.count) pipeline.sending++;
  }

  #begin(state: ChannelState, job: Job): void {
    const progress = state.progress[job.slot];
    if (progress !== undefined && progress.start < 0) progress.start = state.now;
  }
}
