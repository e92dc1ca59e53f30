import type { Task } from '@systole/core';
import { findFormat } from '@systole/numerics';
import { operatorMacs, softmaxElements, tensorBytes } from '@systole/trace';
import type { AttentionOperator, MatmulOperator, Operator, TensorUse } from '@systole/trace';
import { PipelineBuilder } from '../pipeline.ts';
import type { Site } from './site.ts';
import { shareMatrix } from './tiling.ts';

/** A task before it is numbered and charged; `after` refers to the drafts of the same operator. */
export type Draft = Pick<Task, 'name' | 'chunks' | 'stages' | 'after'>;

/** Pieces in which a stream passes through the NPU, so that reading and computing overlap. */
const PIECES = 16;

const ZERO = { base: 0, order: 'sequential', layout: 'interleaved' } as const;

function contiguous(bytes: number) {
  return { ...ZERO, run: bytes, stride: bytes, runs: 1 };
}

function sum(uses: readonly TensorUse[]): number {
  return uses.reduce((bytes, use) => bytes + tensorBytes(use), 0);
}

function bitsOf(use: TensorUse | undefined): number {
  return findFormat(use?.format ?? 'int8')?.bits ?? 8;
}

/** A function on the vector unit; norms, biases and the like come from the DRAM first. */
function functionDraft(
  site: Site,
  kind: string,
  dims: Readonly<Record<string, number>>,
  bytes: { readonly read: number; readonly written: number; readonly parameters: number },
  after: readonly number[],
): Draft {
  const { chip, dram, buffer, vector } = site;
  const pipeline = new PipelineBuilder(chip);
  if (bytes.parameters > 0) {
    pipeline
      .at(dram.name, { kind: 'read', bytes: bytes.parameters, pattern: contiguous(bytes.parameters) })
      .move(dram.name, vector.name, bytes.parameters);
  }
  pipeline
    .at(buffer.name, { kind: 'read', bytes: bytes.read })
    .at(vector.name, { kind, bytes: bytes.read + bytes.written, dims })
    .at(buffer.name, { kind: 'write', bytes: bytes.written });
  return { name: kind, chunks: 1, stages: pipeline.stages, after };
}

/**
 * A product with weights: the flash computes on its pages round by round, while the NPU reads the other rows raw in the gaps of
 * the channels and computes on them; then the partial sums of all channels and tiles are added. Several activation rows pass
 * one after another in the flash, and together on the NPU.
 */
export function matmulDrafts(operator: MatmulOperator, site: Site): readonly Draft[] {
  const { chip, flash, shape, buffer, array, tileWidth } = site;
  const { rows, inner, columns, bias } = operator;
  const [input, weight] = operator.inputs;
  const output = operator.outputs[0];
  const bytes = { weight: bitsOf(weight) / 8, input: bitsOf(input) / 8, result: bitsOf(output) / 8 };
  const { tile, rounds, npuRows } = shareMatrix(shape, columns, inner, rows, bytes, tileWidth);
  const drafts: Draft[] = [];
  if (rounds > 0) {
    const inputBytes = Math.ceil((tile.width * bytes.input) / shape.channels);
    const resultBytes = Math.ceil(tile.height * bytes.result);
    const sent = inputBytes * shape.channels * rounds * rows;
    const returned = resultBytes * shape.channels * rounds * rows;
    drafts.push({
      name: 'in the flash',
      chunks: 1,
      after: [],
      stages: new PipelineBuilder(chip)
        .at(buffer.name, { kind: 'read', bytes: inner * bytes.input * rows })
        .move(buffer.name, flash.name, inner * bytes.input * rows)
        .at(flash.name, {
          kind: 'page-compute',
          bytes: sent + returned,
          format: weight?.format ?? 'int8',
          macs: rows * inner * (columns - npuRows),
          dims: {
            rounds: rounds * rows,
            channels: shape.channels,
            cores: shape.cores,
            inputBytes,
            resultBytes,
          },
        })
        .move(flash.name, buffer.name, returned)
        .at(buffer.name, { kind: 'write', bytes: returned }).stages,
    });
  }
  if (npuRows > 0) {
    const raw = Math.ceil(npuRows * inner * bytes.weight);
    const chunks = Math.min(PIECES, npuRows);
    // Pages are under way on all channels at once, as many as the NPU has room for.
    const room = Math.floor((buffer.facts.capacity ?? 0) / Math.ceil(raw / chunks));
    drafts.push({
      name: 'on the NPU',
      chunks,
      after: [],
      // Without a pattern the pages come from planes that have no core, and so are free.
      stages: new PipelineBuilder(chip)
        .at(flash.name, { kind: 'read', bytes: raw }, { slots: Math.max(2, Math.min(chunks, room)) })
        .move(flash.name, array.name, raw)
        .at(array.name, {
          kind: 'matmul',
          bytes: raw,
          format: weight?.format ?? 'int8',
          macs: rows * inner * npuRows,
          dims: { m: rows, k: inner, n: npuRows, split: 1 },
        }).stages,
    });
  }
  const computed = drafts.map((_, index) => index);
  const partial = Math.ceil(inner / tile.width) * shape.channels;
  const elements = rows * (columns - npuRows);
  if (elements > 0) {
    const read = Math.ceil(elements * partial * bytes.result);
    const written = Math.ceil(rows * columns * bytes.result);
    const terms = partial + (bias ? 1 : 0);
    const parameters = bias ? Math.ceil(columns * bytes.weight) : 0;
    drafts.push(
      functionDraft(site, 'accumulate', { elements, terms }, { read, written, parameters }, computed),
    );
  }
  return drafts;
}

