import { describe, expect, it } from 'vitest';
import { Machine } from '../src/index.ts';
import type { Task } from '../src/index.ts';
import { fifo, Log, partOf, shortestFirst, sharing, stage, task } from './support/servers.ts';

const three = [partOf('a', fifo), partOf('b', fifo), partOf('c', fifo)];

function logOf(parts: typeof three, tasks: readonly Task[]): { duration: number; lines: readonly string[] } {
  const log = new Log();
  const { duration } = new Machine(parts, 4).run(tasks, { recorder: log });
  return { duration, lines: log.lines };
}

describe('a pipeline', () => {
  it.each([
    [1, [10, 20, 30]],
    [4, [10, 20, 30]],
    [7, [30, 20, 10]],
    [5, [10, 50, 20]],
    [6, [25, 25, 25]],
  ])('of %i chunks with room for two takes the sum once and the slowest for every other', (n, times) => {
    const stages = times.map((service, index) => stage(index, service, n, 2));
    const sum = times.reduce((total, service) => total + service, 0);
    expect(logOf(three, [task('t', stages, n)]).duration).toBe((n - 1) * Math.max(...times) + sum);
  });

  it.each([
    [1, 10, 20],
    [3, 10, 20],
    [8, 40, 15],
  ])('of %i chunks with room for one makes two stages take turns', (n, first, second) => {
    const stages = [stage(0, first, n, 1), stage(1, second, n, 1)];
    expect(logOf(three, [task('t', stages, n)]).duration).toBe(n * (first + second));
  });

  it('with room for one takes turns over neighbours only', () => {
    // Stage 0 waits for stage 1, not for stage 2: a chunk enters every 10 + 20 ps, or 20 + 40 where that is slower.
    const stages = [stage(0, 10, 3, 1), stage(1, 20, 3, 1), stage(2, 40, 3, 1)];
    expect(logOf(three, [task('t', stages, 3)])).toEqual({
      duration: 190,
      lines: [
        't.0.0 0 0 10',
        't.1.0 10 10 30',
        't.0.1 30 30 40',
        't.2.0 30 30 70',
        't.1.1 70 70 90',
        't.0.2 90 90 100',
        't.2.1 90 90 130',
        't.1.2 130 130 150',
        't.2.2 150 150 190',
      ],
    });
  });

  it('holds a fast first stage back when the buffer behind it is full', () => {
    const stages = [stage(0, 1, 5, 2), stage(1, 100, 5, 1)];
    const { lines, duration } = logOf(three, [task('t', stages, 5)]);
    expect(lines.filter((line) => line.startsWith('t.0'))).toEqual([
      't.0.0 0 0 1',
      't.0.1 0 1 2',
      't.0.2 101 101 102',
      't.0.3 201 201 202',
      't.0.4 301 301 302',
    ]);
    expect(duration).toBe(501);
  });

  it('uses as many lanes at its last stage as it has slots', () => {
    const parts = [partOf('a', fifo, { lanes: 4 })];
    for (const slots of [1, 2, 3, 4]) {
      const { duration } = logOf(parts, [task('t', [stage(0, 10, 12, slots)], 12)]);
      expect(duration).toBe((12 / slots) * 10);
    }
    expect(logOf(parts, [task('t', [stage(0, 10, 12, 8)], 12)]).duration).toBe(30);
  });

  it('shares what does not divide so that pieces differ by one', () => {
    const work = { component: 0, slots: 1, transaction: { kind: 'work', bytes: 0, dims: { service: 11 } } };
    expect(logOf(three, [task('t', [work], 3)]).lines).toEqual([
      't.0.0 0 0 3',
      't.0.1 3 3 7',
      't.0.2 7 7 11',
    ]);
  });
});

