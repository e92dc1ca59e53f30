import type { Picoseconds } from '@systole/units';
import type { ModelContext } from './component.ts';
import { chargeCriticalPath } from './critical-path.ts';
import { EventQueue } from './event-queue.ts';
import { createLayout, QUEUE } from './layout.ts';
import type { Layout, Part } from './layout.ts';
import { createHost, FINISH, START, START_PRIORITY, WAKE } from './machine-host.ts';
import type { MachineState } from './machine-host.ts';
import { ModelFault } from './model-fault.ts';
import type { ComponentModel, Token } from './model.ts';
import { checkTally, clearTally, createTally } from './tally.ts';
import type { Tally } from './tally.ts';
import type { Stage, Task } from './task.ts';
import { share } from './transaction.ts';
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
  #tasks: readonly Task[] = [];
  #recorder: Recorder | undefined;
  /** Of each task: its first token, how many inputs it still waits for, where its stages and dependants start. */
  #firstToken = new Int32Array(0);
  #waiting = new Int32Array(0);
  #firstStage = new Int32Array(0);
  /** The token whose end let the task start, which matters when its start is delayed. */
  #startCause = new Int32Array(0);
  #dependants: number[][] = [];
  /** Of each stage of each task: the next chunk to accept, and how many are done. */
  #next = new Int32Array(0);
  #done = new Int32Array(0);
  #tasksLeft = 0;
  #cause = -1;
  #lastToken = -1;

  /** Builds and joins the models of `parts`. `tags` is the number of groups that tasks are charged to. */
  constructor(parts: readonly Part[], tags: number) {
    this.layout = createLayout(parts);
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
    };
    for (const [index, part] of parts.entries()) {
      this.#models.push(part.declaration.create(this.#contextOf(index, part)));
    }
    for (const [index, part] of parts.entries()) {
      if (part.attached === undefined) continue;
      const consumer = this.#models[this.layout.indexOf(part.attached)]?.consumer?.();
      if (consumer === undefined) throw new ModelFault(part.attached, 'it cannot be attached to a memory');
      this.#models[index]?.attach?.(consumer);
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
  }

  /**
   * Runs `tasks` to their end and returns the tally, which stays valid until the next run. Throws `ModelFault` when a
   * model breaks its contract, or when the tasks wait for one another for ever.
   */
  run(tasks: readonly Task[], options: RunOptions = {}): Tally {
    const origin = options.origin ?? 0;
    const states = this.save();
    clearTally(this.tally);
    this.#queue.clear();
    this.load(states, origin);
    this.#recorder = options.recorder;
    this.#prepare(tasks);
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
    while (this.#tasksLeft > 0) {
      if (!queue.next()) throw this.#stuck();
      wakesAtOnce = queue.kind === WAKE && queue.time === this.#state.now ? wakesAtOnce + 1 : 0;
      this.#state.now = queue.time;
      this.tally.events++;
      if (queue.kind === FINISH) this.#onFinish(queue.a);
      else if (queue.kind === START) this.#onStart(queue.a);
      else if (wakesAtOnce < MAX_WAKES_AT_ONCE) this.#models[queue.a]?.wake?.(queue.b);
      else throw new ModelFault(this.#nameOf(queue.a), `it wakes for ever at ${queue.time} ps`);
    }
  }

  /** Says why nothing happens any more: a model kept a chunk to itself, or tasks wait for one another. */
  #stuck(): ModelFault {
    const tokens = this.#tokens;
    for (let token = 0; token < tokens.size; token++) {
      if (tokens.accepted[token] === -1 || tokens.ended[token] !== -1) continue;
      const task = this.#tasks[tokens.task[token] ?? 0];
      const component = task?.stages[tokens.stage[token] ?? 0]?.component ?? -1;
      return new ModelFault(
        this.#nameOf(component),
        `it never finishes chunk ${tokens.chunk[token]} of task "${task?.name}"`,
      );
    }
    const stuck = this.#tasks.find((_, index) => !this.#hasEnded(index));
    return new ModelFault('machine', `task "${stuck?.name}" never ends: its inputs wait for one another`);
  }

  #nameOf(component: number): string {
    return this.layout.parts[component]?.name ?? 'machine';
  }

  #prepare(tasks: readonly Task[]): void {
    this.#tasks = tasks;
    this.#state.tasks = tasks;
    this.#tasksLeft = tasks.length;
    let stages = 0;
    let tokens = 0;
    for (const task of tasks) {
      stages += task.stages.length;
      tokens += task.stages.length * task.chunks;
    }
    this.#tokens.reset(tokens);
    if (this.#waiting.length < tasks.length) {
      this.#firstToken = new Int32Array(tasks.length * 2);
      this.#waiting = new Int32Array(tasks.length * 2);
      this.#firstStage = new Int32Array(tasks.length * 2);
      this.#startCause = new Int32Array(tasks.length * 2);
    }
    if (this.#next.length < stages) {
      this.#next = new Int32Array(stages * 2);
      this.#done = new Int32Array(stages * 2);
    }
    this.#next.fill(0, 0, stages);
    this.#done.fill(0, 0, stages);
    this.#dependants = tasks.map(() => []);
    let stage = 0;
    let token = 0;
    for (const [index, task] of tasks.entries()) {
      this.#check(task);
      this.#firstToken[index] = token;
      this.#firstStage[index] = stage;
      this.#waiting[index] = task.after.length;
      for (const earlier of task.after) {
        const dependants = this.#dependants[earlier];
        if (dependants === undefined)
          throw new ModelFault('machine', `task "${task.name}" waits for no task`);
        dependants.push(index);
      }
      stage += task.stages.length;
      token += task.stages.length * task.chunks;
    }
  }

  #check(task: Task): void {
    const fault = (what: string): never => {
      throw new ModelFault('machine', `task "${task.name}" ${what}`);
    };
    if (task.stages.length === 0 || !(task.chunks >= 1)) fault('is empty');
    if (!Number.isSafeInteger(task.chunks)) fault(`has ${task.chunks} chunks`);
    if (!(task.delay >= 0)) fault(`starts ${task.delay} ps after its inputs`);
    if (!(task.tag >= 0 && task.tag < this.tags)) fault(`is charged to tag ${task.tag} of ${this.tags}`);
    for (const { component, slots, transaction } of task.stages) {
      if (this.#models[component] === undefined)
        fault(`has a stage at component ${component}, which is not there`);
      if (!(slots >= 1)) fault(`has a stage with room for ${slots} chunks`);
      if (!(transaction.bytes >= 0)) fault(`has a stage of ${transaction.bytes} bytes`);
    }
  }

  #hasEnded(index: number): boolean {
    const task = this.#tasks[index];
    if (task === undefined) return false;
    return this.#done[(this.#firstStage[index] ?? 0) + task.stages.length - 1] === task.chunks;
  }

  #start(index: number, task: Task): void {
    this.#startCause[index] = this.#cause;
    if (task.delay > 0) this.#queue.push(this.#state.now + task.delay, START_PRIORITY, START, index, 0);
    else this.#admit(index, task, 0);
  }

  #onStart(index: number): void {
    const task = this.#tasks[index];
    this.#cause = this.#startCause[index] ?? -1;
    if (task !== undefined) this.#admit(index, task, 0);
  }

  /** Lets stage `stage` accept as many chunks as have arrived and have room. */
  #admit(index: number, task: Task, stage: number): void {
    const at = (this.#firstStage[index] ?? 0) + stage;
    const form = task.stages[stage];
    if (form === undefined) return;
    const isLast = stage === task.stages.length - 1;
    for (;;) {
      const chunk = this.#next[at] ?? 0;
      const arrived = stage === 0 ? task.chunks : (this.#done[at - 1] ?? 0);
      const released = this.#done[isLast ? at : at + 1] ?? 0;
      if (chunk >= arrived || chunk - released >= form.slots) return;
      this.#next[at] = chunk + 1;
      const token = (this.#firstToken[index] ?? 0) + stage * task.chunks + chunk;
      const tokens = this.#tokens;
      tokens.task[token] = index;
      tokens.stage[token] = stage;
      tokens.chunk[token] = chunk;
      tokens.cause[token] = this.#cause;
      tokens.accepted[token] = this.#state.now;
      this.#state.tag = task.tag;
      this.tally.bytes[form.component] =
        (this.tally.bytes[form.component] ?? 0) + share(form.transaction.bytes, chunk, task.chunks);
      this.#models[form.component]?.accept(token, form.transaction, chunk, task.chunks);
    }
  }

  #onFinish(token: Token): void {
    const tokens = this.#tokens;
    const index = tokens.task[token] ?? 0;
    const stage = tokens.stage[token] ?? 0;
    const task = this.#tasks[index];
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
    const at = (this.#firstStage[index] ?? 0) + stage;
    const first = (this.#firstToken[index] ?? 0) + stage * task.chunks;
    let done = this.#done[at] ?? 0;
    while (done < task.chunks && tokens.finished[first + done] === 1) done++;
    this.#done[at] = done;
    if (stage === task.stages.length - 1) {
      if (done === task.chunks) {
        this.#tasksLeft--;
        for (const dependant of this.#dependants[index] ?? []) {
          const left = (this.#waiting[dependant] ?? 0) - 1;
          this.#waiting[dependant] = left;
          const next = this.#tasks[dependant];
          if (left === 0 && next !== undefined) this.#start(dependant, next);
        }
      }
    } else {
      this.#admit(index, task, stage + 1);
    }
    this.#admit(index, task, stage);
    if (stage > 0) this.#admit(index, task, stage - 1);
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
