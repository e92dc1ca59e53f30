import * as fc from 'fast-check';
import { Machine } from '@systole/core';
import { operatorMacs } from '@systole/trace';
import type { Workload } from '@systole/trace';
import { describe, expect, it } from 'vitest';
import { OPERATOR_KINDS, pimGpt } from '../src/index.ts';
import { pimGptChip, smallGpt2, smallLlama, traceOf } from './support.ts';

// Room for any of the models below.
const chip = pimGptChip({ 'components.dram.rowsPerBank': '1048576' });

const gpt2 = fc
  .record({
    n_head: fc.integer({ min: 1, max: 20 }),
    width: fc.constantFrom(16, 64, 80, 128),
    n_layer: fc.integer({ min: 1, max: 3 }),
    vocab_size: fc.integer({ min: 1, max: 5000 }),
  })
  .map(({ n_head, width, ...rest }) => smallGpt2({ ...rest, n_head, n_embd: n_head * width }));

const llama = fc
  .record({
    groups: fc.constantFrom(1, 2, 3, 20),
    kvHeads: fc.constantFrom(1, 2, 9),
    headDim: fc.constantFrom(32, 64, 128),
    intermediate_size: fc.integer({ min: 16, max: 3000 }),
  })
  .map(({ groups, kvHeads, headDim, intermediate_size }) =>
    smallLlama({
      num_attention_heads: groups * kvHeads,
      num_key_value_heads: kvHeads,
      hidden_size: groups * kvHeads * headDim,
      intermediate_size,
    }),
  );

const workload = fc.record({
  prompt: fc.integer({ min: 1, max: 40 }),
  generate: fc.integer({ min: 1, max: 3 }),
  batch: fc.integer({ min: 1, max: 3 }),
});

describe('the pim-gpt mapping', () => {
  it('asks the components for exactly the MACs of every operator, and they do them', () => {
    fc.assert(
      fc.property(fc.oneof(gpt2, llama), workload, fc.boolean(), (config, shape, headConcatenation) => {
        const trace = traceOf(config, shape);
        const plan = pimGpt.plan(chip, trace.header, { headConcatenation });
        const machine = new Machine(chip.parts, OPERATOR_KINDS.length);
        for (const block of trace.blocks()) {
          for (const [index, stretch] of plan.stretchesOf(block).entries()) {
            const tasks = stretch.tasks();
            const operator = block.operators[tasks[0]?.operator ?? index];
            if (operator === undefined) throw new Error('a stretch without an operator');
            const asked = tasks
              .flatMap(({ stages }) => stages)
              .reduce((sum, { transaction }) => sum + (transaction.macs ?? 0), 0);
            expect(asked).toBe(operatorMacs(operator));
            const tally = machine.run(tasks);
            expect(tally.usefulMacs.reduce((sum, macs) => sum + macs, 0)).toBe(asked);
          }
        }
      }),
      { numRuns: 60 },
    );
    expect.hasAssertions();
  });

  it('gives equal keys only to equal tasks', () => {
    const differing = (config: unknown, shape: Partial<Workload>): readonly string[] => {
      const trace = traceOf(config, shape);
      const plan = pimGpt.plan(chip, trace.header, { headConcatenation: true });
      const seen = new Map<string, string>();
      const wrong: string[] = [];
      for (const block of trace.blocks()) {
        for (const stretch of plan.stretchesOf(block)) {
          const tasks = JSON.stringify(stretch.tasks().map(({ name: _name, ...task }) => task));
          if ((seen.get(stretch.key) ?? tasks) !== tasks) wrong.push(stretch.key);
          seen.set(stretch.key, tasks);
        }
      }
      return wrong;
    };
    fc.assert(
      fc.property(fc.oneof(gpt2, llama), workload, (config, shape) => {
        expect(differing(config, shape)).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect.hasAssertions();
  });
});
