import * as fc from 'fast-check';
import { Machine, SystoleError } from '@systole/core';
import type { Stage, Task } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import { operatorBytes, operatorMacs } from '@systole/trace';
import type { Trace, TraceBlock } from '@systole/trace';
import { describe, expect, it } from 'vitest';
import { auto, OPERATOR_KINDS } from '../src/index.ts';
import type { MappedTask, Plan } from '../src/index.ts';
import { chipOf, chipShape } from './generated-chips.ts';
import type { ChipShape } from './generated-chips.ts';
import { smallGpt2, smallLlama, traceOf } from './support.ts';

const RUNS = { numRuns: 25 };

const model = fc.oneof(
  fc
    .record({ n_head: fc.integer({ min: 1, max: 6 }), width: fc.constantFrom(16, 48, 64) })
    .map(({ n_head, width }) => smallGpt2({ n_head, n_embd: n_head * width, vocab_size: 700 })),
  fc
    .record({ kvHeads: fc.constantFrom(1, 2, 3), intermediate_size: fc.integer({ min: 16, max: 2000 }) })
    .map(({ kvHeads, intermediate_size }) =>
      smallLlama({
        num_attention_heads: 2 * kvHeads,
        num_key_value_heads: kvHeads,
        hidden_size: 2 * kvHeads * 32,
        intermediate_size,
      }),
    ),
);

const workload = fc.record({
  prompt: fc.integer({ min: 1, max: 40 }),
  generate: fc.integer({ min: 1, max: 3 }),
  batch: fc.integer({ min: 1, max: 3 }),
  weights: fc.constantFrom('bf16', 'int8'),
});

/** A plan for a chip that may be too small for the model, which then has to be said by an error of a known kind. */
function planOf(chip: ResolvedChip, trace: Trace): Plan | undefined {
  try {
    return auto.plan(chip, trace.header, { tiers: undefined });
  } catch (error) {
    if (error instanceof SystoleError && error.code === 'capacity/exceeded') return undefined;
    throw error;
  }
}

function tasksOf(plan: Plan, block: TraceBlock): readonly (readonly MappedTask[])[] | undefined {
  try {
    return plan.stretchesOf(block).map((stretch) => stretch.tasks());
  } catch (error) {
    if (error instanceof SystoleError && error.code === 'mapping/unsupported-operator') return undefined;
    throw error;
  }
}

/** What a property asks of each block that is mapped. */
type BlockLaw = (
  chip: ResolvedChip,
  block: TraceBlock,
  stretches: readonly (readonly MappedTask[])[],
  plan: Plan,
) => void;

/** Checks a law, and gives the number of blocks that it was checked for: chips that are too small for every model leave none. */
function forAll(law: BlockLaw): number {
  let mapped = 0;
  fc.assert(
    fc.property(chipShape, model, workload, (shape: ChipShape, config, asked) => {
      const chip = chipOf(shape);
      const trace = traceOf(config, asked);
      const plan = planOf(chip, trace);
      if (plan === undefined) return;
      for (const block of trace.blocks()) {
        const stretches = tasksOf(plan, block);
        if (stretches === undefined) return;
        mapped++;
        law(chip, block, stretches, plan);
      }
    }),
    RUNS,
  );
  return mapped;
}

function memoriesOf(chip: ResolvedChip, plan: Plan): readonly number[] {
  const names = new Set(
    plan.placement.filter(({ what }) => what !== 'norms and biases').map(({ memory }) => memory),
  );
  return [...names].map((name) => chip.indexOf(name));
}

function bytesOf(stages: readonly Stage[], component: number, kind: string): number {
  return stages.reduce(
    (sum, stage) =>
      stage.component === component && stage.transaction.kind === kind ? sum + stage.transaction.bytes : sum,
    0,
  );
}

