import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { filesOf, folderWith, GPT2, MODELS } from './support/files.ts';
import { HOME } from './support/systole.ts';
import { typed } from './support/typed.ts';

const SHAPE = ['--prompt', '3', '--generate', '3', '--batch', '2'] as const;

describe('systole trace make', () => {
  it.each([
    ['a workload by name', ['gpt2-small', '--generate', '2'], {}],
    ['a GPT-2', ['--model', 'm.json', ...SHAPE], MODELS.gpt2],
    ['an OPT', ['--model', 'm.json', ...SHAPE], MODELS.opt],
    ['a Llama', ['--model', 'm.json', ...SHAPE], MODELS.llama],
    ['a Mistral', ['--model', 'm.json', ...SHAPE], MODELS.mistral],
  ])('writes %s as a trace that runs to the same result to the byte', async (_, workload, config) => {
    const folder = folderWith({ 'm.json': JSON.stringify(config) });
    const direct = await typed(['run', 'pim-gpt', ...workload, '--json'], folder);
    expect(direct.code).toBe(0);
    for (const file of ['t.jsonl', 'sub/t.jsonl.gz']) {
      const made = await typed(['trace', 'make', ...workload, '-o', file], folder);
      expect(made).toEqual({ code: 0, stdout: '', stderr: `Trace: ${file}\n` });
      expect(await typed(['run', 'pim-gpt', file, '--json'], folder)).toEqual(direct);
    }
    expect(filesOf(folder)).toEqual(['m.json', 'sub/t.jsonl.gz', 't.jsonl']);
    const packed = gunzipSync(readFileSync(join(folder, 'sub/t.jsonl.gz'))).toString();
    expect(packed).toBe(readFileSync(join(folder, 't.jsonl'), 'utf8'));
  });

  it('writes the same trace twice', async () => {
    const folder = folderWith({ 'm.json': GPT2 });
    for (const file of ['a.jsonl', 'b.jsonl']) {
      await typed(['trace', 'make', '--model', 'm.json', ...SHAPE, '-o', file], folder);
    }
    expect(readFileSync(join(folder, 'a.jsonl'), 'utf8')).toBe(readFileSync(join(folder, 'b.jsonl'), 'utf8'));
  });

  it('refuses to make a trace of a trace, or where none can be', async () => {
    const folder = folderWith({ 'm.json': GPT2, 't.jsonl': '' });
    await typed(['trace', 'make', '--model', 'm.json', '-o', 't.jsonl', '--generate', '1'], folder);
    const again = await typed(['trace', 'make', 't.jsonl', '-o', 'u.jsonl'], folder);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toContain('this is a trace already');
    const nowhere = await typed(['trace', 'make', '--model', 'm.json', '-o', 'm.json/t.jsonl'], folder);
    expect(nowhere).toMatchObject({ code: 2, stdout: '' });
    expect(nowhere.stderr).toContain('[file/unreadable]: m.json/t.jsonl');
    expect(filesOf(folder)).toEqual(['m.json', 't.jsonl']);
  });

  it('runs the sample trace that comes with Systole', async () => {
    const sample = await typed([
      'run',
      'pim-gpt',
      join(HOME, 'traces/samples/gpt2-2-tokens.jsonl'),
      '--json',
    ]);
    expect(sample.code).toBe(0);
    expect(JSON.parse(sample.stdout).time.tokens).toBe(2);
  });

  it('takes a trace whose lines end as on Windows', async () => {
    const folder = folderWith({ 'm.json': GPT2 });
    await typed(['trace', 'make', '--model', 'm.json', ...SHAPE, '-o', 'a.jsonl'], folder);
    writeFileSync(
      join(folder, 'b.jsonl'),
      readFileSync(join(folder, 'a.jsonl'), 'utf8').replaceAll('\n', '\r\n'),
    );
    const [a, b] = [
      await typed(['run', 'pim-gpt', 'a.jsonl', '--json'], folder),
      await typed(['run', 'pim-gpt', 'b.jsonl', '--json'], folder),
    ];
    expect(b).toEqual(a);
    expect(a.code).toBe(0);
  });
});

describe('systole trace inspect', () => {
  it('counts what a model asks for', async () => {
    const folder = folderWith({ 'm.json': GPT2 });
    const shape = ['--prompt', '1', '--generate', '3'];
    const { stdout, code } = await typed(
      ['trace', 'inspect', '--model', 'm.json', ...shape, '--json'],
      folder,
    );
    expect(code).toBe(0);
    const counts: readonly { kind: string; operators: number; macs: number }[] = JSON.parse(stdout);
    const of = (kind: string) => counts.find((count) => count.kind === kind);
    // 3 steps of 2 layers: 4 matrices of 64 inputs and their outputs.
    expect(of('matmul')).toMatchObject({ operators: 24, macs: 6 * (64 * 192 + 64 * 64 + 2 * 64 * 256) });
    expect(of('lm-head')).toMatchObject({ operators: 3, macs: 3 * 64 * 500 });
    // Contexts of 1, 2 and 3 tokens.
    expect(of('attention-scores')).toMatchObject({ operators: 6, macs: 2 * 64 * (1 + 2 + 3) });
  });

  it('says of a trace what it says of its workload', async () => {
    const folder = folderWith({ 'm.json': GPT2 });
    await typed(['trace', 'make', '--model', 'm.json', ...SHAPE, '-o', 't.jsonl'], folder);
    const trace = await typed(['trace', 'inspect', 't.jsonl'], folder);
    expect(trace).toEqual(await typed(['trace', 'inspect', '--model', 'm.json', ...SHAPE], folder));
    expect(trace.stdout).toMatch(/^all +\d/m);
  });

  it('prints the schema of a line', async () => {
    const { stdout } = await typed(['trace', 'inspect', '--schema']);
    expect(JSON.parse(stdout)).toHaveProperty('$schema');
  });
});
