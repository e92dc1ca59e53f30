import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { computePackage } from '@systole/compute';
import { createCatalogue } from '@systole/core';
import { loadChip, resolveChip, setParameter } from '@systole/chip';
import type { ResolvedChip } from '@systole/chip';
import { readDocument } from '@systole/document';
import { interconnectPackage } from '@systole/interconnect';
import { memoryPackage } from '@systole/memory';
import { generateTrace, parseModelConfig } from '@systole/trace';
import type { Trace, Workload } from '@systole/trace';

export const catalogue = createCatalogue([memoryPackage, computePackage, interconnectPackage]);

const CHIP = fileURLToPath(new URL('../../../configs/pim-gpt/chip.yaml', import.meta.url));

/** The PIM-GPT chip, with some parameters changed. */
export function pimGptChip(changes: Readonly<Record<string, string>> = {}): ResolvedChip {
  let spec = loadChip(readFileSync(CHIP, 'utf8'), 'chip.yaml', catalogue);
  for (const [path, value] of Object.entries(changes)) spec = setParameter(spec, path, value, catalogue);
  return resolveChip(spec, catalogue);
}

/** A decoder-only model with grouped-query attention, small enough for a test. */
export function smallLlama(shape: Partial<Record<string, number>> = {}): unknown {
  return {
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    hidden_act: 'silu',
    hidden_size: 256,
    intermediate_size: 704,
    num_hidden_layers: 2,
    num_attention_heads: 8,
    num_key_value_heads: 2,
    max_position_embeddings: 4096,
    vocab_size: 1000,
    rms_norm_eps: 1e-5,
    tie_word_embeddings: false,
    ...shape,
  };
}

/** A GPT-2 of any shape. */
export function smallGpt2(shape: Partial<Record<string, number>> = {}): unknown {
  return {
    model_type: 'gpt2',
    architectures: ['GPT2LMHeadModel'],
    activation_function: 'gelu_new',
    n_embd: 192,
    n_head: 3,
    n_layer: 2,
    n_positions: 2048,
    vocab_size: 1000,
    layer_norm_epsilon: 1e-5,
    ...shape,
  };
}

export function traceOf(config: unknown, workload: Partial<Workload> = {}): Trace {
  const model = parseModelConfig(readDocument(JSON.stringify(config), 'config.json', { syntax: 'json' }));
  return generateTrace(model, {
    prompt: 1,
    generate: 2,
    batch: 1,
    weights: 'bf16',
    kv: 'bf16',
    activations: 'bf16',
    ...workload,
  });
}
