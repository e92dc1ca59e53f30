import { SystoleError } from '@systole/core';
import type { LocatedDocument } from '@systole/document';
import { describeValue, parseWith } from '@systole/document';
import { z } from 'zod';
import type { Architecture, ModelConfig } from './model-config.ts';
import { ARCHITECTURES } from './model-config.ts';
import { countParameters } from './persistent-tensors.ts';

// Bounds keep every product of a model countable: a tensor has fewer than 2^48 elements of at most 32 bits.
const MAX_DIMENSION = 2 ** 24;
const MAX_LAYERS = 10_000;
const MAX_PARAMETERS = 2 ** 48;

const dimension = z.int().min(1).max(MAX_DIMENSION);
const layers = z.int().min(1).max(MAX_LAYERS);

const ACTIVATIONS: Readonly<Record<string, ModelConfig['activation']>> = {
  gelu: 'gelu',
  gelu_new: 'gelu',
  gelu_fast: 'gelu',
  gelu_pytorch_tanh: 'gelu',
  silu: 'silu',
  swish: 'silu',
  relu: 'relu',
};
const activation = z.enum(Object.keys(ACTIVATIONS));

const gpt2 = z.object({
  n_layer: layers,
  n_embd: dimension,
  n_head: dimension,
  n_inner: dimension.nullish(),
  n_positions: dimension,
  vocab_size: dimension,
  activation_function: activation.default('gelu_new'),
  tie_word_embeddings: z.boolean().default(true),
  add_cross_attention: z.literal(false).default(false),
});

const opt = z.object({
  num_hidden_layers: layers,
  hidden_size: dimension,
  num_attention_heads: dimension,
  ffn_dim: dimension,
  word_embed_proj_dim: dimension.nullish(),
  max_position_embeddings: dimension,
  vocab_size: dimension,
  activation_function: activation.default('relu'),
  do_layer_norm_before: z.boolean().default(true),
  _remove_final_layer_norm: z.boolean().default(false),
  layer_norm_elementwise_affine: z.literal(true).default(true),
  enable_bias: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(true),
});

const llama = z.object({
  num_hidden_layers: layers,
  hidden_size: dimension,
  num_attention_heads: dimension,
  num_key_value_heads: dimension.nullish(),
  head_dim: dimension.nullish(),
  intermediate_size: dimension,
  max_position_embeddings: dimension,
  vocab_size: dimension,
  hidden_act: activation.default('silu'),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(false),
  sliding_window: dimension.nullish(),
});

/**
 * Reads a Hugging Face config.json of a GPT-2, OPT, Llama or Mistral model; the name of the model is that of the file.
 * Fields that do not change what is computed are passed over, and so is `quantization_config`: formats are a matter
 * of the workload.
 *
 * @throws SystoleError `model/unsupported` for any other `model_type`; `model/invalid` for fields that are missing,
 * out of bounds or at odds with one another.
 */
export function parseModelConfig(document: LocatedDocument): ModelConfig {
  const architecture = readArchitecture(document);
  const config = normalise(document, architecture);
  const fault = (message: string, field: string): SystoleError =>
    new SystoleError({ code: 'model/invalid', message, place: document.placeOf([field]) });

  const headsField = architecture === 'gpt2' ? 'n_head' : 'num_attention_heads';
  if (!Number.isInteger(config.headDim)) {
    throw fault(`${config.heads} heads cannot share a width of ${config.hidden} evenly`, headsField);
  }
  if (config.heads % config.kvHeads !== 0) {
    throw fault(
      `${config.heads} query heads cannot share ${config.kvHeads} key and value heads evenly`,
      'num_key_value_heads',
    );
  }
  if (config.heads * config.headDim > MAX_DIMENSION) {
    throw fault(`${config.heads} heads of ${config.headDim} are wider than ${MAX_DIMENSION}`, headsField);
  }
  if (config.positions === 'rotary' && config.headDim % 2 !== 0) {
    throw fault(
      `rotary positions turn pairs, and a head of ${config.headDim} has none for its last`,
      headsField,
    );
  }
  const parameters = countParameters(config);
  if (!(parameters < MAX_PARAMETERS)) {
    throw new SystoleError({
      code: 'model/invalid',
      message: 'the model has 2^48 parameters or more',
      place: document.placeOf([]),
    });
  }
  return config;
}

