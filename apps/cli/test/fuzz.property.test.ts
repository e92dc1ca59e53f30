import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateTrace, parseModelConfig, writeTraceLines } from '@systole/trace';
import { readDocument } from '@systole/document';
import { setParameter, resolveChip, loadChip } from '@systole/chip';
import { SystoleError } from '@systole/core';
import { replay } from '@systole/replay';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue, mappings } from '../src/catalogue.ts';
import { CHIP, GPT2, MODELS } from './support/files.ts';
import { mutated, textMutation, valueMutation } from './support/mutations.ts';
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
    mutated(CHIP, mutation).map((chip) => ({ chip, workload: { config: GPT2, shape: SHAPE } }));

  it('ends in a result or a typed refusal, when the text is damaged', () => {
    const { result, codes } = fuzz(of(textMutation), 2000);
    // Both ends are met, or half of the test would be idle.
    expect(result).toBeGreaterThan(200);
    expect(codes).toBeGreaterThan(8);
  });

  it('ends in a result or a typed refusal, when only its figures change', () => {
    const { result, refusal } = fuzz(of(valueMutation), 1500);
    expect(result).toBeGreaterThan(400);
    expect(refusal).toBeGreaterThan(200);
  });
});

describe("whatever stands in a model's config.json", () => {
  const texts = ['gpt2', 'opt-125m', 'llama-3.2-1b', 'mistral-7b-v0.1'].map(configOf);
  const of = (mutation: typeof textMutation): fc.Arbitrary<RunTexts> =>
    fc
      .constantFrom(...texts, ...Object.values(MODELS).map((model) => JSON.stringify(model, undefined, 1)))
      .chain((text) => mutated(text, mutation))
      .map((config) => ({ chip: CHIP, workload: { config, shape: ONE } }));

  it('ends in a result or a typed refusal, when the text is damaged', () => {
    const { result, codes } = fuzz(of(textMutation), 2000);
    expect(result).toBeGreaterThan(100);
    expect(codes).toBeGreaterThan(3);
  });

  it('ends in a result or a typed refusal, when only its figures change', () => {
    const { result, refusal } = fuzz(of(valueMutation), 1500);
    expect(result).toBeGreaterThan(150);
    expect(refusal).toBeGreaterThan(150);
  });
});

describe('whatever stands in a trace', () => {
  const traces = Object.values(MODELS).map((model) => traceOf(model).join('\n'));
  const of = (mutation: typeof textMutation): fc.Arbitrary<RunTexts> =>
    fc
      .constantFrom(...traces)
      .chain((text) => mutated(text, mutation))
      .map((text) => ({ chip: CHIP, workload: { trace: text.split('\n') } }));

  it('ends in a result or a typed refusal, when the text is damaged', () => {
    const { result, codes } = fuzz(of(textMutation), 1500);
    expect(result).toBeGreaterThan(10);
    expect(codes).toBeGreaterThan(4);
  });

  it('ends in a result or a typed refusal, when only its figures change', () => {
    const { result, refusal } = fuzz(of(valueMutation), 1500);
    expect(result).toBeGreaterThan(10);
    expect(refusal).toBeGreaterThan(500);
  });
});

describe('whatever a workload asks for', () => {
  const count = (most: number): fc.Arbitrary<number> =>
    fc.oneof(fc.integer({ min: 1, max: most }), fc.constantFrom(-1, 0, 0.5, NaN, Infinity, 2 ** 24, 2 ** 53));
  const format = fc.constantFrom('bf16', 'bf16', 'bf16', 'int8', 'fp16', 'mxfp4', 'fp8_e4m3', 'fp32', 'nonsense', '');
  const cases = fc
    .record({
      prompt: count(40),
      generate: count(4),
      batch: count(32),
      weights: format,
      kv: format,
      activations: format,
    })
    .chain((shape) =>
      fc
        .constantFrom(...Object.values(MODELS))
        .map((model): RunTexts => ({ chip: CHIP, workload: { config: JSON.stringify(model), shape } })),
    );

  it('ends in a result or a typed refusal', () => {
    const { result, refusal } = fuzz(cases, 1000);
    expect(result).toBeGreaterThan(30);
    expect(refusal).toBeGreaterThan(300);
  });
});

/** A value of a parameter, at the ends of its range and between, as `--set` takes it. */
function valueOf(form: (typeof PARAMETERS)[number]['form']): fc.Arbitrary<string> {
  switch (form.kind) {
    case 'integer':
      return fc
        .oneof(
          fc.constantFrom(form.min, form.max, form.max + 1),
          fc.integer({ min: form.min, max: Math.min(form.max, form.min + 300) }),
          fc.integer({ min: form.min, max: form.max }),
        )
        .map(String);
    case 'quantity': {
      // In base units, which every dimension writes without a prefix.
      const { min, max } = form;
      const base = { time: 'ps', frequency: 'Hz', data: 'B', bandwidth: 'B/s', pinRate: 'b/s', energy: 'fJ', energyPerBit: 'fJ/bit', power: 'W', voltage: 'V', current: 'A', area: 'mm2', length: 'mm', ratio: '' };
      return fc
        .oneof(
          fc.constantFrom(min, max),
          fc.double({ min, max, noNaN: true }),
          fc.nat({ max: 50 }).map((halvings) => Math.max(min, max / 2 ** halvings)),
        )
        .map((value) => `${value} ${base[form.dimension]}`.trim());
    }
    case 'choice':
      return fc.constantFrom(...form.choices);
    case 'flag':
      return fc.constantFrom('true', 'false');
  }
}

const SPEC = loadChip(CHIP, 'chip.yaml', catalogue);
const PARAMETERS = resolveChip(SPEC, catalogue).parts.flatMap((part) =>
  Object.entries(part.declaration.parameters).map(([name, { form }]) => ({
    path: `components.${part.name}.${name}`,
    form,
  })),
);

describe('whatever a parameter is set to, within its range', () => {
  const assignment = fc
    .constantFrom(...PARAMETERS)
    .chain(({ path, form }) => valueOf(form).map((value) => [path, value] as const));
  const trace = generateTrace(
    parseModelConfig(readDocument(GPT2, 'config.json', { syntax: 'json' })),
    SHAPE,
  );

  it('ends in a result or a typed refusal that names a place', () => {
    const ends = { result: 0, refusal: 0 };
    const met = new Set<string>();
    fc.assert(
      fc.property(fc.array(assignment, { minLength: 1, maxLength: 3 }), (assignments) => {
        try {
          let spec = SPEC;
          for (const [path, value] of assignments) spec = setParameter(spec, path, value, catalogue);
          const outcome = replay(resolveChip(spec, catalogue), trace, { mappings });
          ends.result++;
          for (const [path] of assignments) met.add(path);
          expect(faultsOf({ kind: 'result', outcome })).toEqual([]);
        } catch (error) {
          if (!(error instanceof SystoleError)) throw error;
          ends.refusal++;
          expect(faultsOf({ kind: 'refusal', error })).toEqual([]);
        }
      }),
      { numRuns: 1500, seed: 7 },
    );
    expect(ends.result).toBeGreaterThan(400);
    expect(ends.refusal).toBeGreaterThan(200);
    expect(met.size).toBeGreaterThan(PARAMETERS.length * 0.8);
  });
});
