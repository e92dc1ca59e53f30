import type { Token } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { ChannelGroups } from './channel-groups.ts';
import type { AskedJob } from './channel-groups.ts';
import type { ChannelScheduler } from './channel-scheduler.ts';
import type { Device } from './device.ts';
import type { Chunk } from './job.ts';

/** A chunk's worth of work for channels. Equal ids, equal work. */
export interface ChannelRequest {
  readonly id: number;
  jobs(chunk: Chunk): readonly AskedJob[];
}

/** A chunk is done: when its service began and gave its first result, how long a channel waited, and what for. */
export interface ChunkDone {
  readonly token: Token;
  readonly start: Picoseconds;
  readonly first: Picoseconds;
  readonly channelWait: Picoseconds;
  readonly spent: Float64Array;
}

/** What the channels answer to what happens to them: a chunk, by its number since they rested, or a time to wake at. */
type Answer =
  | { readonly kind: 'wake'; readonly delay: Picoseconds; readonly id: number }
  | (Omit<ChunkDone, 'token'> & { readonly kind: 'done'; readonly chunk: number });

/** What happened to the channels: a request, or a time at which they wanted to wake. */
type Happening =
  | { readonly now: Picoseconds; readonly request: ChannelRequest; readonly chunk: number }
  | { readonly now: Picoseconds; readonly id: number };

/** What the channels answered to the last of a sequence of happenings, and what may come then. */
interface Step {
  readonly answers: readonly Answer[];
  readonly next: Map<string | number, Step>;
}

/** Steps that are remembered. Beyond it they are forgotten, which costs time and changes no result. */
const MAX_STEPS = 1 << 15;

/** What has been seen to happen since the channels rested, as a tree. */
export class HistoryTree {
  readonly root: Step = { answers: [], next: new Map() };
  #steps = 0;
  readonly #ids = new Map<string, number>();
  #nextId = 0;

  /** The id of a request that is described so. Ids are never given twice. */
  idOf(request: string): number {
    let id = this.#ids.get(request);
    if (id === undefined) {
      if (this.#ids.size >= MAX_STEPS) this.#ids.clear();
      id = this.#nextId++;
      this.#ids.set(request, id);
    }
    return id;
  }

  add(to: Step, key: string | number, answers: readonly Answer[]): Step {
    if (this.#steps >= MAX_STEPS) {
      this.#steps = 0;
      this.root.next.clear();
    }
    this.#steps++;
    const step = { answers, next: new Map<string | number, Step>() };
    to.next.set(key, step);
    return step;
  }
}

/**
 * The channels of a memory, which answer alike whenever the same has happened to them at the same distances since they
 * rested: what is known is answered from memory, and they are run only where something new happens.
 */
export class ChannelHistory {
  readonly #tree: HistoryTree;
  readonly #mayRecall: boolean;
  readonly #groups: ChannelGroups;
  readonly #onDone: (done: ChunkDone) => void;
  readonly #wakeAt: (time: Picoseconds, id: number) => void;
  /** Since the channels rested: what happened, how much of that they have been run through, and the tokens of the chunks. */
  #happened: Happening[] = [];
  #run = 0;
  #tokens: Token[] = [];
  #open = 0;
  #step: Step;
  #last: Picoseconds = 0;
  #answers: Answer[] = [];
  #now: Picoseconds = 0;

  /** `mayRecall: false` runs the channels always. */
  constructor(
    device: Device,
    scheduler: ChannelScheduler,
    tree: HistoryTree,
    mayRecall: boolean,
    onDone: (done: ChunkDone) => void,
    wakeAt: (time: Picoseconds, id: number) => void,
  ) {
    this.#tree = tree;
    this.#mayRecall = mayRecall;
    this.#step = tree.root;
    this.#onDone = onDone;
    this.#wakeAt = wakeAt;
    this.#groups = new ChannelGroups(
      device,
      scheduler,
      (chunk, start, first, spent) => this.#onEnd(chunk, start, first, spent),
      (time, id) => this.#answers.push({ kind: 'wake', delay: time - this.#now, id }),
    );
  }

  /** Puts all channels to rest. */
  reset(): void {
    this.#happened = [];
    this.#run = 0;
    this.#tokens = [];
    this.#open = 0;
    this.#step = this.#tree.root;
  }

  ask(token: Token, request: ChannelRequest, now: Picoseconds): void {
    const chunk = this.#tokens.push(token) - 1;
    this.#open++;
    const since = chunk === 0 ? 0 : now - this.#last;
    this.#meet(keyOf(since, 2 * request.id), { now, request, chunk });
  }

  /** To be called at the times that were asked for. */
  wake(id: number, now: Picoseconds): void {
    // Channels at rest have nothing to wake for: what was asked for has been overtaken.
    if (this.#open > 0) this.#meet(keyOf(now - this.#last, 2 * id + 1), { now, id });
  }

  #meet(key: string | number, happening: Happening): void {
    const { now } = happening;
    let step = this.#mayRecall ? this.#step.next.get(key) : undefined;
    this.#happened.push(happening);
    if (step === undefined) {
      const answers = this.#catchUp();
      step = this.#mayRecall ? this.#tree.add(this.#step, key, answers) : { answers, next: new Map() };
    }
    this.#step = step;
    this.#last = now;
    for (const answer of step.answers) {
      if (answer.kind === 'wake') {
        this.#wakeAt(now + answer.delay, answer.id);
        continue;
      }
      const { chunk, start, first, channelWait, spent } = answer;
      this.#open--;
      const token = this.#tokens[chunk] ?? 0;
      this.#onDone({ token, start: now + start, first: now + first, channelWait, spent });
    }
    if (this.#open === 0) this.reset();
  }

  /** Runs the channels through all that they have not been run through, and returns their answers to the last of it. */
  #catchUp(): readonly Answer[] {
    if (this.#run === 0) this.#groups.reset();
    for (; this.#run < this.#happened.length; this.#run++) {
      const happening = this.#happened[this.#run];
      if (happening === undefined) break;
      this.#answers = [];
      this.#now = happening.now;
      if ('id' in happening) this.#groups.wake(happening.id, happening.now);
      else this.#groups.ask(happening.request.jobs(startOf(happening.chunk)), happening.now);
    }
    return this.#answers;
  }

  /** One group of channels is done with its part of a chunk, just now. The one that ends last explains the time. */
  #onEnd(chunk: Chunk, start: Picoseconds, first: Picoseconds, spent: Float64Array): void {
    chunk.start = Math.min(chunk.start, start);
    chunk.first = Math.min(chunk.first, first);
    chunk.parts--;
    if (chunk.parts > 0) return;
    this.#answers.push({
      kind: 'done',
      chunk: chunk.number,
      start: chunk.start - this.#now,
      first: chunk.first - this.#now,
      channelWait: start - chunk.start,
      spent: spent.slice(),
    });
  }
}

/** A chunk of which nothing has been done. */
function startOf(number: number): Chunk {
  return { number, parts: 0, start: Infinity, first: Infinity };
}

/** What happens, of which there are less than these kinds, and when: a number is found faster than a text. */
const KINDS = 2 ** 20;

function keyOf(since: Picoseconds, kind: number): string | number {
  return kind < KINDS && since < KINDS * 2 ** 12 ? since * KINDS + kind : `${since} ${kind}`;
}
