import type { EventQueue } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { ArrayTimes } from './command-timing.ts';
import type { FlashAccounts } from './flash-accounts.ts';
import type { FlashSpec } from './flash-spec.ts';
import type { LaneChoice } from './lane-choice.ts';
import * as lanes from './lane-states.ts';
import type { LaneStates } from './lane-states.ts';
import { NONE, PROGRAM, READ } from './operation-pool.ts';
import type { OperationPool } from './operation-pool.ts';

/** The arrays of all lanes: how long they work, and how they give way to reads. Their ends are events of kind `done`. */
export class LaneArrays {
  readonly #spec: FlashSpec;
  readonly #events: EventQueue;
  readonly #done: number;
  readonly #pool: OperationPool;
  readonly #state: LaneStates;
  readonly #choice: LaneChoice;
  readonly #accounts: FlashAccounts;
  readonly #reads: ArrayTimes;
  readonly #programs: ArrayTimes;
  /** By channel: arrays at work. */
  readonly #working: Int32Array;

  constructor(
    spec: FlashSpec,
    events: EventQueue,
    done: number,
    pool: OperationPool,
    state: LaneStates,
    choice: LaneChoice,
    accounts: FlashAccounts,
  ) {
    this.#spec = spec;
    this.#events = events;
    this.#done = done;
    this.#pool = pool;
    this.#state = state;
    this.#choice = choice;
    this.#accounts = accounts;
    this.#reads = new ArrayTimes(spec.tR, spec.bitsPerCell, spec.pageOrder);
    this.#programs = new ArrayTimes(spec.tPROG, spec.bitsPerCell, spec.pageOrder);
    this.#working = new Int32Array(spec.channels);
  }

  /** Arrays of a channel that are at work. */
  working(channel: number): number {
    return this.#working[channel] ?? 0;
  }

  /** Starts the array of a lane on its group. */
  start(channel: number, lane: number, now: Picoseconds): void {
    const state = this.#state;
    const pool = this.#pool;
    const first = state.group[lane] ?? NONE;
    const kind = pool.kind[first] ?? READ;
    const time = this.#timeOf(kind, pool.page[first] ?? 0);
    state.array[lane] = kind === READ ? lanes.READING : kind === PROGRAM ? lanes.PROGRAMMING : lanes.ERASING;
    state.suspensions[lane] = 0;
    for (let index = first; index !== NONE; index = pool.next[index] ?? NONE) {
      pool.arrayStart[index] = now;
      pool.arrayTime[index] = time;
    }
    const dies = this.#spec.chipsPerChannel * this.#spec.diesPerChip;
    this.#accounts.array(channel * dies + (pool.die[first] ?? 0), kind, time);
    this.#run(channel, lane, time, now);
  }

  /** Puts the end of an array off, since a suspend is on its way; what it does meanwhile is not counted as progress. */
  putOff(lane: number, now: Picoseconds): void {
    const state = this.#state;
    state.suspendedLeft[lane] = (state.arrayEnd[lane] ?? 0) - now;
    state.stamp[lane] = (state.stamp[lane] ?? 0) + 1;
  }

  /** The suspend is in: the array takes a read after the time of the suspension. */
  suspend(lane: number, now: Picoseconds): void {
    const state = this.#state;
    const suspension = this.#choice.suspensionOf(state.group[lane] ?? NONE);
    state.array[lane] = lanes.SUSPENDING;
    state.suspensions[lane] = (state.suspensions[lane] ?? 0) + 1;
    this.#events.push(now + (suspension?.time ?? 0), 0, this.#done, lane, state.stamp[lane] ?? 0);
  }

  /** The array has given way: its group waits aside. */
  suspended(lane: number, now: Picoseconds): void {
    const state = this.#state;
    state.suspended[lane] = state.group[lane] ?? NONE;
    state.suspendedAt[lane] = now;
    state.suspendedTimes[lane] = state.suspensions[lane] ?? 0;
    state.group[lane] = NONE;
  }

  resume(channel: number, lane: number, now: Picoseconds): void {
    const state = this.#state;
    const first = state.suspended[lane] ?? NONE;
    state.group[lane] = first;
    state.suspended[lane] = NONE;
    state.suspensions[lane] = state.suspendedTimes[lane] ?? 0;
    state.array[lane] = this.#pool.kind[first] === PROGRAM ? lanes.PROGRAMMING : lanes.ERASING;
    this.#run(channel, lane, state.suspendedLeft[lane] ?? 0, now);
  }

  /** Whether an end is one that has not been put off; the array no longer works then. */
  hasEnded(channel: number, lane: number, stamp: number): boolean {
    if (this.#state.stamp[lane] !== stamp) return false;
    this.#working[channel] = (this.#working[channel] ?? 0) - 1;
    return true;
  }

  #timeOf(kind: number, page: number): Picoseconds {
    const { cacheProgram, cacheRead, oneShotProgram, tBERS, tCBSY } = this.#spec;
    if (kind === READ) return this.#reads.at(page) + (cacheRead ? tCBSY : 0);
    if (kind !== PROGRAM) return tBERS;
    const time = oneShotProgram ? this.#programs.wordLine : this.#programs.at(page);
    return time + (cacheProgram ? tCBSY : 0);
  }

  #run(channel: number, lane: number, time: Picoseconds, now: Picoseconds): void {
    this.#state.arrayEnd[lane] = now + time;
    this.#working[channel] = (this.#working[channel] ?? 0) + 1;
    this.#events.push(now + time, 0, this.#done, lane, this.#state.stamp[lane] ?? 0);
  }
}