describe('tasks', () => {
  it('start when all their inputs have ended, after their delay', () => {
    const tasks = [
      task('slow', [stage(0, 50, 1)], 1),
      task('quick', [stage(1, 20, 1)], 1),
      task('both', [stage(2, 5, 1)], 1, { after: [0, 1], delay: 7 }),
      task('late', [stage(1, 5, 1)], 1, { delay: 100 }),
    ];
    expect(logOf(three, tasks)).toEqual({
      duration: 105,
      lines: ['quick.0.0 0 0 20', 'slow.0.0 0 0 50', 'both.0.0 57 57 62', 'late.0.0 100 100 105'],
    });
  });

  it('wait for the whole of an input, not for its first chunk', () => {
    const tasks = [task('a', [stage(0, 10, 3)], 3), task('b', [stage(1, 1, 1)], 1, { after: [0] })];
    expect(logOf(three, tasks).lines.at(-1)).toBe('b.0.0 30 30 31');
  });

  it('may depend on a later task of the list', () => {
    const tasks = [task('b', [stage(1, 1, 1)], 1, { after: [1] }), task('a', [stage(0, 10, 1)], 1)];
    expect(logOf(three, tasks).lines).toEqual(['a.0.0 0 0 10', 'b.0.0 10 10 11']);
  });

  it('take turns chunk by chunk at a component that two of them need', () => {
    const tasks = [task('x', [stage(0, 10, 3)], 3), task('y', [stage(0, 10, 3)], 3)];
    expect(logOf(three, tasks).lines).toEqual([
      'x.0.0 0 0 10',
      'y.0.0 0 10 20',
      'x.0.1 10 20 30',
      'y.0.1 20 30 40',
      'x.0.2 30 40 50',
      'y.0.2 40 50 60',
    ]);
  });

  it('run none of them in no time', () => {
    const machine = new Machine(three, 1);
    machine.run([task('t', [stage(0, 10, 1)], 1)]);
    const tally = machine.run([]);
    expect(
      [tally.duration, tally.events, ...tally.path, ...tally.actions].every((value) => value === 0),
    ).toBe(true);
  });

  it('may take no time at all', () => {
    const tasks = [task('a', [stage(0, 0, 2)], 2), task('b', [stage(0, 0, 1)], 1, { after: [0] })];
    expect(logOf(three, tasks)).toEqual({
      duration: 0,
      lines: ['a.0.0 0 0 0', 'a.0.1 0 0 0', 'b.0.0 0 0 0'],
    });
  });
});

describe('a component that schedules', () => {
  it('lets a later arrival overtake an earlier one', () => {
    const tasks = [
      task('first', [stage(0, 30, 1)], 1),
      task('long', [stage(0, 50, 1)], 1, { delay: 1 }),
      task('short', [stage(0, 10, 1)], 1, { delay: 2 }),
    ];
    expect(logOf([partOf('s', shortestFirst)], tasks)).toEqual({
      duration: 90,
      lines: ['first.0.0 0 0 30', 'short.0.0 2 30 40', 'long.0.0 1 40 90'],
    });
  });

  it('lets a later arrival delay one that is being served', () => {
    const tasks = [task('a', [stage(0, 100, 1)], 1), task('b', [stage(0, 20, 1)], 1, { delay: 60 })];
    // Alone for 60 ps, then each at half the rate until b is done at 100, then alone again for the 20 that are left.
    expect(logOf([partOf('s', sharing)], tasks).lines).toEqual(['b.0.0 60 60 100', 'a.0.0 0 0 120']);
  });

  it('lets chunks that finish out of order leave in order', () => {
    // Chunk 0 takes 40 ps and chunk 1 takes 10: it is done first, but the next stage sees it after chunk 0.
    const parts = [partOf('s', { ...fifo, create: unevenModel }), partOf('t', fifo)];
    expect(logOf(parts, [task('t', [stage(0, 0, 2, 2), stage(1, 5, 2)], 2)]).lines).toEqual([
      't.0.1 0 0 10',
      't.0.0 0 0 40',
      't.1.0 40 40 45',
      't.1.1 45 45 50',
    ]);
  });
});

