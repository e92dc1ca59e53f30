import { softmaxElements, tensorBytes } from '@systole/trace';
import type { Operator, TensorUse } from '@systole/trace';
import { PipelineBuilder } from '../pipeline.ts';
import type { Draft, Site } from './site.ts';

/** The operators that a vector unit computes, one function each. */
export type VectorOperator = Extract<
  Operator,
  {
    kind:
      'softmax' | 'layernorm' | 'rmsnorm' | 'rope' | 'gelu' | 'silu' | 'relu' | 'add' | 'multiply' | 'sample';
  }
>;

/** What a vector unit is asked for: the kind of transaction and its sizes. */
export interface VectorWork {
  readonly kind: string;
  readonly dims: Readonly<Record<string, number>>;
}

/** A function of a vector unit, as a transaction of it. */
export function workOf(operator: VectorOperator): VectorWork {
  switch (operator.kind) {
    case 'softmax':
      return {
        kind: 'softmax',
        dims: { rows: operator.rows, elements: softmaxElements(operator), scaled: 1 },
      };
    case 'layernorm':
    case 'rmsnorm':
      return {
        kind: operator.kind,
        dims: { rows: operator.rows, elements: operator.rows * operator.length },
      };
    case 'sample':
      return { kind: 'argmax', dims: { rows: operator.rows, elements: operator.rows * operator.length } };
    case 'rope':
      return { kind: 'rope', dims: { elements: operator.rows * operator.length } };
    default:
      return { kind: operator.kind, dims: { elements: operator.elements } };
  }
}

/**
 * One function on the vector unit: operands from the SRAM (gains and biases first from the memory), results back to it. What
 * the SRAM cannot hold at once goes through it in pieces.
 */
export function vectorTasks(operator: VectorOperator, site: Site): readonly Draft[] {
  const { kind, dims } = workOf(operator);
  const read = sum(operator.inputs.filter(({ role }) => role === 'activation'));
  const written = sum(operator.outputs);
  const parameters = sum(operator.inputs.filter(({ role }) => role === 'weight'));
  return [functionTask(kind, dims, read, written, parameters, site)];
}

/** Adds `terms` partial sums of each element, and a bias vector of `bias` elements. */
export function accumulateTask(
  elements: number,
  terms: number,
  bias: number,
  sumBytes: number,
  biasBytes: number,
  site: Site,
): Draft {
  return functionTask(
    'accumulate',
    { elements, terms: bias > 0 ? terms + 1 : terms },
    elements * terms * sumBytes,
    elements * sumBytes,
    bias * biasBytes,
    site,
  );
}

function functionTask(
  kind: string,
  dims: Readonly<Record<string, number>>,
  read: number,
  written: number,
  parameters: number,
  site: Site,
): Draft {
  const { chip, device, buffer, vector } = site;
  const pipeline = new PipelineBuilder(chip);
  if (parameters > 0) {
    pipeline
      .at(device.part.name, {
        kind: 'read',
        bytes: parameters,
        pattern: {
          base: 0,
          run: parameters,
          stride: parameters,
          runs: 1,
          order: 'sequential',
          layout: 'interleaved',
        },
      })
      .move(device.part.name, vector.name, parameters);
  }
  pipeline
    .at(buffer.name, { kind: 'read', bytes: read })
    .move(buffer.name, vector.name, read)
    .at(vector.name, { kind, bytes: read + written, dims })
    .move(vector.name, buffer.name, written)
    .at(buffer.name, { kind: 'write', bytes: written });
  // Two pieces at a time: one is computed while the next is read.
  const room = Math.max(1, Math.floor((buffer.facts.capacity ?? read + written) / 2));
  const smallest = dims['elements'] ?? 1;
  const chunks = Math.min(Math.max(1, Math.ceil((read + written) / room)), smallest);
  return { name: kind, chunks, stages: pipeline.stages };
}

function sum(uses: readonly TensorUse[]): number {
  return uses.reduce((bytes, use) => bytes + tensorBytes(use), 0);
}
