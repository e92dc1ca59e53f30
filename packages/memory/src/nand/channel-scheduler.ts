import { ModelFault } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import * as at from './channel-state.ts';
import type { ChannelState, Lane } from './channel-state.ts';
import type { ChannelWork } from './channel-work.ts';
import { transferTime } from './device.ts';
import type { Device } from './device.ts';
import * as spent from './job.ts';
import type { Job, MovingPage } from './job.ts';
import { LaneScheduler } from './lane-scheduler.ts';
import { Recurrence } from './recurrence.ts';
import { RoundScheduler } from './round-scheduler.ts';

/** Pages that a queue must have left for a recurrence to be looked for. */
const WORTH_LEAPING = 16;

/**
 * Runs one channel event by event, with plain loops over its lanes: this is the inner loop of the memory. On the bus, inputs go before results, these before pages and their commands, and what
 * has begun is finished: with slices, a page is begun or continued only where the slice ends before read-compute traffic
 * that is known to come, and a page that unforeseen traffic meets is cut at the end of its slice.
 */
export class ChannelScheduler {
  readonly #name: string;
  readonly #device: Device;
  readonly #lanes: LaneScheduler;
  readonly #rounds: RoundScheduler;
  readonly #recurrence: Recurrence | undefined;
  #anchorLane = -1;
  #hasEnded = false;

  /** `mayLeap: false` follows every event one by one. */
  constructor(name: string, device: Device, mayLeap = true) {
    this.#name = name;
    this.#device = device;
    this.#lanes = new LaneScheduler(device, (state, pages) => this.#pagesDone(state, pages));
    this.#rounds = new RoundScheduler(device, this.#lanes, (state, job) => this.#done(state, job));
    const queues = device.dies * device.planes;
    this.#recurrence = mayLeap ? new Recurrence(this.#lanes, device.lanes, queues) : undefined;
  }

