import { readFileSync } from 'node:fs';
import { readDocument } from '@systole/document';
import { bench, describe } from 'vitest';
import {
  blockKey,
  createTraceReader,
  generateTrace,
  operators,
  parseModelConfig,
  writeTraceLines,
} from '../src/index.ts';

const file = new URL('../../../traces/models/gpt2-xl.json', import.meta.url);
const model = parseModelConfig(readDocument(readFileSync(file, 'utf8'), 'gpt2-xl.json'));
const workload = { prompt: 1, generate: 1024, batch: 1, weights: 'bf16', kv: 'bf16', activations: 'bf16' };
const trace = generateTrace(model, workload);
const lines = [...writeTraceLines(trace)].slice(0, -1);
let consumed = 0;

describe('GPT-2 XL, 1024 tokens', () => {
  bench(`${1024 * 628} operators, made one at a time`, () => {
    for (const { operator } of operators(trace)) consumed += operator.inputs.length;
  });

  bench('3072 blocks and their keys', () => {
    for (const block of trace.blocks()) consumed += blockKey(block).length;
  });

  bench(`${lines.length} lines read`, () => {
    const reader = createTraceReader('bench.jsonl');
    for (const line of lines) consumed += reader.push(line)?.operators.length ?? 0;
  });
});

if (!Number.isFinite(consumed)) throw new Error('nothing was made');
