import type { Host, ModelContext, Token } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import type { nandParameters } from '../parameters.ts';
import type { FlashPart } from './flash-listener.ts';

const PARTS = { command: 0, move: 1, array: 2 } as const satisfies Readonly<Record<FlashPart, number>>;

/** What the time of a job goes to, in the order in which it is asked: what moves hides what is read. */
const COMMAND = 0;
const MOVE = 1;
const ARRAY = 2;
const WAIT = 3;

interface Job {
  isUsed: boolean;
  token: Token;
  isWrite: boolean;
  pagesLeft: number;
  /** When its first operation began, and when its first page was done; -1 before. */
  start: Picoseconds;
  first: Picoseconds;
  last: Picoseconds;
  /** Operations in each part. */
  readonly active: Int32Array;
  readonly spent: Float64Array;
}

/** Chunks that are under way: what is left of them, and where their time goes, from their first operation on. */
export class JobTimes {
  readonly #jobs: Job[] = [];
  readonly #free: number[] = [];
  /** By part: the reasons of reads, and of programs. */
  readonly #reasons: readonly [readonly number[], readonly number[]];

  constructor(context: ModelContext<typeof nandParameters>) {
    const [command, wait] = [context.reason('command'), context.reason('channel-wait')];
    this.#reasons = [
      [command, context.reason('transfer-out'), context.reason('page-read'), wait],
      [command, context.reason('transfer-in'), context.reason('program'), wait],
    ];
  }

  /** A chunk of so many pages; returns its index. */
  begin(token: Token, pages: number, isWrite: boolean, now: Picoseconds): number {
    const index = this.#free.pop() ?? this.#jobs.length;
    const old = this.#jobs[index];
    old?.active.fill(0);
    old?.spent.fill(0);
    this.#jobs[index] = {
      isUsed: true,
      token,
      isWrite,
      pagesLeft: pages,
      start: -1,
      first: -1,
      last: now,
      active: old?.active ?? new Int32Array(WAIT),
      spent: old?.spent ?? new Float64Array(WAIT + 1),
    };
    return index;
  }

  token(index: number): Token {
    return this.#job(index).token;
  }

  part(index: number, part: FlashPart, isOver: boolean, now: Picoseconds): void {
    const job = this.#job(index);
    if (job.start < 0) {
      job.start = now;
      job.last = now;
    }
    this.#settle(job, now);
    const at = PARTS[part];
    job.active[at] = (job.active[at] ?? 0) + (isOver ? -1 : 1);
  }

  /** A page of a chunk is done. Returns whether it was the last. */
  pageDone(index: number, now: Picoseconds): boolean {
    const job = this.#job(index);
    this.#settle(job, now);
    if (job.first < 0) job.first = now;
    job.pagesLeft--;
    return job.pagesLeft === 0;
  }

  /** Tells the host of a chunk whose last page is done now. */
  finish(index: number, host: Host): void {
    const job = this.#job(index);
    for (const [part, reason] of this.#reasons[job.isWrite ? 1 : 0].entries()) {
      host.spend(job.token, reason, job.spent[part] ?? 0);
    }
    job.isUsed = false;
    this.#free.push(index);
    host.finish(job.token, job.start, job.first, host.now);
  }

  clear(): void {
    this.#jobs.length = 0;
    this.#free.length = 0;
  }

  #settle(job: Job, now: Picoseconds): void {
    const time = now - job.last;
    if (time === 0) return;
    job.last = now;
    let part = WAIT;
    if ((job.active[COMMAND] ?? 0) > 0) part = COMMAND;
    else if ((job.active[MOVE] ?? 0) > 0) part = MOVE;
    else if ((job.active[ARRAY] ?? 0) > 0) part = ARRAY;
    job.spent[part] = (job.spent[part] ?? 0) + time;
  }

  #job(index: number): Job {
    const job = this.#jobs[index];
    if (job === undefined || !job.isUsed) throw new TypeError(`no chunk ${index} is under way`);
    return job;
  }
}
