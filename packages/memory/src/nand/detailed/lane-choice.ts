import type { Picoseconds } from '@systole/units';
import type { FlashSpec, Suspension } from './flash-spec.ts';
import { ERASES, PROGRAMS } from './lane-queues.ts';
import type { LaneQueues } from './lane-queues.ts';
import { ERASING, IDLE, PROGRAMMING } from './lane-states.ts';
import type { LaneStates } from './lane-states.ts';
import { ERASE, NONE, PROGRAM, READ } from './operation-pool.ts';
import type { OperationPool } from './operation-pool.ts';

/** What a lane can begin; `NONE` for nothing. */
export const BEGIN_READ = 0;
export const BEGIN_PROGRAM = 1;
export const BEGIN_ERASE = 2;
export const SUSPEND = 3;
export const RESUME = 4;

/** The policy of the controller: what a lane begins next, reads before programs before erases. */
export class LaneChoice {
  readonly #spec: FlashSpec;
  readonly #pool: OperationPool;
  readonly #queues: LaneQueues;
  readonly #state: LaneStates;

  constructor(spec: FlashSpec, pool: OperationPool, queues: LaneQueues, state: LaneStates) {
    this.#spec = spec;
    this.#pool = pool;
    this.#queues = queues;
    this.#state = state;
  }

  /** What a lane can begin now. A program needs the data bus as well, `isDataFree`. */
  choose(lane: number, isDataFree: boolean, now: Picoseconds): number {
    const state = this.#state;
    const array = state.array[lane];
    const hasSuspended = state.suspended[lane] !== NONE;
    const waits = this.#queues.count(lane) > 0;
    if (!waits && !hasSuspended) return NONE;
    const isMoving = (state.outLeft[lane] ?? 0) > 0;
    if (array === IDLE) {
      // Without a cache register, the page register is all there is for the next page.
      if (isMoving && !this.#spec.cacheRead) return NONE;
      const begins = waits ? this.#ofIdle(lane, isDataFree, hasSuspended, isMoving, now) : NONE;
      return begins === NONE && hasSuspended ? RESUME : begins;
    }
    if (!waits || hasSuspended || (array !== PROGRAMMING && array !== ERASING)) return NONE;
    const suspension = array === PROGRAMMING ? this.#spec.programSuspend : this.#spec.eraseSuspend;
    if (suspension !== undefined && this.#isWorthIt(lane, suspension, now)) return SUSPEND;
    const isRegisterFree = state.staged[lane] === NONE && !isMoving;
    if (array !== PROGRAMMING || !this.#spec.cacheProgram || !isRegisterFree || !isDataFree) return NONE;
    return this.#pool.kind[this.#queues.firstReady(lane, PROGRAMS)] === PROGRAM ? BEGIN_PROGRAM : NONE;
  }

  /** The operation with which a lane begins what was chosen; `NONE` for a resume. */
  first(lane: number, what: number): number {
    if (what === RESUME) return NONE;
    // In the order of arrival everything is in the queue of reads, and with reads first erases are with programs.
    if (what === BEGIN_READ || what === SUSPEND || this.#spec.scheduling === 'in-order') {
      return this.#queues.firstRead(lane);
    }
    const isMixed = this.#spec.scheduling === 'reads-first';
    return this.#queues.firstReady(lane, what === BEGIN_PROGRAM || isMixed ? PROGRAMS : ERASES);
  }

  /** How long what was chosen has waited: the lower, the longer. What was suspended goes before all. */
  age(lane: number, what: number): number {
    return what === RESUME ? -Infinity : (this.#pool.age[this.first(lane, what)] ?? Infinity);
  }

  /** How the operation of a lane gives way; `undefined` where it does not. */
  suspensionOf(first: number): Suspension | undefined {
    return this.#pool.kind[first] === PROGRAM ? this.#spec.programSuspend : this.#spec.eraseSuspend;
  }

  #ofIdle(
    lane: number,
    isDataFree: boolean,
    hasSuspended: boolean,
    isMoving: boolean,
    now: Picoseconds,
  ): number {
    const queues = this.#queues;
    const read = queues.firstRead(lane);
    const kind = read === NONE ? NONE : (this.#pool.kind[read] ?? READ);
    if (hasSuspended) {
      const suspension = this.suspensionOf(this.#state.suspended[lane] ?? NONE);
      const since = this.#state.suspendedAt[lane] ?? 0;
      const isOverdue = now - since >= (suspension?.span ?? 0);
      return kind === READ && !isOverdue && this.#isApart(lane, read) ? BEGIN_READ : NONE;
    }
    if (kind === READ) return BEGIN_READ;
    // Data to program comes in through the register that a page is leaving.
    if (isMoving) return NONE;
    if (kind === PROGRAM) return isDataFree ? BEGIN_PROGRAM : NONE;
    if (kind === ERASE) return BEGIN_ERASE;
    const write = queues.firstReady(lane, PROGRAMS);
    if (write !== NONE && this.#pool.kind[write] === ERASE) return BEGIN_ERASE;
    if (write !== NONE && isDataFree) return BEGIN_PROGRAM;
    if (write !== NONE && this.#spec.scheduling === 'reads-first') return NONE;
    return queues.firstReady(lane, ERASES) === NONE ? NONE : BEGIN_ERASE;
  }

  #isWorthIt(lane: number, suspension: Suspension, now: Picoseconds): boolean {
    const state = this.#state;
    if ((state.suspensions[lane] ?? 0) >= suspension.times || state.staged[lane] !== NONE) return false;
    const read = this.#queues.firstRead(lane);
    if (read === NONE || this.#pool.kind[read] !== READ) return false;
    const left = (state.arrayEnd[lane] ?? 0) - now;
    return left > suspension.time && left >= suspension.least && this.#isApart(lane, read);
  }

  /** Whether a read has nothing to do with what its lane has begun. */
  #isApart(lane: number, read: number): boolean {
    return (
      this.#isApartFrom(this.#state.group[lane] ?? NONE, read) &&
      this.#isApartFrom(this.#state.suspended[lane] ?? NONE, read)
    );
  }

  #isApartFrom(first: number, read: number): boolean {
    for (let index = first; index !== NONE; index = this.#pool.next[index] ?? NONE) {
      if (this.#queues.collides(read, index)) return false;
    }
    return true;
  }
}
