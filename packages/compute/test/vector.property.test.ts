import { operationCounts, vector, VECTOR_FUNCTION_FORMS, VECTOR_FUNCTIONS } from '@systole/compute';
import type { VectorFunction } from '@systole/compute';
import { copyTally, Machine } from '@systole/core';
import type { Part, Task, Transaction } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';

const part: fc.Arbitrary<Part> = fc
  .record({
    adders: fc.integer({ min: 1, max: 300 }),
    multipliers: fc.integer({ min: 1, max: 300 }),
    clock: fc.integer({ min: 1, max: 5000 }).map((megahertz) => `${megahertz} MHz`),
    pipelineDepth: fc.integer({ min: 1, max: 40 }),
    issueOverhead: fc.integer({ min: 0, max: 40 }),
    exponential: fc.constantFrom('taylor', 'table'),
    taylorTerms: fc.integer({ min: 1, max: 12 }),
    rangeReduction: fc.integer({ min: 0, max: 6 }),
    newtonRaphsonSteps: fc.integer({ min: 0, max: 4 }),
    inverseSquareRoot: fc.constantFrom('fast-inverse', 'newton-raphson'),
    fastInverseSteps: fc.integer({ min: 0, max: 3 }),
  })
  .map((written) => partOf(vector, written));

/** A transaction with even sizes of up to a few thousand, so that it can be halved. */
const transaction: fc.Arbitrary<Transaction> = fc.constantFrom(...VECTOR_FUNCTIONS).chain((kind) => {
  const dims = Object.entries(VECTOR_FUNCTION_FORMS[kind].dims).map(([name, { max }]) => {
    if (name === 'scaled') return [name, fc.integer({ min: 0, max: 1 })] as const;
    const range = { min: 1, max: Math.min(max / 4, name === 'elements' ? 5000 : 20) };
    return [name, fc.integer(range).map((half) => half * 4)] as const;
  });
  return fc.record(Object.fromEntries(dims)).map((sizes) => ({ kind, bytes: 0, dims: sizes }));
});

function taskOf(work: Transaction, chunks = 1): Task {
  const stages = [{ component: 0, transaction: work, slots: 2 }];
  return { name: work.kind, tag: 0, after: [], chunks, delay: 0, stages };
}

const chunks = fc.integer({ min: 1, max: 12 });

describe('compute/vector, laws', () => {
  it('never beats the bound of its facts, and is never busy for longer than it takes', () => {
    fc.assert(
      fc.property(part, transaction, chunks, (unit, work, pieces) => {
        const tally = new Machine([unit], 1).run([taskOf(work, pieces)]);
        expect(tally.duration).toBeGreaterThanOrEqual(vector.lowerBound(work, unit.values as never));
        const { resources } = vector.facts(unit.values as never);
        expect(tally.busy[0]).toBeLessThanOrEqual(tally.duration * resources);
      }),
    );
  });

  it('explains every picosecond', () => {
    fc.assert(
      fc.property(part, transaction, chunks, (unit, work, pieces) => {
        const machine = new Machine([unit], 1);
        const tally = machine.run([taskOf(work, pieces)]);
        expect(tally.path.reduce((total, duration) => total + duration, 0)).toBe(tally.duration);
        const service = machine.layout.reasons.findIndex(({ name }) => name === 'service');
        expect(tally.path[service]).toBe(0);
      }),
    );
  });

  it('does the same work however it is cut into chunks', () => {
    fc.assert(
      fc.property(part, transaction, chunks, (unit, work, pieces) => {
        const whole = copyTally(new Machine([unit], 1).run([taskOf(work)]));
        const cut = new Machine([unit], 1).run([taskOf(work, pieces)]);
        expect(cut.actions).toEqual(whole.actions);
        expect(cut.statistics).toEqual(whole.statistics);
        expect(cut.usefulMacs).toEqual(whole.usefulMacs);
        expect(cut.duration).toBeGreaterThanOrEqual(whole.duration);
      }),
    );
  });

  it('takes for two halves at least the whole, and at most that and one more instruction', () => {
    fc.assert(
      fc.property(part, transaction, (unit, work) => {
        // Halving what is summed over is another computation for dot and a shorter chain for accumulate.
        const halved = ['rows', 'elements'].filter((name) => work.dims?.[name] !== undefined);
        const dims = { ...work.dims };
        for (const name of halved) dims[name] = (dims[name] ?? 0) / 2;
        const half = { ...work, dims };
        const whole = new Machine([unit], 1).run([taskOf(work)]).duration;
        const both = new Machine([unit], 1).run([taskOf(half), taskOf(half)]).duration;
        expect(both).toBeGreaterThanOrEqual(whole);
        const { clock, pipelineDepth, issueOverhead } = unit.values;
        const { passes } = operationCounts(work.kind as VectorFunction, dims, unit.values as never);
        // Issue and fill once more, and a last cycle that is not full.
        const cycles = Number(issueOverhead) + Number(pipelineDepth) * passes + 1;
        expect(both).toBeLessThanOrEqual(whole + Math.ceil((cycles * 1e12) / Number(clock)) + 1);
      }),
    );
  });

  it('never takes less time for more elements', () => {
    fc.assert(
      fc.property(part, transaction, fc.integer({ min: 1, max: 100 }), (unit, work, more) => {
        const name = work.kind === 'dot' ? 'columns' : 'elements';
        const dims = { ...work.dims, [name]: (work.dims?.[name] ?? 0) + 2 * more };
        const less = new Machine([unit], 1).run([taskOf(work)]).duration;
        expect(new Machine([unit], 1).run([taskOf({ ...work, dims })]).duration).toBeGreaterThanOrEqual(less);
      }),
    );
  });

  it('gives the same tally again, at any origin, and from a saved state', () => {
    fc.assert(
      fc.property(
        part,
        fc.array(transaction, { minLength: 1, maxLength: 5 }),
        fc.maxSafeNat(),
        (unit, list, at) => {
          const tasks = list.map((work) => taskOf(work, 3));
          const first = copyTally(new Machine([unit], 1).run(tasks));
          const origin = at % 2 ** 52;
          const machine = new Machine([unit], 1);
          expect(copyTally(machine.run(tasks, { origin }))).toEqual(first);
          const other = new Machine([unit], 1);
          other.load(machine.save());
          expect(copyTally(other.run(tasks))).toEqual(first);
          expect(copyTally(machine.run(tasks))).toEqual(first);
        },
      ),
    );
  });
});
