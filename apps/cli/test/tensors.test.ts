import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HOME, scratch, systole } from './support/systole.ts';

const WEIGHTS = join(HOME, 'traces/tiny-block/tiny-block.safetensors');

interface Computed {
  readonly inputsHash: string;
  readonly numericalError: {
    readonly outcomeOf: string;
    readonly outcome: { readonly sqnrDb: number; readonly cosine: number };
    readonly operators: readonly {
      readonly operator: string;
      readonly units: readonly string[];
      readonly arithmetic: readonly string[];
    }[];
  };
}

/** What a run with --json says. */
function computed(args: readonly string[]): Computed {
  const { code, stdout, stderr } = systole(['run', ...args, '--json']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const result: Computed = JSON.parse(stdout);
  return result;
}

const formats = (weights: string, kv: string, activations: string): readonly string[] => [
  '--weights',
  weights,
  '--kv',
  kv,
  '--activations',
  activations,
];

describe('systole run --tensors', () => {
  it.each([
    ['npu-hbm', formats('int8', 'int8', 'int8'), 30.6, 'int8 × int8 into int32'],
    ['npu-hbm', formats('bf16', 'bf16', 'bf16'), 39.62, 'bf16 × bf16 into fp32'],
    ['pim-gpt', formats('bf16', 'bf16', 'bf16'), 39.62, 'bf16 × bf16 into fp32 by a tree of 16, out as bf16'],
    ['cambricon-llm-s', formats('int8', 'int8', 'int8'), 30.6, 'int8 × int8 into int32'],
    ['cambricon-llm-s', formats('int4', 'fp16', 'fp16'), 10.18, 'int4 × fp16 into fp32'],
  ] as const)('computes the block of the fixture on %s with %j', (chip, flags, sqnr, arithmetic) => {
    const { numericalError } = computed([chip, 'tiny-block', ...flags, '--tensors', WEIGHTS]);
    expect(numericalError.outcomeOf).toBe('head.logits');
    expect(numericalError.outcome.sqnrDb).toBeCloseTo(sqnr, 1);
    const product = numericalError.operators.find(({ operator }) => operator === 'L{i}.attn.qkv');
    expect(product?.arithmetic[0]).toContain(arithmetic);
    expect(product?.units).toHaveLength(1);
  });

  it('shows a section beside cycles and energy, in text, rows and on a page', () => {
    const folder = scratch();
    const run = ['run', 'npu-hbm', 'tiny-block', '--tensors', 'normal:7'];
    const text = systole([...run, '--html', 'page.html', '--out', 'result.json'], folder).stdout;
    expect(text).toMatch(
      /Numerical error\nhead\.logits on normal:7: SQNR \d+\.\d dB, .*\n.* cycles, [\d.]+ uJ/,
    );
    expect(text).toMatch(/L\{i\}\.attn\.qkv +array +[\d.]+ dB/);
    expect(readFileSync(join(folder, 'page.html'), 'utf8')).toContain('head.logits on normal:7');
    expect(systole([...run, '--csv'], folder).stdout).toMatch(/^error,,matmul,L\{i\}\.attn\.qkv,SQNR,dB,/m);
    // What was written is read back: against itself there is no difference.
    expect(systole(['diff', 'result.json', 'result.json'], folder).code).toBe(0);
    expect(systole(run.slice(0, 3), folder).stdout).not.toContain('Numerical error');
  });

  it('gives the same bytes again, and others for another seed', () => {
    const run = (source: string): string =>
      systole(['run', 'npu-hbm', 'tiny-block', '--tensors', source, '--json']).stdout;
    expect(run('outliers:4')).toBe(run('outliers:4'));
    expect(run('outliers:4')).not.toBe(run('outliers:5'));
    expect(run('normal')).toBe(run('normal:1'));
  });

  it('feels the accumulator that a unit has', () => {
    const sqnr = (accumulator: string): number =>
      computed([
        'npu-hbm',
        'tiny-block',
        ...formats('bf16', 'bf16', 'bf16'),
        '--set',
        `components.{array,vector}.accumulator=${accumulator}`,
        '--tensors',
        WEIGHTS,
      ]).numericalError.outcome.sqnrDb;
    expect(sqnr('bf16')).toBeLessThan(sqnr('fp16'));
    expect(sqnr('fp16')).toBeLessThan(sqnr('exact') + 1);
    expect(Math.abs(sqnr('by-operands') - sqnr('fp32'))).toBe(0);
  });

  it('computes recorded traces too', () => {
    const folder = scratch();
    expect(systole(['trace', 'make', 'tiny-block', '-o', 'tiny.jsonl'], folder).code).toBe(0);
    const error = (workload: string): unknown => {
      const { stdout } = systole(['run', 'npu-hbm', workload, '--tensors', WEIGHTS, '--json'], folder);
      const { numericalError }: Computed = JSON.parse(stdout);
      return numericalError;
    };
    expect(error('tiny.jsonl')).toEqual(error('tiny-block'));
  });

  it.each([
    ['norml', 'Did you mean --tensors normal?'],
    ['normal:x', 'the seed of --tensors is a whole number'],
    ['nowhere.safetensors', 'there is no such file of tensors'],
    ['.', 'this is a folder'],
  ])('refuses %s', (source, part) => {
    const { code, stderr } = systole(['run', 'npu-hbm', 'tiny-block', '--tensors', source]);
    expect(code).toBe(2);
    expect(stderr).toContain(part);
  });

  it('refuses what is no file of tensors, tensors of another model, and too much work', () => {
    const folder = scratch();
    const bytes = readFileSync(WEIGHTS);
    writeFileSync(join(folder, 'cut.safetensors'), bytes.subarray(0, bytes.length - 1));
    const refusal = (...args: readonly string[]): string => {
      const { code, stderr } = systole(['run', 'npu-hbm', ...args], folder);
      expect(code).toBe(2);
      return stderr;
    };
    expect(refusal('tiny-block', '--tensors', 'cut.safetensors')).toContain(
      `the file, which has ${bytes.length - 1}`,
    );
    const other = refusal('gpt2-small', '--generate', '1', '--tensors', WEIGHTS);
    expect(other).toContain('tensor "embed.tokens" has the shape [64, 64], expected [50257, 768]');
    expect(refusal('gpt2-small', '--tensors', 'normal')).toContain('leave out --tensors');
    expect(refusal('tiny-block', '--prompt', '9', '--tensors', WEIGHTS)).toContain('expected [1, 9]');
  });
});
