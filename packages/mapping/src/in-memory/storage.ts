import type { EmbeddingOperator, KvAppendOperator } from '@systole/trace';
import { PipelineBuilder } from '../pipeline.ts';
import { bytesOf } from '../units.ts';
import type { Draft, Site } from './site.ts';

/**
 * The new keys and values go to their reserved places. A key is contiguous: a burst into one bank. The values lie
 * column-major: every output element is written into a row of its own, `tokens` neighbours at a time.
 */
export function appendTasks(operator: KvAppendOperator, site: Site): readonly Draft[] {
  const { chip, device, buffer } = site;
  const { sequences, tokens, kvHeads, headDim } = operator;
  const format = cacheFormat(operator);
  const element = bytesOf(format);
  const width = kvHeads * headDim;
  const bytes = sequences * tokens * width * element;
  const write = (name: string, run: number, runs: number, stride: number, base: number): Draft => ({
    name,
    chunks: 1,
    stages: new PipelineBuilder(chip)
      .at(buffer.name, { kind: 'read', bytes })
      .move(buffer.name, device.part.name, bytes)
      .at(device.part.name, {
        kind: 'write',
        bytes,
        format,
        pattern: { base, run, stride, runs, order: 'sequential', layout: 'local' },
      }).stages,
  });
  const keyBytes = width * element;
  const valueRow = Math.ceil((site.maxContext * element) / device.segmentBytes) * device.segmentBytes;
  return [
    write('key', keyBytes, sequences * tokens, keyBytes, 0),
    write('value', tokens * element, sequences * width, valueRow, writeOffset(operator, site) * element),
  ];
}

/**
 * Where in a column access the new values start, in elements. Which column of the row it is makes no difference to the cost,
 * so that appending recurs every few tokens.
 */
export function writeOffset(operator: KvAppendOperator, site: Site): number {
  return operator.position % (site.device.segmentBytes / bytesOf(cacheFormat(operator)));
}

function cacheFormat(operator: KvAppendOperator): string {
  return operator.outputs.find(({ role }) => role === 'kv')?.format ?? 'bf16';
}

/** Rows of the embedding tables are read from the memory and, where there are several tables, added on the ASIC. */
export function embeddingTasks(operator: EmbeddingOperator, site: Site): readonly Draft[] {
  const { chip, device, buffer, vector } = site;
  const { rows, length, tables } = operator;
  const format = operator.inputs.find(({ role }) => role === 'weight')?.format ?? 'bf16';
  const run = length * bytesOf(format);
  const bytes = rows * tables * run;
  const pipeline = new PipelineBuilder(chip)
    .at(device.part.name, {
      kind: 'read',
      bytes,
      format,
      pattern: { base: 0, run, stride: run, runs: rows * tables, order: 'sequential', layout: 'local' },
    })
    .move(device.part.name, buffer.name, bytes);
  if (tables > 1) {
    pipeline.at(vector.name, {
      kind: 'gather',
      bytes,
      format,
      dims: { elements: rows * length, tables },
    });
  }
  pipeline.at(buffer.name, { kind: 'write', bytes: rows * run });
  return [{ name: 'rows', chunks: 1, stages: pipeline.stages }];
}