function readArchitecture(document: LocatedDocument): Architecture {
  const { model_type: found } = parseWith(
    document,
    z.object({ model_type: z.string() }),
    'model/invalid',
    'A Hugging Face config.json says what model it is of in "model_type".',
  );
  const architecture = ARCHITECTURES.find((known) => known === found);
  if (architecture !== undefined) return architecture;
  throw new SystoleError({
    code: 'model/unsupported',
    message: `there is no generator for models of type ${describeValue(found)}`,
    place: document.placeOf(['model_type']),
    hint: `Supported are: ${ARCHITECTURES.join(', ')}.`,
  });
}

function normalise(document: LocatedDocument, architecture: Architecture): ModelConfig {
  const name = modelName(document.file);
  switch (architecture) {
    case 'gpt2':
      return normaliseGpt2(parseWith(document, gpt2, 'model/invalid'), name);
    case 'opt':
      return normaliseOpt(parseWith(document, opt, 'model/invalid'), name);
    case 'llama':
    case 'mistral':
      return normaliseLlama(parseWith(document, llama, 'model/invalid'), name, architecture);
  }
}

function normaliseGpt2(raw: z.infer<typeof gpt2>, name: string): ModelConfig {
  return {
    name,
    architecture: 'gpt2',
    layers: raw.n_layer,
    hidden: raw.n_embd,
    heads: raw.n_head,
    kvHeads: raw.n_head,
    headDim: raw.n_embd / raw.n_head,
    intermediate: raw.n_inner ?? 4 * raw.n_embd,
    vocabulary: raw.vocab_size,
    embeddingWidth: raw.n_embd,
    maxContext: raw.n_positions,
    positions: 'learned',
    positionRows: raw.n_positions,
    norm: 'layernorm',
    normPlacement: 'before',
    finalNorm: true,
    activation: ACTIVATIONS[raw.activation_function] ?? 'gelu',
    gated: false,
    attentionBias: true,
    mlpBias: true,
    tied: raw.tie_word_embeddings,
  };
}

function normaliseOpt(raw: z.infer<typeof opt>, name: string): ModelConfig {
  const { _remove_final_layer_norm: removesFinalNorm } = raw;
  return {
    name,
    architecture: 'opt',
    layers: raw.num_hidden_layers,
    hidden: raw.hidden_size,
    heads: raw.num_attention_heads,
    kvHeads: raw.num_attention_heads,
    headDim: raw.hidden_size / raw.num_attention_heads,
    intermediate: raw.ffn_dim,
    vocabulary: raw.vocab_size,
    embeddingWidth: raw.word_embed_proj_dim ?? raw.hidden_size,
    maxContext: raw.max_position_embeddings,
    positions: 'learned',
    // The first two rows of OPT's table belong to padding.
    positionRows: raw.max_position_embeddings + 2,
    norm: 'layernorm',
    normPlacement: raw.do_layer_norm_before ? 'before' : 'after',
    finalNorm: raw.do_layer_norm_before && !removesFinalNorm,
    activation: ACTIVATIONS[raw.activation_function] ?? 'relu',
    gated: false,
    attentionBias: raw.enable_bias,
    mlpBias: raw.enable_bias,
    tied: raw.tie_word_embeddings,
  };
}

function normaliseLlama(
  raw: z.infer<typeof llama>,
  name: string,
  architecture: 'llama' | 'mistral',
): ModelConfig {
  const window = architecture === 'mistral' ? raw.sliding_window : undefined;
  return {
    name,
    architecture,
    layers: raw.num_hidden_layers,
    hidden: raw.hidden_size,
    heads: raw.num_attention_heads,
    kvHeads: raw.num_key_value_heads ?? raw.num_attention_heads,
    headDim: raw.head_dim ?? raw.hidden_size / raw.num_attention_heads,
    intermediate: raw.intermediate_size,
    vocabulary: raw.vocab_size,
    embeddingWidth: raw.hidden_size,
    maxContext: raw.max_position_embeddings,
    positions: 'rotary',
    positionRows: 0,
    norm: 'rmsnorm',
    normPlacement: 'before',
    finalNorm: true,
    activation: ACTIVATIONS[raw.hidden_act] ?? 'silu',
    gated: true,
    attentionBias: raw.attention_bias,
    mlpBias: raw.mlp_bias,
    tied: raw.tie_word_embeddings,
    ...(window === null || window === undefined ? {} : { window }),
  };
}

function modelName(file: string): string {
  const base = file.split(/[\\/]/).at(-1) ?? file;
  const name = base.replace(/\.json$/i, '').slice(0, 100);
  return name === '' ? 'model' : name;
}
