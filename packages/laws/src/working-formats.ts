import { resolveChip } from '@systole/chip';
import type { ChipSpec } from '@systole/chip';
import { SystoleError } from '@systole/core';
import { replay } from '@systole/replay';
import { generateTrace } from '@systole/trace';
import type { ModelConfig } from '@systole/trace';
import type { WorkloadFormats } from './arbitrary-trace.ts';
import type { ChipTools } from './chip-laws.ts';

/** Weights, and what is kept and streamed beside them, from the usual to the unusual. */
const CHOICES: readonly (readonly [weights: string, others: string])[] = [
  ['bf16', 'bf16'],
  ['fp16', 'fp16'],
  ['int8', 'int8'],
  ['fp8-e4m3', 'fp8-e4m3'],
  ['fp32', 'fp32'],
  ['int8', 'bf16'],
  ['int8', 'fp16'],
  ['int4', 'int8'],
  ['int4', 'bf16'],
  ['int16', 'int16'],
  ['int4', 'int4'],
];

/** The smallest model that asks for every kind of operator. */
const PROBE: ModelConfig = {
  name: 'probe',
  architecture: 'llama',
  layers: 1,
  hidden: 32,
  heads: 2,
  kvHeads: 1,
  headDim: 16,
  intermediate: 64,
  vocabulary: 32,
  embeddingWidth: 32,
  maxContext: 8,
  positions: 'rotary',
  positionRows: 0,
  norm: 'rmsnorm',
  normPlacement: 'before',
  finalNorm: true,
  activation: 'silu',
  gated: true,
  attentionBias: false,
  mlpBias: false,
  tied: false,
};

/** The first formats in which a chip runs a model at all; nothing where it runs none, which is for the laws to say. */
export function workingFormats(
  spec: ChipSpec,
  { catalogue, mappings }: ChipTools,
): WorkloadFormats | undefined {
  for (const [weights, others] of CHOICES) {
    const formats: WorkloadFormats = { weights, kv: others, activations: others };
    try {
      replay(
        resolveChip(spec, catalogue),
        generateTrace(PROBE, { prompt: 1, generate: 1, batch: 1, ...formats }),
        {
          mappings,
        },
      );
      return formats;
    } catch (error) {
      // What is refused is not for this chip; what is broken is for the laws to find.
      if (!(error instanceof SystoleError)) return formats;
    }
  }
  return undefined;
}
