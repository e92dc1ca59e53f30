import { checkDeclaration } from '@systole/core';
import { adoptMappings } from '@systole/mapping';
import { describe, expect, it } from 'vitest';
import { OWN_COMPONENTS, OWN_MAPPINGS } from '../src/catalogue.ts';
import { folderWith } from './support/files.ts';
import { typed } from './support/typed.ts';
import { CHIP, MAPPING, RUN, TAPE, changed, spawn, timesOf, type, unmet } from './support/tape.ts';
import type { Files } from './support/tape.ts';

describe('a plugin', () => {
  it('adds a component, for every verb, by --plugin and by systole.config.json', async () => {
    const flagged = await type([...RUN, '--plugin', './tape.mjs'], { 'tape.mjs': TAPE });
    expect([flagged.code, flagged.stderr]).toEqual([0, '']);
    expect(flagged.stdout).toMatch(/tape/);
    const configured = { 'tape.mjs': TAPE, 'systole.config.json': '{ "plugins": ["./tape.mjs"] }' };
    expect((await type(RUN, configured)).stdout).toBe(flagged.stdout);
    // Named twice, it is loaded once.
    const twice = await type(
      [...RUN, '--plugin', './tape.mjs', '--plugin', './mine/../tape.mjs'],
      configured,
    );
    expect(twice.stdout).toBe(flagged.stdout);
    for (const [shown, ...verb] of [
      ['bitEnergy', 'describe', 'memory/tape'],
      ['memory/tape', 'describe', 'chip.yaml'],
      ['memory/tape', 'describe', '--schema'],
      ['memory/tape', 'list', 'components'],
      ['2 GB/s', 'compare', 'chip.yaml', ...RUN.slice(2, -1), '--vary', 'components.tape.rate=1 GB/s,2 GB/s'],
    ] as const) {
      const { code, stdout, stderr } = await type(verb, configured);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(shown);
    }
    expect((await type(['validate', 'chip.yaml'], configured)).stderr).toMatch(/no claims stand beside/);
  });

  it('adds a mapping', async () => {
    const files = {
      'tape.mjs': TAPE,
      'mine.mjs': MAPPING,
      'systole.config.json': '{ "plugins": ["./tape.mjs", "./mine.mjs"] }',
    };
    expect((await type(['list', 'mappings'], files)).stdout).toMatch(/^mine/m);
    const mine = await type([...RUN, '--mapping', 'mine'], files);
    expect([mine.code, mine.stderr]).toEqual([0, '']);
    // Only its name tells it from the one that it hands on to.
    const auto = await type(RUN, files);
    expect(timesOf(mine.stdout)).toEqual(timesOf(auto.stdout));
  });

  it('is a file, a folder with a package.json, or a package that is installed in the folder or above it', async () => {
    const manifest = (exports: unknown): string => JSON.stringify({ name: '@acme/tape', exports });
    const files = {
      'node_modules/@acme/tape/package.json': manifest({
        '.': { types: './x.d.ts', import: './lib/tape.mjs' },
      }),
      'node_modules/@acme/tape/lib/tape.mjs': TAPE,
      'local/package.json': JSON.stringify({ name: 'local', type: 'module', main: 'tape.js' }),
      'local/tape.js': TAPE,
    };
    for (const plugin of ['@acme/tape', './local', './local/tape.js', './local/package.json']) {
      const { code, stderr } = await type(['describe', 'memory/tape', '--plugin', plugin], files);
      expect([plugin, code, stderr]).toEqual([plugin, 0, '']);
    }
  });

  it('is not loaded because a chip lies beside it', async () => {
    const folder = folderWith({
      'theirs/chip.yaml': CHIP,
      'theirs/systole.config.json': '{ "plugins": ["./tape.mjs"] }',
      'theirs/tape.mjs': 'process.exit(7)',
    });
    expect(
      unmet(await typed(['describe', 'theirs/chip.yaml'], folder), 'chip/unknown-component', /--plugin/),
    ).toEqual([]);
  });
});

