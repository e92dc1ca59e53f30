import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadChip, resolveChip, setParameter } from '@systole/chip';
import { computePackage } from '@systole/compute';
import { createCatalogue } from '@systole/core';
import { readDocument } from '@systole/document';
import { interconnectPackage } from '@systole/interconnect';
import { memoryPackage } from '@systole/memory';
import { createMappings } from '@systole/mapping';
import { replay } from '@systole/replay';
import type { ComponentSummary } from '@systole/replay';
import { generateTrace, operatorBytes, operatorMacs, operators, parseModelConfig } from '@systole/trace';
import { expect, it } from 'vitest';
import plugin from '../src/index.ts';

const catalogue = createCatalogue([memoryPackage, computePackage, interconnectPackage]);
const mappings = createMappings(plugin.mappings);
const file = fileURLToPath(new URL('../chip.yaml', import.meta.url));
const chip = loadChip(readFileSync(file, 'utf8'), file, catalogue);

const config = { model_type: 'gpt2', n_layer: 2, n_embd: 64, n_head: 4, n_positions: 128, vocab_size: 1000 };
const model = parseModelConfig(readDocument(JSON.stringify(config), 'tiny.json'));
const formats = { weights: 'bf16', kv: 'bf16', activations: 'bf16' };
const trace = generateTrace(model, { prompt: 8, generate: 3, batch: 1, ...formats });

/** Replays the trace on the chip, with a size of tile. */
function componentsWith(tile: string): ReadonlyMap<string, ComponentSummary> {
  const changed = resolveChip(setParameter(chip, 'mapping.tile', tile, catalogue), catalogue);
  const { result } = replay(changed, trace, { mappings });
  return new Map(result.components.map((component) => [component.name, component]));
}

it('does the multiply-accumulates that the trace asks for, all of them on the array', () => {
  let asked = 0;
  for (const { operator } of operators(trace)) asked += operatorMacs(operator);
  const components = componentsWith('64 KiB');
  expect(components.get('array')?.usefulMacs).toBe(asked);
  expect(components.get('vector')?.usefulMacs).toBe(0);
});

it('moves weights and caches through the memory once, and nothing else', () => {
  let asked = 0;
  for (const { operator } of operators(trace)) {
    const { weights, kvRead, kvWritten } = operatorBytes(operator);
    asked += weights + kvRead + kvWritten;
  }
  expect(componentsWith('64 KiB').get('dram')?.bytes).toBe(asked);
  expect(componentsWith('1 KiB').get('dram')?.bytes).toBe(asked);
});

it('reads activations once for each tile', () => {
  const bytesWith = (tile: string): number => componentsWith(tile).get('sram')?.bytes ?? 0;
  // The largest matrix, the logits, has 1000 x 64 elements of two bytes: from 128 KiB on nothing is read twice.
  expect(bytesWith('1 MiB')).toBe(bytesWith('128 KiB'));
  let again = 0;
  for (const { operator } of operators(trace)) {
    if (operator.kind !== 'matmul' && operator.kind !== 'lm-head') continue;
    const { rows, inner, columns } = operator;
    again += 2 * rows * inner * (Math.ceil((2 * inner * columns) / 16_384) - 1);
  }
  expect(bytesWith('16 KiB') - bytesWith('128 KiB')).toBe(again);
});

it('says what a chip lacks', () => {
  const { array: _array, vector: _vector, ...components } = chip.components;
  const connections = chip.connections.filter(({ from }) => Object.hasOwn(components, from));
  const bare = resolveChip({ ...chip, components, connections }, catalogue);
  expect(() => replay(bare, trace, { mappings })).toThrow('needs a unit that takes matmul or dot');
});
