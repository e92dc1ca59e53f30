import type { ModelConfig } from '@systole/trace';

/** A model as the Hugging Face config.json from which the same model is read. */
export function modelJson(model: ModelConfig): string {
  return `${JSON.stringify({ model_type: model.architecture, ...fieldsOf(model) }, undefined, 2)}\n`;
}

function fieldsOf(model: ModelConfig): Readonly<Record<string, number | string | boolean>> {
  const { layers, hidden, heads, intermediate, vocabulary, maxContext, activation, tied } = model;
  const common = {
    num_hidden_layers: layers,
    hidden_size: hidden,
    num_attention_heads: heads,
    max_position_embeddings: maxContext,
    vocab_size: vocabulary,
    tie_word_embeddings: tied,
  };
  switch (model.architecture) {
    case 'gpt2':
      return {
        n_layer: layers,
        n_embd: hidden,
        n_head: heads,
        n_inner: intermediate,
        n_positions: maxContext,
        vocab_size: vocabulary,
        activation_function: activation,
        tie_word_embeddings: tied,
      };
    case 'opt':
      return {
        ...common,
        ffn_dim: intermediate,
        word_embed_proj_dim: model.embeddingWidth,
        activation_function: activation,
        do_layer_norm_before: model.normPlacement === 'before',
        _remove_final_layer_norm: model.normPlacement === 'before' && !model.finalNorm,
        enable_bias: model.attentionBias,
      };
    case 'llama':
    case 'mistral':
      return {
        ...common,
        num_key_value_heads: model.kvHeads,
        head_dim: model.headDim,
        intermediate_size: intermediate,
        hidden_act: activation,
        attention_bias: model.attentionBias,
        mlp_bias: model.mlpBias,
        ...(model.window === undefined ? {} : { sliding_window: model.window }),
      };
  }
}
