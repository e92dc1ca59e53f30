import { describe, expect, it } from 'vitest';
import { Machine, ModelFault, SystoleError } from '../src/index.ts';
import type { ComponentModel, Host, ModelContext, Task, Token } from '../src/index.ts';
import { fifo, partOf, stage, task } from './support/servers.ts';

type Context = ModelContext<typeof fifo.parameters>;
type Accept = (host: Host, token: Token, context: Context, chunk: number) => void;

/** A fault that a model with this `accept` (and `wake`) causes in a stretch of `chunks` chunks. */
function faultOf(accept: Accept, wake?: (host: Host, tag: number) => void, chunks = 2): unknown {
  const create = (context: Context): ComponentModel => ({
    accept: (token, _transaction, chunk) => accept(context.host, token, context, chunk),
    wake: (tag) => wake?.(context.host, tag),
    save: () => [],
    load: () => {},
  });
  // A good component beside it, so that indices of another's actions, statistics and chunks exist.
  const parts = [partOf('good', fifo), partOf('bad', { ...fifo, create })];
  const tasks = [
    task('fine', [stage(0, 100, 1)], 1),
    task('t', [stage(1, 10, chunks, chunks)], chunks, { delay: 50 }),
  ];
  return thrownBy(() => new Machine(parts, 1).run(tasks));
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

const finish = (host: Host, token: Token): void => host.finish(token, host.now, host.now + 1, host.now + 1);

describe('a model that breaks its contract is named', () => {
  it.each<[string, Accept, RegExp]>([
    ['starts before it was asked', (host, token) => host.finish(token, 49, 60, 60), /start 49/],
    ['ends before it starts', (host, token) => host.finish(token, 60, 60, 55), /last 55/],
    [
      'has its first result before it starts',
      (host, token) => host.finish(token, 60, 59, 70),
      /first result 59/,
    ],
    [
      'has its first result after its last',
      (host, token) => host.finish(token, 50, 71, 70),
      /first result 71/,
    ],
    ['ends at no time', (host, token) => host.finish(token, 50, 60, NaN), /last result is NaN/],
    ['ends never', (host, token) => host.finish(token, 50, 60, Infinity), /last result is Infinity/],
    [
      'starts between two ps',
      (host, token) => host.finish(token, 50.5, 60, 60),
      /start of a service is 50\.5/,
    ],
    ['has its first result between two ps', (host, token) => host.finish(token, 50, 50.5, 60), /50\.5/],
    [
      'finishes a chunk twice',
      (host, token) => {
        finish(host, token);
        finish(host, token);
      },
      /twice/,
    ],
    ['finishes the chunk of another component', (host) => finish(host, 0), /chunk 0, which it was not given/],
    ['finishes a chunk before it was given it', (host) => finish(host, 2), /chunk 2, which it was not given/],
    ['finishes a chunk that is none', (host) => finish(host, 1e6), /not given/],
    ['finishes a chunk below the first', (host) => finish(host, -1), /not given/],
    ['finishes half a chunk', (host, token) => finish(host, token + 0.5), /not given/],
    [
      'explains more than its service',
      (host, token, context) => {
        host.spend(token, context.reason('setup'), 2);
        finish(host, token);
      },
      /explains 2 ps of a service of 1 ps/,
    ],
    [
      'explains a service that it has finished',
      (host, token, context) => {
        finish(host, token);
        host.spend(token, context.reason('setup'), 1);
      },
      /has finished/,
    ],
    ['explains with a reason that it does not declare', (host, token) => host.spend(token, 3, 0), /index 3/],
    ['explains with queueing', (host, token) => host.spend(token, 1, 0), /index 1/],
    ['explains less than nothing', (host, token) => host.spend(token, 2, -1), /-1 ps/],
    ['acts a negative number of times', (host) => host.act(1, -1), /-1 actions/],
    ['acts half a time', (host) => host.act(1, 0.5), /0\.5 actions/],
    ['acts for another component', (host) => host.act(0, 1), /action of index 0/],
    ['acts what it does not declare', (host) => host.act(2, 1), /action of index 2/],
    ['counts NaN', (host) => host.count(1, NaN), /NaN of a statistic/],
    ['counts for another component', (host) => host.count(0, 1), /statistic of index 0/],
    ['is busy for a negative time', (host) => host.occupy(-5), /-5 ps of busy time/],
    ['does half a useful MAC', (host) => host.macs(0.5, 0), /0\.5 useful/],
    ['pads by a negative number', (host) => host.macs(0, -1), /-1 padded/],
    ['wakes in the past', (host) => host.wakeAt(49, 0), /before 50 ps/],
    ['wakes at no time', (host) => host.wakeAt(NaN, 0), /wake is NaN/],
    ['wakes between two ps', (host) => host.wakeAt(50.5, 0), /wake is 50\.5/],
    ['wakes with a fractional tag', (host) => host.wakeAt(60, 0.5), /tag 0\.5/],
    ['attributes to a chunk that it was not given', (host) => host.attribute(0), /not given/],
    [
      'asks for an action that it does not declare',
      (_host, _token, context) => void context.action('go'),
      /"go"/,
    ],
    [
      'asks for a statistic of an inherited name',
      (_h, _t, context) => void context.statistic('toString'),
      /toString/,
    ],
    [
      'asks for a reason that it does not declare',
      (_h, _t, context) => void context.reason('queue'),
      /"queue"/,
    ],
  ])('when it %s', (_what, accept, message) => {
    const fault = faultOf(accept);
    expect(fault).toBeInstanceOf(ModelFault);
    expect(fault).toMatchObject({ component: 'bad', message: expect.stringMatching(message) });
  });

  it('when it never finishes a chunk', () => {
    expect(faultOf((host, token, _, chunk) => chunk === 0 && finish(host, token))).toMatchObject({
      component: 'bad',
      message: expect.stringContaining('it never finishes chunk 1 of task "t"'),
    });
  });

  it('when it wakes for ever without time passing', () => {
    const fault = faultOf(
      (host) => host.wakeAt(host.now, 0),
      (host) => host.wakeAt(host.now, 0),
    );
    expect(fault).toMatchObject({
      component: 'bad',
      message: expect.stringContaining('wakes for ever at 50 ps'),
    });
  });

  it('when it ends before the present', () => {
    const fault = faultOf(
      (host, token) => host.wakeAt(host.now + 10, token),
      (host, tag) => host.finish(tag, 50, 55, 55),
    );
    expect(fault).toMatchObject({ message: expect.stringContaining('says at 60 ps: start 50') });
  });

  it('but not when its service started before it says so', () => {
    const fault = faultOf(
      (host, token) => host.wakeAt(host.now + 10, token),
      (host, tag) => host.finish(tag, 50, 55, 60),
    );
    expect(fault).toBeUndefined();
  });

  it('when it is attached and is no in-memory unit', () => {
    const parts = [{ ...partOf('memory', fifo), attached: 'unit' }, partOf('unit', fifo)];
    expect(thrownBy(() => new Machine(parts, 1))).toMatchObject({ component: 'unit' });
  });
});

describe('what parameters can cause is no fault of the model', () => {
  it('when a service ends after the end of event time', () => {
    const error = faultOf((host, token) => host.finish(token, host.now, 2 ** 53, 2 ** 53));
    expect(error).toBeInstanceOf(SystoleError);
    expect(error).toMatchObject({ code: 'time/overflow', message: expect.stringContaining('bad') });
  });

  it('when it wakes after the end of event time', () => {
    expect(faultOf((host) => host.wakeAt(2 ** 60, 0))).toMatchObject({ code: 'time/overflow' });
  });

  it('when it counts more than can be counted exactly', () => {
    expect(faultOf((host) => host.occupy(2 ** 53))).toMatchObject({ code: 'limit/exceeded' });
    expect(faultOf((host) => host.act(1, 1e300))).toMatchObject({ code: 'limit/exceeded' });
    expect(faultOf((host) => host.act(1, Infinity))).toBeInstanceOf(ModelFault);
  });

  it('when counts add up to more than that', () => {
    const error = faultOf((host, token) => {
      host.occupy(2 ** 53 - 1);
      finish(host, token);
    });
    expect(error).toMatchObject({ code: 'limit/exceeded' });
  });

  it('when there are more chunks than fit', () => {
    const run = (): unknown =>
      new Machine([partOf('a', fifo)], 1).run([task('t', [stage(0, 1, 1)], 5_000_000)]);
    expect(thrownBy(run)).toMatchObject({ code: 'limit/exceeded' });
  });
});

describe('tasks that cannot be run are refused', () => {
  const good = task('good', [stage(0, 1, 1)], 1);

  it.each<[string, readonly Task[], RegExp]>([
    [
      'wait for one another',
      [good, task('x', [stage(0, 1, 1)], 1, { after: [2] }), task('y', [stage(0, 1, 1)], 1, { after: [1] })],
      /"x" never ends: its inputs wait for one another/,
    ],
    ['wait for themselves', [task('x', [stage(0, 1, 1)], 1, { after: [0] })], /"x" never ends/],
    ['wait for no task', [task('x', [stage(0, 1, 1)], 1, { after: [1] })], /waits for no task/],
    ['have no stages', [task('x', [], 1)], /is empty/],
    ['have no chunks', [task('x', [stage(0, 1, 1)], 0)], /is empty/],
    ['have half a chunk', [task('x', [stage(0, 1, 1)], 1.5)], /1\.5 chunks/],
    ['have a stage without room', [task('x', [stage(0, 1, 1, 0)], 1)], /room for 0/],
    ['have a stage at no component', [task('x', [stage(4, 1, 1)], 1)], /component 4/],
    ['start before their inputs', [task('x', [stage(0, 1, 1)], 1, { delay: -1 })], /-1 ps after/],
    ['are charged to no tag', [task('x', [stage(0, 1, 1)], 1, { tag: 1 })], /tag 1 of 1/],
  ])('when they %s', (_what, tasks, message) => {
    const fault = thrownBy(() => new Machine([partOf('a', fifo)], 1).run(tasks));
    expect(fault).toBeInstanceOf(ModelFault);
    expect(fault).toMatchObject({ component: 'machine', message: expect.stringMatching(message) });
  });

  it('and the machine can run others after that', () => {
    const machine = new Machine([partOf('a', fifo)], 1);
    const fresh = machine.save();
    expect(thrownBy(() => machine.run([good, task('x', [stage(0, 1, 1)], 1, { after: [1] })]))).toBeDefined();
    machine.load(fresh);
    expect(machine.run([good]).duration).toBe(1);
  });
});

describe('a model that refuses a transaction', () => {
  const refuses = (error: Error): unknown =>
    faultOf(() => {
      throw error;
    });

  it('has its component named as the place, once', () => {
    const error = refuses(
      new SystoleError({ code: 'capacity/exceeded', message: 'bad: 3 bytes do not fit', hint: 'Take 2.' }),
    );
    if (!(error instanceof SystoleError)) throw new Error('no typed error came out');
    expect(error.problems).toEqual([
      {
        code: 'capacity/exceeded',
        message: '3 bytes do not fit',
        hint: 'Take 2.',
        place: { path: 'components.bad' },
      },
    ]);
  });

  it('keeps a place of its own, and other errors as they are', () => {
    const place = { path: 'components.bad.size' };
    expect(refuses(new SystoleError({ code: 'capacity/exceeded', message: 'm', place }))).toMatchObject({
      place,
    });
    const other = new RangeError('other');
    expect(refuses(other)).toBe(other);
  });
});
