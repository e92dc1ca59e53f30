import * as fc from 'fast-check';
import { Machine } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import { operatorMacs } from '@systole/trace';
import type { TraceBlock } from '@systole/trace';
import { describe, expect, it } from 'vitest';
import { auto, OPERATOR_KINDS } from '../src/index.ts';
import { chipNamed } from './auto-support.ts';
import { pimGptChip, smallGpt2, smallLlama, traceOf } from './support.ts';

const chips: readonly ResolvedChip[] = [
  chipNamed('npu-hbm', { 'components.hbm.channels': '4', 'components.sram.capacity': '1 MiB' }),
  chipNamed('npu-pim', { 'components.hbm.channels': '4', 'components.mac.banks': '192' }),
  pimGptChip({ 'components.dram.rowsPerBank': '1048576' }),
];

const model = fc.oneof(
  fc
    .record({
      n_head: fc.integer({ min: 1, max: 12 }),
      width: fc.constantFrom(16, 64, 80),
      n_layer: fc.integer({ min: 1, max: 2 }),
      vocab_size: fc.integer({ min: 1, max: 5000 }),
    })
    .map(({ n_head, width, ...rest }) => smallGpt2({ ...rest, n_head, n_embd: n_head * width })),
  fc
    .record({
      groups: fc.constantFrom(1, 2, 3, 8),
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
    ),
);

const workload = fc.record({
  prompt: fc.integer({ min: 1, max: 150 }),
  generate: fc.integer({ min: 1, max: 3 }),
  batch: fc.integer({ min: 1, max: 3 }),
});

const macsOf = (block: TraceBlock): number =>
  block.operators.reduce((sum, operator) => sum + operatorMacs(operator), 0);

describe('the auto mapping', () => {
  it('does exactly the MACs of every block on any chip, and no faster than the units of the chip can', () => {
    fc.assert(
      fc.property(fc.constantFrom(...chips), model, workload, (chip, config, shape) => {
        const trace = traceOf(config, shape);
        const plan = auto.plan(chip, trace.header, { tiers: undefined });
        const machine = new Machine(chip.parts, OPERATOR_KINDS.length);
        const peak = chip.parts.reduce((sum, { facts }) => sum + (facts.macsPerSecond?.['bf16'] ?? 0), 0);
        for (const block of trace.blocks()) {
          let done = 0;
          let ps = 0;
          for (const stretch of plan.stretchesOf(block)) {
            const tally = machine.run(stretch.tasks());
            done += tally.usefulMacs.reduce((sum, macs) => sum + macs, 0);
            ps += tally.duration;
          }
          expect(done).toBe(macsOf(block));
          expect(ps).toBeGreaterThanOrEqual((done / peak) * 1e12);
        }
      }),
      { numRuns: 40 },
    );
    expect.hasAssertions();
  });

  it('gives equal keys only to equal tasks, whatever came before', () => {
    fc.assert(
      fc.property(fc.constantFrom(...chips), model, workload, (chip, config, shape) => {
        const trace = traceOf(config, shape);
        const tasksOf = (steps: (step: number) => boolean): ReadonlyMap<string, string> => {
          const plan = auto.plan(chip, trace.header, { tiers: undefined });
          const seen = new Map<string, string>();
          for (const block of trace.blocks()) {
            if (!steps(block.step)) continue;
            for (const stretch of plan.stretchesOf(block)) {
              const tasks = JSON.stringify(stretch.tasks().map(({ name: _name, ...task }) => task));
              expect(seen.get(stretch.key) ?? tasks).toBe(tasks);
              seen.set(stretch.key, tasks);
            }
          }
          return seen;
        };
        const all = tasksOf(() => true);
        const last = tasksOf((step) => step === trace.header.steps - 1);
        for (const [key, tasks] of last) expect(all.get(key)).toBe(tasks);
      }),
      { numRuns: 25 },
    );
    expect.hasAssertions();
  });
});
