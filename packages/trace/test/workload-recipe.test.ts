import { readdirSync, readFileSync } from 'node:fs';
import { SystoleError } from '@systole/core';
import { readDocument } from '@systole/document';
import { describe, expect, it } from 'vitest';
import { loadRecipe, parseWorkload, readTrace, writeTraceLines } from '../src/index.ts';
import { generateTrace } from '../src/index.ts';
import { resolveInside } from '../src/resolve-inside.ts';
import { loadModel, TINY, workloadOf } from './models.ts';

const TRACES = new URL('../../../traces/', import.meta.url);
const readText = (path: string): string => readFileSync(new URL(path, TRACES), 'utf8');

function refusal(files: Readonly<Record<string, string>>, path = 'a.yaml'): SystoleError {
  try {
    loadRecipe(path, (name) => files[name] ?? `asked for ${name}`);
  } catch (error) {
    if (error instanceof SystoleError) return error;
    throw error;
  }
  throw new Error('accepted');
}

const tiny = { 'tiny.json': JSON.stringify(TINY.gpt2) };
const recipe = 'model: tiny.json\nprompt: 2\ngenerate: 3\n';

describe('a recipe', () => {
  it('is read with its defaults', () => {
    expect(parseWorkload(readDocument(recipe, 'some/short.yaml'))).toEqual({
      name: 'short',
      model: 'tiny.json',
      prompt: 2,
      generate: 3,
      batch: 1,
      weights: 'bf16',
      kv: 'bf16',
      activations: 'bf16',
    });
  });

  it.each([
    ['prompt: 0', 'prompt', 2],
    ['prompt: many', 'prompt', 2],
    ['promt: 2', 'promt', 2],
    ['prompt: 15', 'generate', 3],
    ['prompt: 17', 'prompt', 2],
  ])('with "%s" is refused at its place', (line, path, at) => {
    const error = refusal({ ...tiny, 'a.yaml': recipe.replace('prompt: 2', line) });
    const problem = error.problems.find(({ place }) => place?.path === path);
    expect(problem).toMatchObject({ code: 'workload/invalid', place: { file: 'a.yaml', line: at } });
  });

  it('with an unknown format is refused with the nearest', () => {
    expect(refusal({ ...tiny, 'a.yaml': `${recipe}kv: bf61\n` })).toMatchObject({
      code: 'workload/invalid',
      place: { line: 4, column: 5, path: 'kv' },
      hint: 'Did you mean "bf16"?',
    });
  });

  it.each([
    '../x.json',
    '/etc/passwd',
    'a/../../x.json',
    'C:x.json',
    'http://x/y.json',
    '..\\x.json',
    '.',
    'a\u0000',
  ])('never leads to %j', (target) => {
    expect(resolveInside('a.yaml', target)).toBeUndefined();
    const files = { 'a.yaml': recipe.replace('tiny.json', JSON.stringify(target)) };
    expect(refusal(files)).toMatchObject({ code: 'workload/invalid', place: { path: 'model' } });
  });

  it('leads beside and below itself, and up as far as the folder goes', () => {
    expect(resolveInside('w/a.yaml', 'm/x.json')).toBe('w/m/x.json');
    expect(resolveInside('w/a.yaml', '../m/./x.json')).toBe('m/x.json');
    expect(resolveInside('w/a.yaml', '../../x.json')).toBeUndefined();
  });
});

describe('the workloads that come with Systole', () => {
  const recipes = readdirSync(TRACES).filter((name) => name.endsWith('.yaml'));

  it('have the eight GPT models of the PIM-GPT paper among them', () => {
    const sizes = ['gpt2-small', 'gpt2-medium', 'gpt2-large', 'gpt2-xl'];
    const names = [...sizes, 'gpt3-small', 'gpt3-medium', 'gpt3-large', 'gpt3-xl'].map(
      (name) => `${name}.yaml`,
    );
    expect(recipes).toEqual(expect.arrayContaining(names));
  });

  it.each(recipes)('%s can be made', (name) => {
    const { recipe: of, trace } = loadRecipe(name, readText);
    expect(of.summary).toContain(`${of.generate} tokens generated after a prompt of ${of.prompt}`);
    expect(trace.header.steps).toBe(of.generate);
    const [embed] = trace.blocks();
    expect(embed?.operators[0]).toMatchObject({ kind: 'embedding', rows: of.prompt });
  });

  it.each(readdirSync(new URL('models', TRACES)).filter((name) => name !== 'SOURCES.json'))(
    'models/%s is a model with a source',
    (file) => {
      const name = file.replace('.json', '');
      expect(loadModel(name).layers).toBeGreaterThan(1);
      expect(JSON.parse(readText('models/SOURCES.json'))).toHaveProperty([name]);
    },
  );

  it('the sample is what the generator writes', () => {
    const name = 'samples/gpt2-2-tokens.jsonl';
    const lines = readText(name).trimEnd().split('\n');
    const made = generateTrace(loadModel('gpt2'), workloadOf({ generate: 2 }), { name: 'gpt2-2-tokens' });
    expect([...writeTraceLines(made)]).toEqual(lines);
    expect([...readTrace(lines, name).blocks()]).toEqual([...made.blocks()]);
  });
});