  /**
   * Brings a channel to the time `until`, where nothing has been decided yet, so that what arrives at that very time is
   * weighed with the rest; or, with `toEnd`, to the first time at which a job ends.
   */
  advance(work: ChannelWork, state: ChannelState, until: Picoseconds, toEnd: boolean): void {
    this.#anchorLane = this.#findAnchor(work, state);
    this.#recurrence?.clear();
    this.#hasEnded = false;
    while (state.now < until) {
      this.#decide(work, state);
      const next = Math.min(state.busEnd, this.#rounds.nextEnd(state), this.#lanes.nextEnd(state));
      if (next > until || next === Infinity) {
        if (until === Infinity) throw new ModelFault(this.#name, 'a page or a round waits for ever');
        this.#pass(work, state, until);
        return;
      }
      this.#pass(work, state, next);
      const isAnchor = this.#settle(work, state);
      if (toEnd && this.#hasEnded) return;
      if (isAnchor) this.#recurrence?.leap(work, state, until);
    }
  }

  /** Takes everything that can start now, and gives the bus away when it is free. */
  #decide(work: ChannelWork, state: ChannelState): void {
    this.#rounds.decide(work, state);
    this.#lanes.handOver(state);
    if (this.#device.command === 0) this.#startLanes(work, state);
    if (state.bus === at.BUS_IDLE) this.#grant(work, state);
    else if (state.bus === at.BUS_PAGE) this.#cut(state);
  }

  /** Commands that take no time on the bus do not wait for it. */
  #startLanes(work: ChannelWork, state: ChannelState): void {
    for (;;) {
      const index = this.#lanes.nextToStart(work, state);
      const lane = state.lanes[index];
      if (lane === undefined) return;
      this.#lanes.take(work, state, index);
      this.#lanes.commanded(state, lane);
    }
  }

  #grant(work: ChannelWork, state: ChannelState): void {
    const { pipeline, now } = state;
    const { inputJob } = pipeline;
    if (pipeline.input === at.INPUT_ASKED && inputJob?.rounds !== undefined) {
      pipeline.input = at.INPUT_MOVING;
      this.#rounds.begin(state, inputJob);
      this.#occupy(state, at.BUS_INPUT, inputJob, inputJob.rounds.input);
      return;
    }
    const [result, ...others] = pipeline.results;
    if (result?.rounds !== undefined) {
      pipeline.results = others;
      this.#occupy(state, at.BUS_RESULT, result, result.rounds.result);
      return;
    }
    const gap = this.#device.slice === 0 ? Infinity : this.#rounds.nextNeed(work, state) - now;
    if (this.#device.isCommandFirst) {
      if (!this.#grantCommand(work, state, gap)) this.#grantPage(state, gap);
    } else if (!this.#grantPage(state, gap)) {
      this.#grantCommand(work, state, gap);
    }
  }

  #grantCommand(work: ChannelWork, state: ChannelState, gap: Picoseconds): boolean {
    const { command, planeCommand } = this.#device;
    if (command === 0) return false;
    const index = this.#lanes.nextToStart(work, state);
    if (index < 0) return false;
    const time = command + (this.#lanes.pagesToStart(work, state, index) - 1) * planeCommand;
    if (time > gap) return false;
    const [page] = this.#lanes.take(work, state, index);
    this.#occupy(state, at.BUS_COMMAND, page?.job, time, index);
    return true;
  }

  #grantPage(state: ChannelState, gap: Picoseconds): boolean {
    const index = this.#lanes.nextToMove(state);
    const lane = state.lanes[index];
    const page = lane?.moving[lane.turn];
    if (lane === undefined || page === undefined) return false;
    const { slice } = this.#device;
    let bytes = page.bytes - lane.moved;
    if (this.#movingTime(lane, bytes) > gap) {
      bytes = slice * this.#slicesWithin(lane, gap);
      if (bytes === 0) return false;
    }
    this.#occupy(state, at.BUS_PAGE, page.job, this.#movingTime(lane, bytes), index);
    state.busBytes = bytes;
    return true;
  }

  /** Cuts the page on the bus at the end of its slice when read-compute wants the bus, which could not be foreseen. */
  #cut(state: ChannelState): void {
    const { slice } = this.#device;
    const lane = state.lanes[state.busLane];
    if (slice === 0 || lane === undefined || !this.#rounds.wantsBus(state)) return;
    const elapsed = state.now - state.busStart;
    let slices = this.#slicesWithin(lane, elapsed);
    if (this.#movingTime(lane, slices * slice) < elapsed) slices++;
    if (slices * slice >= state.busBytes) return;
    state.busBytes = slices * slice;
    state.busEnd = state.busStart + this.#movingTime(lane, state.busBytes);
  }

  /** Time of the next `bytes` of the page whose turn it is. */
  #movingTime(lane: Lane, bytes: number): Picoseconds {
    return transferTime(this.#device, lane.moved + bytes) - transferTime(this.#device, lane.moved);
  }

  /** Whole slices of the page whose turn it is that take no longer than `gap`. */
  #slicesWithin(lane: Lane, gap: Picoseconds): number {
    const { slice, busDenominator, busNumerator } = this.#device;
    let slices = Math.floor((gap * busDenominator) / (slice * busNumerator)) + 1;
    while (slices > 0 && this.#movingTime(lane, slices * slice) > gap) slices--;
    return slices;
  }

  #occupy(state: ChannelState, kind: number, job: Job | undefined, time: Picoseconds, lane = 0): void {
    state.bus = kind;
    state.busJob = job;
    state.busLane = lane;
    state.busStart = state.now;
    state.busEnd = state.now + time;
  }

  /** Sees the ends at the present moment. Returns whether this is a moment to compare with others. */
  #settle(work: ChannelWork, state: ChannelState): boolean {
    if (state.busEnd <= state.now) this.#settleBus(state);
    let isAnchor = this.#rounds.settle(work, state);
    const isComputing = state.pipeline.sending < work.computing.length;
    for (let index = 0; index < state.lanes.length; index++) {
      const lane = state.lanes[index];
      if (lane === undefined || lane.end > state.now) continue;
      this.#lanes.settle(state, lane);
      if (index === this.#anchorLane && !isComputing) isAnchor = true;
    }
    return isAnchor;
  }

  #settleBus(state: ChannelState): void {
    const { bus, busJob, busBytes } = state;
    const lane = state.lanes[state.busLane];
    state.freeBus();
    if (bus === at.BUS_INPUT) state.pipeline.input = at.INPUT_ARRIVED;
    if (bus === at.BUS_RESULT && busJob !== undefined) this.#done(state, busJob);
    if (lane === undefined) return;
    if (bus === at.BUS_COMMAND) this.#lanes.commanded(state, lane);
    if (bus !== at.BUS_PAGE) return;
    lane.moved += busBytes;
    if (lane.moved === lane.moving[lane.turn]?.bytes) this.#lanes.moved(state, lane);
  }