const unevenModel: typeof fifo.create = ({ host }) => ({
  accept(token, _transaction, chunk) {
    const end = host.now + (chunk === 0 ? 40 : 10);
    host.finish(token, host.now, end, end);
  },
  save: () => [],
  load: () => {},
});

describe('a stretch', () => {
  it('does not last longer than its last task because a model wants to wake later', () => {
    const restless: typeof fifo.create = ({ host }) => ({
      accept(token) {
        host.wakeAt(host.now + 5, 0);
        host.finish(token, host.now, host.now + 10, host.now + 10);
      },
      // As a refresh timer would: it sets itself again for ever.
      wake: () => host.wakeAt(host.now + 5, 0),
      save: () => [],
      load: () => {},
    });
    const machine = new Machine([partOf('r', { ...fifo, create: restless })], 1);
    const tasks = [task('a', [stage(0, 10, 2)], 2)];
    expect(machine.run(tasks).duration).toBe(20);
    expect(machine.run(tasks, { origin: 1000 }).duration).toBe(20);
  });

  it('continues from the state in which the one before ended', () => {
    // Its single lane is held for 8 ps after the result is there.
    const recovering: typeof fifo.create = ({ host }) => {
      let freeAt = 0;
      return {
        accept(token) {
          const start = Math.max(host.now, freeAt);
          freeAt = start + 18;
          host.finish(token, start, start + 10, start + 10);
        },
        save: (now) => [Math.max(0, freeAt - now)],
        load: ([left = 0], now) => {
          freeAt = now + left;
        },
      };
    };
    const parts = [partOf('r', { ...fifo, create: recovering })];
    const machine = new Machine(parts, 1);
    const tasks = [task('a', [stage(0, 10, 1)], 1)];
    const fresh = machine.save();
    expect([machine.run(tasks).duration, machine.run(tasks, { origin: 77 }).duration]).toEqual([10, 18]);
    const worn = machine.save();
    expect(worn).toEqual([[8]]);
    const other = new Machine(parts, 1);
    other.load(worn, 123);
    expect(other.run(tasks).duration).toBe(18);
    machine.load(fresh);
    expect(machine.run(tasks).duration).toBe(10);
  });
});

describe('the tally', () => {
  const parts = [partOf('a', fifo, { lanes: 2, price: 5 }), partOf('b', fifo)];

  it('counts actions by tag, and the rest by component', () => {
    const work = (component: number, bytes: number, macs: number) => ({
      component,
      slots: 2,
      transaction: { kind: 'work', bytes, macs, dims: { service: 40 } },
    });
    const tally = new Machine(parts, 3).run([
      task('x', [work(0, 10, 7), work(1, 4, 0)], 4, { tag: 1 }),
      task('y', [work(0, 3, 5)], 2, { tag: 2 }),
    ]);
    expect([...tally.actions]).toEqual([0, 0, 4, 4, 2, 0]);
    expect([...tally.statistics]).toEqual([6, 4]);
    expect([...tally.bytes]).toEqual([13, 4]);
    expect([...tally.busy]).toEqual([80, 40]);
    expect([...tally.usefulMacs]).toEqual([12, 0]);
    expect([...tally.paddedMacs]).toEqual([6, 4]);
  });

  it('charges what a wake does to the task that it serves', () => {
    const tally = new Machine([partOf('s', shortestFirst)], 2).run([
      task('x', [stage(0, 30, 1)], 1, { tag: 0 }),
      task('y', [stage(0, 10, 2)], 2, { tag: 1 }),
    ]);
    expect([...tally.actions]).toEqual([1, 2]);
  });

  it('starts at zero in every stretch', () => {
    const machine = new Machine(parts, 1);
    const tasks = [task('x', [stage(0, 10, 2)], 2)];
    const first = structuredClone(machine.run(tasks));
    expect(machine.run(tasks)).toEqual(first);
  });
});