/** Attention on the NPU: the cache streams from the DRAM through the array, query heads that share it at once. */
export function attentionDrafts(operator: AttentionOperator, site: Site): readonly Draft[] {
  const { chip, dram, array, buffer } = site;
  const { sequences, queries, heads, kvHeads, headDim, context } = operator;
  const cache = sum(operator.inputs.filter(({ role }) => role === 'kv'));
  const written = sum(operator.outputs);
  const m = queries * (heads / kvHeads);
  const scores = operator.kind === 'attention-scores';
  const dims = scores
    ? { m, k: headDim, n: context * kvHeads * sequences, split: 1 }
    : { m, k: context, n: headDim * kvHeads * sequences, split: 1 };
  const pipeline = new PipelineBuilder(chip)
    .at(dram.name, { kind: 'read', bytes: cache, pattern: contiguous(cache) })
    .move(dram.name, array.name, cache)
    .at(array.name, {
      kind: 'matmul',
      bytes: cache,
      format: operator.inputs.find(({ role }) => role === 'kv')?.format ?? 'int8',
      macs: operatorMacs(operator),
      dims,
    })
    .at(buffer.name, { kind: 'write', bytes: written });
  return [{ name: operator.kind, chunks: Math.min(PIECES, dims.n), stages: pipeline.stages, after: [] }];
}

/** Everything else: functions on the vector unit, table rows from the flash, new keys and values to the DRAM. */
export function otherDrafts(operator: Operator, site: Site): readonly Draft[] {
  const { chip, flash, dram, buffer } = site;
  const bytes = {
    read: sum(operator.inputs.filter(({ role }) => role === 'activation')),
    written: sum(operator.outputs.filter(({ role }) => role === 'activation')),
    parameters: sum(operator.inputs.filter(({ role }) => role === 'weight')),
  };
  const on = (kind: string, dims: Readonly<Record<string, number>>): readonly Draft[] => [
    functionDraft(site, kind, dims, bytes, []),
  ];
  switch (operator.kind) {
    case 'softmax':
      return on('softmax', { rows: operator.rows, elements: softmaxElements(operator), scaled: 1 });
    case 'layernorm':
    case 'rmsnorm':
      return on(operator.kind, { rows: operator.rows, elements: operator.rows * operator.length });
    case 'rope':
      return on('rope', { elements: operator.rows * operator.length });
    case 'sample':
      return on('argmax', { rows: operator.rows, elements: operator.rows * operator.length });
    case 'gelu':
    case 'silu':
    case 'relu':
    case 'add':
    case 'multiply':
      return on(operator.kind, { elements: operator.elements });
    case 'embedding': {
      const pipeline = new PipelineBuilder(chip)
        .at(flash.name, { kind: 'read', bytes: bytes.parameters, pattern: contiguous(bytes.parameters) })
        .move(flash.name, buffer.name, bytes.parameters)
        .at(buffer.name, { kind: 'write', bytes: bytes.written });
      return [{ name: 'rows', chunks: 1, stages: pipeline.stages, after: [] }];
    }
    case 'kv-append': {
      const stored = sum(operator.outputs);
      const pipeline = new PipelineBuilder(chip)
        .at(buffer.name, { kind: 'read', bytes: stored })
        .move(buffer.name, dram.name, stored)
        .at(dram.name, { kind: 'write', bytes: stored, pattern: contiguous(stored) });
      return [{ name: 'keys and values', chunks: 1, stages: pipeline.stages, after: [] }];
    }
    default:
      return [];
  }
}
