import type { ResolvedPart } from '@systole/chip';
import { tensorBytes } from '@systole/trace';
import type { Operator, TensorUse } from '@systole/trace';
import { workOf } from '../in-memory/vector.ts';
import { PipelineBuilder } from '../pipeline.ts';
import { dealt } from '../tiers/spread.ts';
import { bytesIn, contiguous } from './draft.ts';
import type { Draft } from './draft.ts';
import { homeOf, spreadOf } from './site.ts';
import type { Site } from './site.ts';

/** Functions go through the vector unit in pieces of this size, so that reading and computing overlap. */
const FUNCTION_BYTES = 512 * 1024;
const MOST_PIECES = 16;

/** A function of the vector unit; gains and biases come from the memory before the operands are there. */
export function functionDraft(
  work: { readonly kind: string; readonly dims: Readonly<Record<string, number>> },
  operands: readonly TensorUse[],
  parameters: readonly TensorUse[],
  results: readonly TensorUse[],
  site: Site,
  visible = 1,
): Draft {
  const { chip, memory, vector, buffer } = site;
  const pipeline = new PipelineBuilder(chip);
  const bytes = sum(parameters);
  const [parameter] = parameters;
  if (bytes > 0 && parameter !== undefined) {
    const home = homeOf(site, parameter);
    pipeline.at(home.name, { kind: 'read', bytes }).move(home.name, vector.name, bytes);
  }
  const gate = pipeline.stages.length;
  let moved = 0;
  const through = (home: ResolvedPart, bytes: number): void => {
    pipeline.at(home.name, { kind: 'read', bytes }).move(home.name, vector.name, bytes);
    moved += bytes;
  };
  for (const use of operands) through(homeOf(site, use), Math.ceil(tensorBytes(use) * visible));
  const written = Math.ceil(sum(results) * visible);
  // Several results of one operator go where the largest of them goes.
  const to = results.some((use) => homeOf(site, use) !== buffer) ? memory : buffer;
  pipeline
    .at(vector.name, { ...work, bytes: moved + written })
    .move(vector.name, to.name, written)
    .at(to.name, { kind: 'write', bytes: written });
  const smallest = Math.min(work.dims['rows'] ?? Infinity, work.dims['elements'] ?? 1);
  const pieces = Math.min(MOST_PIECES, smallest, Math.ceil((moved + written) / FUNCTION_BYTES));
  return {
    name: work.kind,
    chunks: Math.max(1, pieces),
    stages: pipeline.stages,
    gate,
    after: [],
    streams: false,
  };
}

/** Everything else: functions on the vector unit, rows of tables, new keys and values. */
export function otherDrafts(operator: Operator, site: Site): readonly Draft[] {
  const { chip, memory, vector } = site;
  const [out] = operator.outputs;
  if (out === undefined) return [];
  switch (operator.kind) {
    case 'matmul':
    case 'lm-head':
    case 'attention-scores':
    case 'attention-context':
      return [];
    case 'embedding': {
      const { rows, length, tables } = operator;
      const table = operator.inputs.find(({ role }) => role === 'weight');
      const run = bytesIn(table?.format ?? out.format, length);
      const bytes = run * rows * tables;
      const to = homeOf(site, out);
      const pattern = { ...contiguous(run), runs: rows * tables };
      const home = table === undefined ? memory : homeOf(site, table);
      const pipeline = new PipelineBuilder(chip)
        .at(home.name, { kind: 'read', bytes, pattern })
        .move(home.name, vector.name, bytes)
        .at(vector.name, { kind: 'gather', bytes, dims: { elements: rows * length, tables } })
        .move(vector.name, to.name, tensorBytes(out))
        .at(to.name, { kind: 'write', bytes: tensorBytes(out) });
      return [{ name: 'rows', chunks: 1, stages: pipeline.stages, gate: 0, after: [], streams: false }];
    }
    case 'kv-append':
      return operator.inputs.flatMap((input, index): readonly Draft[] => {
        const stored = operator.outputs[index];
        if (stored === undefined) return [];
        const from = homeOf(site, input);
        const pipeline = new PipelineBuilder(chip).at(from.name, {
          kind: 'read',
          bytes: tensorBytes(input),
        });
        for (const { home, bytes } of dealt(tensorBytes(stored), spreadOf(site, stored), 1)) {
          pipeline.move(from.name, home.name, bytes).at(home.name, { kind: 'write', bytes });
        }
        return [{ name: 'append', chunks: 1, stages: pipeline.stages, gate: 0, after: [], streams: false }];
      });
    default: {
      const work = workOf(operator);
      const operands = operator.inputs.filter(({ role }) => role === 'activation');
      const parameters = operator.inputs.filter(({ role }) => role === 'weight');
      // What a causal mask hides of the scores is neither read nor written.
      const visible =
        operator.kind === 'softmax' ? (work.dims['elements'] ?? 0) / (operator.rows * operator.length) : 1;
      return [functionDraft(work, operands, parameters, operator.outputs, site, visible)];
    }
  }
}

function sum(uses: readonly TensorUse[]): number {
  return uses.reduce((bytes, use) => bytes + tensorBytes(use), 0);
}
