import { bus } from '@systole/interconnect';
import { Machine } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';
import { passages, transferTask } from './transfers.ts';

interface Arrival {
  readonly at: number;
  readonly master: number;
  readonly bytes: number;
}

interface Rules {
  readonly masters: number;
  /** ps of a cycle: whole, so that the reference needs no rounding. */
  readonly period: number;
  readonly width: number;
  readonly beats: number;
  readonly arbitration: number;
  readonly latency: number;
}

/** The slow and obvious bus: at every grant it looks at all masters, and it grants every burst by itself. */
function stepBus(rules: Rules, arrivals: readonly Arrival[]): { started: number; ended: number }[] {
  const result = arrivals.map(() => ({ started: -1, ended: -1 }));
  const left = arrivals.map(({ bytes }) => bytes);
  const order = arrivals
    .map((_, index) => index)
    .toSorted((a, b) => arrivalOf(a).at - arrivalOf(b).at || a - b);
  const maxBurst = rules.width * rules.beats;
  let time = 0;
  let last = rules.masters - 1;
  for (;;) {
    const waiting = order.filter((index) => (left[index] ?? 0) > 0);
    if (waiting.length === 0) return result;
    time = Math.max(time, Math.min(...waiting.map((index) => arrivalOf(index).at)));
    const here = waiting.filter((index) => arrivalOf(index).at <= time);
    const turn = (index: number): number =>
      (arrivalOf(index).master - last - 1 + rules.masters) % rules.masters;
    const [granted = 0] = here.toSorted((a, b) => turn(a) - turn(b) || order.indexOf(a) - order.indexOf(b));
    const bytes = Math.min(maxBurst, left[granted] ?? 0);
    const outcome = result[granted];
    if (outcome === undefined) return result;
    if (outcome.started < 0) outcome.started = time;
    left[granted] = (left[granted] ?? 0) - bytes;
    time += (rules.arbitration + Math.ceil(bytes / rules.width)) * rules.period;
    last = arrivalOf(granted).master;
    if (left[granted] === 0) outcome.ended = time + rules.latency * rules.period;
  }

  function arrivalOf(index: number): Arrival {
    return arrivals[index] ?? { at: 0, master: 0, bytes: 0 };
  }
}

const rules: fc.Arbitrary<Rules> = fc.record({
  masters: fc.integer({ min: 1, max: 5 }),
  period: fc.constantFrom(1000, 625, 2000, 500),
  width: fc.integer({ min: 1, max: 16 }),
  beats: fc.integer({ min: 1, max: 8 }),
  arbitration: fc.integer({ min: 0, max: 3 }),
  latency: fc.integer({ min: 0, max: 4 }),
});
const arrival: fc.Arbitrary<Arrival> = fc.record({
  // Many at the same time and on the same edges, some far apart.
  at: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 40 }).map((n) => n * 1000),
    fc.nat(60_000),
  ),
  master: fc.nat(4),
  bytes: fc.integer({ min: 1, max: 400 }),
});

describe('interconnect/bus against a bus that steps burst by burst', () => {
  it('grants and ends every transfer at the same picosecond', () => {
    fc.assert(
      fc.property(rules, fc.array(arrival, { minLength: 1, maxLength: 12 }), (some, list) => {
        const arrivals = list.map((one) => ({ ...one, master: one.master % some.masters }));
        const part = partOf(bus, {
          masters: some.masters,
          clock: `${1e6 / some.period} MHz`,
          width: `${some.width} B`,
          maxBurst: `${some.width * some.beats} B`,
          arbitrationOverhead: some.arbitration,
          latency: some.latency,
        });
        const tasks = arrivals.map(({ at, master, bytes }, index) =>
          transferTask(bytes, { source: master }, { name: `${index}`, delay: at }),
        );
        const found = arrivals.map(() => ({ started: -1, ended: -1 }));
        for (const { task, started, ended } of passages(part, tasks))
          found[Number(task)] = { started, ended };
        expect(found).toEqual(stepBus(some, arrivals));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not get slower with the number of bursts', () => {
    const part = partOf(bus, { maxBurst: '1 B', width: '1 B', masters: 2 });
    const huge = 2 ** 34;
    const machine = new Machine([part], 1);
    const tally = machine.run([transferTask(huge, { source: 0 }), transferTask(huge, { source: 1 })]);
    expect(tally.duration).toBe((2 * huge * 2 + 1) * 1000);
    expect(tally.events).toBeLessThan(10);
  });
});
