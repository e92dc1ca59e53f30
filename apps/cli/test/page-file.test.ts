import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { withBarePagesLast } from '../src/page-file.ts';
import { CHIP, filesOf, folderWith, GPT2 } from './support/files.ts';
import { typed } from './support/typed.ts';

const WORKLOAD = ['--model', 'model.json', '--generate', '2'] as const;

function folder(): string {
  return folderWith({ 'model.json': GPT2, 'half/chip.yaml': CHIP.replace('name: pim-gpt', 'name: half') });
}

function pagesOf(where: string): readonly string[] {
  return filesOf(where).filter((file) => file.endsWith('.html'));
}

describe('--html without a file', () => {
  it.each([
    ['run at the end', ['run', 'pim-gpt', ...WORKLOAD, '--html'], 'pim-gpt-model.html'],
    ['run before a chip', ['run', '--html', 'pim-gpt', ...WORKLOAD], 'pim-gpt-model.html'],
    ['run before a flag', ['run', 'pim-gpt', '--html', ...WORKLOAD], 'pim-gpt-model.html'],
    ['run with --json', ['run', 'pim-gpt', ...WORKLOAD, '--html', '--json'], 'pim-gpt-model.html'],
    [
      'compare at the end',
      ['compare', 'pim-gpt', 'half', ...WORKLOAD, '--html'],
      'compare-pim-gpt-half.html',
    ],
    [
      'compare between chips',
      ['compare', 'pim-gpt', '--html', 'half', ...WORKLOAD],
      'compare-pim-gpt-half.html',
    ],
    [
      'compare with --csv',
      ['compare', 'pim-gpt', 'half', ...WORKLOAD, '--csv', '--html'],
      'compare-pim-gpt-half.html',
    ],
  ] as const)('writes to a usual file, and says to which: %s', async (_, args, name) => {
    const where = folder();
    const { code, stderr } = await typed([...args], where);
    const page = join('systole-results', name);
    expect([code, pagesOf(where)]).toEqual([0, [page]]);
    expect(stderr).toContain(`Page: ${page}\n`);
  });

  describe('of two results', () => {
    let where = '';
    beforeAll(async () => {
      where = folder();
      for (const [chip, file] of [
        ['pim-gpt', 'old.json'],
        ['half', 'new.json'],
      ] as const) {
        await typed(['run', chip, ...WORKLOAD, '--out', file], where);
      }
    });

    it.each([
      [['diff', 'old.json', 'new.json', '--html']],
      [['diff', '--html', 'old.json', 'new.json', '--json']],
    ])('%j', async (args) => {
      const page = join('systole-results', 'diff-old-new.html');
      const { code, stderr } = await typed(args, where);
      expect([code, pagesOf(where), stderr]).toEqual([0, [page], `Page: ${page}\n`]);
    });
  });

  it('takes a file that ends like a page, and any after =', async () => {
    const where = folder();
    const run = ['run', 'pim-gpt', ...WORKLOAD];
    expect((await typed([...run, '--html', 'a page.HTM'], where)).stderr).toContain('Page: a page.HTM\n');
    expect((await typed([...run, '--html=page'], where)).stderr).toContain('Page: page\n');
    expect(filesOf(where)).toEqual(expect.arrayContaining(['a page.HTM', 'page']));
    const { code, stderr } = await typed([...run, '--html='], where);
    expect([code, stderr.includes('it has no name')]).toEqual([2, true]);
  });
});

it('moves what names no page, and nothing else', () => {
  expect(withBarePagesLast(['compare', '--html', 'a', 'b'])).toEqual(['compare', 'a', 'b', '--html']);
  expect(withBarePagesLast(['run', '--html', 'a', '--', 'b'])).toEqual(['run', 'a', '--html', '--', 'b']);
  const word = fc.constantFrom('--html', '--html=x', 'a', 'b.html', '--json', '--', '');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (args) => {
      const moved = withBarePagesLast(args);
      // Nothing is lost, the other words keep their order, and doing it again changes nothing.
      expect([...moved].sort()).toEqual([...args].sort());
      const others = (words: readonly string[]): readonly string[] => words.filter((one) => one !== '--html');
      expect(others(moved)).toEqual(others(args));
      expect(withBarePagesLast(moved)).toEqual(moved);
    }),
  );
});
