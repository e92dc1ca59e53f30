import { softmaxElements } from '@systole/trace';
import type { Operator } from '@systole/trace';
import { PipelineBuilder } from '../pipeline.ts';
import { contiguous, functionDraft, store, sumBytes } from './drafts.ts';
import type { Draft } from './drafts.ts';
import type { Site } from './site.ts';

/** What is no product: functions on the vector unit, table rows from the flash, new keys and values to the DRAM. */
export function otherDrafts(operator: Operator, site: Site): readonly Draft[] {
  const { chip, dram, buffer } = site;
  const flash = site.flash.part;
  const bytes = {
    read: sumBytes(operator.inputs.filter(({ role }) => role === 'activation')),
    written: sumBytes(operator.outputs.filter(({ role }) => role === 'activation')),
    parameters: sumBytes(operator.inputs.filter(({ role }) => role === 'weight')),
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
        .move(flash.name, buffer.name, bytes.parameters);
      store(pipeline, site, buffer.name, bytes.written);
      return [{ name: 'rows', chunks: 1, stages: pipeline.stages, after: [], gate: 0 }];
    }
    case 'kv-append': {
      const stored = sumBytes(operator.outputs);
      const pipeline = new PipelineBuilder(chip)
        .at(buffer.name, { kind: 'read', bytes: stored })
        .move(buffer.name, dram.name, stored)
        .at(dram.name, { kind: 'write', bytes: stored, pattern: contiguous(stored) });
      return [{ name: 'keys and values', chunks: 1, stages: pipeline.stages, after: [], gate: 0 }];
    }
    default:
      return [];
  }
}
