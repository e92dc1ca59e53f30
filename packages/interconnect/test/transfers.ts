import { Machine } from '@systole/core';
import type { Part, Recorder, RunOptions, Task } from '@systole/core';

/** A task of one transfer through component 0. */
export function transferTask(
  bytes: number,
  dims: Readonly<Record<string, number>> = {},
  extra: Partial<Task> & { readonly slots?: number } = {},
): Task {
  const { slots = 1, ...rest } = extra;
  const transaction = { kind: 'transfer', bytes, dims };
  const stages = [{ component: 0, transaction, slots }];
  return { name: 'transfer', tag: 0, after: [], chunks: 1, delay: 0, stages, ...rest };
}

/** When every chunk that left a stage had been accepted, was started, gave its first byte and its last. */
export interface Passage {
  readonly task: string;
  readonly accepted: number;
  readonly started: number;
  readonly first: number;
  readonly ended: number;
}

/** Runs tasks and records what became of each chunk, in the order of their ends. */
export function passages(part: Part, tasks: readonly Task[], options: RunOptions = {}): readonly Passage[] {
  const list: Passage[] = [];
  const recorder: Recorder = {
    chunk: (task, _stage, _chunk, accepted, started, first, ended) => {
      list.push({ task: task.name, accepted, started, first, ended });
    },
  };
  new Machine([part], 1).run(tasks, { ...options, recorder });
  return list;
}

/** Named columns of a tally with one tag. */
export function named(
  machine: Machine,
  table: 'actions' | 'statistics' | 'reasons',
  counts: Float64Array,
): Record<string, number> {
  return Object.fromEntries(
    machine.layout[table].map((column, index) => [column.name, counts[index] ?? NaN]),
  );
}
