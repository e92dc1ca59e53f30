import { basename, dirname, resolve } from 'node:path';
import { SystoleError } from '@systole/core';
import type { Catalogue } from '@systole/core';
import { parseChip, placesWithout, resolveChip, setParameter } from '@systole/chip';
import type { ChipSpec, Places, ResolvedChip } from '@systole/chip';
import { readDocument } from '@systole/document';
import { generateTrace, parseModelConfig } from '@systole/trace';
import type { ModelConfig, Trace, TraceBlock, TraceHeader, Workload } from '@systole/trace';
import { loadRecipeFile, openTraceFile } from '@systole/trace/node';
import { readBeginning, readTextFile } from './files.ts';
import { refuseOtherKind } from './input-kind.ts';
import { findChipFile, findWorkloadFile } from './library.ts';
import { expandBraces, splitAssignment } from './assignment.ts';

/** The flags that shape a workload, the same on every verb that takes one. */
export interface WorkloadFlags {
  readonly model?: string;
  readonly prompt?: string;
  readonly generate?: string;
  readonly batch?: string;
  readonly weights?: string;
  readonly kv?: string;
  readonly activations?: string;
}

/** What a run replays: a trace that can be made at once, or one that is streamed from a file. */
export type TraceInput =
  | { readonly kind: 'generated'; readonly name: string; readonly trace: Trace }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly header: TraceHeader;
      readonly blocks: AsyncIterable<TraceBlock>;
    };

/** Reads a chip by name or path and applies `--set` assignments such as `components.dram.channels=16`. */
export function loadChipInput(
  nameOrPath: string,
  catalogue: Catalogue,
  assignments: readonly string[] = [],
): ResolvedChip {
  const source = applyAssignments(readChipSource(nameOrPath, catalogue), assignments, catalogue);
  return resolveChip(source.spec, catalogue, source.places);
}

/** A chip as it was read, and where its values stand in its file; those that were set since have no place there. */
export interface ChipSource {
  readonly spec: ChipSpec;
  readonly places: Places;
}

/** Reads a chip by name or path, and checks it against the catalogue. */
export function readChip(nameOrPath: string, catalogue: Catalogue): ChipSpec {
  return readChipSource(nameOrPath, catalogue).spec;
}

/** As `readChip`, with the places of its values. */
export function readChipSource(nameOrPath: string, catalogue: Catalogue): ChipSource {
  const file = findChipFile(nameOrPath);
  const text = readTextFile(file);
  refuseOtherKind(text, file, 'chip');
  const document = readDocument(text, file);
  return { spec: parseChip(document, catalogue), places: document };
}

/** Applies `path=value` assignments to a chip. */
export function applyAssignments(
  source: ChipSource,
  assignments: readonly string[],
  catalogue: Catalogue,
): ChipSource {
  let changed = source;
  for (const assignment of assignments) {
    const { path, value } = splitAssignment(assignment, '--set');
    changed = setInChip(changed, path, value, catalogue);
  }
  return changed;
}

/** Sets one parameter of a chip, or one of several components: `components.{vector,sram}.clock`. */
export function setInChip(
  { spec, places }: ChipSource,
  path: string,
  value: string,
  catalogue: Catalogue,
): ChipSource {
  const paths = expandBraces(path);
  return {
    spec: paths.reduce((changed, one) => setParameter(changed, one, value, catalogue), spec),
    places: placesWithout(places, paths),
  };
}

const DEFAULTS = {
  prompt: 1,
  generate: 128,
  batch: 1,
  weights: 'bf16',
  kv: 'bf16',
  activations: 'bf16',
} as const;

/**
 * Finds, reads and shapes a workload: a recipe or trace by name or path, or a model's `config.json`. `where` says where a
 * workload that was forgotten belongs.
 */
export async function loadTraceInput(
  nameOrPath: string | undefined,
  flags: WorkloadFlags,
  where = ' after the chip',
): Promise<TraceInput> {
  if (flags.model !== undefined) {
    if (nameOrPath !== undefined) {
      throw argument(
        '--model takes the place of a workload',
        'Leave out the workload, or leave out --model.',
      );
    }
    const text = readTextFile(flags.model);
    refuseOtherKind(text, flags.model, 'model');
    const document = readDocument(text, flags.model, { syntax: 'json' });
    return generate(modelName(flags.model), parseModelConfig(document), DEFAULTS, flags);
  }
  if (nameOrPath === undefined) {
    throw argument(
      'no workload was named',
      `Name one${where} (see systole list workloads), or give --model config.json.`,
    );
  }
  const file = findWorkloadFile(nameOrPath);
  const isRecipe = /\.ya?ml$/i.test(file);
  refuseOtherKind(isRecipe ? readTextFile(file) : readBeginning(file), file, isRecipe ? 'workload' : 'trace');
  if (!isRecipe) {
    if (shapesWorkload(flags)) {
      throw argument(
        'a recorded trace has its shape already, and takes no workload flags',
        'Leave out --prompt, --generate, --batch, --weights, --kv and --activations, or name a workload.',
      );
    }
    const { header, blocks } = await openTraceFile(file);
    return { kind: 'file', name: header.name, header, blocks };
  }
  const { recipe, model } = loadRecipeFile(file);
  return generate(recipe.name, model, recipe, flags);
}

function generate(name: string, model: ModelConfig, recipe: Workload, flags: WorkloadFlags): TraceInput {
  const workload: Workload = {
    prompt: count(flags.prompt, '--prompt') ?? recipe.prompt,
    generate: count(flags.generate, '--generate') ?? recipe.generate,
    batch: count(flags.batch, '--batch') ?? recipe.batch,
    weights: flags.weights ?? recipe.weights,
    kv: flags.kv ?? recipe.kv,
    activations: flags.activations ?? recipe.activations,
  };
  return { kind: 'generated', name, trace: generateTrace(model, workload, { name }) };
}

/** Whether a flag says how a workload is shaped. */
export function shapesWorkload({
  prompt,
  generate,
  batch,
  weights,
  kv,
  activations,
}: WorkloadFlags): boolean {
  return [prompt, generate, batch, weights, kv, activations].some((flag) => flag !== undefined);
}

/** The name of a model by its file; by its folder, where the file is called config.json as all are. */
function modelName(file: string): string {
  const whole = resolve(file);
  const name = basename(whole).replace(/\.json$/i, '');
  const folder = basename(dirname(whole));
  return name === 'config' && folder !== '' ? folder : name;
}

/** Reads a flag that counts something. */
export function count(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= 1) return value;
  throw argument(
    `${flag} takes a whole number from 1 on, got "${text.slice(0, 40)}"`,
    `Write ${flag} 128, say.`,
  );
}

export function argument(message: string, hint: string): SystoleError {
  return new SystoleError({ code: 'argument/invalid', message, hint });
}
