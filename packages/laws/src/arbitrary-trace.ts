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

/** How large generated models are. */
export interface ModelSizes {
  /** The least output columns of any matrix product; 1 when left out. */
  readonly columns?: number;
}

/** A decoder-only transformer of any family that traces are generated for, with up to three narrow layers. */
export function arbitraryModel({ columns = 1 }: ModelSizes = {}): fc.Arbitrary<ModelConfig> {
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
    .map(({ family, kvHeads: wanted, sharing, headDim, widening, window, vocabulary, ...sizes }) => {
      const isLlama = family.positions === 'rotary';
      const kvHeads = Math.max(wanted, Math.ceil(columns / headDim));
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
        vocabulary: Math.max(vocabulary, columns),
        embeddingWidth: hidden,
        maxContext: MAX_CONTEXT,
        positionRows: isLlama ? 0 : MAX_CONTEXT + (family.architecture === 'opt' ? 2 : 0),
        ...(family.architecture === 'mistral' && window !== undefined ? { window } : {}),
      };
    });
}

/** Number formats of a workload. */
export type WorkloadFormats = Pick<Workload, 'weights' | 'kv' | 'activations'>;

const BF16: WorkloadFormats = { weights: 'bf16', kv: 'bf16', activations: 'bf16' };

/** What needs the rarer kind of value is found with it, and then shrinks to the usual one where that will do. */
const CROSS = { withCrossShrink: true };

/** The most of a generated workload; 24 tokens in, 6 out, 3 sequences unless said otherwise. */
export type WorkloadSizes = Partial<Pick<Workload, 'prompt' | 'generate' | 'batch'>>;

/** A small workload: one token in and one sequence as often as more of them. */
export function arbitraryWorkload(
  formats: WorkloadFormats = BF16,
  { prompt = 24, generate = 6, batch = 3 }: WorkloadSizes = {},
): fc.Arbitrary<Workload> {
  const oneOrMore = (max: number): fc.Arbitrary<number> =>
    fc.oneof(CROSS, { weight: 2, arbitrary: fc.constant(1) }, fc.integer({ min: Math.min(2, max), max }));
  return fc
    .record({
      prompt: oneOrMore(prompt),
      generate: fc.integer({ min: 1, max: generate }),
      batch: oneOrMore(batch),
    })
    .map((shape) => ({ ...shape, ...formats }));
}

/** A trace that says what it was generated from. */
export interface GeneratedTrace extends Trace {
  readonly source: { readonly model: ModelConfig; readonly workload: Workload };
}

/** The trace of a small model at a small workload. */
export function arbitraryTrace(
  model: fc.Arbitrary<ModelConfig> = arbitraryModel(),
  workload: fc.Arbitrary<Workload> = arbitraryWorkload(),
): fc.Arbitrary<GeneratedTrace> {
  return fc.tuple(model, workload).map(([config, asked]) =>
    Object.assign(generateTrace(config, asked), {
      source: { model: config, workload: asked },
      [fc.toStringMethod]: () => `${JSON.stringify(config)} at ${JSON.stringify(asked)}`,
    }),
  );
}
