import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResultDiff } from '@systole/report';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHIP, folderWith, GPT2 } from './support/files.ts';
import { readHtml } from './support/read-html.ts';
import { systole } from './support/systole.ts';
import { typed } from './support/typed.ts';

/** A folder with two results, a comparison, and files that are none of these. */
let where: string;

const RUN = ['run', 'pim-gpt', '--model', 'model.json', '--generate', '2', '--json'] as const;

beforeAll(async () => {
  where = folderWith({
    'model.json': GPT2,
    'chip.yaml': CHIP,
    'empty.json': '',
    'claims.json': '{ "chip": "pim-gpt", "claims": [] }',
    'huge.json': ' '.repeat(5 * 1024 * 1024),
    'page.html': '<!doctype html>',
  });
  const keep = async (file: string, args: readonly string[]): Promise<void> => {
    const { code, stdout } = await typed(args, where);
    expect(code).toBe(0);
    writeFileSync(join(where, file), stdout);
  };
  await keep('before.json', RUN);
  await keep('again.json', RUN);
  await keep('after.json', [...RUN, '--set', 'components.dram.channels=4']);
  const vary = ['--vary', 'components.dram.channels=8,4'];
  await keep('runs.json', ['compare', ...RUN.slice(1), ...vary]);
  await typed(['trace', 'make', 'gpt2-small', '--generate', '1', '-o', 'trace.jsonl'], where);
});

/** The result of `before.json` with a piece of it replaced, as a file. */
function broken(found: string | RegExp, put: string): string {
  const text = readFileSync(join(where, 'before.json'), 'utf8');
  const changed = text.replace(found, () => put);
  expect(changed).not.toBe(text);
  writeFileSync(join(where, 'broken.json'), changed);
  return 'broken.json';
}

