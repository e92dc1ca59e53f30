import { describe, expect, it } from 'vitest';
import { Machine, ModelFault } from '../src/index.ts';
import type { Recorder, Task } from '../src/index.ts';
import { fifo, partOf, stage } from './support/servers.ts';

const parts = [partOf('fetch', fifo), partOf('compute', fifo), partOf('before', fifo)];

function task(name: string, stages: Task['stages'], chunks = 1, after: readonly number[] = []): Task {
  return { name, tag: 0, after, chunks, delay: 0, stages };
}

function starts(tasks: readonly Task[], machine = new Machine(parts, 1)): Record<string, number[]> {
  const times: Record<string, number[]> = {};
  const recorder: Recorder = {
    chunk(of, { component }, _chunk, _accepted, started) {
      (times[`${of.name}@${parts[component]?.name}`] ??= []).push(started);
    },
  };
  machine.run(tasks, { recorder });
  return times;
}

describe('a stage that waits for other tasks', () => {
  it('lets the stages before it run ahead, as far as there is room', () => {
    // 4 chunks of 10 ps are fetched; computing, 5 ps each, may start when the other task has ended at 35 ps.
    const tasks = [
      task('norm', [stage(2, 35, 1)]),
      task('gemv', [stage(0, 10, 4, 2), { ...stage(1, 5, 4, 2), after: [0] }], 4),
    ];
    expect(starts(tasks)).toEqual({
      'norm@before': [0],
      // Two slots: the third fetch waits until the first chunk has been computed.
      'gemv@fetch': [0, 10, 40, 50],
      'gemv@compute': [35, 40, 50, 60],
    });
  });

  it('charges the wait to what it waited for', () => {
    const machine = new Machine(parts, 1);
    const tasks = [
      task('norm', [stage(2, 100, 1)]),
      task('gemv', [stage(0, 10, 1), { ...stage(1, 20, 1), after: [0] }]),
    ];
    const { path, duration } = machine.run(tasks);
    const charged = machine.layout.reasons.flatMap(({ component, name }, reason) =>
      (path[reason] ?? 0) > 0 ? [[parts[component]?.name, name, path[reason]]] : [],
    );
    expect(duration).toBe(120);
    expect(charged).toEqual([
      ['compute', 'service', 20],
      ['before', 'service', 100],
    ]);
  });

  it('refuses a first stage that waits, and a task that is not there', () => {
    const first = [task('a', [stage(0, 1, 1)]), task('b', [{ ...stage(0, 1, 1), after: [0] }])];
    expect(() => new Machine(parts, 1).run(first)).toThrow(ModelFault);
    const missing = [task('a', [stage(0, 1, 1), { ...stage(1, 1, 1), after: [7] }])];
    expect(() => new Machine(parts, 1).run(missing)).toThrow(/there is none at 7/);
  });

  it('says so when stages wait for one another', () => {
    const tasks = [
      task('a', [stage(0, 1, 1), { ...stage(1, 1, 1), after: [1] }]),
      task('b', [stage(0, 1, 1), { ...stage(1, 1, 1), after: [0] }]),
    ];
    expect(() => new Machine(parts, 1).run(tasks)).toThrow(/wait for one another/);
  });
});

describe('an ideal component', () => {
  it('takes no time and counts nothing', () => {
    const tasks = [task('gemv', [stage(0, 10, 4, 2), stage(1, 5, 4, 2)], 4)];
    expect(new Machine(parts, 1).run(tasks).duration).toBe(45);
    const machine = new Machine(parts, 1, { ideal: ['fetch'] });
    const tally = machine.run(tasks);
    expect(tally.duration).toBe(20);
    expect(tally.busy[0]).toBe(0);
    expect(tally.busy[1]).toBe(20);
  });
});
