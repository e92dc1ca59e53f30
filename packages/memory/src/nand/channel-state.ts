import type { Bytes, Picoseconds } from '@systole/units';
import { SPENT } from './job.ts';
import type { Job, MovingPage } from './job.ts';

/** What a lane does: one array operation at a time. A `READ` page waits in the page register for the cache register. */
export const IDLE = 0;
export const COMMANDED = 1;
export const READING = 2;
export const READ = 3;
export const LOADING = 4;
export const PROGRAMMING = 5;

/** What the bus of a channel carries. */
export const BUS_IDLE = 0;
export const BUS_INPUT = 1;
export const BUS_RESULT = 2;
export const BUS_COMMAND = 3;
export const BUS_PAGE = 4;

/** Where the input of the next round is. It stays `ARRIVED` until the cores take it over with the first page. */
export const INPUT_NONE = 0;
export const INPUT_ASKED = 1;
export const INPUT_MOVING = 2;
export const INPUT_ARRIVED = 3;

/** What the arrays beside the cores do; in `ARRAY_TAIL` the pages of a round after its first. */
export const ARRAY_NONE = 0;
export const ARRAY_READING = 1;
export const ARRAY_READ = 2;
export const ARRAY_TAIL = 3;

const NO_PAGES: readonly MovingPage[] = [];
const NO_JOBS: readonly Job[] = [];
const NO_ENTRIES: readonly number[] = [];

/** Stands for no job in a description. */
const NOBODY = -1;
const slotOf = (job: Job | undefined): number => job?.slot ?? NOBODY;

/** A die, or a plane where planes work each for itself: its array and page register, and the pages that it moves. */
export class Lane {
  phase = IDLE;
  /** When the array is done. */
  end: Picoseconds = Infinity;
  /** Of the array: its pages, and the time that it takes. */
  pages: readonly MovingPage[] = NO_PAGES;
  time: Picoseconds = 0;
  /** Pages that wait for the bus or are on it, the one whose turn it is, how much of that has been moved, and since when. */
  moving: readonly MovingPage[] = NO_PAGES;
  turn = 0;
  moved: Bytes = 0;
  since: Picoseconds = Infinity;

  copyFrom(other: Lane): void {
    this.phase = other.phase;
    this.end = other.end;
    this.pages = other.pages;
    this.time = other.time;
    this.moving = other.moving;
    this.turn = other.turn;
    this.moved = other.moved;
    this.since = other.since;
  }

  describe(into: number[], now: Picoseconds): void {
    into.push(this.phase, this.end - now, this.time, this.turn, this.moved, this.since - now);
    into.push(this.pages.length, this.moving.length);
    for (const { job, bytes } of this.pages) into.push(job.slot, bytes);
    for (const { job, bytes } of this.moving) into.push(job.slot, bytes);
  }

  delay(time: Picoseconds): void {
    this.end += time;
    this.since += time;
  }

  /** Hands the pages over to the bus. */
  offer(pages: readonly MovingPage[], now: Picoseconds): void {
    this.moving = pages;
    this.turn = 0;
    this.moved = 0;
    this.since = now;
  }

  clearOffer(): void {
    this.offer(NO_PAGES, Infinity);
  }

  rest(): void {
    this.phase = IDLE;
    this.end = Infinity;
    this.pages = NO_PAGES;
  }
}

/** Read-compute of a channel: the round that is coming in, the one being read, the one being computed, and results. */
export class Pipeline {
  input = INPUT_NONE;
  inputJob: Job | undefined = undefined;
  array = ARRAY_NONE;
  arrayJob: Job | undefined = undefined;
  arrayEnd: Picoseconds = Infinity;
  coreJob: Job | undefined = undefined;
  coreEnd: Picoseconds = Infinity;
  /** Jobs of rounds whose results wait for the bus. */
  results: readonly Job[] = NO_JOBS;
  /** In the channel's list of read-compute jobs: the oldest that is not done, and the one whose inputs are sent. */
  oldest = 0;
  sending = 0;

  copyFrom(other: Pipeline): void {
    this.input = other.input;
    this.inputJob = other.inputJob;
    this.array = other.array;
    this.arrayJob = other.arrayJob;
    this.arrayEnd = other.arrayEnd;
    this.coreJob = other.coreJob;
    this.coreEnd = other.coreEnd;
    this.results = other.results;
    this.oldest = other.oldest;
    this.sending = other.sending;
  }

  describe(into: number[], now: Picoseconds): void {
    into.push(this.input, slotOf(this.inputJob), this.array, slotOf(this.arrayJob), this.arrayEnd - now);
    into.push(slotOf(this.coreJob), this.coreEnd - now, this.oldest, this.sending, this.results.length);
    for (const job of this.results) into.push(job.slot);
  }

  delay(time: Picoseconds): void {
    this.arrayEnd += time;
    this.coreEnd += time;
  }
}

/** How far a job is. */
export class Progress {
  isUsed = false;
  /** Pages or rounds that are not done. */
  left = 0;
  /** Rounds whose input was asked for. */
  sent = 0;
  /** Array operations that its pages are in. */
  arrays = 0;
  /** -1 before. */
  start: Picoseconds = -1;
  first: Picoseconds = -1;
  readonly spent = new Float64Array(SPENT);

