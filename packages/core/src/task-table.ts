import { ModelFault } from './model-fault.ts';
import type { Task } from './task.ts';

/** What a task may refer to: the number of components and of tags. */
export interface TaskLimits {
  readonly components: number;
  readonly tags: number;
}

/**
 * How far the tasks of a stretch have come, in typed arrays. Tasks are rows by their index in the list; stages are rows by
 * their place in all stages of all tasks.
 */
export class TaskTable {
  tasks: readonly Task[] = [];
  /** Tasks that have not ended. */
  left = 0;
  /** Chunks at all stages of all tasks. */
  tokens = 0;
  /** Of each task: its first token and stage, and how many tasks it still waits for. */
  firstToken = new Int32Array(0);
  firstStage = new Int32Array(0);
  waiting = new Int32Array(0);
  /** The token whose end let the task start, which matters when its start is delayed. */
  startCause = new Int32Array(0);
  /** Of each task: the tasks that wait for it, and the stages that do, as task and stage in turn. */
  dependants: number[][] = [];
  stageDependants: number[][] = [];
  /** Of each stage: the next chunk to accept, how many are done, and how many tasks it still waits for. */
  next = new Int32Array(0);
  done = new Int32Array(0);
  stageWaiting = new Int32Array(0);

  /** Takes up a stretch. Throws `ModelFault` for tasks that cannot be run. */
  reset(tasks: readonly Task[], limits: TaskLimits): void {
    this.tasks = tasks;
    this.left = tasks.length;
    this.#grow(tasks);
    this.dependants = tasks.map(() => []);
    this.stageDependants = tasks.map(() => []);
    let stage = 0;
    let token = 0;
    for (const [index, task] of tasks.entries()) {
      checkTask(task, limits);
      this.firstToken[index] = token;
      this.firstStage[index] = stage;
      this.waiting[index] = task.after.length;
      for (const earlier of task.after) this.#listOf(this.dependants, earlier, task).push(index);
      for (const [offset, { after = [] }] of task.stages.entries()) {
        this.next[stage + offset] = 0;
        this.done[stage + offset] = 0;
        this.stageWaiting[stage + offset] = after.length;
        for (const earlier of after) this.#listOf(this.stageDependants, earlier, task).push(index, offset);
      }
      stage += task.stages.length;
      token += task.stages.length * task.chunks;
    }
    this.tokens = token;
  }

  hasEnded(index: number): boolean {
    const task = this.tasks[index];
    if (task === undefined) return false;
    return this.done[(this.firstStage[index] ?? 0) + task.stages.length - 1] === task.chunks;
  }

  #listOf(lists: readonly number[][], earlier: number, task: Task): number[] {
    const list = lists[earlier];
    if (list !== undefined) return list;
    throw new ModelFault('machine', `task "${task.name}" waits for no task: there is none at ${earlier}`);
  }

  #grow(tasks: readonly Task[]): void {
    if (this.waiting.length < tasks.length) {
      this.firstToken = new Int32Array(tasks.length * 2);
      this.firstStage = new Int32Array(tasks.length * 2);
      this.waiting = new Int32Array(tasks.length * 2);
      this.startCause = new Int32Array(tasks.length * 2);
    }
    const stages = tasks.reduce((sum, task) => sum + task.stages.length, 0);
    if (this.next.length < stages) {
      this.next = new Int32Array(stages * 2);
      this.done = new Int32Array(stages * 2);
      this.stageWaiting = new Int32Array(stages * 2);
    }
  }
}

function checkTask(task: Task, { components, tags }: TaskLimits): void {
  const fault = (what: string): never => {
    throw new ModelFault('machine', `task "${task.name}" ${what}`);
  };
  if (task.stages.length === 0 || !(task.chunks >= 1)) fault('is empty');
  if (!Number.isSafeInteger(task.chunks)) fault(`has ${task.chunks} chunks`);
  if (!(task.delay >= 0)) fault(`starts ${task.delay} ps after its inputs`);
  if (!(task.tag >= 0 && task.tag < tags)) fault(`is charged to tag ${task.tag} of ${tags}`);
  if ((task.stages[0]?.after ?? []).length > 0)
    fault('has a first stage that waits; let the task wait instead');
  for (const { component, slots, transaction } of task.stages) {
    if (!(component >= 0 && component < components))
      fault(`has a stage at component ${component}, which is not there`);
    if (!(slots >= 1)) fault(`has a stage with room for ${slots} chunks`);
    if (!(transaction.bytes >= 0)) fault(`has a stage of ${transaction.bytes} bytes`);
  }
}