describe('systole diff', () => {
  it('says that equal results are equal', async () => {
    const outcome = await typed(['diff', 'before.json', 'again.json', '--fail-above', '0%'], where);
    expect(outcome).toEqual({
      code: 0,
      stdout: 'before.json → again.json\nThe results are equal to the byte.\n',
      stderr: '',
    });
  });

  it('says what went in, what changed, and where', async () => {
    const { code, stdout, stderr } = await typed(['diff', 'before.json', 'after.json'], where);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/dram resources +8 +4\n/);
    expect(stdout).toMatch(/hash of the chip +[0-9a-f]+… +[0-9a-f]+…\n/);
    expect(stdout).toMatch(/time per token +[\d.]+ [mun]s +[\d.]+ [mun]s +[+−][\d.]+ [mun]s +[+−][\d.]+ %/);
    expect(stdout).toMatch(/The results part most at [\w-]+: [+−]/);
    for (const title of ['by operator', 'by component', 'by action', 'Critical path', 'Utilisation']) {
      expect(stdout).toContain(title);
    }
  });

  it('tells of the results what they say themselves', async () => {
    const { stdout } = await typed(['diff', 'before.json', 'after.json', '--json'], where);
    const { totals, isEqual }: ResultDiff = JSON.parse(stdout);
    const results = ['before.json', 'after.json'].map(
      (file): { time: { first: { ps: number } }; energy: { totalFj: number } } =>
        JSON.parse(readFileSync(join(where, file), 'utf8')),
    );
    expect(isEqual).toBe(false);
    expect([totals.firstToken.before, totals.firstToken.after]).toEqual(
      results.map(({ time }) => time.first.ps),
    );
    expect([totals.energy.before, totals.energy.after]).toEqual(results.map(({ energy }) => energy.totalFj));
  });

  it('takes runs of a comparison by label and by number', async () => {
    for (const [before, after] of [
      ['runs.json#dram.channels=8', 'runs.json#dram.channels=4'],
      ['runs.json#1', 'runs.json#2'],
    ] as const) {
      const { code, stdout } = await typed(['diff', before, after, '--csv'], where);
      expect(code).toBe(0);
      const alone = await typed(['diff', 'before.json', 'after.json', '--csv'], where);
      // A value that was set is told from one that was written, so that only the inputs differ.
      const figures = (text: string): readonly string[] =>
        text.split('\n').filter((line) => !line.startsWith('input,'));
      expect(figures(stdout)).toEqual(figures(alone.stdout));
    }
  });

  it('takes a file whose name has a #', async () => {
    writeFileSync(join(where, 'a#b.json'), readFileSync(join(where, 'before.json')));
    expect(await typed(['diff', 'a#b.json', 'before.json'], where)).toMatchObject({ code: 0 });
  });

  it('fails a check where time or energy moved by more, whichever way', () => {
    for (const args of [
      ['before.json', 'after.json'],
      ['after.json', 'before.json'],
    ]) {
      const { code, stdout, stderr } = systole(['diff', ...args, '--fail-above', '2%'], where);
      expect(code).toBe(1);
      expect(stdout).toContain('time per token');
      expect(stderr).toMatch(/^time per token moved by [+−][\d.]+ %, which is more than 2%$/m);
    }
    expect(systole(['diff', 'before.json', 'after.json', '--fail-above', '900 %'], where)).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('writes a page with plots that needs nothing but itself', async () => {
    const { code, stderr } = await typed(['diff', 'before.json', 'after.json', '--html', 'diff.html'], where);
    expect([code, stderr]).toEqual([0, 'Page: diff.html\n']);
    const page = readHtml(readFileSync(join(where, 'diff.html'), 'utf8'));
    expect(page.addresses.filter((address) => !address.startsWith('#'))).toEqual([]);
    expect(page.count('svg')).toBeGreaterThan(3);
    expect(page.text).toContain('The results part most at');
    expect(page.text).not.toMatch(/undefined|NaN|\[object/);
  });
});

describe('what systole diff refuses', () => {
  it.each([
    ['none.json', 'file/not-found', 'none.json', 'Check the path'],
    ['chip.yaml', 'file/wrong-kind', 'this is a chip, expected a result'],
    ['model.json', 'file/wrong-kind', "this is a model's config.json, expected a result"],
    ['trace.jsonl', 'file/wrong-kind', 'this is a recorded trace, expected a result'],
    ['claims.json', 'file/wrong-kind', 'this is a report of systole validate', 'systole run'],
    ['empty.json', 'yaml/syntax', 'empty.json:1:1'],
    ['page.html', 'yaml/syntax', 'page.html:1:1'],
    ['huge.json', 'file/too-large', 'huge.json'],
    ['.', 'file/wrong-kind', 'folder'],
    ['runs.json', 'argument/invalid', '#dram.channels=8, #dram.channels=4'],
    ['runs.json#dram.channels=5', 'argument/invalid', 'Did you mean "dram.channels=8"?'],
    ['before.json#1', 'argument/invalid', 'no list'],
  ])('%s', async (file, code, ...words) => {
    for (const args of [
      ['before.json', file],
      [file, 'before.json'],
    ]) {
      const outcome = await typed(['diff', ...args], where);
      expect([outcome.code, outcome.stdout]).toEqual([2, '']);
      expect(outcome.stderr).toContain(`error [${code}]: `);
      for (const word of words) expect(outcome.stderr).toContain(word);
    }
  });

  it.each<[found: string | RegExp, put: string, code: string, words: string]>([
    ['"version": 1', '"version": 7', 'result/version', 'version 7, and this Systole reads version 1'],
    [
      /"perTokenFj": [\d.]+/,
      '"perTokenFj": -1',
      'result/invalid',
      'energy.perTokenFj: expected a number of at least 0',
    ],
    [/"perTokenFj": [\d.]+/, '"perTokenFj": NaN', 'yaml/syntax', ''],
    [/"perTokenFj": [\d.]+/, '"perTokenFj": 1e999', '', ''],
    [/"perTokenFj": [\d.]+/, '"perTokenFj": "1"', 'result/invalid', 'energy.perTokenFj: expected a number'],
    [/"perTokenFj": [\d.]+,/, '', 'result/invalid', 'energy.perTokenFj: expected a number; it is missing'],
    [/"version": 1[^]*/, '', 'yaml/syntax', ''],
    ['"name": "pim-gpt"', '"__proto__": "pim-gpt"', 'yaml/syntax', 'is not accepted'],
  ])('a result in which %s is %s', async (found, put, code, words) => {
    const outcome = await typed(['diff', 'before.json', broken(found, put)], where);
    expect([outcome.code, outcome.stdout]).toEqual([2, '']);
    expect(outcome.stderr).toContain(`error [${code}`);
    expect(outcome.stderr).toMatch(/broken\.json:\d+:\d+ {2}/);
    expect(outcome.stderr).toContain(words);
  });

  it.each(['2', '-2%', 'two', '2%%', ''])('--fail-above "%s"', async (share) => {
    const outcome = await typed(['diff', 'before.json', 'after.json', `--fail-above=${share}`], where);
    expect([outcome.code, outcome.stdout]).toEqual([2, '']);
    expect(outcome.stderr).toContain('Write --fail-above 2%');
  });

  it('a result in the place of a chip or a trace', async () => {
    const chip = await typed(['run', 'before.json', 'gpt2-small'], where);
    expect(chip.stderr).toContain('this is a result, expected a chip');
    expect(chip.stderr).toContain('systole diff');
    const trace = await typed(['run', 'pim-gpt', 'before.json'], where);
    expect([chip.code, trace.code]).toEqual([2, 2]);
  });
});