describe('what comes with Systole', () => {
  it('is held to the form that plugins are held to', () => {
    const faults = OWN_COMPONENTS.flatMap(({ components }) => components).flatMap((declaration) =>
      checkDeclaration(declaration).map((problem) => ({ type: declaration.type, ...problem })),
    );
    expect(faults).toEqual([]);
    expect(adoptMappings(OWN_MAPPINGS.mappings, { name: 'own' })).toHaveLength(OWN_MAPPINGS.mappings.length);
  });

  it('gives the same as a plugin, to the byte', async () => {
    const again = "import { auto } from 'KIT'; export default { mappings: [{ ...auto, name: 'again' }] };";
    const files = { 'tape.mjs': TAPE, 'again.mjs': again };
    const run = [...RUN, '--plugin', './tape.mjs', '--plugin', './again.mjs'];
    const own = await type([...run, '--mapping', 'auto'], files);
    const guarded = await type([...run, '--mapping', 'again'], files);
    expect(timesOf(guarded.stdout)).toEqual(timesOf(own.stdout));
  });
});

describe('systole.config.json', () => {
  it.each([
    ['{ "plugins": ["./tape.mjs"], "plugin": 1 }', /config\/invalid.*systole\.config\.json:1:30 +plugin/],
    ['{ "plugins": "./tape.mjs" }', /config\/invalid.*:1:14 .*expected a list/],
    ['{ "plugins": [\n3] }', /config\/invalid.*:2:1 .*plugins\[0\]/],
    ['{ "plugins": [', /yaml\/syntax.*systole\.config\.json:1:/],
    ['{ "__proto__": {} }', /yaml\/syntax.*systole\.config\.json:1:3 /],
    [
      '{ "plugins": ["./tape.mjs",\n "./nowhere"] }',
      /plugin\/not-found.*systole\.config\.json:2:2 .*"\.\/nowhere"/,
    ],
  ])('%s is refused with its place', async (text, expected) => {
    expect(
      unmet(await type(['list', 'chips'], { 'systole.config.json': text, 'tape.mjs': TAPE }), expected),
    ).toEqual([]);
  });
});

describe('a plugin that cannot be found', () => {
  it.each<[string, RegExp, Files?]>([
    ['nowhere', /plugin\/not-found.*"nowhere".*npm install nowhere/s],
    ['./nowhere', /plugin\/not-found.*there is no .*nowhere/],
    ['tape', /write \.\/tape/, { 'tape/package.json': '{}' }],
    ['@acme/tap', /Did you mean "@acme\/tape"/, { 'node_modules/@acme/tape/package.json': '{}' }],
    ['./empty', /no package\.json in /, { 'empty/readme': '' }],
    ['./broken', /yaml\/syntax.*package\.json:1:/, { 'broken/package.json': '{ "name": ' }],
    [
      './unbuilt',
      /dist\/index\.js is not there.*npm run build/s,
      { 'unbuilt/package.json': '{ "exports": "./dist/index.js" }' },
    ],
    ['./away', /no file of the package/, { 'away/package.json': '{ "exports": "../chip.yaml" }' }],
    ['./closed', /exports names no module/, { 'closed/package.json': '{ "exports": { "./x": "./x.js" } }' }],
    [
      './source',
      /Compile it first/,
      { 'source/package.json': '{ "main": "index.ts" }', 'source/index.ts': '' },
    ],
    ['./chip.yaml', /a plugin is a JavaScript module/],
    ['', /no plugin was named/],
    ['a b', /neither the name of a package nor a path/],
    ['constructor', /no package "constructor"/],
  ])('%s', async (plugin, expected, files = {}) => {
    expect(unmet(await type(['list', 'components', '--plugin', plugin], files), expected)).toEqual([]);
  });
});

