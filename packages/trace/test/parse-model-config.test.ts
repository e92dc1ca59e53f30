import { SystoleError } from '@systole/core';
import { readDocument } from '@systole/document';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateTrace, modelFacts, parseModelConfig } from '../src/index.ts';
import { loadModel, modelOf, TINY, workloadOf } from './models.ts';

function refusal(fields: object): SystoleError {
  try {
    const text = JSON.stringify(fields, null, 1);
    parseModelConfig(readDocument(text, 'models/bad.json'));
  } catch (error) {
    if (error instanceof SystoleError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('config.json', () => {
  it('of GPT-2 has defaults that follow from other fields', () => {
    expect(loadModel('gpt2')).toMatchObject({
      name: 'gpt2',
      architecture: 'gpt2',
      headDim: 64,
      intermediate: 3072,
      positionRows: 1024,
      tied: true,
      norm: 'layernorm',
      activation: 'gelu',
      gated: false,
    });
  });

  it('of Llama takes heads and widths that are left out or null', () => {
    const { num_key_value_heads: _, ...plain } = TINY.llama;
    expect(modelOf(plain)).toMatchObject({ kvHeads: 4, headDim: 2 });
    expect(modelOf({ ...TINY.llama, head_dim: null, sliding_window: 3 })).toMatchObject({
      kvHeads: 2,
      headDim: 2,
    });
    expect(modelOf({ ...TINY.llama, sliding_window: 3 })).not.toHaveProperty('window');
    expect(modelOf({ ...TINY.mistral, sliding_window: null })).not.toHaveProperty('window');
    expect(loadModel('llama-3.2-1b')).toMatchObject({ headDim: 64, tied: true, kvHeads: 8 });
  });

  it('keeps the counts of models whose published size is known', () => {
    // GPT-2 medium and large, and Llama 3.2 1B, as their publishers count them.
    const parameters = (name: string): number =>
      modelFacts(loadModel(name), { weights: 'bf16', kv: 'bf16' }).parameters;
    expect(parameters('gpt2-medium')).toBe(354_823_168);
    expect(parameters('gpt2-large')).toBe(774_030_080);
    expect(parameters('llama-3.2-1b')).toBe(1_235_814_400);
    expect(parameters('llama-2-13b')).toBe(13_015_864_320);
  });

  it('of another architecture is refused, and what there is is listed', () => {
    const error = refusal({ n: 1, model_type: 'mamba' });
    expect(error).toMatchObject({
      code: 'model/unsupported',
      hint: 'Supported are: gpt2, opt, llama, mistral.',
    });
    expect(error.place).toMatchObject({ file: 'models/bad.json', line: 3, column: 16, path: 'model_type' });
  });

  it.each([
    [{}, 'model_type'],
    [{ model_type: 7 }, 'model_type'],
    [{ ...TINY.gpt2, n_head: 3 }, 'n_head'],
    [{ ...TINY.gpt2, n_layer: 0 }, 'n_layer'],
    [{ ...TINY.gpt2, n_layer: 10_001 }, 'n_layer'],
    [{ ...TINY.gpt2, n_embd: 2 ** 25 }, 'n_embd'],
    [{ ...TINY.gpt2, n_embd: 8.5 }, 'n_embd'],
    [{ ...TINY.gpt2, vocab_size: '11' }, 'vocab_size'],
    [{ ...TINY.gpt2, activation_function: 'tanh' }, 'activation_function'],
    [{ ...TINY.gpt2, add_cross_attention: true }, 'add_cross_attention'],
    [{ ...TINY.llama, num_key_value_heads: 3 }, 'num_key_value_heads'],
    [{ ...TINY.llama, head_dim: 3 }, 'num_attention_heads'],
    [{ ...TINY.llama, head_dim: 2 ** 24 }, 'num_attention_heads'],
    [{ ...TINY.llama, hidden_size: undefined }, 'hidden_size'],
  ])('%o is refused at %s', (fields, path) => {
    const error = refusal(fields);
    expect(error.code).toBe('model/invalid');
    expect(error.place.path).toBe(path);
    expect(error.place.line).toBeGreaterThanOrEqual(1);
  });

  it('of a size that cannot be counted is refused', () => {
    const size = 2 ** 24;
    const wide = { hidden_size: size, intermediate_size: size, num_hidden_layers: 10_000, vocab_size: size };
    expect(
      refusal({ ...TINY.llama, ...wide, num_attention_heads: 2 ** 12, num_key_value_heads: 1 }),
    ).toMatchObject({
      code: 'model/invalid',
      message: expect.stringContaining('2^48'),
    });
  });

  it('reports all faults together', () => {
    expect(refusal({ ...TINY.gpt2, n_layer: 0, n_embd: 'x' }).problems).toHaveLength(2);
  });
});

it('any fields give a model whose trace can be made, or a SystoleError', () => {
  const value = fc.oneof(
    fc.integer({ min: 1, max: 64 }),
    fc.integer({ min: -1, max: 2 ** 25 }),
    fc.constantFrom(null, true, false, 'gelu', 'silu', 'x', 2 ** 24, 0.5),
  );
  const fields = fc.constantFrom(...Object.values(TINY)).chain((tiny) => {
    const changes = fc.dictionary(fc.constantFrom(...Object.keys(tiny).slice(1)), value, { maxKeys: 4 });
    return changes.map((changed) => ({ ...tiny, ...changed }));
  });
  let made = 0;
  fc.assert(
    fc.property(
      fields,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 2 ** 21 }),
      (tiny, prompt, batch) => {
        const attempt = (): boolean => {
          try {
            const trace = generateTrace(modelOf(tiny), workloadOf({ prompt, batch, generate: 2 }));
            for (const block of trace.blocks()) made += block.operators.length;
            return true;
          } catch (error) {
            return error instanceof SystoleError;
          }
        };
        expect(attempt()).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
  expect(made).toBeGreaterThan(1000);
});
