import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HOME, scratch } from './systole.ts';

/** A new folder that holds these files. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = scratch();
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return folder;
}

/** The files of a folder and of those below it, by their path from it. */
export function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** The chip that comes with Systole, as text. */
export const CHIP = readFileSync(join(HOME, 'configs/pim-gpt/chip.yaml'), 'utf8');

/** The chip with one piece of its text replaced; fails when that is not there exactly once. */
export function chipWith(found: string, put: string): string {
  if (CHIP.split(found).length !== 2) throw new Error(`"${found}" is not in the chip exactly once`);
  return CHIP.replace(found, () => put);
}

/** Models small enough that a run takes no time. */
export const MODELS = {
  gpt2: { model_type: 'gpt2', n_layer: 2, n_embd: 64, n_head: 4, n_positions: 64, vocab_size: 500 },
  opt: {
    model_type: 'opt',
    num_hidden_layers: 2,
    hidden_size: 64,
    num_attention_heads: 4,
    ffn_dim: 128,
    max_position_embeddings: 64,
    vocab_size: 500,
  },
  llama: {
    model_type: 'llama',
    num_hidden_layers: 2,
    hidden_size: 64,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    intermediate_size: 96,
    max_position_embeddings: 64,
    vocab_size: 500,
  },
  mistral: {
    model_type: 'mistral',
    num_hidden_layers: 2,
    hidden_size: 64,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    intermediate_size: 96,
    max_position_embeddings: 64,
    vocab_size: 500,
    sliding_window: 8,
  },
} as const;

export const GPT2 = JSON.stringify(MODELS.gpt2, undefined, 1);