  #pagesDone(state: ChannelState, pages: readonly MovingPage[]): void {
    for (const { job } of pages) this.#done(state, job);
  }

  /** A page or a round of a job is done. */
  #done(state: ChannelState, job: Job): void {
    const progress = state.progress[job.slot];
    if (progress === undefined) return;
    if (progress.first < 0) progress.first = state.now;
    progress.left--;
    if (progress.left > 0) return;
    progress.isUsed = false;
    if (job.rounds !== undefined) state.pipeline.oldest++;
    this.#hasEnded = true;
  }

  /** Lets time pass until `time`, and notes what each job under way spent it on. */
  #pass(work: ChannelWork, state: ChannelState, time: Picoseconds): void {
    const duration = time - state.now;
    state.now = time;
    if (duration === 0) return;
    for (let slot = 0; slot < state.progress.length; slot++) {
      const progress = state.progress[slot];
      const job = work.jobs[slot];
      if (progress === undefined || job === undefined) continue;
      if (!progress.isUsed || progress.start < 0) continue;
      const reason = reasonOf(job, state, progress.arrays > 0);
      progress.spent[reason] = (progress.spent[reason] ?? 0) + duration;
    }
  }

  /** The lane with the longest list of pages before it, where that is long enough. */
  #findAnchor(work: ChannelWork, state: ChannelState): number {
    let longest = WORTH_LEAPING;
    let found = -1;
    for (const queue of work.queues.keys()) {
      const left = (work.head(state, queue)?.count ?? 0) - (state.taken[queue] ?? 0);
      if (left <= longest) continue;
      longest = left;
      found = queue;
    }
    if (found < 0 || this.#device.isPlaneLane) return found;
    return Math.floor(found / this.#device.planes);
  }
}

/** What a job that is under way does just now. */
function reasonOf(job: Job, state: ChannelState, isInArray: boolean): number {
  const isOnBus = state.busJob === job;
  if (job.rounds === undefined) {
    if (isOnBus && state.bus === at.BUS_COMMAND) return spent.SPENT_COMMAND;
    if (isOnBus) return job.isWrite ? spent.SPENT_TRANSFER_IN : spent.SPENT_TRANSFER_OUT;
    if (isInArray) return job.isWrite ? spent.SPENT_PROGRAM : spent.SPENT_PAGE_READ;
    return spent.SPENT_WAIT;
  }
  const { pipeline } = state;
  if (isOnBus && state.bus === at.BUS_INPUT) return spent.SPENT_TRANSFER_IN;
  const isReading = pipeline.array === at.ARRAY_READING || pipeline.array === at.ARRAY_TAIL;
  if (pipeline.arrayJob === job && isReading) return spent.SPENT_PAGE_READ;
  if (pipeline.coreJob === job) return spent.SPENT_COMPUTE;
  if (isOnBus) return spent.SPENT_TRANSFER_OUT;
  return spent.SPENT_WAIT;
}