  copyFrom(other: Progress): void {
    this.isUsed = other.isUsed;
    this.left = other.left;
    this.sent = other.sent;
    this.arrays = other.arrays;
    this.start = other.start;
    this.first = other.first;
    this.spent.set(other.spent);
  }

  begin(work: number): void {
    this.isUsed = true;
    this.left = work;
    this.sent = 0;
    this.arrays = 0;
    this.start = -1;
    this.first = -1;
    this.spent.fill(0);
  }

  /** `first` and `start` are said as they are: they do not move on with time. */
  describe(into: number[]): void {
    into.push(this.isUsed ? 1 : 0, this.arrays, this.start, this.first);
  }
}

/** Everything that changes in a channel, at time `now`, of which ends have been seen and nothing was decided yet. */
export class ChannelState {
  now: Picoseconds = 0;
  bus = BUS_IDLE;
  busJob: Job | undefined = undefined;
  busLane = 0;
  busStart: Picoseconds = Infinity;
  busEnd: Picoseconds = Infinity;
  /** Of a page, what is being moved of it. */
  busBytes: Bytes = 0;
  readonly pipeline = new Pipeline();
  readonly lanes: readonly Lane[];
  /** Of the queue of each plane: index of its first entry, and pages of that which have been taken. */
  readonly heads: Float64Array;
  readonly taken: Float64Array;
  /** Entries behind the first that have been taken before their turn. */
  readonly #early: (readonly number[])[];
  readonly progress: Progress[] = [];

  constructor(lanes: number, queues: number) {
    this.lanes = Array.from({ length: lanes }, () => new Lane());
    this.heads = new Float64Array(queues);
    this.taken = new Float64Array(queues);
    this.#early = Array.from({ length: queues }, () => NO_ENTRIES);
  }

  /** Whether an entry behind the first of a queue has been taken before its turn. */
  isTaken(queue: number, at: number): boolean {
    return this.#early[queue]?.includes(at) === true;
  }

  /** Takes a page of the entry `at` of a queue, which has `count` pages: the first entry, or a single page behind it. */
  take(queue: number, at: number, count: number): void {
    const early = this.#early[queue] ?? NO_ENTRIES;
    if (at !== this.heads[queue]) {
      this.#early[queue] = [...early, at];
      return;
    }
    const taken = (this.taken[queue] ?? 0) + 1;
    this.taken[queue] = taken < count ? taken : 0;
    if (taken < count) return;
    let next = at + 1;
    while (early.includes(next)) next++;
    this.heads[queue] = next;
    if (early.length > 0) this.#early[queue] = early.filter((entry) => entry > next);
  }

  /** Renumbers a queue whose first `dropped` entries are no longer kept. */
  renumber(queue: number, dropped: number): void {
    this.heads[queue] = (this.heads[queue] ?? 0) - dropped;
    this.#early[queue] = (this.#early[queue] ?? NO_ENTRIES).map((entry) => entry - dropped);
  }

  copyFrom(other: ChannelState): void {
    this.now = other.now;
    this.bus = other.bus;
    this.busJob = other.busJob;
    this.busLane = other.busLane;
    this.busStart = other.busStart;
    this.busEnd = other.busEnd;
    this.busBytes = other.busBytes;
    this.pipeline.copyFrom(other.pipeline);
    for (let index = 0; index < this.lanes.length; index++) {
      const source = other.lanes[index];
      if (source !== undefined) this.lanes[index]?.copyFrom(source);
    }
    this.heads.set(other.heads);
    this.taken.set(other.taken);
    for (let queue = 0; queue < this.#early.length; queue++) {
      this.#early[queue] = other.#early[queue] ?? NO_ENTRIES;
    }
    while (this.progress.length < other.progress.length) this.progress.push(new Progress());
    for (let slot = 0; slot < this.progress.length; slot++) {
      const progress = this.progress[slot];
      const source = other.progress[slot];
      if (progress === undefined) continue;
      if (source === undefined) progress.isUsed = false;
      else if (source.isUsed || progress.isUsed) progress.copyFrom(source);
    }
  }

  /** Makes room for one more job and returns its slot. */
  grow(): number {
    return this.progress.push(new Progress()) - 1;
  }

  /** Whether any job is under way. */
  get isBusy(): boolean {
    return this.progress.some(({ isUsed }) => isUsed);
  }

  /** All that decides what comes next, relative to `now`, but for how much of its work each job has left. */
  describe(into: number[]): void {
    const { now } = this;
    into.push(this.bus, slotOf(this.busJob), this.busLane, this.busBytes);
    into.push(this.busStart - now, this.busEnd - now);
    this.pipeline.describe(into, now);
    for (const lane of this.lanes) lane.describe(into, now);
    for (const head of this.heads) into.push(head);
    for (const early of this.#early) into.push(early.length, ...early);
    for (const progress of this.progress) progress.describe(into);
  }

  /** Moves on by `time` without anything else changing. */
  delay(time: Picoseconds): void {
    this.now += time;
    this.busStart += time;
    this.busEnd += time;
    this.pipeline.delay(time);
    for (const lane of this.lanes) lane.delay(time);
  }

  freeBus(): void {
    this.bus = BUS_IDLE;
    this.busJob = undefined;
    this.busLane = 0;
    this.busStart = Infinity;
    this.busEnd = Infinity;
    this.busBytes = 0;
  }
}
