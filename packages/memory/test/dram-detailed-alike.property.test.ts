import { Machine } from '@systole/core';
import type { ComponentDeclaration, Part, Task, Transaction } from '@systole/core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dramWithLog } from '../src/dram/detailed/dram-with-log.ts';
import { dram } from '../src/index.ts';
import { resolve } from './helpers/resolve.ts';

const CHANNELS = 8;

/** In bursts; a `wide` one is even over all channels, so that each is asked for the same. */
const arbitraryAccess = fc.record({
  kind: fc.constantFrom('read', 'write'),
  isWide: fc.boolean(),
  base: fc.nat(40),
  run: fc.integer({ min: 1, max: 5 }),
  gap: fc.nat(9),
  runs: fc.integer({ min: 1, max: 60 }),
  order: fc.constantFrom('sequential', 'random'),
  length: fc.integer({ min: 1, max: 2500 }),
  isOneRun: fc.boolean(),
  delay: fc.constantFrom(0, 0, 0, 4321, 1_500_000),
  isAfter: fc.boolean(),
  chunks: fc.integer({ min: 1, max: 5 }),
  slots: fc.integer({ min: 1, max: 3 }),
});

function transactionOf(
  { kind, isWide, base, run, gap, runs, order, length, isOneRun }: Access,
  burst: number,
): Transaction {
  const unit = isWide ? CHANNELS * burst : burst;
  const own = isOneRun
    ? { run: length * burst, stride: length * burst, runs: 1, order: 'sequential' as const }
    : { run: run * unit, stride: (run + gap) * unit, runs, order: order as 'sequential' | 'random' };
  const pattern = { base: base * unit, layout: 'interleaved' as const, seed: 3, ...own };
  return { kind, bytes: pattern.run * pattern.runs, pattern };
}

type Access = typeof arbitraryAccess extends fc.Arbitrary<infer Value> ? Value : never;

/** All that a memory answers to the same work twice, the second time from where the first left it. */
function answers(declaration: ComponentDeclaration, values: Part['values'], tasks: readonly Task[]): unknown {
  const machine = new Machine([{ name: 'dram', declaration, values }], 1);
  return [0, 1].map(() => {
    const { duration, statistics, actions, path } = machine.run(tasks);
    return {
      duration,
      statistics: [...statistics],
      actions: [...actions],
      path: [...path],
      saved: machine.save(),
    };
  });
}

test('buses that stand alike are simulated once, and it shows nowhere', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('hbm3-16gb-8hi-6400', 'ddr4-8gb-x8-3200aa', 'lpddr5-8gb-x16-6400', 'hbm2-8gb-2000'),
      fc.constantFrom('open', 'closed'),
      fc.constantFrom('all-bank', 'none'),
      fc.array(arbitraryAccess, { minLength: 1, maxLength: 6 }),
      (preset, rowPolicy, refresh, accesses) => {
        const written = { detail: 'detailed', channels: CHANNELS, rowPolicy, refresh };
        const values = resolve(dram, [preset], written);
        const tasks = accesses.map((each, index) => ({
          name: `${index}`,
          tag: 0,
          after: each.isAfter && index > 0 ? [index - 1] : [],
          delay: each.delay,
          chunks: each.chunks,
          stages: [
            {
              component: 0,
              transaction: transactionOf(each, Number(values['burstBytes'])),
              slots: each.slots,
            },
          ],
        }));
        // Who listens hears every bus for itself.
        const apart = answers(dramWithLog(() => {}) as unknown as ComponentDeclaration, values, tasks);
        expect(answers(dram as unknown as ComponentDeclaration, values, tasks)).toEqual(apart);
      },
    ),
    { numRuns: 80 },
  );
});
