import { readFileSync } from 'node:fs';
import { SystoleError } from '@systole/core';
import {
  bytesInMemory,
  generateTrace,
  openSafetensors,
  safetensorsSource,
  seededTensors,
  writeSafetensors,
} from '@systole/trace';
import type { ModelConfig, Operator, TensorSource, Trace, TraceBlock, Workload } from '@systole/trace';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replay, startReplay } from '../src/index.ts';
import type { NumericalError } from '../src/index.ts';
import errors from './fixtures/tiny-block-errors.json' with { type: 'json' };
import { mappings, tinyChip, traceOf } from './support/tiny.ts';

const chip = tinyChip();

const llama: ModelConfig = {
  name: 'tiny',
  architecture: 'llama',
  layers: 1,
  hidden: 64,
  heads: 4,
  kvHeads: 2,
  headDim: 16,
  intermediate: 96,
  vocabulary: 64,
  embeddingWidth: 64,
  maxContext: 64,
  positions: 'rotary',
  positionRows: 0,
  norm: 'rmsnorm',
  normPlacement: 'before',
  finalNorm: true,
  activation: 'silu',
  gated: true,
  attentionBias: false,
  mlpBias: false,
  tied: true,
};

/** Two layers with biases, learned positions and a head of its own. */
const opt: ModelConfig = {
  ...llama,
  architecture: 'opt',
  layers: 2,
  kvHeads: 4,
  embeddingWidth: 32,
  positions: 'learned',
  positionRows: 66,
  norm: 'layernorm',
  normPlacement: 'after',
  finalNorm: false,
  activation: 'gelu',
  gated: false,
  attentionBias: true,
  mlpBias: true,
  tied: false,
};

const weights = new Uint8Array(
  readFileSync(new URL('../../../traces/tiny-block/tiny-block.safetensors', import.meta.url)),
);
const fixture = safetensorsSource(openSafetensors(bytesInMemory(weights, 'model.safetensors')));

const of = (format: string, more: Partial<Workload> = {}): Workload => ({
  prompt: 8,
  generate: 4,
  batch: 1,
  weights: format,
  kv: format,
  activations: format,
  ...more,
});

function errorOf(trace: Trace, tensors: TensorSource, maxWork?: number): NumericalError {
  const functional = { tensors, ...(maxWork === undefined ? {} : { maxWork }) };
  const { numericalError } = replay(chip, trace, { mappings, functional, bounds: false }).result;
  if (numericalError === undefined) throw new Error('nothing was computed');
  return numericalError;
}

const sqnrOf = (workload: Workload, model = llama, tensors: TensorSource = fixture): number =>
  errorOf(generateTrace(model, workload), tensors).outcome.sqnrDb ?? Infinity;

