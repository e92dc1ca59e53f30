import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Machine, SystoleError } from '@systole/core';
import { loadChip, resolveChip, setParameter } from '@systole/chip';
import type { ResolvedChip } from '@systole/chip';
import type { Trace, TraceBlock } from '@systole/trace';
import { OPERATOR_KINDS } from '../src/index.ts';
import type { Plan } from '../src/index.ts';
import { catalogue, traceOf } from './support.ts';

/** A chip that comes with Systole, with some parameters changed. */
export function chipNamed(name: string, changes: Readonly<Record<string, string>> = {}): ResolvedChip {
  const file = fileURLToPath(new URL(`../../../configs/${name}/chip.yaml`, import.meta.url));
  let spec = loadChip(readFileSync(file, 'utf8'), 'chip.yaml', catalogue);
  for (const [path, value] of Object.entries(changes)) spec = setParameter(spec, path, value, catalogue);
  return resolveChip(spec, catalogue);
}

/** Llama 3.1 8B with fewer layers and, for the time of a test, a smaller vocabulary. */
export function llama8b(layers: number): unknown {
  return {
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    hidden_act: 'silu',
    hidden_size: 4096,
    intermediate_size: 14336,
    num_hidden_layers: layers,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    max_position_embeddings: 131072,
    vocab_size: 4096,
    rms_norm_eps: 1e-5,
    tie_word_embeddings: false,
  };
}

export interface Step {
  readonly phase: TraceBlock['phase'];
  readonly ps: number;
}

/** Runs a plan, every block once and times its repetitions, and gives the time of each step. */
export function stepsOf(chip: ResolvedChip, trace: Trace, plan: Plan): readonly Step[] {
  const machine = new Machine(chip.parts, OPERATOR_KINDS.length);
  const known = new Map<string, number>();
  const steps: { phase: TraceBlock['phase']; ps: number }[] = [];
  for (const block of trace.blocks()) {
    const step = (steps[block.step] ??= { phase: block.phase, ps: 0 });
    for (const stretch of plan.stretchesOf(block)) {
      const ps = known.get(stretch.key) ?? machine.run(stretch.tasks()).duration;
      known.set(stretch.key, ps);
      step.ps += ps * block.repeat;
    }
  }
  return steps;
}

/** ps of the last step, which decodes a token of each sequence. */
export function decodeTime(chip: ResolvedChip, trace: Trace, plan: Plan): number {
  return stepsOf(chip, trace, plan).at(-1)?.ps ?? 0;
}

/** ps of the last step alone, without those before it: as they leave nothing behind, it is what it would be after them. */
export function lastStepTime(chip: ResolvedChip, trace: Trace, plan: Plan): number {
  const machine = new Machine(chip.parts, OPERATOR_KINDS.length);
  let sum = 0;
  for (const block of trace.blocks()) {
    if (block.step !== trace.header.steps - 1) continue;
    for (const stretch of plan.stretchesOf(block)) {
      sum += machine.run(stretch.tasks()).duration * block.repeat;
    }
  }
  return sum;
}

/** The `config.json` of a model that comes with Systole. */
export function modelNamed(name: string): unknown {
  const file = fileURLToPath(new URL(`../../../traces/models/${name}.json`, import.meta.url));
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** What a plan says when it cannot go on. */
export function problemOf(run: () => unknown): SystoleError {
  try {
    run();
  } catch (error) {
    if (error instanceof SystoleError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

/** Asks for the tasks of all blocks, so that everything is decided. */
export function decideAll(trace: Trace, plan: Plan): void {
  for (const block of trace.blocks()) for (const stretch of plan.stretchesOf(block)) stretch.tasks();
}

export { traceOf };
