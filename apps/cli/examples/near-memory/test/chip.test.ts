import { readFileSync } from 'node:fs';
import { loadChip, resolveChip } from '@systole/chip';
import { computePackage } from '@systole/compute';
import { createCatalogue } from '@systole/core';
import { readDocument } from '@systole/document';
import { interconnectPackage } from '@systole/interconnect';
import { auto, createMappings } from '@systole/mapping';
import { memoryPackage } from '@systole/memory';
import { replay } from '@systole/replay';
import type { Result } from '@systole/replay';
import { generateTrace, operatorMacs, operators, parseModelConfig } from '@systole/trace';
import type { Trace } from '@systole/trace';
import { expect, it } from 'vitest';
import components from '../src/index.ts';

const file = new URL('../chip.yaml', import.meta.url);
const catalogue = createCatalogue([
  memoryPackage,
  computePackage,
  interconnectPackage,
  { name: 'near-memory', components },
]);
const chip = resolveChip(loadChip(readFileSync(file, 'utf8'), 'chip.yaml', catalogue), catalogue);

const config = { model_type: 'gpt2', n_layer: 2, n_embd: 384, n_head: 6, n_positions: 128, vocab_size: 3000 };
const model = parseModelConfig(readDocument(JSON.stringify(config), 'tiny.json'));

function traceOf(weights: string): Trace {
  const shape = { prompt: 4, generate: 3, batch: 1, weights, kv: 'int8', activations: 'int8' };
  return generateTrace(model, shape);
}

function run(weights: string): Result {
  return replay(chip, traceOf(weights), { mappings: createMappings([auto]) }).result;
}

it('does the multiply-accumulates that the model asks for, all of them on the unit', () => {
  let asked = 0;
  for (const { operator } of operators(traceOf('int8'))) asked += operatorMacs(operator);
  const { components: parts } = run('int8');
  expect(parts.find(({ name }) => name === 'unit')?.usefulMacs).toBe(asked);
});

it('gains from narrower weights, in time and in energy', () => {
  const [wide, narrow] = [run('int8'), run('int4')];
  expect(narrow.time.total.ps).toBeLessThan(wide.time.total.ps);
  expect(narrow.energy.totalFj).toBeLessThan(wide.energy.totalFj);
});
