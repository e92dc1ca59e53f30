import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HOME, systole } from '../support/systole.ts';
import { readBlocks } from './blocks.ts';

/** Scripts that npm has without being told. */
const NPM_COMMANDS = ['install', 'ci'];

const read = (path: string): string =>
  existsSync(join(HOME, path)) ? readFileSync(join(HOME, path), 'utf8') : '';

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifest = (folder: string): Manifest => JSON.parse(read(join(folder, 'package.json'))) as Manifest;

const all = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);

describe.each(['README.md', 'CONTRIBUTING.md'])('%s', (document) => {
  const text = read(document);

  it('leads to files that are there', () => {
    const links = all(text, /\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g).map((link) =>
      join(dirname(document), link),
    );
    const paths = all(text, /`((?:packages|apps|configs|traces)\/[\w./-]+)`/g);
    expect([...links, ...paths].filter((path) => !existsSync(join(HOME, path)))).toEqual([]);
  });

  it('names scripts that npm can run', () => {
    const { scripts = {} } = manifest('.');
    const named = all(text, /\bnpm (?:run )?([a-z][a-z:-]*)/g);
    expect(named.filter((name) => !Object.hasOwn(scripts, name) && !NPM_COMMANDS.includes(name))).toEqual([]);
  });

  it('types verbs and flags that the command has', () => {
    const wrong = typedCommands(text).flatMap(({ verbs, flags }) => {
      const { code, stdout } = systole([...verbs, '--help'], HOME);
      const known = all(stdout, /(?:^|\s)(--?[a-z][a-z-]*)(?=[\s,])/g);
      const unknown = flags.filter((flag) => !known.includes(flag));
      return code === 0 && unknown.length === 0 ? [] : [`systole ${[...verbs, ...unknown].join(' ')}`];
    });
    expect(wrong).toEqual([]);
  });
});

/** The commands of the shell blocks of a text: the verbs, such as `trace make`, and the flags. */
function typedCommands(
  text: string,
): readonly { readonly verbs: readonly string[]; readonly flags: readonly string[] }[] {
  const lines = readBlocks(text).flatMap((block) => (block.language === 'sh' ? block.text.split('\n') : []));
  return lines.flatMap((line) => {
    const [program, ...words] = line
      .replace(/^npx /, '')
      .replace(/\s#.*$/, '')
      .split(/\s+/);
    if (program !== 'systole') return [];
    const verbs = words.slice(0, words[0] === 'trace' ? 2 : 1);
    return [{ verbs, flags: words.filter((word) => /^--?[a-z]/.test(word)) }];
  });
}

describe('the map of CONTRIBUTING.md', () => {
  /** Package → the packages that its row lets it import. */
  const rows = new Map(
    [...read('CONTRIBUTING.md').matchAll(/^\| `([a-z]+)`\s*\|[^|]*\|([^|]*)\|$/gm)].map(
      ([, name = '', imports = '']) => [name, all(imports, /`([a-z]+)`/g)] as const,
    ),
  );
  const packages = readdirSync(join(HOME, 'packages')).filter((name) =>
    existsSync(join(HOME, 'packages', name, 'package.json')),
  );

  it('has every package, in an order in which each comes after what it imports', () => {
    expect([...rows.keys()].sort()).toEqual([...packages].sort());
    const order = [...rows.keys()];
    for (const [name, imports] of rows) {
      expect(imports.filter((other) => order.indexOf(other) >= order.indexOf(name))).toEqual([]);
    }
  });

  it.each(packages)('allows what %s imports', (name) => {
    const dependencies = Object.keys(manifest(join('packages', name)).dependencies ?? {});
    const own = dependencies.flatMap((other) =>
      other.startsWith('@systole/') ? [other.slice('@systole/'.length)] : [],
    );
    expect(own.filter((other) => rows.get(name)?.includes(other) !== true)).toEqual([]);
  });
});
