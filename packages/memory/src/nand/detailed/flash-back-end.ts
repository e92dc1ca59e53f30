import type { EventQueue } from '@systole/core';
import type { Bytes, Picoseconds } from '@systole/units';
import { CommandTiming } from './command-timing.ts';
import { BUS_COMMAND, BUS_DATA, BUS_FREE, FlashAccounts } from './flash-accounts.ts';
import type { FlashListener, FlashPart } from './flash-listener.ts';
import { checkFlashSpec } from './flash-spec.ts';
import type { FlashSpec } from './flash-spec.ts';
import { BEGIN_PROGRAM, BEGIN_READ, LaneChoice, RESUME, SUSPEND } from './lane-choice.ts';
import { LaneArrays } from './lane-arrays.ts';
import { LaneMap } from './lane-map.ts';
import type { PageAddress } from './lane-map.ts';
import { LaneQueues } from './lane-queues.ts';
import * as lanes from './lane-states.ts';
import { MoveQueues } from './move-queues.ts';
import { NONE, OperationPool } from './operation-pool.ts';

/** Kinds of events that belong to the back end; those from here on are free for who shares the queue. */
export const BACK_END_KINDS = 8;
const GRANT = 0;
const COMMAND_DONE = 1;
const ARRAY_DONE = 2;
const MOVE_DONE = 3;

/** Of the events of one time, grants come last. */
const FIRST = 0;
const LAST = 15;

/**
 * A flash back end, operation by operation: commands and data cross the bus of a channel, arrays of dies work, page and
 * cache registers hold what waits. A lane is what does one array operation at a time: a chip, a die where dies
 * interleave, a plane where planes work each for itself. Its cost is per operation, whatever times they take.
 *
 * Everything that happens at one time is seen before the bus of a channel is given away at that time.
 */
export class FlashBackEnd {
  readonly pool = new OperationPool();
  readonly accounts: FlashAccounts;
  readonly #spec: FlashSpec;
  readonly #events: EventQueue;
  readonly #listener: FlashListener;
  readonly #timing: CommandTiming;
  readonly #arrays: LaneArrays;
  readonly #moves: MoveQueues;
  readonly #queues: LaneQueues;
  readonly #choice: LaneChoice;
  readonly #state: lanes.LaneStates;
  readonly #lanes: LaneMap;
  readonly #isSeparate: boolean;
  /** By channel: what the data bus carries, whether a command bus of its own is taken, and the lane whose turn it is. */
  readonly #carried: Uint8Array;
  readonly #commandBusy: Uint8Array;
  readonly #turn: Int32Array;
  readonly #isGranting: Uint8Array;
  /** By channel: operations that wait or have given way. */
  readonly #waiting: Int32Array;

