import { readFileSync } from 'node:fs';
import { readDocument } from '@systole/document';
import type { ModelConfig, Workload } from '../src/index.ts';
import { parseModelConfig } from '../src/index.ts';

const MODELS = new URL('../../../traces/models/', import.meta.url);
const FIXTURES = new URL('fixtures/', import.meta.url);

/** The text of a fixture. */
export function readFixture(name: string): string {
  return readFileSync(new URL(name, FIXTURES), 'utf8');
}

/** A model by the name of its file. */
export function loadModel(name: string): ModelConfig {
  const folder = name === 'llama-3.1-405b' ? FIXTURES : MODELS;
  const file = `${name}.json`;
  return parseModelConfig(readDocument(readFileSync(new URL(file, folder), 'utf8'), file));
}

/** A model out of fields, as a config.json would have them. */
export function modelOf(fields: object, file = 'tiny.json'): ModelConfig {
  return parseModelConfig(readDocument(JSON.stringify(fields), file));
}

/** A workload of one sequence in bf16, unless said otherwise. */
export function workloadOf(fields: Partial<Workload> = {}): Workload {
  return { prompt: 1, generate: 1, batch: 1, weights: 'bf16', kv: 'bf16', activations: 'bf16', ...fields };
}

/** The smallest model of each family, with shared heads where the family has them. */
export const TINY = {
  gpt2: { model_type: 'gpt2', n_layer: 2, n_embd: 8, n_head: 2, n_positions: 16, vocab_size: 11 },
  opt: {
    model_type: 'opt',
    num_hidden_layers: 2,
    hidden_size: 8,
    num_attention_heads: 2,
    ffn_dim: 12,
    max_position_embeddings: 16,
    vocab_size: 11,
    word_embed_proj_dim: 6,
    do_layer_norm_before: false,
  },
  llama: {
    model_type: 'llama',
    num_hidden_layers: 2,
    hidden_size: 8,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    intermediate_size: 12,
    max_position_embeddings: 16,
    vocab_size: 11,
  },
  mistral: {
    model_type: 'mistral',
    num_hidden_layers: 2,
    hidden_size: 8,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    intermediate_size: 12,
    max_position_embeddings: 16,
    sliding_window: 4,
    vocab_size: 11,
  },
} as const;
