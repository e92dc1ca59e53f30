import type { ModelConfig } from './model-config.ts';
import { visiblePairs } from './operator-work.ts';
import { countParameters, weightTensors } from './persistent-tensors.ts';
import { elementsOf, tensorBytes } from './tensor-bytes.ts';

/** Figures that follow from a model alone. FLOPs count a multiply-accumulate as two, and matmuls and attention only. */
export interface ModelFacts {
  readonly parameters: number;
  /** Parameters of the matrices of all layers. */
  readonly layerMatrixParameters: number;
  /** Parameters of the matrix that gives the logits, whether it is also the table of tokens or not. */
  readonly headParameters: number;
  /** Parameters of biases and norms. */
  readonly vectorParameters: number;
  /** Parameters of the matrices that a token is multiplied with. */
  readonly matrixParametersPerToken: number;
  /** FLOPs of all matmuls for one token. */
  readonly linearFlopsPerToken: number;
  /** FLOPs of QKᵀ and PV for one token and one token that it sees, over all layers. */
  readonly attentionFlopsPerCachedToken: number;
  /** Bytes of all weights. */
  readonly weightBytesStored: number;
  /** Bytes of the weights that one decode step of one sequence reads: each matrix and vector, a row of each table. */
  readonly weightBytesPerToken: number;
  /** Bytes of the keys and values of one token, over all layers. */
  readonly kvBytesPerToken: number;
}

/** Number formats by name. */
export interface FactFormats {
  readonly weights: string;
  readonly kv: string;
}

/**
 * Counts parameters, FLOPs and bytes of a model.
 *
 * @throws SystoleError for an unknown format.
 */
export function modelFacts(config: ModelConfig, formats: FactFormats): ModelFacts {
  const { weights: format } = formats;
  const tables = config.positions === 'learned' ? 2 : 1;
  const rowWidths = [config.embeddingWidth, ...(tables === 2 ? [config.hidden] : [])];
  let layerMatrixParameters = 0;
  let vectorParameters = 0;
  let matrixParametersPerToken = 0;
  let weightBytesStored = 0;
  let weightBytesPerToken = 0;
  for (const { shape, repeat, layout, tensor } of weightTensors(config)) {
    const elements = elementsOf(shape) * repeat;
    const bytes = tensorBytes({ shape, format }) * repeat;
    weightBytesStored += bytes;
    if (layout !== 'table') weightBytesPerToken += bytes;
    if (layout === 'vector') vectorParameters += elements;
    if (layout === 'matrix') matrixParametersPerToken += elements;
    if (layout === 'matrix' && tensor.includes('{i}')) layerMatrixParameters += elements;
  }
  for (const width of rowWidths) weightBytesPerToken += tensorBytes({ shape: [width], format });

  const cached = { shape: [config.kvHeads, config.headDim], format: formats.kv };
  return {
    parameters: countParameters(config),
    layerMatrixParameters,
    headParameters: config.vocabulary * config.embeddingWidth,
    vectorParameters,
    matrixParametersPerToken,
    linearFlopsPerToken: 2 * matrixParametersPerToken,
    attentionFlopsPerCachedToken: attentionFlops(config, 1),
    weightBytesStored,
    weightBytesPerToken,
    kvBytesPerToken: 2 * config.layers * tensorBytes(cached),
  };
}

/** FLOPs of one decode step of one sequence that sees `context` tokens, itself among them. */
export function decodeFlops(config: ModelConfig, context: number): number {
  const linear = 2 * matricesOf(config).total;
  return linear + attentionFlops(config, Math.min(context, config.window ?? context));
}

/** FLOPs of taking in a prompt of one sequence, with logits for its last token only. */
export interface PrefillFlops {
  readonly linear: number;
  /** Of attention that leaves the masked part out. */
  readonly attentionCausal: number;
  /** Of attention over the whole square. */
  readonly attentionSquare: number;
}

/** Counts the FLOPs of taking in `tokens` tokens. */
export function prefillFlops(config: ModelConfig, tokens: number): PrefillFlops {
  const { total, head } = matricesOf(config);
  const span = { queries: tokens, context: tokens };
  const window = config.window === undefined ? {} : { window: config.window };
  return {
    linear: 2 * (tokens * (total - head) + head),
    attentionCausal: attentionFlops(config, visiblePairs({ ...span, causal: true, ...window })),
    attentionSquare: attentionFlops(config, visiblePairs({ ...span, causal: false })),
  };
}

function attentionFlops(config: ModelConfig, pairs: number): number {
  return 4 * config.layers * config.heads * config.headDim * pairs;
}

// What only the last token of a prompt passes through counts as the head.
function matricesOf(config: ModelConfig): { readonly total: number; readonly head: number } {
  const { embeddingWidth, hidden, vocabulary } = config;
  const head = vocabulary * embeddingWidth + (embeddingWidth === hidden ? 0 : hidden * embeddingWidth);
  let total = 0;
  for (const { shape, repeat, layout } of weightTensors(config)) {
    if (layout === 'matrix') total += elementsOf(shape) * repeat;
  }
  return { total, head };
}
