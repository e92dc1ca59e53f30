import type { Picoseconds } from '@systole/units';
import { COMMANDED, IDLE, LOADING, PROGRAMMING, READ, READING } from './channel-state.ts';
import type { ChannelState, Lane } from './channel-state.ts';
import type { ChannelWork, QueueEntry } from './channel-work.ts';
import { isCoreLane } from './device.ts';
import type { Device } from './device.ts';
import type { MovingPage } from './job.ts';

/** Entries of a queue among which a page is looked for that goes with that of another plane. */
const SEARCHED_ENTRIES = 64;

/** A page that an array operation has: an entry of a queue. */
interface Pick {
  readonly queue: number;
  readonly at: number;
  readonly entry: QueueEntry;
}

/** Page reads and programs: which pages a lane takes next, and what follows when its array or its transfer is done. */
export class LaneScheduler {
  readonly #device: Device;
  readonly #pagesDone: (state: ChannelState, pages: readonly MovingPage[]) => void;

  constructor(device: Device, pagesDone: (state: ChannelState, pages: readonly MovingPage[]) => void) {
    this.#device = device;
    this.#pagesDone = pagesDone;
  }

  /** Moves pages that were read into cache registers that are free; where there are none, the page register is read out. */
  handOver(state: ChannelState): void {
    for (const lane of state.lanes) {
      if (lane.phase !== READ || lane.moving.length > 0) continue;
      lane.offer(lane.pages, state.now);
      lane.rest();
    }
  }

