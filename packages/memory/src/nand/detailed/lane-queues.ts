import type { FlashSpec } from './flash-spec.ts';
import { ERASE, NONE, PROGRAM, READ } from './operation-pool.ts';
import type { OperationPool } from './operation-pool.ts';

/** The queues of a lane, the more urgent first. With `reads-first`, erases are in `PROGRAMS`; `in-order`, all is in `READS`. */
export const URGENT_READS = 0;
export const READS = 1;
export const PROGRAMS = 2;
export const ERASES = 3;
export const QUEUES = 4;

export interface QueueLimits {
  readonly planes: number;
  /** Operations that one command may join; 1 where planes do not work together. */
  readonly planesTogether: number;
  /** Pages of a word line that are programmed at once. */
  readonly pagesTogether: number;
  readonly scanDepth: number;
  readonly scheduling: FlashSpec['scheduling'];
  readonly eraseOrder: FlashSpec['eraseOrder'];
}

/** What waits for the lanes, and which operations share a command. */
export class LaneQueues {
  readonly #pool: OperationPool;
  readonly #limits: QueueLimits;
  readonly #isInOrder: boolean;
  readonly #head: Int32Array;
  readonly #tail: Int32Array;
  readonly #count: Int32Array;
  /** Of a group that is being formed: pages of each plane, as bits of the place in the word line. */
  readonly #taken: Int32Array;

  constructor(pool: OperationPool, lanes: number, limits: QueueLimits) {
    this.#pool = pool;
    this.#limits = limits;
    this.#isInOrder = limits.scheduling === 'in-order';
    this.#head = new Int32Array(lanes * QUEUES).fill(NONE);
    this.#tail = new Int32Array(lanes * QUEUES).fill(NONE);
    this.#count = new Int32Array(lanes);
    this.#taken = new Int32Array(limits.planes);
  }

  /** Operations that wait for a lane. */
  count(lane: number): number {
    return this.#count[lane] ?? 0;
  }

  /** Puts an operation behind those of its kind, and behind what it must not overtake. */
  add(index: number): void {
    const pool = this.#pool;
    const lane = pool.lane[index] ?? 0;
    this.#keepOrder(index, lane);
    const at = lane * QUEUES + this.#queueOf(index);
    const tail = this.#tail[at] ?? NONE;
    if (tail === NONE) this.#head[at] = index;
    else pool.next[tail] = index;
    this.#tail[at] = index;
    this.#count[lane] = (this.#count[lane] ?? 0) + 1;
  }

