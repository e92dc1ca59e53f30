import { describe, expect, it } from 'vitest';
import { ARROWS, importsOf, violationsOf } from './support/house.ts';
import type { Room } from './support/house.ts';
import { readHouse } from './support/read-house.ts';

const rooms = readHouse();

describe('the house', () => {
  it('keeps its rules', () => {
    expect(violationsOf(rooms)).toEqual([]);
  });

  it('was read: every package has sources, and they import one another', () => {
    expect(rooms.map(({ name }) => name).filter((name) => !Object.hasOwn(ARROWS, name))).toEqual(['cli']);
    for (const { sources } of rooms) expect(Object.keys(sources).length).toBeGreaterThan(0);
    const arrows = rooms.flatMap(({ sources }) => Object.values(sources).flatMap(importsOf));
    expect(arrows.filter((name) => name === '@systole/core').length).toBeGreaterThan(50);
  });

  it('has arrows that point one way', () => {
    const order = Object.keys(ARROWS);
    for (const [index, name] of order.entries()) {
      for (const target of ARROWS[name] ?? []) expect(order.indexOf(target)).toBeLessThan(index);
    }
  });
});

/** A room that keeps every rule, beside a `core` and a `units` that do too. */
function houseWith(
  name: string,
  changes: Partial<Room> & { readonly file?: string; readonly path?: string },
): readonly Room[] {
  const { file, path = 'file.ts', ...rest } = changes;
  const bare = { isApp: false, hasReadme: true, dependencies: [], exports: ['.'], references: [] };
  const index = { 'index.ts': "export { a } from './a.ts';\n" };
  const others = ['units', 'core', 'memory', 'compute', 'report'].filter((other) => other !== name);
  return [
    ...others.map((other): Room => ({ ...bare, name: other, sources: index })),
    { ...bare, name, sources: file === undefined ? index : { ...index, [path]: file }, ...rest },
  ];
}

const core = { dependencies: ['@systole/core'], references: ['core'] };

describe('a violation is found', () => {
  it.each<[string, readonly Room[], RegExp]>([
    [
      'an import against the arrows',
      houseWith('memory', {
        file: "import { a } from '@systole/compute';",
        dependencies: ['@systole/compute'],
        references: ['compute'],
      }),
      /memory\/src\/file\.ts imports @systole\/compute, against the arrows/,
    ],
    [
      'a type import against the arrows',
      houseWith('core', {
        file: "import type {\n  A,\n} from '@systole/memory';",
        dependencies: ['@systole/memory'],
        references: ['memory'],
      }),
      /against the arrows/,
    ],
    [
      'a lazy import against the arrows',
      houseWith('chip', {
        file: "const x = await import('@systole/report');",
        dependencies: ['@systole/report'],
        references: ['report'],
      }),
      /against the arrows/,
    ],
    [
      'an import for its effect',
      houseWith('units', { file: "import '@systole/core';", ...core }),
      /against the arrows/,
    ],
    [
      'a deep import',
      houseWith('memory', { file: "import { a } from '@systole/core/src/clock.ts';", ...core }),
      /which it does not export/,
    ],
    [
      'a way out of the package',
      houseWith('memory', { file: "import { a } from '../../core/src/clock.ts';" }),
      /outside of its package/,
    ],
    [
      'a way out from a folder',
      houseWith('memory', { path: 'dram/file.ts', file: "import { a } from '../../../core/a.ts';" }),
      /outside of its package/,
    ],
    [
      'a missing extension',
      houseWith('memory', { file: "import { a } from './clock';" }),
      /without its extension/,
    ],
    ['a package that no rule is for', houseWith('thermal', {}), /thermal: the house does not say/],
    ['a bank in core', houseWith('core', { file: '// one bank\n' }), /knows of banks/],
    [
      'an export of everything',
      houseWith('memory', { file: "export * from './a.ts';" }),
      /exports everything/,
    ],
    [
      'an index with logic',
      houseWith('memory', { sources: { 'index.ts': "export { a } from './a.ts';\nexport const b = 1;\n" } }),
      /more than a list of names: export const b = 1;/,
    ],
    [
      'an import in an index',
      houseWith('memory', { sources: { 'index.ts': "import './a.ts';\n" } }),
      /more than a list/,
    ],
    ['a missing index', houseWith('memory', { sources: {} }), /there is no src\/index\.ts/],
    ['a missing README', houseWith('memory', { hasReadme: false }), /there is no README\.md/],
    [
      'a missing dependency',
      houseWith('memory', { file: "import { a } from '@systole/core';", references: ['core'] }),
      /package\.json lacks @systole\/core/,
    ],
    [
      'a missing dependency from outside',
      houseWith('memory', { file: "import { z } from 'zod/mini';" }),
      /package\.json lacks zod/,
    ],
    [
      'a dependency too many',
      houseWith('memory', { dependencies: ['zod'] }),
      /names zod, which is not imported/,
    ],
    [
      'a missing reference',
      houseWith('memory', { file: "import { a } from '@systole/core';", dependencies: ['@systole/core'] }),
      /tsconfig\.json lacks core/,
    ],
    [
      'a reference too many',
      houseWith('memory', { references: ['core'] }),
      /refers to core, which is not imported/,
    ],
    ...[
      'Math.random()',
      'Math.exp(1)',
      'Math.pow(2, 3)',
      'Math.log(2)',
      'Math.log2(2)',
      'Date.now()',
      'new Date()',
      'performance.now()',
    ].map((use): [string, readonly Room[], RegExp] => [
      `${use} in a model`,
      houseWith('memory', { file: `export const a = ${use};` }),
      /memory\/src\/file\.ts uses .*, which differs/,
    ]),
  ])('%s', (_what, house, message) => {
    expect(violationsOf(house).join('\n')).toMatch(message);
  });

  it('and none where there is none', () => {
    const file =
      "import { a } from '@systole/core';\nimport b from './b.ts';\n// Math.exp( is in a comment, and import { x } from 'y'\n/** from 'z' */\nexport const c = Math.floor(1);\n";
    expect(violationsOf(houseWith('memory', { file, ...core }))).toEqual([]);
    expect(
      violationsOf(
        houseWith('cli', { isApp: true, hasReadme: false, sources: { 'main.ts': file }, ...core }),
      ),
    ).toEqual([]);
  });
});
