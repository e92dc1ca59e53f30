import type { Picoseconds } from '@systole/units';
import type { ModelContext } from './component.ts';
import { chargeCriticalPath } from './critical-path.ts';
import { EventQueue } from './event-queue.ts';
import { createLayout, QUEUE } from './layout.ts';
import type { Layout, Part } from './layout.ts';
import { createHost, FINISH, FINISH_PRIORITY, START, START_PRIORITY, WAKE } from './machine-host.ts';
import type { MachineState } from './machine-host.ts';
import { ModelFault } from './model-fault.ts';
import type { ComponentModel, SegmentConsumer, Token } from './model.ts';
import { checkTally, clearTally, createTally } from './tally.ts';
import type { Tally } from './tally.ts';
import type { Stage, Task } from './task.ts';
import { refusalOf } from './refusal-of.ts';
import { share } from './transaction.ts';
import { TaskTable } from './task-table.ts';
import { TokenTable } from './token-table.ts';

/** Called for every chunk that leaves a stage, in the order of time. */
export interface Recorder {
  chunk(
    task: Task,
    stage: Stage,
    chunk: number,
    accepted: Picoseconds,
    started: Picoseconds,
    first: Picoseconds,
    ended: Picoseconds,
  ): void;
}

export interface RunOptions {
  /** Event time at which the stretch starts; results do not depend on it. Default 0. */
  readonly origin?: Picoseconds;
  readonly recorder?: Recorder;
}

export interface MachineOptions {
  /**
   * Names of components that take no time: whatever they are asked for is there at once. For asking what a run would gain if
   * one part were infinitely fast; such a part counts nothing.
   */
  readonly ideal?: readonly string[];
}

/** A model that wakes this often without any time passing will do so for ever. */
const MAX_WAKES_AT_ONCE = 1 << 20;

/**
 * The running chip: models side by side, and between them the ports, finite buffers and back-pressure. It runs one
 * stretch of tasks at a time, from a state in which nothing is outstanding to the next such state.
 *
 * Per event it allocates nothing: an event is a row of the queue, a chunk a row of the token table.
 */
export class Machine {
  readonly layout: Layout;
  readonly tags: number;
  /** What the last stretch counted. Overwritten by the next. */
  readonly tally: Tally;
  readonly #models: ComponentModel[] = [];
  readonly #queue = new EventQueue();
  readonly #tokens: TokenTable;
  readonly #state: MachineState;
  readonly #table = new TaskTable();
  #recorder: Recorder | undefined;
  #cause = -1;
  #lastToken = -1;

  /** Of each component: 1 when it takes no time. */
  readonly #isIdeal: Uint8Array;

