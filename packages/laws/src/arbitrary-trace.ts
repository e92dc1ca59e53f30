import * as fc from 'fast-check';
import { generateTrace } from '@systole/trace';
import type { ModelConfig, Trace, Workload } from '@systole/trace';

type Family = Pick<
  ModelConfig,
  | 'architecture'
  | 'positions'
  | 'norm'
  | 'normPlacement'
  | 'finalNorm'
  | 'activation'
  | 'gated'
  | 'attentionBias'
  | 'mlpBias'
  | 'tied'
>;

const bert = {
  positions: 'learned',
  norm: 'layernorm',
  gated: false,
  attentionBias: true,
  mlpBias: true,
  tied: true,
} as const;
const llama = {
  positions: 'rotary',
  norm: 'rmsnorm',
  normPlacement: 'before',
  finalNorm: true,
  activation: 'silu',
  gated: true,
  attentionBias: false,
  mlpBias: false,
  tied: false,
} as const;

const FAMILIES: readonly Family[] = [
  { architecture: 'gpt2', ...bert, normPlacement: 'before', finalNorm: true, activation: 'gelu' },
  { architecture: 'opt', ...bert, normPlacement: 'before', finalNorm: true, activation: 'relu' },
  { architecture: 'opt', ...bert, normPlacement: 'after', finalNorm: false, activation: 'relu' },
  { architecture: 'llama', ...llama },
  { architecture: 'mistral', ...llama },
];

const MAX_CONTEXT = 512;

/** A decoder-only transformer of any family that traces are generated for, with up to three narrow layers. */
export function arbitraryModel(): fc.Arbitrary<ModelConfig> {
  return fc
    .record({
      family: fc.constantFrom(...FAMILIES),
      layers: fc.integer({ min: 1, max: 3 }),
      kvHeads: fc.integer({ min: 1, max: 3 }),
      sharing: fc.integer({ min: 1, max: 3 }),
      headDim: fc.constantFrom(16, 32, 40, 64),
      widening: fc.constantFrom(2, 3, 4),
      vocabulary: fc.integer({ min: 17, max: 1200 }),
      window: fc.constantFrom(undefined, undefined, 16, 64),
    })
    .map(({ family, kvHeads, sharing, headDim, widening, window, ...sizes }) => {
      const isLlama = family.positions === 'rotary';
      const heads = isLlama ? kvHeads * sharing : kvHeads;
      const hidden = heads * headDim;
      return {
        ...family,
        ...sizes,
        name: `small-${family.architecture}`,
        hidden,
        heads,
        kvHeads,
        headDim,
        intermediate: hidden * widening,
        embeddingWidth: hidden,
        maxContext: MAX_CONTEXT,
        positionRows: isLlama ? 0 : MAX_CONTEXT + (family.architecture === 'opt' ? 2 : 0),
        ...(family.architecture === 'mistral' && window !== undefined ? { window } : {}),
      };
    });
}

/** Up to 24 tokens in, up to 6 out, of up to 3 sequences, in bf16. */
export function arbitraryWorkload(): fc.Arbitrary<Workload> {
  return fc.record({
    prompt: fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 24 })),
    generate: fc.integer({ min: 1, max: 6 }),
    batch: fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 3 })),
    weights: fc.constant('bf16'),
    kv: fc.constant('bf16'),
    activations: fc.constant('bf16'),
  });
}

/** The trace of a small model at a small workload. */
export function arbitraryTrace(
  model: fc.Arbitrary<ModelConfig> = arbitraryModel(),
  workload: fc.Arbitrary<Workload> = arbitraryWorkload(),
): fc.Arbitrary<Trace> {
  return fc.tuple(model, workload).map(([config, asked]) =>
    Object.assign(generateTrace(config, asked), {
      [fc.toStringMethod]: () => `${JSON.stringify(config)} at ${JSON.stringify(asked)}`,
    }),
  );
}