  /** The lane that can begin an array operation and was asked first; -1 when there is none. */
  nextToStart(work: ChannelWork, state: ChannelState): number {
    let best = -1;
    let earliest = Infinity;
    let cores = 0;
    for (let index = state.pipeline.oldest; index < work.computing.length; index++) {
      cores = Math.max(cores, work.computing[index]?.rounds?.cores ?? 0);
    }
    for (let index = 0; index < state.lanes.length; index++) {
      const lane = state.lanes[index];
      if (lane?.phase !== IDLE || isCoreLane(this.#device, index, cores)) continue;
      const entry = work.head(state, this.#firstQueue(work, state, index));
      if (entry === undefined || entry.job.sequence >= earliest) continue;
      const hasRegister = this.#device.hasCacheRegister && !entry.job.isWrite;
      if (lane.moving.length > 0 && !hasRegister) continue;
      best = index;
      earliest = entry.job.sequence;
    }
    return best;
  }

  /** Pages that the next array operation of a lane has. */
  pagesToStart(work: ChannelWork, state: ChannelState, index: number): number {
    return this.#picks(work, state, index).length;
  }

  /** Takes the pages of the next array operation of a lane from their queues. */
  take(work: ChannelWork, state: ChannelState, index: number): readonly MovingPage[] {
    const lane = state.lanes[index];
    if (lane === undefined) return [];
    const { blockPages, erase, program, read } = this.#device;
    const pages: MovingPage[] = [];
    lane.time = read;
    for (const { queue, at, entry } of this.#picks(work, state, index)) {
      const { job, row, bytes, count } = entry;
      const taken = at === state.heads[queue] ? (state.taken[queue] ?? 0) : 0;
      if (job.isWrite) {
        const isBlockStart = (row + taken) % blockPages === 0;
        lane.time = Math.max(pages.length === 0 ? 0 : lane.time, isBlockStart ? erase + program : program);
      }
      pages.push({ job, bytes });
      state.take(queue, at, count);
      const progress = state.progress[job.slot];
      if (progress !== undefined && progress.start < 0) progress.start = state.now;
    }
    lane.pages = pages;
    lane.phase = COMMANDED;
    return pages;
  }

  /** What follows the command of a lane: the array read, or the transfer of the data to program. */
  commanded(state: ChannelState, lane: Lane): void {
    if (lane.pages[0]?.job.isWrite === true) {
      lane.phase = LOADING;
      lane.offer(lane.pages, state.now);
    } else {
      this.#run(state, lane, READING);
    }
  }

  /** The page whose turn it was has crossed the bus. */
  moved(state: ChannelState, lane: Lane): void {
    const page = lane.moving[lane.turn];
    lane.turn++;
    lane.moved = 0;
    const isLast = lane.turn === lane.moving.length;
    if (isLast) lane.clearOffer();
    if (lane.phase === LOADING) {
      if (isLast) this.#run(state, lane, PROGRAMMING);
    } else if (page !== undefined) {
      this.#pagesDone(state, [page]);
    }
  }

  /** The array of a lane is done. */
  settle(state: ChannelState, lane: Lane): void {
    for (const { job } of lane.pages) this.#countArray(state, job.slot, -1);
    if (lane.phase === READING) {
      lane.phase = READ;
      lane.end = Infinity;
      return;
    }
    const { pages } = lane;
    lane.rest();
    this.#pagesDone(state, pages);
  }

  /** When the first array operation will be done. */
  nextEnd(state: ChannelState): Picoseconds {
    let next = Infinity;
    for (const { end } of state.lanes) if (end < next) next = end;
    return next;
  }

  /** The lane whose pages have waited longest for the bus; -1 when none do. */
  nextToMove(state: ChannelState): number {
    let best = -1;
    let since = Infinity;
    for (let index = 0; index < state.lanes.length; index++) {
      const waiting = state.lanes[index]?.since ?? Infinity;
      if (waiting >= since) continue;
      best = index;
      since = waiting;
    }
    return best;
  }

  /** Whether all lanes beside the first `cores` cores are at rest. */
  areAtRest(state: ChannelState, cores: number): boolean {
    return state.lanes.every((lane, index) => {
      return (lane.phase === IDLE && lane.moving.length === 0) || !isCoreLane(this.#device, index, cores);
    });
  }

  /**
   * What of the queues decides which pages go together, for a comparison of moments: by how many rows the planes of a die
   * are apart, and for programs the place in the block.
   */
  describe(work: ChannelWork, state: ChannelState, into: number[]): void {
    const { planes, pagesPerOperation, blockPages, isPlaneLane } = this.#device;
    for (const queue of work.queues.keys()) {
      const entry = work.head(state, queue);
      if (entry === undefined) continue;
      const row = this.#nextRow(state, queue, entry);
      if (entry.job.isWrite) into.push(row % blockPages);
      if (isPlaneLane) continue;
      for (let other = queue - (queue % planes); other < queue; other++) {
        const before = work.head(state, other);
        // Where planes do not work together, rows decide between those of one job alone.
        if (before === undefined || (pagesPerOperation === 1 && before.job !== entry.job)) continue;
        into.push(row - this.#nextRow(state, other, before));
        break;
      }
    }
  }

  #run(state: ChannelState, lane: Lane, phase: number): void {
    lane.phase = phase;
    lane.end = state.now + lane.time;
    for (const { job } of lane.pages) this.#countArray(state, job.slot, 1);
  }

  #countArray(state: ChannelState, slot: number, change: number): void {
    const progress = state.progress[slot];
    if (progress !== undefined) progress.arrays += change;
  }

  /** The queue of the page that a lane was asked for first: by arrival, then row, then plane; -1 when there is none. */
  #firstQueue(work: ChannelWork, state: ChannelState, index: number): number {
    if (this.#device.isPlaneLane) return index;
    const { planes } = this.#device;
    let best = -1;
    let earliest = Infinity;
    let lowest = Infinity;
    for (let queue = index * planes; queue < (index + 1) * planes; queue++) {
      const entry = work.head(state, queue);
      if (entry === undefined || entry.job.sequence > earliest) continue;
      const row = this.#nextRow(state, queue, entry);
      if (entry.job.sequence === earliest && row >= lowest) continue;
      best = queue;
      earliest = entry.job.sequence;
      lowest = row;
    }
    return best;
  }

  /**
   * That page, and of each other plane the first that wants the same at the same place of its block: of the page whose turn
   * it is, or of single ones that are behind it.
   */
  #picks(work: ChannelWork, state: ChannelState, index: number): readonly Pick[] {
    const first = this.#firstQueue(work, state, index);
    const entry = work.head(state, first);
    if (entry === undefined) return [];
    const picks = [{ queue: first, at: state.heads[first] ?? 0, entry }];
    if (this.#device.pagesPerOperation === 1) return picks;
    const { planes, blockPages } = this.#device;
    const place = this.#nextRow(state, first, entry) % blockPages;
    for (let queue = index * planes; queue < (index + 1) * planes; queue++) {
      if (queue === first) continue;
      const head = state.heads[queue] ?? 0;
      for (let at = head; at < head + SEARCHED_ENTRIES; at++) {
        const other = work.queues[queue]?.[at];
        if (other === undefined) break;
        const row = at === head ? this.#nextRow(state, queue, other) : other.row;
        const isAlike = other.job.isWrite === entry.job.isWrite && row % blockPages === place;
        const isFree = at === head || (other.count === 1 && !state.isTaken(queue, at));
        if (isAlike && isFree) picks.push({ queue, at, entry: other });
        // The search does not go past a list of pages, so that what repeats does not depend on what is behind it.
        if ((isAlike && isFree) || other.count > 1) break;
      }
    }
    return picks;
  }

  #nextRow(state: ChannelState, queue: number, entry: QueueEntry): number {
    return entry.row + (state.taken[queue] ?? 0);
  }
}
