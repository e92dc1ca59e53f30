import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplayEngine } from '../src/index.ts';
import { blockOf, oneByOne, tinyChip, traceOf } from './support/tiny.ts';

const chip = tinyChip();

function run(steps: readonly (readonly number[])[], stateNumbers?: number) {
  const blocks = steps.map((columns, step) => blockOf(step, 4, columns));
  const plan = oneByOne.plan(chip, traceOf(blocks).header, { chunks: 2 });
  const engine = new ReplayEngine(chip, plan, stateNumbers === undefined ? {} : { stateNumbers });
  for (const block of blocks) engine.replay(block);
  engine.settle();
  const { actions, path, busy, run: time } = engine.totals;
  const numbers = (totals: typeof actions, length: number): readonly string[] =>
    Array.from({ length }, (_, index) => totals.toBigInt(index).toString());
  return {
    simulated: engine.simulated,
    perStep: engine.perStep,
    totals: [numbers(actions, 4), numbers(path, 4), numbers(busy, 2), numbers(time, 2)],
  };
}

describe('an engine that may keep few chip states', () => {
  it('finds the same as one that keeps them all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.constantFrom(3, 4, 5), { minLength: 1, maxLength: 3 }), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.nat({ max: 20 }),
        (steps, stateNumbers) => {
          const { simulated, ...found } = run(steps, stateNumbers);
          const { simulated: fewer, ...expected } = run(steps);
          expect(found).toEqual(expected);
          expect(simulated).toBeGreaterThanOrEqual(fewer);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('forgets them when they are too many', () => {
    const steps = Array.from({ length: 5 }, () => [3, 4, 5]);
    expect(run(steps, 0).simulated).toBeGreaterThan(run(steps).simulated);
  });
});