describe('auto on generated chips', () => {
  it('does exactly the MACs of every block', () => {
    const mapped = forAll((chip, block, stretches) => {
      const machine = new Machine(chip.parts, OPERATOR_KINDS.length);
      let done = 0;
      for (const tasks of stretches) {
        done += machine.run(tasks).usefulMacs.reduce((sum, macs) => sum + macs, 0);
      }
      expect(done).toBe(block.operators.reduce((sum, operator) => sum + operatorMacs(operator), 0));
    });
    expect(mapped).toBeGreaterThan(RUNS.numRuns);
  });

  it('moves what it reads, and loses none of it on the way', () => {
    const mapped = forAll((chip, _block, stretches) => {
      expect(stretches.flat().flatMap((task) => lossesOf(chip, task))).toEqual([]);
    });
    expect(mapped).toBeGreaterThan(RUNS.numRuns);
  });

  it('reads all weights and caches that operators use, from where they were placed', () => {
    const mapped = forAll((chip, block, stretches, plan) => {
      const homes = memoriesOf(chip, plan);
      for (const [index, operator] of block.operators.entries()) {
        if (operator.kind === 'embedding') continue;
        const { weights, kvRead } = operatorBytes(operator);
        const mine = stretches.flat().filter((task) => task.operator === index);
        let read = 0;
        for (const { stages } of mine) {
          for (const home of homes) read += bytesOf(stages, home, 'read');
          for (const { transaction } of stages) read += computedBytes(transaction, operator);
        }
        expect(read).toBeGreaterThanOrEqual(weights + kvRead - vectorBytes(operator));
      }
    });
    expect(mapped).toBeGreaterThan(RUNS.numRuns);
  });

  it('never holds more in the buffer than there is room for beside what is placed there', () => {
    const mapped = forAll((chip, _block, stretches, plan) => {
      const buffer = chip.indexOf('sram');
      const placed = plan.placement
        .filter(({ memory }) => memory === 'sram')
        .reduce((sum, { bytes }) => sum + bytes, 0);
      const capacity = (chip.part('sram').facts.capacity ?? 0) - placed;
      const machine = new Machine(chip.parts, OPERATOR_KINDS.length);
      for (const tasks of stretches) expect(mostHeld(machine, tasks, buffer)).toBeLessThanOrEqual(capacity);
    });
    expect(mapped).toBeGreaterThan(RUNS.numRuns);
  });

  it('places no more than a memory holds', () => {
    const used = new Set<string>();
    const mapped = forAll((chip, _block, stretches, { placement }) => {
      for (const { stages } of stretches.flat()) {
        for (const { transaction } of stages) used.add(transaction.kind);
      }
      for (const { name, facts } of chip.partsOf('memory')) {
        const bytes = placement.reduce((sum, entry) => (entry.memory === name ? sum + entry.bytes : sum), 0);
        expect(bytes).toBeLessThanOrEqual(facts.capacity ?? 0);
      }
    });
    expect(mapped).toBeGreaterThan(RUNS.numRuns);
    // Chips of every kind were among them.
    for (const kind of ['matmul', 'dot', 'page-compute']) expect(used).toContain(kind);
  });
});

/** Bytes of weights that cores read in place for their share of a product. */
function computedBytes(
  { kind, macs = 0 }: Stage['transaction'],
  operator: TraceBlock['operators'][number],
): number {
  if (kind !== 'page-compute') return 0;
  const { weights } = operatorBytes(operator);
  return (weights * macs) / operatorMacs(operator);
}

/** Norms and biases, which may live elsewhere than the matrices. */
function vectorBytes({ inputs }: TraceBlock['operators'][number]): number {
  return inputs
    .filter(({ role, shape }) => role === 'weight' && shape.length === 1)
    .reduce((sum, { shape, format }) => sum + (shape[0] ?? 0) * (format === 'int8' ? 1 : 2), 0);
}

/**
 * Where bytes are lost along a pipeline: what is read from a memory passes every hop, and what passed is written where a memory
 * comes next. Several streams may arrive one after another before they are written.
 */
function lossesOf(chip: ResolvedChip, { name, stages }: MappedTask): readonly string[] {
  const losses: string[] = [];
  let carried = 0;
  for (const { component, transaction } of stages) {
    const { bytes, kind } = transaction;
    const isHop = chip.parts[component]?.role === 'interconnect';
    const isLoss = isHop ? carried > 0 && bytes !== carried : kind === 'write' && bytes < carried;
    if (isLoss) losses.push(`${name}: ${kind} of ${bytes} after ${carried}`);
    carried = isHop || kind === 'read' ? bytes : 0;
  }
  return losses;
}

/**
 * The most bytes that streams hold in the buffer at once while tasks run: from when a chunk is written until it has been read again,
 * or, where nothing of the stretch reads it, to the end.
 */
function mostHeld(machine: Machine, tasks: readonly Task[], buffer: number): number {
  const changes: (readonly [time: number, bytes: number])[] = [];
  machine.run(tasks, {
    recorder: {
      chunk(task, stage, _chunk, accepted, _started, _first, ended) {
        const place = task.stages.indexOf(stage);
        if (stage.component !== buffer) return;
        const share = stage.transaction.bytes / task.chunks;
        const isStream = place > 0 && stage.transaction.kind === 'write';
        const next = task.stages[place + 1];
        if (isStream && next?.component === buffer) changes.push([accepted, share]);
        else if (isStream && task.name.includes('fetched ahead') && next === undefined)
          changes.push([accepted, share]);
        const before = task.stages[place - 1];
        if (stage.transaction.kind === 'read' && before?.component === buffer) {
          changes.push([ended, -before.transaction.bytes / task.chunks]);
        }
      },
    },
  });
  let held = 0;
  let most = 0;
  for (const [, bytes] of changes.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    held += bytes;
    most = Math.max(most, held);
  }
  return most;
}