  /** Builds and joins the models of `parts`. `tags` is the number of groups that tasks are charged to. */
  constructor(parts: readonly Part[], tags: number, options: MachineOptions = {}) {
    this.layout = createLayout(parts);
    this.#isIdeal = Uint8Array.from(parts, ({ name }) => (options.ideal?.includes(name) === true ? 1 : 0));
    this.#isTouched = new Uint8Array(parts.length);
    this.tags = tags;
    this.tally = createTally(this.layout, tags);
    this.#tokens = new TokenTable(this.layout.reasonWidth);
    this.#state = {
      now: 0,
      tag: 0,
      tasks: [],
      tokens: this.#tokens,
      queue: this.#queue,
      tally: this.tally,
      layout: this.layout,
      lastSettled: new Int32Array(parts.length),
    };
    for (const [index, part] of parts.entries()) {
      this.#models.push(part.declaration.create(this.#contextOf(index, part)));
    }
    for (const [index, part] of parts.entries()) {
      if (part.attached === undefined) continue;
      const consumer = this.#models[this.layout.indexOf(part.attached)]?.consumer?.();
      if (consumer === undefined) throw new ModelFault(part.attached, 'it cannot be attached to a memory');
      const isIdeal = this.#isIdeal[this.layout.indexOf(part.attached)] === 1;
      this.#models[index]?.attach?.(isIdeal ? withoutTime(consumer) : consumer);
    }
  }

  /** Of each component: 1 when it was asked for something in the last stretch, or did something by itself. */
  readonly #isTouched: Uint8Array;
  /** The state that was loaded last, until something happens. */
  #loaded: readonly (readonly number[])[] | undefined;

  /**
   * Says which components take no time from the next stretch on, as `MachineOptions.ideal` does. An attached unit takes as long as
   * the machine was built with.
   */
  idealise(names: readonly string[]): void {
    for (const [index, { name }] of this.layout.parts.entries()) {
      this.#isIdeal[index] = names.includes(name) ? 1 : 0;
    }
  }

  /** The state of all components, relative to the end of the last stretch. */
  save(): readonly (readonly number[])[] {
    return this.#models.map((model) => model.save(this.#state.now));
  }

  /** Puts all components into a saved state; the next stretch starts from it. */
  load(states: readonly (readonly number[])[], origin: Picoseconds = 0): void {
    this.#state.now = origin;
    for (const [index, model] of this.#models.entries()) model.load(states[index] ?? [], origin);
    this.#loaded = states;
  }

  /**
   * The state of a component of which nothing is asked for `time` ps, from a saved state of it; nothing when it wants to wake
   * meanwhile. All components have to be loaded before the next stretch.
   */
  later(component: number, state: readonly number[], time: Picoseconds): readonly number[] | undefined {
    const model = this.#models[component];
    this.#loaded = undefined;
    this.#queue.clear();
    this.#state.now = 0;
    model?.load(state, 0);
    if (this.#queue.size > 0) return undefined;
    this.#state.now = time;
    return model?.save(time);
  }

  /** The components that had a part in the last stretch, with the units that are attached to them. */
  used(): readonly number[] {
    const { parts } = this.layout;
    const isUsed = Uint8Array.from(this.#isTouched);
    for (const [index, { attached }] of parts.entries()) {
      if (isUsed[index] === 1 && attached !== undefined) isUsed[this.layout.indexOf(attached)] = 1;
    }
    return [...parts.keys()].filter((index) => isUsed[index] === 1);
  }

  /**
   * Runs `tasks` to their end and returns the tally, which stays valid until the next run. Throws `ModelFault` when a
   * model breaks its contract, or when the tasks wait for one another for ever.
   */
  run(tasks: readonly Task[], options: RunOptions = {}): Tally {
    const origin = options.origin ?? 0;
    const states = this.#loaded ?? this.save();
    clearTally(this.tally);
    this.#queue.clear();
    this.load(states, origin);
    this.#loaded = undefined;
    this.#isTouched.fill(0);
    this.#recorder = options.recorder;
    this.#table.reset(tasks, { components: this.#models.length, tags: this.tags });
    this.#tokens.reset(this.#table.tokens);
    this.#state.tasks = tasks;
    this.#state.lastSettled.fill(-1);
    this.#cause = -1;
    this.#lastToken = -1;
    for (const [index, task] of tasks.entries()) if (task.after.length === 0) this.#start(index, task);
    this.#work();
    this.tally.duration = this.#state.now - origin;
    chargeCriticalPath(this.#lastToken, origin, this.#tokens, tasks, this.layout, this.tally.path);
    checkTally(this.tally);
    return this.tally;
  }

  /** Takes events until all tasks have ended: a model may still want to wake then, as a timer does. */
  #work(): void {
    const queue = this.#queue;
    let wakesAtOnce = 0;
    while (this.#table.left > 0) {
      if (!queue.next()) throw this.#stuck();
      wakesAtOnce = queue.kind === WAKE && queue.time === this.#state.now ? wakesAtOnce + 1 : 0;
      this.#state.now = queue.time;
      this.tally.events++;
      if (queue.kind === FINISH) this.#onFinish(queue.a);
      else if (queue.kind === START) this.#onStart(queue.a);
      else if (wakesAtOnce < MAX_WAKES_AT_ONCE) this.#wake(queue.a, queue.b);
      else throw new ModelFault(this.#nameOf(queue.a), `it wakes for ever at ${queue.time} ps`);
    }
  }

  #wake(component: number, tag: number): void {
    this.#isTouched[component] = 1;
    this.#models[component]?.wake?.(tag);
  }

  /** Says why nothing happens any more: a model kept a chunk to itself, or tasks wait for one another. */
  #stuck(): ModelFault {
    const tokens = this.#tokens;
    for (let token = 0; token < tokens.size; token++) {
      if (tokens.accepted[token] === -1 || tokens.ended[token] !== -1) continue;
      const task = this.#table.tasks[tokens.task[token] ?? 0];
      const component = task?.stages[tokens.stage[token] ?? 0]?.component ?? -1;
      return new ModelFault(
        this.#nameOf(component),
        `it never finishes chunk ${tokens.chunk[token]} of task "${task?.name}"`,
      );
    }
    const stuck = this.#table.tasks.find((_, index) => !this.#table.hasEnded(index));
    return new ModelFault('machine', `task "${stuck?.name}" never ends: its inputs wait for one another`);
  }

  #nameOf(component: number): string {
    return this.layout.parts[component]?.name ?? 'machine';
  }

  #start(index: number, task: Task): void {
    this.#table.startCause[index] = this.#cause;
    if (task.delay > 0) this.#queue.push(this.#state.now + task.delay, START_PRIORITY, START, index, 0);
    else this.#admit(index, task, 0);
  }

  #onStart(index: number): void {
    const task = this.#table.tasks[index];
    this.#cause = this.#table.startCause[index] ?? -1;
    if (task !== undefined) this.#admit(index, task, 0);
  }

  /** Lets stage `stage` accept as many chunks as have arrived and have room. */
  #admit(index: number, task: Task, stage: number): void {
    const at = (this.#table.firstStage[index] ?? 0) + stage;
    const form = task.stages[stage];
    if (form === undefined) return;
    if ((this.#table.stageWaiting[at] ?? 0) > 0) return;
    const isLast = stage === task.stages.length - 1;
    for (;;) {
      const chunk = this.#table.next[at] ?? 0;
      const arrived = stage === 0 ? task.chunks : (this.#table.done[at - 1] ?? 0);
      const released = this.#table.done[isLast ? at : at + 1] ?? 0;
      if (chunk >= arrived || chunk - released >= form.slots) return;
      this.#table.next[at] = chunk + 1;
      const token = (this.#table.firstToken[index] ?? 0) + stage * task.chunks + chunk;
      const tokens = this.#tokens;
      tokens.task[token] = index;
      tokens.stage[token] = stage;
      tokens.chunk[token] = chunk;
      tokens.cause[token] = this.#cause;
      tokens.accepted[token] = this.#state.now;
      this.#state.tag = task.tag;
      this.tally.bytes[form.component] =
        (this.tally.bytes[form.component] ?? 0) + share(form.transaction.bytes, chunk, task.chunks);
      this.#isTouched[form.component] = 1;
      if (this.#isIdeal[form.component] === 1) this.#finishAtOnce(token);
      else this.#accept(form, token, chunk, task.chunks);
    }
  }

  #accept({ component, transaction }: Stage, token: Token, chunk: number, chunks: number): void {
    try {
      this.#models[component]?.accept(token, transaction, chunk, chunks);
    } catch (error) {
      throw refusalOf(this.#nameOf(component), error);
    }
  }

  #finishAtOnce(token: Token): void {
    const { now } = this.#state;
    this.#tokens.settle(token, -1, now, now, now);
    this.#queue.push(now, FINISH_PRIORITY, FINISH, token, 0);
  }

  #onFinish(token: Token): void {
    const tokens = this.#tokens;
    const index = tokens.task[token] ?? 0;
    const stage = tokens.stage[token] ?? 0;
    const task = this.#table.tasks[index];
    const form = task?.stages[stage];
    if (task === undefined || form === undefined) return;
    tokens.finished[token] = 1;
    this.#cause = token;
    this.#lastToken = token;
    this.#recorder?.chunk(
      task,
      form,
      tokens.chunk[token] ?? 0,
      tokens.accepted[token] ?? 0,
      tokens.started[token] ?? 0,
      tokens.first[token] ?? 0,
      this.#state.now,
    );
    // A component may finish chunks out of order; they leave it in order.
    const at = (this.#table.firstStage[index] ?? 0) + stage;
    const first = (this.#table.firstToken[index] ?? 0) + stage * task.chunks;
    let done = this.#table.done[at] ?? 0;
    while (done < task.chunks && tokens.finished[first + done] === 1) done++;
    this.#table.done[at] = done;
    if (stage === task.stages.length - 1) {
      if (done === task.chunks) {
        this.#table.left--;
        for (const dependant of this.#table.dependants[index] ?? []) {
          const left = (this.#table.waiting[dependant] ?? 0) - 1;
          this.#table.waiting[dependant] = left;
          const next = this.#table.tasks[dependant];
          if (left === 0 && next !== undefined) this.#start(dependant, next);
        }
        this.#releaseStages(this.#table.stageDependants[index] ?? []);
      }
    } else {
      this.#admit(index, task, stage + 1);
    }
    this.#admit(index, task, stage);
    if (stage > 0) this.#admit(index, task, stage - 1);
  }

  /** `dependants` holds task and stage in turn. */
  #releaseStages(dependants: readonly number[]): void {
    for (let entry = 0; entry < dependants.length; entry += 2) {
      const index = dependants[entry] ?? 0;
      const stage = dependants[entry + 1] ?? 0;
      const at = (this.#table.firstStage[index] ?? 0) + stage;
      const left = (this.#table.stageWaiting[at] ?? 0) - 1;
      this.#table.stageWaiting[at] = left;
      const task = this.#table.tasks[index];
      if (left === 0 && task !== undefined) this.#admit(index, task, stage);
    }
  }

  #contextOf(component: number, part: Part): ModelContext<never> {
    const { layout } = this;
    const { declaration } = part;
    const named = (names: readonly string[], what: string, offset: number) => {
      return (name: string): number => {
        const index = names.indexOf(name);
        if (index < 0) throw new ModelFault(part.name, `it does not declare the ${what} "${name}"`);
        return index + offset;
      };
    };
    const actionBase = layout.actionBase[component] ?? 0;
    const statisticBase = layout.statisticBase[component] ?? 0;
    return {
      name: part.name,
      values: part.values as never,
      host: createHost(component, part, this.#state),
      action: named(Object.keys(declaration.actions), 'action', actionBase),
      statistic: named(Object.keys(declaration.statistics), 'statistic', statisticBase),
      reason: named(Object.keys(declaration.reasons), 'reason', QUEUE + 1),
    };
  }
}

/** The arithmetic of a unit that never makes its memory wait. */
function withoutTime(consumer: SegmentConsumer): SegmentConsumer {
  return {
    interval: () => 0,
    drain: () => 0,
    accumulators: consumer.accumulators,
    resultBytes: (format) => consumer.resultBytes(format),
    macsPerSegment: (segment, format) => consumer.macsPerSegment(segment, format),
    supports: (format, activationFormat) => consumer.supports(format, activationFormat),
    takes: consumer.takes,
    inputBuffer: consumer.inputBuffer,
    consume: (...work) => consumer.consume(...work),
  };
}