  /** Throws `parameter/out-of-range` for a spec that cannot be. */
  constructor(spec: FlashSpec, events: EventQueue, listener: FlashListener) {
    checkFlashSpec(spec);
    this.#spec = spec;
    this.#events = events;
    this.#listener = listener;
    this.#timing = new CommandTiming(spec);
    this.#isSeparate = spec.commandBus === 'separate';
    const { channels, chipsPerChannel, diesPerChip, planesPerDie } = spec;
    const dies = chipsPerChannel * diesPerChip;
    this.#lanes = new LaneMap(spec);
    const all = channels * this.#lanes.perChannel;
    this.#state = new lanes.LaneStates(all);
    this.accounts = new FlashAccounts(this.pool, channels, channels * dies);
    this.#queues = new LaneQueues(this.pool, all, {
      planes: planesPerDie,
      planesTogether: spec.multiPlane === 'aligned' ? planesPerDie : 1,
      pagesTogether: spec.oneShotProgram ? spec.bitsPerCell : 1,
      scanDepth: spec.scanDepth,
      scheduling: spec.scheduling,
      eraseOrder: spec.eraseOrder,
    });
    this.#choice = new LaneChoice(spec, this.pool, this.#queues, this.#state);
    this.#arrays = new LaneArrays(
      spec,
      events,
      ARRAY_DONE,
      this.pool,
      this.#state,
      this.#choice,
      this.accounts,
    );
    this.#moves = new MoveQueues(this.pool, channels);
    this.#carried = new Uint8Array(channels);
    this.#commandBusy = new Uint8Array(channels);
    this.#turn = new Int32Array(channels);
    this.#isGranting = new Uint8Array(channels);
    this.#waiting = new Int32Array(channels);
  }

  /**
   * Asks for an operation at the present time; returns its index. `age` orders lanes by who has waited longest, `isUrgent`
   * puts a read before others.
   */
  submit(
    kind: number,
    at: PageAddress,
    bytes: Bytes,
    tag: number,
    age: number,
    isUrgent: boolean,
    now: Picoseconds,
  ): number {
    const { channel, die, plane, block, page } = at;
    const lane = this.#lanes.laneOf(at);
    const index = this.pool.add(kind, lane, die, plane, block, page, bytes, tag, age, isUrgent, now);
    this.#queues.add(index);
    this.#touch(channel, now);
    this.#waiting[channel] = (this.#waiting[channel] ?? 0) + 1;
    this.#grantLater(channel, now);
    return index;
  }

  /** Takes the event that the queue has just given out; its kind is below `BACK_END_KINDS`. */
  handle(): void {
    const { kind, a, b, time } = this.#events;
    if (kind === GRANT) this.#grant(a, time);
    else if (kind === COMMAND_DONE) this.#commandDone(a, time);
    else if (kind === MOVE_DONE) this.#moveDone(a, b, time);
    else if (kind === ARRAY_DONE) this.#arrayDone(a, b, time);
  }

  /** Counts what the buses did until `now`. */
  close(now: Picoseconds): void {
    for (let channel = 0; channel < this.#spec.channels; channel++) this.#touch(channel, now);
  }

  /** Forgets whose turn it is, which nobody may know of a back end that has nothing to do. */
  rest(): void {
    this.#turn.fill(0);
  }

  #grantLater(channel: number, now: Picoseconds): void {
    if (this.#isGranting[channel] === 1) return;
    this.#isGranting[channel] = 1;
    this.#events.push(now, LAST, GRANT, channel, 0);
  }

  /** Gives the buses of a channel away as long as somebody wants them. */
  #grant(channel: number, now: Picoseconds): void {
    this.#isGranting[channel] = 0;
    this.#touch(channel, now);
    const isDataFirst = this.#spec.arbitration === 'data-first';
    for (;;) {
      if (isDataFirst && this.#grantMove(channel, now)) continue;
      if (this.#grantCommand(channel, now)) continue;
      if (!isDataFirst && this.#grantMove(channel, now)) continue;
      return;
    }
  }

  #grantMove(channel: number, now: Picoseconds): boolean {
    if (this.#carried[channel] !== BUS_FREE) return false;
    const index = this.#moves.take(channel);
    if (index === NONE) return false;
    const { pool } = this;
    const time =
      this.#timing.dataOut(pool.isFirstOfGroup[index] === 1) + this.#timing.transfer(pool.bytes[index] ?? 0);
    pool.moveTime[index] = time;
    this.#carried[channel] = BUS_DATA;
    this.#listener.part?.(index, 'move', false, now);
    this.#events.push(now + time, FIRST, MOVE_DONE, channel, index);
    return true;
  }

  #grantCommand(channel: number, now: Picoseconds): boolean {
    const isDataFree = this.#carried[channel] === BUS_FREE;
    const isFree = this.#isSeparate ? this.#commandBusy[channel] === 0 : isDataFree;
    if (!isFree || this.#waiting[channel] === 0) return false;
    const count = this.#lanes.perChannel;
    const base = channel * count;
    const isOldest = this.#spec.laneOrder === 'oldest';
    const turn = isOldest ? 0 : (this.#turn[channel] ?? 0);
    let best = NONE;
    let what = NONE;
    let earliest = Infinity;
    let longest = Infinity;
    for (let step = 0; step < count; step++) {
      const lane = base + (turn + step < count ? turn + step : turn + step - count);
      const can = this.#choice.choose(lane, isDataFree, now);
      if (can === NONE) continue;
      // Of operations that have waited alike, that whose lane has been ready longest goes first.
      const age = isOldest ? this.#choice.age(lane, can) : -Infinity;
      const since = this.#state.readySince[lane] ?? 0;
      if (age > earliest || (age === earliest && since >= longest)) continue;
      earliest = age;
      longest = since;
      best = lane;
      what = can;
      if (!isOldest) break;
    }
    if (best === NONE) return false;
    this.#turn[channel] = (best - base + 1) % count;
    if (what === SUSPEND || what === RESUME) this.#turnOver(channel, best, what, now);
    else this.#begin(channel, best, what, now);
    return true;
  }

  /** Sends a suspend or a resume. */
  #turnOver(channel: number, lane: number, what: number, now: Picoseconds): void {
    const state = this.#state;
    const { counts } = this.accounts;
    if (what === SUSPEND) {
      state.order[lane] = lanes.ORDER_SUSPEND;
      this.#arrays.putOff(lane, now);
      if (state.array[lane] === lanes.PROGRAMMING) counts.suspendProgram++;
      else counts.suspendErase++;
      this.#waiting[channel] = (this.#waiting[channel] ?? 0) + 1;
    } else {
      state.order[lane] = lanes.ORDER_RESUME;
      counts.resume++;
      this.#waiting[channel] = (this.#waiting[channel] ?? 0) - 1;
    }
    state.array[lane] = lanes.COMMANDED;
    this.#occupy(channel, lane, this.#timing.suspend, false, now);
  }

  /** Sends the command of a read, program or erase, a program with its data. */
  #begin(channel: number, lane: number, what: number, now: Picoseconds): void {
    const state = this.#state;
    const { pool } = this;
    const isProgram = what === BEGIN_PROGRAM;
    const isStaging = state.array[lane] === lanes.PROGRAMMING;
    const first = this.#choice.first(lane, what);
    const size = this.#queues.take(first);
    this.#waiting[channel] = (this.#waiting[channel] ?? 0) - size;
    const isCached = isProgram ? isStaging : (state.outLeft[lane] ?? 0) > 0;
    this.accounts.command(what, first, size, isCached);
    const timing = this.#timing;
    const command = isProgram
      ? timing.program(size)
      : what === BEGIN_READ
        ? timing.read(size)
        : timing.erase(size);
    let moving = 0;
    for (let index = isProgram ? first : NONE; index !== NONE; index = pool.next[index] ?? NONE) {
      moving += timing.transfer(pool.bytes[index] ?? 0);
    }
    // On pins of its own, the command of a program goes beside its data.
    const total = this.#isSeparate ? Math.max(command, moving) : command + moving;
    for (let index = first; index !== NONE; index = pool.next[index] ?? NONE) {
      pool.commanded[index] = now;
      pool.dieReady[index] = state.readySince[lane] ?? 0;
      pool.isFirstOfGroup[index] = index === first ? 1 : 0;
      pool.commandTime[index] = total - moving;
      pool.moveTime[index] = moving;
      this.#listener.part?.(index, isProgram ? 'move' : 'command', false, now);
    }
    state.order[lane] = isStaging ? lanes.ORDER_STAGE : lanes.ORDER_BEGIN;
    if (isStaging) {
      state.staged[lane] = first;
    } else {
      state.group[lane] = first;
      state.array[lane] = lanes.COMMANDED;
    }
    this.#occupy(channel, lane, total, isProgram, now);
  }

  #occupy(channel: number, lane: number, time: Picoseconds, hasData: boolean, now: Picoseconds): void {
    if (this.#isSeparate) this.#commandBusy[channel] = 1;
    if (hasData) this.#carried[channel] = BUS_DATA;
    else if (!this.#isSeparate) this.#carried[channel] = BUS_COMMAND;
    this.#events.push(now + time, FIRST, COMMAND_DONE, lane, hasData ? 1 : 0);
  }

  #commandDone(lane: number, now: Picoseconds): void {
    const channel = this.#lanes.channelOf(lane);
    this.#touch(channel, now);
    const state = this.#state;
    const hadData = this.#events.b === 1;
    this.#commandBusy[channel] = 0;
    if (!this.#isSeparate || hadData) this.#carried[channel] = BUS_FREE;
    const order = state.order[lane];
    state.order[lane] = lanes.ORDER_BEGIN;
    if (order === lanes.ORDER_BEGIN) {
      this.#startArray(channel, lane, hadData ? 'move' : 'command', now);
    } else if (order === lanes.ORDER_SUSPEND) {
      this.#arrays.suspend(lane, now);
    } else if (order === lanes.ORDER_RESUME) {
      this.#arrays.resume(channel, lane, now);
    } else {
      this.#tell(state.staged[lane] ?? NONE, 'move', true, now);
      // The array may have come to its end while the data of the next program came in.
      if (state.array[lane] === lanes.IDLE) this.#startStaged(channel, lane, now);
    }
    this.#grantLater(channel, now);
  }

  #tell(first: number, part: FlashPart, isOver: boolean, now: Picoseconds): void {
    if (this.#listener.part === undefined) return;
    for (let index = first; index !== NONE; index = this.pool.next[index] ?? NONE) {
      this.#listener.part(index, part, isOver, now);
    }
  }

  #startStaged(channel: number, lane: number, now: Picoseconds): void {
    const state = this.#state;
    state.group[lane] = state.staged[lane] ?? NONE;
    state.staged[lane] = NONE;
    this.#startArray(channel, lane, undefined, now);
  }

  /** Starts the array of a lane; `before` is the part of its operations that this ends. */
  #startArray(channel: number, lane: number, before: FlashPart | undefined, now: Picoseconds): void {
    this.#arrays.start(channel, lane, now);
    const first = this.#state.group[lane] ?? NONE;
    if (before !== undefined) this.#tell(first, before, true, now);
    this.#tell(first, 'array', false, now);
  }

  #arrayDone(lane: number, stamp: number, now: Picoseconds): void {
    const channel = this.#lanes.channelOf(lane);
    this.#touch(channel, now);
    if (!this.#arrays.hasEnded(channel, lane, stamp)) return;
    const state = this.#state;
    if (state.array[lane] === lanes.SUSPENDING) {
      this.#arrays.suspended(lane, now);
      this.#makeReady(lane, now);
    } else {
      const isRead = state.array[lane] === lanes.READING;
      const first = state.group[lane] ?? NONE;
      for (let index = first; index !== NONE; index = this.pool.next[index] ?? NONE) {
        this.pool.arrayEnd[index] = now;
      }
      this.#tell(first, 'array', true, now);
      if (isRead) this.#held(channel, lane, now);
      else this.#written(channel, lane, now);
    }
    this.#grantLater(channel, now);
  }

  #held(channel: number, lane: number, now: Picoseconds): void {
    this.#state.array[lane] = lanes.HELD;
    if ((this.#state.outLeft[lane] ?? 0) === 0) this.#handOver(channel, lane, now);
  }

  #written(channel: number, lane: number, now: Picoseconds): void {
    const state = this.#state;
    let index = state.group[lane] ?? NONE;
    while (index !== NONE) {
      const next = this.pool.next[index] ?? NONE;
      this.#finish(index, now);
      index = next;
    }
    state.group[lane] = NONE;
    this.#makeReady(lane, now);
    const isDataIn = state.staged[lane] !== NONE && state.order[lane] !== lanes.ORDER_STAGE;
    if (isDataIn) this.#startStaged(channel, lane, now);
  }

  /** Pages go to the cache register, or leave from the page register where there is none, which the array waits for. */
  #handOver(channel: number, lane: number, now: Picoseconds): void {
    const state = this.#state;
    state.outLeft[lane] = this.#moves.add(channel, state.group[lane] ?? NONE);
    state.group[lane] = NONE;
    if (this.#spec.cacheRead) this.#makeReady(lane, now);
  }

  #makeReady(lane: number, now: Picoseconds): void {
    this.#state.array[lane] = lanes.IDLE;
    this.#state.readySince[lane] = now;
  }

  #moveDone(channel: number, index: number, now: Picoseconds): void {
    this.#touch(channel, now);
    this.#carried[channel] = BUS_FREE;
    const state = this.#state;
    const lane = this.pool.lane[index] ?? 0;
    const left = (state.outLeft[lane] ?? 0) - 1;
    state.outLeft[lane] = left;
    this.#listener.part?.(index, 'move', true, now);
    this.#finish(index, now);
    if (left === 0) {
      if (!this.#spec.cacheRead) this.#makeReady(lane, now);
      else if (state.array[lane] === lanes.HELD) this.#handOver(channel, lane, now);
    }
    this.#grantLater(channel, now);
  }

  #finish(index: number, now: Picoseconds): void {
    this.accounts.finish(index, now);
    this.#listener.done(index, now);
    this.pool.release(index);
  }

  #touch(channel: number, now: Picoseconds): void {
    this.accounts.touch(channel, this.#carried[channel] ?? BUS_FREE, this.#arrays.working(channel), now);
  }
}
