import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineComponent, Machine } from '../src/index.ts';
import { fifo, partOf, stage, task } from './support/servers.ts';

const parts = ['used', 'other'].map((name) => partOf(name, fifo));

/** Wakes 10 ps after it was loaded, whatever happens. */
const restless = defineComponent({
  ...fifo,
  type: 'test/restless',
  create(context) {
    const model = fifo.create(context);
    return {
      ...model,
      load(state, now) {
        model.load(state, now);
        context.host.wakeAt(now + 10, 0);
      },
      wake() {},
    };
  },
});

describe('a component of which nothing is asked', () => {
  it('is afterwards in the state that it has grown into meanwhile', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (busy, service) => {
        const machine = new Machine(parts, 1);
        machine.load([[0], [busy]]);
        const { duration } = machine.run([task('t', [stage(0, service, 2)], 2)]);
        const [, after] = machine.save();
        expect(machine.used()).toEqual([0]);
        expect(machine.later(1, [busy], duration)).toEqual(after);
      }),
    );
  });

  it('cannot be told when it does something by itself', () => {
    const machine = new Machine([...parts, partOf('restless', restless)], 1);
    expect(machine.later(2, [0], 5)).toBeUndefined();
    machine.run([task('t', [stage(0, 100, 1)], 1)]);
    expect(machine.used()).toEqual([0, 2]);
  });
});

it('takes as long as before when it is idealised no longer', () => {
  const machine = new Machine(parts, 1);
  const work = [task('t', [stage(0, 30, 1), stage(1, 50, 1)], 1)];
  const durations = [[], ['other'], ['used', 'other'], []].map((names) => {
    machine.idealise(names);
    return machine.run(work).duration;
  });
  expect(durations).toEqual([80, 30, 0, 80]);
});