function problemOf(act: () => unknown): SystoleError {
  try {
    act();
  } catch (error) {
    if (error instanceof SystoleError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

/** Adds, multiplies and rectifies small whole numbers. */
function wholeTrace(format: string): Trace {
  const use = (tensor: string, shape: readonly number[], role: 'activation' | 'weight' = 'activation') => ({
    tensor,
    shape,
    format,
    role,
  });
  const operators: readonly Operator[] = [
    {
      kind: 'matmul',
      id: 'm',
      after: [],
      inputs: [use('x', [3, 5]), use('w', [5, 4], 'weight'), use('b', [4], 'weight')],
      outputs: [use('y', [3, 4])],
      rows: 3,
      inner: 5,
      columns: 4,
      bias: true,
    },
    {
      kind: 'relu',
      id: 'r',
      after: ['m'],
      inputs: [use('y', [3, 4])],
      outputs: [use('z', [3, 4])],
      elements: 12,
    },
    {
      kind: 'multiply',
      id: 'p',
      after: ['r'],
      inputs: [use('y', [3, 4]), use('z', [3, 4])],
      outputs: [use('q', [3, 4])],
      elements: 12,
    },
    {
      kind: 'add',
      id: 'a',
      after: ['p'],
      inputs: [use('q', [3, 4]), use('z', [3, 4])],
      outputs: [use('s', [3, 4])],
      elements: 12,
    },
  ];
  return traceOf([{ name: 'whole', step: 0, phase: 'prefill', repeat: 1, first: 0, operators }]);
}

describe('computing on tensors', () => {
  it('has no error where every value is exact in its format', () => {
    const whole = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        const source: TensorSource = {
          name: 'whole',
          weight: ({ tensor, shape }) =>
            Float64Array.from(
              (tensor === 'x' ? a : b).slice(
                0,
                shape.reduce((x, y) => x * y, 1),
              ),
            ),
          tokens: () => new Float64Array(),
        };
        const { outcomeOf, operators, outcome } = errorOf(wholeTrace('fp32'), source);
        expect(outcomeOf).toBe('a');
        expect(operators.map(({ operator }) => operator)).toEqual(['m', 'r', 'p', 'a']);
        for (const { maxError, own } of operators) expect([maxError, own.maxError]).toEqual([0, 0]);
        expect(outcome).toMatchObject({ maxError: 0, cosine: 1, saturated: 0, overflowed: 0, notFinite: 0 });
        expect(outcome.sqnrDb).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it.each(errors.runs)(
    'has the error of an independent computation: $weights weights, $activations',
    ({ weights: weightFormat, activations, sqnrDb, maxError, agreeing }) => {
      const workload = of(activations, { weights: weightFormat });
      const { outcome, tokens } = errorOf(generateTrace(llama, workload), fixture);
      expect(outcome.sqnrDb).toBeCloseTo(sqnrDb, 6);
      expect(outcome.maxError).toBeCloseTo(maxError, 9);
      expect(tokens).toEqual({ chosen: 4, agreeing });
    },
  );

  it('grows no worse with more bits', () => {
    for (const family of [
      ['int4', 'int8', 'int16'],
      // FP8 E4M3 has the fraction bits of FP6 E2M3 and needs its range no more once rows have scales, so neither is better.
      ['fp4-e2m1', 'fp6-e2m3'],
      ['fp4-e2m1', 'fp6-e3m2', 'fp8-e4m3'],
      ['fp8-e5m2', 'fp16', 'fp32'],
      ['bf16', 'tf32', 'fp32'],
      ['posit8', 'posit16'],
      ['mxfp4', 'mxfp6'],
      ['mxfp4', 'mxfp6-e3m2', 'mxfp8'],
    ]) {
      const found = family.map((format) => sqnrOf(of(format)));
      expect(found.toSorted((a, b) => a - b)).toEqual(found);
    }
  });

  it('tells the error of each operator by itself from what it was handed', () => {
    const { operators } = errorOf(generateTrace(llama, of('int8')), fixture);
    for (const { sqnrDb, own } of operators.slice(1)) expect(own.sqnrDb).toBeGreaterThan(sqnrDb ?? 0);
    expect(operators.map(({ count }) => count)).toEqual(operators.map(() => 4));
  });

  it('computes decoding as it would a prompt', () => {
    const vocabulary = 8;
    const kinds = new Set<number>();
    for (const base of [llama, { ...opt, layers: 1 }]) {
      const model = { ...base, vocabulary };
      for (const seed of [1, 2, 3]) {
        const tensors = seededTensors('normal', seed);
        const worst = (prompt: number, generate: number, source: TensorSource): number =>
          errorOf(generateTrace(model, of('bf16', { prompt, generate })), source).outcome.maxError;
        const prefill = worst(3, 1, tensors);
        const decoded = worst(3, 2, tensors);
        const ids = [...tensors.tokens(1, 3, vocabulary)];
        // The token that the prompt leads to is one of eight, taken in with the prompt: one of them has the same error.
        const matches = Array.from({ length: vocabulary }, (_, id) => {
          const source: TensorSource = { ...tensors, tokens: () => Float64Array.from([...ids, id]) };
          return Math.max(prefill, worst(4, 1, source));
        });
        expect(matches).toContain(decoded);
        kinds.add(new Set(matches).size);
      }
    }
    // The token matters, or this would say nothing.
    expect(Math.max(...kinds)).toBeGreaterThan(4);
  });

  it('reaches the precision of binary32, whatever the model and the batch', () => {
    for (const model of [llama, opt, { ...opt, positions: 'rotary' as const, positionRows: 0 }]) {
      for (const batch of [1, 3]) {
        const workload = of('fp32', { batch, prompt: 5, generate: 3 });
        const { outcome, tokens } = errorOf(generateTrace(model, workload), seededTensors('normal', 2));
        expect(outcome.sqnrDb).toBeGreaterThan(110);
        expect(tokens).toEqual({ chosen: 3 * batch, agreeing: 3 * batch });
      }
    }
  });

  it('follows a window that slides over the cache', () => {
    const model: ModelConfig = { ...llama, architecture: 'mistral', window: 4 };
    const trace = generateTrace(model, of('fp32', { prompt: 6, generate: 9 }));
    expect(errorOf(trace, fixtureFor(6)).outcome.sqnrDb).toBeGreaterThan(110);
    expect(errorOf(trace, fixtureFor(6)).digest).toBe(errorOf(trace, fixtureFor(6)).digest);
  });

  it('counts what goes beyond a range', () => {
    const large: TensorSource = {
      ...seededTensors('normal', 1),
      weight: (request) =>
        seededTensors('normal', 1)
          .weight(request)
          .map((value) => value * 3000),
    };
    const { operators } = errorOf(generateTrace(llama, of('fp16', { generate: 1 })), large);
    expect(
      operators.reduce((sum, { saturated, overflowed }) => sum + saturated + overflowed, 0),
    ).toBeGreaterThan(0);
    expect(operators.some(({ notFinite }) => notFinite > 0)).toBe(true);
  });

  it('is independent of how blocks are cut', () => {
    const trace = generateTrace(opt, of('int8', { batch: 2, prompt: 3, generate: 2 }));
    const tensors = seededTensors('outliers', 9);
    const whole = errorOf(trace, tensors);
    const cut = [...trace.blocks()].flatMap((block): readonly TraceBlock[] =>
      Array.from({ length: block.repeat }, (_, at) => ({ ...block, repeat: 1, first: block.first + at })),
    );
    expect(errorOf({ header: trace.header, blocks: () => cut }, tensors)).toEqual(whole);
  });

  it('changes nothing else of a result, and makes it one of other inputs', () => {
    const trace = generateTrace(llama, of('int8'));
    const { numericalError, inputsHash, ...rest } = replay(chip, trace, {
      mappings,
      functional: { tensors: fixture },
    }).result;
    const { inputsHash: plainHash, ...plain } = replay(chip, trace, { mappings }).result;
    expect(rest).toEqual(plain);
    expect(numericalError?.tensors).toBe('model.safetensors');
    expect(inputsHash).not.toBe(plainHash);
  });
});

/** The fixture with a prompt of another length. */
function fixtureFor(prompt: number): TensorSource {
  return { ...fixture, tokens: () => Float64Array.from({ length: prompt }, (_, at) => (at * 7) % 64) };
}

describe('what cannot be computed', () => {
  it('is too much work, said before any of it is done', () => {
    const problem = problemOf(() => errorOf(generateTrace(llama, of('int8')), fixture, 10_000));
    expect(problem.code).toBe('limit/exceeded');
    expect(problem.message).toContain('at most 10000');
  });

  it('is a model whose tensors are not there, or have another shape', () => {
    const twoLayers = generateTrace({ ...llama, layers: 2 }, of('int8'));
    const missing = problemOf(() => errorOf(twoLayers, fixture));
    expect(missing.code).toBe('tensor/missing');
    expect(missing.message).toContain('"L1.attn.norm.gain" of shape [64]');
    expect(missing.hint).toContain('L0.attn.norm.gain');
    const wide = problemOf(() =>
      errorOf(generateTrace({ ...llama, intermediate: 128 }, of('int8')), fixture),
    );
    expect(wide.message).toContain('[64, 96], expected [64, 128]');
  });

  it('are weights that are no numbers', () => {
    const file = openSafetensors(
      bytesInMemory(
        writeSafetensors([
          {
            name: 'x',
            dtype: 'F64',
            shape: [3, 5],
            values: Array.from({ length: 15 }, (_, at) => at / (at - 7)),
          },
        ]),
        'bad.safetensors',
      ),
    );
    const problem = problemOf(() => errorOf(wholeTrace('fp32'), safetensorsSource(file)));
    expect(problem.code).toBe('tensor/invalid');
    expect(problem.message).toContain('element 7 of tensor "x"');
  });

  it('is a trace that begins in the middle', () => {
    const trace = generateTrace(llama, of('int8'));
    const later = [...trace.blocks()].filter(({ step }) => step > 0);
    const problem = problemOf(() =>
      errorOf({ header: trace.header, blocks: () => later }, seededTensors('normal')),
    );
    expect(problem.code).toBe('trace/invalid');
    expect(problem.hint).toContain('prefill');
  });

  it('is a trace without an operator that has results', () => {
    const run = startReplay(chip, traceOf([]).header, { mappings, functional: { tensors: fixture } });
    run.push({ name: 'nothing', step: 0, phase: 'prefill', repeat: 1, first: 0, operators: [] });
    expect(problemOf(() => run.finish()).code).toBe('trace/invalid');
  });
});
