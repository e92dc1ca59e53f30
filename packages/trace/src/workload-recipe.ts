import { suggestName, SystoleError } from '@systole/core';
import type { LocatedDocument } from '@systole/document';
import { describeValue, parseWith, readDocument } from '@systole/document';
import { findFormat, formatNames } from '@systole/numerics';
import { z } from 'zod';
import { checkWorkload, MAX_BATCH } from './check-workload.ts';
import { generateTrace } from './generate-trace.ts';
import type { ModelConfig } from './model-config.ts';
import { parseModelConfig } from './parse-model-config.ts';
import { resolveInside } from './resolve-inside.ts';
import type { Trace, Workload } from './trace.ts';
import { MAX_COUNT } from './trace-limits.ts';

/** A workload as a file says it, with the model that it is for. */
export interface WorkloadRecipe extends Workload {
  /** The name of the file, without its ending. */
  readonly name: string;
  /** Path of the config.json of the model, relative to the recipe. */
  readonly model: string;
  readonly summary?: string;
}

const format = z.string().default('bf16');
const recipeSchema = z.strictObject({
  summary: z.string().max(1000).optional(),
  model: z.string().min(1).max(1000),
  prompt: z.int().min(1).max(MAX_COUNT),
  generate: z.int().min(1).max(MAX_COUNT),
  batch: z.int().min(1).max(MAX_BATCH).default(1),
  weights: format,
  kv: format,
  activations: format,
});

/**
 * Reads a workload recipe. `batch` is 1 and formats are bf16 when left out.
 *
 * @throws SystoleError `workload/invalid` with the place of each fault.
 */
export function parseWorkload(document: LocatedDocument): WorkloadRecipe {
  const { summary, ...recipe } = parseWith(document, recipeSchema, 'workload/invalid');
  for (const field of ['weights', 'kv', 'activations'] as const) {
    if (findFormat(recipe[field]) === undefined) {
      throw new SystoleError({
        code: 'workload/invalid',
        message: `there is no number format ${describeValue(recipe[field])}`,
        place: document.placeOf([field]),
        hint: suggestName(recipe[field], formatNames()),
      });
    }
  }
  return { name: recipeName(document.file), ...recipe, ...(summary === undefined ? {} : { summary }) };
}

/** A recipe with what it leads to. */
export interface LoadedRecipe {
  readonly recipe: WorkloadRecipe;
  readonly model: ModelConfig;
  readonly trace: Trace;
}

/**
 * Reads a recipe and its model, and makes the trace.
 *
 * @param path the recipe, relative to the folder that `readText` reads from, with `/` between names.
 * @param readText gives the text of a file of that folder; it is never asked for a path that leads out of it.
 * @param nameOf what a path is called in messages; itself when left out.
 * @throws SystoleError `workload/invalid`, `model/invalid`, `model/unsupported`, `yaml/syntax` or `limit/exceeded`,
 * and whatever `readText` throws.
 */
export function loadRecipe(
  path: string,
  readText: (path: string) => string,
  nameOf: (path: string) => string = (name) => name,
): LoadedRecipe {
  const document = readDocument(readText(path), nameOf(path));
  const recipe = parseWorkload(document);
  const modelPath = resolveInside(path, recipe.model);
  if (modelPath === undefined) {
    throw new SystoleError({
      code: 'workload/invalid',
      message: `the model ${describeValue(recipe.model)} leads out of the folder of workloads`,
      place: document.placeOf(['model']),
      hint: 'Give a path relative to the recipe, such as "models/gpt2-xl.json".',
    });
  }
  const model = parseModelConfig(readDocument(readText(modelPath), nameOf(modelPath), { syntax: 'json' }));
  checkWorkload(model, recipe, (field) => document.placeOf([field]));
  return { recipe, model, trace: generateTrace(model, recipe, { name: recipe.name }) };
}

function recipeName(file: string): string {
  const base = file.split(/[\\/]/).at(-1) ?? file;
  const name = base.replace(/\.ya?ml$/i, '').slice(0, 100);
  return name === '' ? 'workload' : name;
}
