import { fileURLToPath } from 'node:url';
import { resolveChip } from '@systole/chip';
import { replay } from '@systole/replay';
import { generateTrace } from '@systole/trace';
import type { Workload } from '@systole/trace';
import { loadRecipeFile } from '@systole/trace/node';
import { bench, describe } from 'vitest';
import { readChip } from '../src/inputs.ts';
import { createToolbox } from '../src/toolbox.ts';

const HOME = new URL('../../../', import.meta.url);
const { catalogue, mappings } = createToolbox();
const path = (name: string): string => fileURLToPath(new URL(name, HOME));

const INT8 = { weights: 'int8', kv: 'int8', activations: 'int8' };
const MODELS = [
  ['pim-gpt', 'gpt2-xl', {}],
  ['npu-hbm', 'llama-3.1-8b', {}],
  ['npu-pim', 'llama-3.1-8b', {}],
  ['cambricon-llm-s', 'llama-2-7b', INT8],
  ['cambricon-llm-m', 'llama-2-7b', INT8],
  ['cambricon-llm-l', 'llama-2-7b', INT8],
] as const;

/** Reads, resolves, expands and replays, as the command does: nothing is kept from one time to the next. */
function run(chipName: string, recipeName: string, changes: Readonly<Partial<Workload>>): void {
  const chip = resolveChip(readChip(path(`configs/${chipName}`), catalogue), catalogue);
  const { recipe, model } = loadRecipeFile(path(`traces/${recipeName}.yaml`));
  replay(chip, generateTrace(model, { ...recipe, prompt: 1, ...changes }), { mappings });
}

const few = { iterations: 5, time: 0, warmupIterations: 1, warmupTime: 0 };

describe('one token from a prompt of one', () => {
  for (const [chip, recipe, formats] of MODELS) {
    bench(`${recipe} on ${chip}`, () => run(chip, recipe, { ...formats, generate: 1 }), few);
  }
});

describe('1024 tokens from a prompt of one', () => {
  for (const [chip, recipe, formats] of MODELS) {
    bench(`${recipe} on ${chip}`, () => run(chip, recipe, { ...formats, generate: 1024 }), few);
  }
});

describe('a prompt of 512 tokens in a batch of 64', () => {
  const sizes = { prompt: 512, batch: 64, generate: 2 };
  const once = { ...few, iterations: 2, warmupIterations: 0 };
  bench('llama-3.1-8b on npu-hbm', () => run('npu-hbm', 'llama-3.1-8b', sizes), once);
});
