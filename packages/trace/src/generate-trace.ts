import { SystoleError } from '@systole/core';
import { checkBlock } from './check-block.ts';
import { checkWorkload } from './check-workload.ts';
import { embedOperators, headOperators } from './edge-operators.ts';
import { layerOperators } from './layer-operators.ts';
import type { ModelConfig } from './model-config.ts';
import { countParameters, persistentTensors } from './persistent-tensors.ts';
import { createStepContexts } from './step-context.ts';
import { requireFormat } from './tensor-bytes.ts';
import { createTensorIndex } from './tensor-index.ts';
import type { Trace, TraceBlock, TraceHeader, Workload } from './trace.ts';

/** What may be said about a trace to be made. */
export interface GenerateOptions {
  /** Its name; that of the model when left out. */
  readonly name?: string;
}

/**
 * Makes the trace of a decoder-only transformer that takes in a prompt and generates tokens greedily. Each step has
 * three blocks: `embed`, `layer` (repeated for each layer) and `head`. Step 0 takes in the whole prompt and gives the
 * first token; each later step takes in one token of each sequence. Blocks are made when they are asked
 * for. Other names of a format (`bfloat16`) become its own (`bf16`).
 *
 * @throws SystoleError `workload/invalid` for a workload that is not one, does not fit the context of the model, or
 * is too large to be counted exactly.
 */
export function generateTrace(config: ModelConfig, asked: Workload, options: GenerateOptions = {}): Trace {
  checkWorkload(config, asked);
  const workload: Workload = {
    prompt: asked.prompt,
    generate: asked.generate,
    batch: asked.batch,
    weights: requireFormat(asked.weights).name,
    kv: requireFormat(asked.kv).name,
    activations: requireFormat(asked.activations).name,
  };
  const header: TraceHeader = {
    format: 'systole-trace',
    version: 1,
    name: options.name ?? config.name,
    model: {
      architecture: config.architecture,
      layers: config.layers,
      hidden: config.hidden,
      heads: config.heads,
      kvHeads: config.kvHeads,
      headDim: config.headDim,
      vocabulary: config.vocabulary,
      maxContext: config.maxContext,
      parameters: countParameters(config),
    },
    workload,
    tensors: persistentTensors(config, workload),
    steps: workload.generate,
  };
  const contexts = createStepContexts(config, workload);
  const trace: Trace = { header, blocks: () => generateBlocks(config, workload.generate, contexts) };
  checkExtremes(trace, contexts, workload.generate);
  return trace;
}

type StepContexts = ReturnType<typeof createStepContexts>;

function* generateBlocks(
  config: ModelConfig,
  steps: number,
  contexts: StepContexts,
): Generator<TraceBlock, void> {
  const { layers } = config;
  // What does not depend on how far generation has come is the same in all decode steps.
  let embed = embedOperators(contexts(0));
  let head = headOperators(contexts(0));
  for (let step = 0; step < steps; step++) {
    const context = contexts(step);
    if (step === 1) {
      embed = embedOperators(context);
      head = headOperators(context);
    }
    const phase = step === 0 ? 'prefill' : 'decode';
    const once = { step, phase, repeat: 1, first: 0 } as const;
    yield { name: 'embed', ...once, operators: embed };
    yield { name: 'layer', ...once, repeat: layers, operators: layerOperators(context) };
    yield { name: 'head', ...once, operators: head };
  }
}

// Shapes grow from step to step, so that the prefill and the last step bound all others.
function checkExtremes(trace: Trace, contexts: StepContexts, steps: number): void {
  const tensors = createTensorIndex(trace.header);
  try {
    for (const step of new Set([0, steps - 1])) {
      const context = contexts(step);
      for (const operators of [embedOperators(context), layerOperators(context), headOperators(context)]) {
        const once = { name: 'check', step, phase: 'prefill', repeat: 1, first: 0 } as const;
        checkBlock({ ...once, operators }, tensors);
      }
    }
  } catch (error) {
    if (!(error instanceof SystoleError)) throw error;
    throw new SystoleError({
      code: 'workload/invalid',
      message: `the workload is too large for this model: ${error.problems[0]?.message ?? error.message}`,
      hint: 'Take fewer sequences, or a shorter prompt.',
    });
  }
}
