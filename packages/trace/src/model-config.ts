/** The families of decoder-only transformers that traces can be generated for, by `model_type` of config.json. */
export const ARCHITECTURES = ['gpt2', 'opt', 'llama', 'mistral'] as const;

/** The name of a family. */
export type Architecture = (typeof ARCHITECTURES)[number];

/** A decoder-only transformer, in terms of what it computes rather than of how its publisher names things. */
export interface ModelConfig {
  readonly name: string;
  readonly architecture: Architecture;
  readonly layers: number;
  /** Width of the residual stream. */
  readonly hidden: number;
  readonly heads: number;
  /** Heads of keys and values; fewer than `heads` when query heads share them. */
  readonly kvHeads: number;
  readonly headDim: number;
  /** Width of the feed-forward network. */
  readonly intermediate: number;
  readonly vocabulary: number;
  /** Width of the embedded tokens; a projection leads to `hidden` and back when it differs. */
  readonly embeddingWidth: number;
  /** Most tokens of a sequence. */
  readonly maxContext: number;
  readonly positions: 'learned' | 'rotary';
  /** Rows of the table of learned positions; 0 for rotary ones. */
  readonly positionRows: number;
  readonly norm: 'layernorm' | 'rmsnorm';
  /** Whether a layer normalises before attention and feed-forward, or after the residual addition. */
  readonly normPlacement: 'before' | 'after';
  /** Whether the stream is normalised once more before the head. */
  readonly finalNorm: boolean;
  readonly activation: 'gelu' | 'silu' | 'relu';
  /** Whether a second matmul of the feed-forward network gates the first. */
  readonly gated: boolean;
  readonly attentionBias: boolean;
  readonly mlpBias: boolean;
  /** Whether the head multiplies with the table of embedded tokens. */
  readonly tied: boolean;
  /** The most tokens that a token sees, itself among them, when attention slides. */
  readonly window?: number;
}
