import { describe, expect, it } from 'vitest';
import { Machine } from '../src/index.ts';
import type { Part, Task } from '../src/index.ts';
import { fifo, partOf, stage, task } from './support/servers.ts';

const parts = [partOf('a', fifo), partOf('b', fifo, { setup: 4 })];

/** Where the time went: `tag component.reason: ps` of every entry that is not zero. */
function pathOf(tasks: readonly Task[], machineParts: readonly Part[] = parts, tags = 3): readonly string[] {
  const machine = new Machine(machineParts, tags);
  const { path, duration } = machine.run(tasks, { origin: 5000 });
  const { reasons } = machine.layout;
  expect(path.reduce((sum, ps) => sum + ps, 0)).toBe(duration);
  return Array.from(path).flatMap((ps, at) => {
    const reason = reasons[at % reasons.length];
    const component = machineParts[reason?.component ?? -1]?.name ?? '-';
    return ps === 0 ? [] : [`${Math.floor(at / reasons.length)} ${component}.${reason?.name}: ${ps}`];
  });
}

describe('the critical path', () => {
  it('runs through the slow stage, chunk by chunk', () => {
    const stages = [stage(0, 10, 5, 2), stage(1, 20, 5, 2)];
    // b serves 10-34, 34-58, 58-82, 82-106, 106-130, each as soon as it has served the one before; the first came from a.
    expect(pathOf([task('t', stages, 5)])).toEqual(['0 a.service: 10', '0 b.service: 100', '0 b.setup: 20']);
  });

  it('runs through the stage before when that is the slow one', () => {
    const stages = [stage(0, 30, 4, 2), stage(1, 1, 4, 2)];
    expect(pathOf([task('t', stages, 4)])).toEqual(['0 a.service: 120', '0 b.service: 1', '0 b.setup: 4']);
  });

  it('charges each task under its own tag, and a delay as launch', () => {
    const tasks = [
      task('x', [stage(0, 30, 1)], 1, { tag: 1, delay: 6 }),
      task('side', [stage(1, 1, 1)], 1),
      task('y', [stage(1, 10, 1)], 1, { tag: 2, after: [0, 1], delay: 9 }),
    ];
    expect(pathOf(tasks)).toEqual([
      '1 a.service: 30',
      '1 -.launch: 6',
      '2 b.service: 10',
      '2 b.setup: 4',
      '2 -.launch: 9',
    ]);
  });

  it('finds the cause of a delayed start among tasks that end meanwhile', () => {
    const tasks = [
      task('input', [stage(0, 10, 1)], 1, { tag: 1 }),
      task('meanwhile', [stage(1, 11, 1)], 1),
      task('delayed', [stage(0, 5, 1)], 1, { tag: 2, after: [0], delay: 20 }),
    ];
    expect(pathOf(tasks)).toEqual(['1 a.service: 10', '2 a.service: 5', '2 -.launch: 20']);
  });

  it('goes on with what kept the component busy', () => {
    const tasks = [
      task('ahead', [stage(0, 30, 1)], 1),
      task('behind', [stage(0, 10, 1)], 1, { tag: 1, delay: 5 }),
    ];
    expect(pathOf(tasks)).toEqual(['0 a.service: 30', '1 a.service: 10']);
  });

  it('is the dependency that ended last', () => {
    const tasks = [
      task('short', [stage(0, 10, 1)], 1, { tag: 0 }),
      task('long', [stage(1, 40, 1)], 1, { tag: 1 }),
      task('join', [stage(0, 1, 1)], 1, { tag: 2, after: [0, 1] }),
    ];
    expect(pathOf(tasks)).toEqual(['1 b.service: 40', '1 b.setup: 4', '2 a.service: 1']);
  });
});