  /** The first operation of a queue that may begin; `NONE` when there is none. In order, only the very first may. */
  firstReady(lane: number, queue: number): number {
    const pool = this.#pool;
    let index = this.#head[lane * QUEUES + queue] ?? NONE;
    for (let left = this.#limits.scanDepth; left > 0 && index !== NONE; left--) {
      if (this.#isReady(index)) return index;
      if (this.#isInOrder) return NONE;
      index = pool.next[index] ?? NONE;
    }
    return NONE;
  }

  /** The first read that may begin, urgent ones before. */
  firstRead(lane: number): number {
    const urgent = this.firstReady(lane, URGENT_READS);
    return urgent === NONE ? this.firstReady(lane, READS) : urgent;
  }

  /**
   * Takes an operation and those that go with it in one command out of the queues, linked by `next`. With planes at work
   * together, these are pages (or blocks to erase) of other planes of its die, at the same place of their blocks.
   */
  take(first: number): number {
    const pool = this.#pool;
    const { planesTogether, pagesTogether, planes } = this.#limits;
    const lane = pool.lane[first] ?? 0;
    const kind = pool.kind[first] ?? READ;
    const most = planesTogether * (kind === PROGRAM ? pagesTogether : 1);
    for (let plane = 0; plane < planes; plane++) this.#taken[plane] = 0;
    const queue = this.#queueOf(first);
    this.#mark(first);
    this.#remove(lane, queue, first);
    let last = first;
    let room = most - 1;
    for (const from of queue === URGENT_READS ? [URGENT_READS, READS] : [queue]) {
      let index = this.#head[lane * QUEUES + from] ?? NONE;
      for (let left = this.#limits.scanDepth; left > 0 && room > 0 && index !== NONE; left--) {
        const next = pool.next[index] ?? NONE;
        if (this.#goesWith(index, first, kind)) {
          this.#mark(index);
          this.#remove(lane, from, index);
          pool.next[last] = index;
          last = index;
          room--;
        } else if (this.#isInOrder) {
          break;
        }
        index = next;
      }
    }
    pool.next[last] = NONE;
    return most - room;
  }

  #goesWith(index: number, first: number, kind: number): boolean {
    const pool = this.#pool;
    const { planesTogether, pagesTogether } = this.#limits;
    if (pool.kind[index] !== kind || pool.die[index] !== pool.die[first]) return false;
    const plane = pool.plane[index] ?? 0;
    if (planesTogether === 1 && plane !== pool.plane[first]) return false;
    const page = pool.page[index] ?? 0;
    const firstPage = pool.page[first] ?? 0;
    const taken = this.#taken[plane] ?? 0;
    const isThere = (taken & this.#bitOf(page, kind)) !== 0;
    const isInPlace =
      kind === ERASE ||
      (kind === PROGRAM
        ? Math.floor(page / pagesTogether) === Math.floor(firstPage / pagesTogether)
        : page === firstPage);
    // Of one plane, only pages of one block.
    const isOneBlock = plane !== pool.plane[first] || pool.block[index] === pool.block[first];
    return !isThere && isInPlace && isOneBlock && this.#isReady(index);
  }

  #mark(index: number): void {
    const plane = this.#pool.plane[index] ?? 0;
    const bit = this.#bitOf(this.#pool.page[index] ?? 0, this.#pool.kind[index] ?? READ);
    this.#taken[plane] = (this.#taken[plane] ?? 0) | bit;
  }

  #bitOf(page: number, kind: number): number {
    return kind === PROGRAM ? 1 << (page % this.#limits.pagesTogether) : 1;
  }

  #queueOf(index: number): number {
    const { kind, isUrgent } = this.#pool;
    if (this.#isInOrder) return READS;
    if (kind[index] === PROGRAM) return PROGRAMS;
    if (kind[index] === ERASE) return this.#limits.scheduling === 'reads-first' ? PROGRAMS : ERASES;
    return isUrgent[index] === 1 ? URGENT_READS : READS;
  }

  #remove(lane: number, queue: number, index: number): void {
    const { next } = this.#pool;
    const at = lane * QUEUES + queue;
    let before = NONE;
    let current = this.#head[at] ?? NONE;
    while (current !== index && current !== NONE) {
      before = current;
      current = next[current] ?? NONE;
    }
    const after = next[index] ?? NONE;
    if (before === NONE) this.#head[at] = after;
    else next[before] = after;
    if (this.#tail[at] === index) this.#tail[at] = before;
    this.#count[lane] = (this.#count[lane] ?? 0) - 1;
  }

  /**
   * A read waits for the program of its page, a program for the erase of its block and for reads of its page, and an erase
   * for all that its block still has before it.
   */
  #keepOrder(index: number, lane: number): void {
    if (this.#isInOrder) return;
    const pool = this.#pool;
    const serial = pool.serial[index] ?? 0;
    const kind = pool.kind[index] ?? READ;
    for (let queue = URGENT_READS; queue < QUEUES; queue++) {
      // Programs keep their order by themselves.
      if ((kind === READ && queue <= READS) || (kind !== READ && !this.#isMixed(queue, kind))) continue;
      let other = this.#head[lane * QUEUES + queue] ?? NONE;
      for (; other !== NONE; other = pool.next[other] ?? NONE) {
        if ((pool.serial[other] ?? 0) < serial && this.collides(index, other)) pool.wait(index, other);
      }
    }
  }

  /** Whether a queue may hold what a program or an erase must not overtake. */
  #isMixed(queue: number, kind: number): boolean {
    const isOwn = queue === (kind === PROGRAM ? PROGRAMS : ERASES);
    return !isOwn || this.#limits.scheduling === 'reads-first';
  }

  /** Whether nothing is left that came before and that it must not overtake: what it waited for may not have been all. */
  #isReady(index: number): boolean {
    const pool = this.#pool;
    const hasWaited = pool.after[index] !== NONE;
    if (!pool.isReady(index)) return false;
    if (hasWaited) this.#keepOrder(index, pool.lane[index] ?? 0);
    return pool.after[index] === NONE;
  }

  /** Whether two operations touch the same page, or one the block that the other erases. */
  collides(index: number, other: number): boolean {
    const { block, die, kind, page, plane } = this.#pool;
    if (plane[index] !== plane[other] || die[index] !== die[other] || block[index] !== block[other])
      return false;
    // An erase stands at the first page of its block.
    const isOfBlock = this.#limits.eraseOrder === 'block' && (kind[index] === ERASE || kind[other] === ERASE);
    return isOfBlock || page[index] === page[other];
  }
}