describe('a plugin that cannot be loaded', () => {
  it.each<[string, string, RegExp, Files?]>([
    [
      'has a syntax error',
      'const a = 1;\nconst = 2;',
      /plugin\/failed.*bad\.mjs:2:7 .*plugin "bad" cannot be parsed/,
    ],
    [
      'has one in what it imports',
      "import './other.mjs';",
      /other\.mjs:1:\d+ .*plugin "bad" cannot be parsed/,
      { 'other.mjs': 'let let = 1;' },
    ],
    [
      'throws',
      'const x = undefined;\nx.y;',
      /plugin\/failed.*bad\.mjs:2:3 .*plugin "bad" throws while it loads: TypeError/,
    ],
    [
      'throws while it parses something',
      "JSON.parse('{');",
      /bad\.mjs:1:6 .*throws while it loads: SyntaxError/,
    ],
    ['throws what is no error', 'throw null;', /plugin "bad" throws while it loads: null/],
    [
      'imports what is not there',
      "import 'acme-nothing';",
      /plugin "bad" cannot be loaded: .*acme-nothing.*npm install/s,
    ],
    ['imports a name that is not there', "import { nope } from 'KIT';", /bad\.mjs:1:\d+ .*nope/],
    ['never finishes', 'await new Promise(() => {});', /plugin "bad" never finishes loading/],
    [
      'is taken for a promise',
      'export function then() {}\nexport default [];',
      /plugin "bad" never finishes loading/,
    ],
    [
      'declares nothing',
      'export default [];',
      /plugin\/invalid.*bad\.mjs {2}plugin "bad" declares no component/,
    ],
    [
      'exports nothing by default',
      'export const memories = [];',
      /plugin\/invalid.*plugin "bad" has no default export/,
    ],
  ])('%s', (_what, text, expected, files = {}) => {
    expect(
      unmet(
        spawn(['list', 'components', '--plugin', './bad.mjs'], { ...files, 'bad.mjs': text }),
        expected,
        /bad/,
      ),
    ).toEqual([]);
  });

  it('is given up where it keeps the process busy and never finishes', { timeout: 60_000 }, () => {
    const text = 'setInterval(() => {}, 1000);\nawait new Promise(() => {});';
    expect(
      unmet(
        spawn(['list', 'components', '--plugin', './bad.mjs'], { 'bad.mjs': text }),
        /never finishes loading/,
      ),
    ).toEqual([]);
  });

  it('does not hold up the end with what it left running', () => {
    const text = `setInterval(() => {}, 1000);\n${TAPE}`;
    expect(spawn(['list', 'components', '--plugin', './tape.mjs'], { 'tape.mjs': text }).code).toBe(0);
  });
});

describe('names that are taken', () => {
  it('are told with both packages', async () => {
    const two = { 'a.mjs': TAPE, 'b.mjs': TAPE.replace('[tape]', "{ name: 'acme', components: [tape] }") };
    expect(
      unmet(
        await type(['list', 'components', '--plugin', './a.mjs', '--plugin', './b.mjs'], two),
        /plugin\/duplicate-type\]: \/.*\/b\.mjs {2}.*memory\/tape.*"a" and "acme"/,
      ),
    ).toEqual([]);
    const mappings = { 'a.mjs': MAPPING, 'b.mjs': MAPPING.replace('my-mappings', 'acme') };
    expect(
      unmet(
        await type(['list', 'mappings', '--plugin', './a.mjs', '--plugin', './b.mjs'], mappings),
        /plugin\/duplicate-type\]: \/.*\/b\.mjs {2}.*"mine".*"my-mappings" and "acme"/,
      ),
    ).toEqual([]);
  });

  it('are those of Systole too', async () => {
    const types = { 'tape.mjs': changed(TAPE, 'memory/tape', 'memory/sram') };
    expect(
      unmet(
        await type(['list', 'components', '--plugin', './tape.mjs'], types),
        /plugin\/duplicate-type.*memory\/sram.*@systole\/memory.*"tape"/,
      ),
    ).toEqual([]);
    const name = { 'mine.mjs': changed(MAPPING, "'mine'", "'auto'") };
    expect(
      unmet(
        await type(['list', 'mappings', '--plugin', './mine.mjs'], name),
        /plugin\/duplicate-type.*"auto".*@systole\/mapping.*my-mappings/,
      ),
    ).toEqual([]);
  });
});
