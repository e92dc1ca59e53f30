import type { Picoseconds } from '@systole/units';
import type { Device } from '../device.ts';
import type { ChannelLoad } from '../page-load.ts';
import type { FlashBackEnd } from './flash-back-end.ts';
import type { PageAddress } from './lane-map.ts';
import { ERASE, PROGRAM, READ } from './operation-pool.ts';

/** Pages of one plane that a job asks for, of which `taken` have gone to the back end. */
interface FeedEntry {
  readonly job: number;
  readonly age: number;
  readonly isWrite: boolean;
  readonly row: number;
  readonly count: number;
  readonly bytes: number;
  taken: number;
}

/** Pages of a die that the back end is given at a time, by plane: as many as it searches for those that go together. */
const PAGES_AHEAD = 64;
/** Stands for the job of an erase. */
export const NO_JOB = -1;

/**
 * Holds what jobs ask for as runs of pages, and gives the back end a window of them: for each die first what was asked
 * for first, then lower rows, then lower planes.
 */
export class PageFeed {
  readonly #device: Device;
  readonly #backEnd: FlashBackEnd;
  /** By channel, die and plane. */
  readonly #queues: FeedEntry[][];
  readonly #heads: Int32Array;
  /** By channel and die: operations that the back end has. */
  readonly #given: Int32Array;

  constructor(device: Device, backEnd: FlashBackEnd) {
    this.#device = device;
    this.#backEnd = backEnd;
    const dies = device.channels * device.dies;
    this.#queues = Array.from({ length: dies * device.planes }, () => []);
    this.#heads = new Int32Array(dies * device.planes);
    this.#given = new Int32Array(dies);
  }

  /** Adds what a job asks of some channels, and gives the back end what it has room for. */
  add(load: ChannelLoad, job: number, age: number, isWrite: boolean, now: Picoseconds): void {
    const { dies, planes } = this.#device;
    for (const channel of load.channels) {
      for (const { die, plane, row, count, bytes } of load.runs) {
        const at = (channel * dies + die) * planes + plane;
        this.#queues[at]?.push({ job, age, isWrite, row, count, bytes, taken: 0 });
      }
      for (let die = 0; die < dies; die++) this.#fill(channel, die, now);
    }
  }

  /** An operation of the back end is done: there is room for another. */
  done(index: number, now: Picoseconds): void {
    const { dies, planes } = this.#device;
    const { die: dieOf, lane: laneOf } = this.#backEnd.pool;
    const die = dieOf[index] ?? 0;
    const lanes = this.#device.isPlaneLane ? dies * planes : dies;
    const channel = Math.floor((laneOf[index] ?? 0) / lanes);
    const at = channel * dies + die;
    this.#given[at] = (this.#given[at] ?? 0) - 1;
    this.#fill(channel, die, now);
  }

  #fill(channel: number, die: number, now: Picoseconds): void {
    const { blockPages, dies, planes } = this.#device;
    const at = channel * dies + die;
    const room = PAGES_AHEAD * planes;
    while ((this.#given[at] ?? 0) < room) {
      const plane = this.#firstPlane(at * planes);
      const queue = this.#queues[at * planes + plane];
      const entry = queue?.[this.#heads[at * planes + plane] ?? 0];
      if (plane < 0 || queue === undefined || entry === undefined) return;
      const row = entry.row + entry.taken;
      const place = { channel, die, plane, block: Math.floor(row / blockPages), page: row % blockPages };
      const { age, bytes, isWrite, job } = entry;
      if (isWrite && place.page === 0) this.#submit(at, ERASE, place, 0, NO_JOB, age, now);
      this.#submit(at, isWrite ? PROGRAM : READ, place, bytes, job, age, now);
      entry.taken++;
      if (entry.taken === entry.count) this.#drop(at * planes + plane, queue);
    }
  }

  #submit(
    at: number,
    kind: number,
    place: PageAddress,
    bytes: number,
    job: number,
    age: number,
    now: Picoseconds,
  ): void {
    this.#given[at] = (this.#given[at] ?? 0) + 1;
    this.#backEnd.submit(kind, place, bytes, job, age, false, now);
  }

  /** The plane, of those from `base` on, whose next page comes first; -1 when none has any. */
  #firstPlane(base: number): number {
    let best = -1;
    let earliest = Infinity;
    let lowest = Infinity;
    for (let plane = 0; plane < this.#device.planes; plane++) {
      const entry = this.#queues[base + plane]?.[this.#heads[base + plane] ?? 0];
      if (entry === undefined || entry.age > earliest) continue;
      const row = entry.row + entry.taken;
      if (entry.age === earliest && row >= lowest) continue;
      best = plane;
      earliest = entry.age;
      lowest = row;
    }
    return best;
  }

  #drop(at: number, queue: FeedEntry[]): void {
    const head = (this.#heads[at] ?? 0) + 1;
    const isDone = head === queue.length;
    const isLong = head >= PAGES_AHEAD;
    if (isDone || isLong) queue.splice(0, head);
    this.#heads[at] = isDone || isLong ? 0 : head;
  }
}
