import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateTrace, parseModelConfig, writeTraceLines } from '@systole/trace';
import { readDocument } from '@systole/document';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHIP, GPT2, MODELS } from './support/files.ts';
import { changedLines, mutated, textMutation, valueMutation } from './support/mutations.ts';
import { faultsOf, simulateTexts } from './support/simulate-texts.ts';
import type { RunTexts } from './support/simulate-texts.ts';
import { HOME } from './support/systole.ts';

const SHAPE = { prompt: 2, generate: 3, batch: 2, weights: 'bf16', kv: 'bf16', activations: 'bf16' } as const;
const ONE = { ...SHAPE, prompt: 3, generate: 2, batch: 1 } as const;

const configOf = (name: string): string => readFileSync(join(HOME, `traces/models/${name}.json`), 'utf8');

function traceOf(config: unknown): readonly string[] {
  const text = JSON.stringify(config);
  const model = parseModelConfig(readDocument(text, 'config.json', { syntax: 'json' }));
  return [...writeTraceLines(generateTrace(model, { ...SHAPE, generate: 2 }))];
}

/** Runs every case to a result or a typed refusal, and returns how many of either there were. */
function fuzz(cases: fc.Arbitrary<RunTexts>, numRuns: number) {
  const ends = { result: 0, refusal: 0 };
  const codes = new Set<string>();
  fc.assert(
    fc.property(cases, (texts) => {
      const end = simulateTexts(texts);
      ends[end.kind]++;
      if (end.kind === 'refusal') codes.add(end.error.code);
      expect(faultsOf(end)).toEqual([]);
    }),
    { numRuns, seed: 20_250_307 },
  );
  return { ...ends, codes: codes.size };
}

describe('whatever stands in a chip file', () => {
  const of = (mutation: typeof textMutation): fc.Arbitrary<RunTexts> =>
    mutated(CHIP, mutation).map((chip) => ({
      chip,
      workload: { config: GPT2, shape: SHAPE },
      [fc.toStringMethod]: () => changedLines(CHIP, chip),
    }));

  it('ends in a result or a typed refusal, when the text is damaged', () => {
    const { result, codes } = fuzz(of(textMutation), 1000);
    // Both ends are met, or half of the test would be idle.
    expect(result).toBeGreaterThan(100);
    expect(codes).toBeGreaterThan(8);
  });

  it('ends in a result or a typed refusal, when only its figures change', () => {
    const { result, refusal } = fuzz(of(valueMutation), 800);
    expect(result).toBeGreaterThan(200);
    expect(refusal).toBeGreaterThan(100);
  });
});

describe("whatever stands in a model's config.json", () => {
  const texts = ['gpt2', 'opt-125m', 'llama-3.2-1b', 'mistral-7b-v0.1'].map(configOf);
  const of = (mutation: typeof textMutation): fc.Arbitrary<RunTexts> =>
    fc
      .constantFrom(...texts, ...Object.values(MODELS).map((model) => JSON.stringify(model, undefined, 1)))
      .chain((text) =>
        mutated(text, mutation).map((config) => ({
          chip: CHIP,
          workload: { config, shape: ONE },
          [fc.toStringMethod]: () => config,
        })),
      );

  it('ends in a result or a typed refusal, when the text is damaged', () => {
    const { result, codes } = fuzz(of(textMutation), 1200);
    expect(result).toBeGreaterThan(50);
    expect(codes).toBeGreaterThan(3);
  });

  it('ends in a result or a typed refusal, when only its figures change', () => {
    const { result, refusal } = fuzz(of(valueMutation), 800);
    expect(result).toBeGreaterThan(70);
    expect(refusal).toBeGreaterThan(70);
  });
});

describe('whatever stands in a trace', () => {
  const traces = Object.values(MODELS).map((model) => traceOf(model).join('\n'));
  const of = (mutation: typeof textMutation): fc.Arbitrary<RunTexts> =>
    fc.constantFrom(...traces).chain((text) =>
      mutated(text, mutation).map((trace) => ({
        chip: CHIP,
        workload: { trace: trace.split('\n') },
        [fc.toStringMethod]: () => changedLines(text, trace),
      })),
    );

  it('ends in a result or a typed refusal, when the text is damaged', () => {
    const { result, codes } = fuzz(of(textMutation), 1000);
    expect(result).toBeGreaterThan(5);
    expect(codes).toBeGreaterThan(4);
  });

  it('ends in a result or a typed refusal, when only its figures change', () => {
    const { result, refusal } = fuzz(of(valueMutation), 800);
    expect(result).toBeGreaterThan(5);
    expect(refusal).toBeGreaterThan(300);
  });
});

describe('whatever a workload asks for', () => {
  const count = (most: number): fc.Arbitrary<number> =>
    fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1, max: most }) },
      { weight: 1, arbitrary: fc.constantFrom(-1, 0, 0.5, 2 ** 24, 2 ** 53) },
    );
  const format = fc.oneof(
    { weight: 4, arbitrary: fc.constant('bf16') },
    { weight: 1, arbitrary: fc.constantFrom('int8', 'fp16', 'mxfp4', 'fp8_e4m3', 'fp32', 'nonsense', '') },
  );
  const cases = fc
    .record({
      prompt: count(16),
      generate: count(4),
      batch: count(8),
      weights: format,
      kv: format,
      activations: format,
    })
    .chain((shape) =>
      fc.constantFrom(...Object.values(MODELS)).map((model): RunTexts => ({
        chip: CHIP,
        workload: { config: JSON.stringify(model), shape },
        [fc.toStringMethod]: () => `${model.model_type} ${JSON.stringify(shape)}`,
      })),
    );

  it('ends in a result or a typed refusal', () => {
    const { result, refusal } = fuzz(cases, 400);
    expect(result).toBeGreaterThan(60);
    expect(refusal).toBeGreaterThan(60);
  });
});
