import type { Picoseconds } from '@systole/units';
import { BEGIN_ERASE, BEGIN_READ } from './lane-choice.ts';
import { ERASE, NONE, PROGRAM, READ } from './operation-pool.ts';
import type { OperationPool } from './operation-pool.ts';
import { BusTimes, OperationCounts, OperationTimes } from './flash-statistics.ts';

/** Array times of a die: of reads, programs and erases. */
export const DIE_TIMES = 3;

/** What a data bus carries. */
export const BUS_FREE = 0;
export const BUS_COMMAND = 1;
export const BUS_DATA = 2;

/** Counts what a back end does, and where the time goes. */
export class FlashAccounts {
  readonly counts = new OperationCounts();
  /** Of reads, programs and erases. */
  readonly times: readonly [OperationTimes, OperationTimes, OperationTimes] = [
    new OperationTimes(),
    new OperationTimes(),
    new OperationTimes(),
  ];
  readonly bus = new BusTimes();
  /** By die, of all channels: array time of reads, programs and erases. */
  readonly dies: Float64Array;
  readonly #pool: OperationPool;
  readonly #seen: Float64Array;

  constructor(pool: OperationPool, channels: number, dies: number) {
    this.#pool = pool;
    this.dies = new Float64Array(dies * DIE_TIMES);
    this.#seen = new Float64Array(channels);
  }

  command(what: number, first: number, size: number, isCached: boolean): void {
    const { counts } = this;
    if (what === BEGIN_READ) {
      if (size > 1) counts.multiPlaneRead++;
      else counts.read++;
      if (isCached) counts.cacheRead++;
    } else if (what === BEGIN_ERASE) {
      if (size > 1) counts.multiPlaneErase++;
      else counts.erase++;
    } else {
      if (this.#isOfSeveralPlanes(first)) counts.multiPlaneProgram++;
      else counts.program++;
      if (isCached) counts.cacheProgram++;
    }
  }

  array(die: number, kind: number, time: Picoseconds): void {
    const at = die * DIE_TIMES + kind;
    this.dies[at] = (this.dies[at] ?? 0) + time;
  }

  /** An operation is done: where its time went, in parts that sum to all of it. */
  finish(index: number, now: Picoseconds): void {
    const pool = this.#pool;
    const kind = pool.kind[index] ?? READ;
    const times = this.times[kind === ERASE ? 2 : kind === PROGRAM ? 1 : 0];
    const submitted = pool.submitted[index] ?? 0;
    const commanded = pool.commanded[index] ?? 0;
    const ready = Math.min(commanded, Math.max(submitted, pool.dieReady[index] ?? 0));
    const command = pool.commandTime[index] ?? 0;
    const array = pool.arrayTime[index] ?? 0;
    const moveTime = pool.moveTime[index] ?? 0;
    const start = pool.arrayStart[index] ?? 0;
    const end = pool.arrayEnd[index] ?? 0;
    const movingIn = kind === PROGRAM ? moveTime : 0;
    // Data of a cached program waits in its register until the array is done with the page before.
    times.dieBusy += ready - submitted + (start - commanded - command - movingIn);
    times.busBusy += commanded - ready;
    times.command += command;
    times.array += array;
    times.suspended += end - start - array;
    times.transfer += moveTime;
    const { counts } = this;
    if (kind === READ) {
      times.busBusy += now - moveTime - end;
      counts.pagesRead++;
      counts.bytesOut += pool.bytes[index] ?? 0;
    } else if (kind === PROGRAM) {
      counts.pagesProgrammed++;
      counts.bytesIn += pool.bytes[index] ?? 0;
    } else {
      counts.blocksErased++;
    }
  }

  /** Counts what the data bus of a channel carried, or waited for, since it was looked at last. */
  touch(channel: number, carries: number, arrays: number, now: Picoseconds): void {
    const time = now - (this.#seen[channel] ?? 0);
    if (time === 0) return;
    this.#seen[channel] = now;
    const { bus } = this;
    if (carries === BUS_DATA) bus.data += time;
    else if (carries === BUS_COMMAND) bus.command += time;
    else if (arrays > 0) bus.array += time;
    else bus.queue += time;
  }

  #isOfSeveralPlanes(first: number): boolean {
    const { next, plane } = this.#pool;
    for (let index = next[first] ?? NONE; index !== NONE; index = next[index] ?? NONE) {
      if (plane[index] !== plane[first]) return true;
    }
    return false;
  }
}
