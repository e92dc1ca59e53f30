import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { SystoleError } from '@systole/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { versionOf } from '../src/new/own-packages.ts';
import { renderStarter } from '../src/new/render.ts';
import { readComponentName, readStarterName } from '../src/new/starter-name.ts';
import { filesOf } from './support/files.ts';
import { HOME, scratch, systole } from './support/systole.ts';
import type { Outcome } from './support/systole.ts';
import { typed } from './support/typed.ts';

/** What a test runner and npm leave in the environment would make an inner one take itself for a part of them. */
const INHERITED =
  /^(?:VITEST|NODE_ENV$|NODE_OPTIONS$|INIT_CWD$|npm_(?:lifecycle|package|config_local_prefix))/;

function type(program: string, args: readonly string[], folder: string): Outcome {
  const env = Object.entries(process.env).filter(([name]) => !INHERITED.test(name));
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...Object.fromEntries(env), NO_COLOR: '1' },
    timeout: 120_000,
  });
  return { code: status, stdout, stderr };
}

/** Types a command that has to succeed, and returns what it prints. */
function must(program: string, args: readonly string[], folder: string): string {
  const { code, stdout, stderr } =
    program === 'systole' ? systole(args, folder) : type(program, args, folder);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${code}\n${stdout}${stderr}`);
  return stdout;
}

const NEW_KEYS = ['kind', 'name', 'folder', 'files', 'next'];

interface Started {
  readonly folder: string;
  readonly next: readonly string[];
}

/** Writes a starter into a new folder, and checks that what it says of it is so. */
function start(...args: readonly string[]): Started {
  const folder = scratch();
  const said: unknown = JSON.parse(must('systole', ['new', ...args, 'starter', '--json'], folder));
  expect(Object.keys(said ?? {})).toEqual(NEW_KEYS);
  const { files, next } = said as { readonly files: readonly string[]; readonly next: readonly string[] };
  expect(filesOf(join(folder, 'starter'))).toEqual([...files].sort());
  return { folder: join(folder, 'starter'), next };
}

/** Types the commands of Systole among those that a starter says are next; the laws over fewer cases, to be quick. */
function tryCommands(commands: readonly string[], folder: string): void {
  for (const command of commands.filter((text) => text.startsWith('systole '))) {
    const words = command.split(' ').slice(1);
    must('systole', words[0] === 'check' ? [...words, '--runs', '5'] : words, folder);
  }
}

/** Types what the starter of a package says is next. */
function follow({ folder, next }: Started): void {
  expect(next.slice(0, 4)).toEqual(['cd starter', 'npm install', 'npm test', 'npm run build']);
  must('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], folder);
  must('npm', ['run', 'typecheck'], folder);
  expect(must('npm', ['test'], folder)).toMatch(/Tests +4 passed/);
  must('npm', ['run', 'build'], folder);
  tryCommands(next, folder);
}

interface Used {
  readonly mapping: { readonly name: string };
  readonly components: readonly {
    readonly type: string;
    readonly bytes: number;
    readonly usefulMacs: number;
    readonly utilisation: number;
  }[];
}

/** Runs the chip of a starter that has been built, in its folder: what was written there names the plugin. */
function run(folder: string): Used {
  return JSON.parse(must('systole', ['run', 'chip.yaml', 'gpt2-small', '--generate', '4', '--json'], folder));
}

/** Starters depend on what packages are once built. */
function buildPackages(): void {
  const compiler = join(HOME, 'node_modules/typescript/bin/tsc');
  const packages = ['laws', 'replay', 'memory', 'compute', 'interconnect'].map((name) => `packages/${name}`);
  must(process.execPath, [compiler, '-b', ...packages], HOME);
}

describe('systole new component', () => {
  beforeAll(buildPackages);

  it.each([
    ['memory', 'near-cache'],
    ['compute', 'lut-unit'],
    ['interconnect', 'daisy-chain'],
  ])('writes a %s that passes its tests, builds, and runs on its chip', (role, name) => {
    const started = start('component', name, '--role', role);
    follow(started);
    const { components } = run(started.folder);
    const own = components.find((component) => component.type === `${role}/${name}`);
    expect(own?.utilisation).toBeGreaterThan(0);
    expect(own?.bytes).toBeGreaterThan(0);
    expect(own?.usefulMacs).toBeGreaterThanOrEqual(role === 'compute' ? 1 : 0);
    expect(must('systole', ['describe', `${role}/${name}`], started.folder)).toContain(
      `${role}/${name} (${role})`,
    );
  });

  it('takes family and role for one another', () => {
    const read = (text: string, role?: string): readonly string[] => {
      const { family, kebab, role: found } = readComponentName(text, role);
      return [family, kebab, found];
    };
    expect(read('a')).toEqual(['memory', 'a', 'memory']);
    expect(read('compute/a')).toEqual(['compute', 'a', 'compute']);
    expect(read('a', 'interconnect')).toEqual(['interconnect', 'a', 'interconnect']);
    expect(read('acme/a', 'compute')).toEqual(['acme', 'a', 'compute']);
    expect(read('acme/a')).toEqual(['acme', 'a', 'memory']);
  });
});

describe('systole new mapping', () => {
  beforeAll(buildPackages);

  it('writes a mapping that passes its tests, builds, and runs on its chip', () => {
    const started = start('mapping', 'row-by-row');
    follow(started);
    const { mapping, components } = run(started.folder);
    expect(mapping.name).toBe('row-by-row');
    expect(components.find((component) => component.type === 'compute/systolic')?.usefulMacs).toBeGreaterThan(
      0,
    );
  });
});

describe('systole new chip', () => {
  it('writes a chip that runs, and holds its claim', () => {
    const folder = scratch();
    const printed = must('systole', ['new', 'chip', 'my-npu'], folder);
    expect(printed).toBe(
      'Wrote the chip my-npu to my-npu:\n  README.md\n  chip.yaml\n  claims.yaml\n\nNext:\n' +
        '  systole run ./my-npu gpt2-small --generate 4\n  systole validate ./my-npu\n  systole check ./my-npu\n',
    );
    tryCommands(printed.match(/(?<=^ {2})systole .*$/gm) ?? [], folder);
    expect(must('systole', ['describe', './my-npu'], folder)).toContain('my-npu');
  });

  it('holds a claim that could fail', () => {
    const { folder } = start('chip', 'my-npu');
    const file = join(folder, 'chip.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('channels: { value: 4', 'channels: { value: 2'));
    const { code, stdout } = systole(['validate', '.'], folder);
    expect([code, stdout]).toEqual([1, expect.stringContaining('NO')]);
  });

  it('gives it a name where it stands in configs', () => {
    const folder = scratch();
    must('systole', ['new', 'chip', 'my-npu', 'configs/my-npu'], folder);
    expect(must('systole', ['list', 'chips'], folder)).toContain('my-npu');
    const again = systole(['new', 'chip', 'my-npu', 'elsewhere'], folder);
    expect([again.code, again.stderr]).toEqual([
      2,
      expect.stringContaining('there is a chip "my-npu" already'),
    ]);
  });
});

describe('a wrong name', () => {
  it.each<[args: readonly string[], error: string, hint: string]>([
    [['chip', '../npu'], 'argument/invalid', 'Write npu, say.'],
    [['chip', 'npu\u001b[31m'], 'argument/invalid', 'Write npu-31m, say.'],
    [['chip', 'null'], 'argument/invalid', 'such as my-null'],
    [['chip', 'pim-gpt'], 'plugin/duplicate-type', 'systole describe pim-gpt'],
    [['mapping', 'auto'], 'plugin/duplicate-type', 'systole list mappings'],
    [['mapping', 'site'], 'argument/invalid', 'such as my-site'],
    [['mapping', 'functions'], 'argument/invalid', 'such as my-functions'],
    [['mapping', 'a/b'], 'argument/invalid', 'Write a-b, say.'],
    [['component', 'memory/dram'], 'plugin/duplicate-type', 'systole describe memory/dram'],
    [
      ['component', 'vector', '--role', 'compute'],
      'plugin/duplicate-type',
      'systole describe compute/vector',
    ],
    [['component', 'class'], 'argument/invalid', 'such as my-class'],
    [['component', 'param'], 'argument/invalid', 'such as my-param'],
    [['component', 'index'], 'argument/invalid', 'such as my-index'],
    [['component', 'a/b/c'], 'argument/invalid', 'Write memory/my-memory'],
    [['component', '../a'], 'argument/invalid', 'a family is made of'],
    [['component', 'memory/'], 'argument/invalid', 'a name is made of'],
    [['component', 'a', '--role', 'memroy'], 'argument/invalid', 'Did you mean "memory"?'],
    [['component', 'a', '--role', '__proto__'], 'argument/invalid', 'Choose one of: memory'],
    [['component', 'compute/a', '--role', 'memory'], 'argument/invalid', 'Leave out --role'],
  ])('%j is %s', async (args, error, hint) => {
    const folder = scratch();
    const { code, stdout, stderr } = await typed(['new', ...args], folder);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`error [${error}]`);
    expect(stderr).toContain(hint);
    expect(filesOf(folder)).toEqual([]);
  });

  it.each([
    [['new', 'chp', 'a'], /unknown command 'chp'/],
    [['new', 'chip'], /missing required argument 'name'/],
    [['new', 'chip', 'a', 'b', 'c'], /too many arguments/],
    [['new', 'chip', 'a', '--role', 'memory'], /unknown option '--role'/],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await typed(args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  const KEBAB = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

  /** The name that a text is, or the one that the complaint about it proposes. */
  function wordFor(text: string): string {
    try {
      return readStarterName(text).kebab;
    } catch (error) {
      if (!(error instanceof SystoleError)) throw error;
      return /(?:Write|such as) ([^\s.,]+)/.exec(error.hint ?? '')?.[1] ?? '';
    }
  }

  it.each([
    ['MyNpu', 'my-npu'],
    ['/etc/npu', 'etc-npu'],
    ['', 'near-memory'],
    ['7', 'near-memory'],
    ['a--b', 'a-b'],
    ['__proto__', 'proto'],
    ['constructor/..', 'constructor'],
    ['a'.repeat(500), 'a'.repeat(50)],
    ['null', 'my-null'],
    ['con', 'my-con'],
  ])('%j is refused for one such as %s', (text, proposed) => {
    expect(wordFor(text)).toBe(proposed);
    expect(() => readStarterName(text)).toThrow(SystoleError);
  });

  it('is refused with one that would do', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abzAZ09-_/. $\n\u00e9\u202e') });
    fc.assert(
      fc.property(fc.oneof(letters, fc.string({ unit: 'binary' })), (text) => {
        expect(wordFor(text)).toMatch(KEBAB);
        expect(wordFor(wordFor(text))).toMatch(KEBAB);
      }),
      { numRuns: 500 },
    );
  });

  it('is no right one: those make identifiers', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^x[a-z0-9]{0,5}(?:-[a-z0-9]{1,5}){0,4}$/), (text) => {
        const { kebab, camel, pascal } = readStarterName(text);
        expect(kebab).toBe(text);
        expect([camel, pascal].join()).toMatch(/^(x[A-Za-z0-9]*),X[A-Za-z0-9]*$/);
        expect(camel.toLowerCase()).toBe(text.replaceAll('-', ''));
      }),
    );
  });
});

describe('the folder', () => {
  const folder = (): string => {
    const place = scratch();
    mkdirSync(join(place, 'there/src'), { recursive: true });
    writeFileSync(join(place, 'there/chip.yaml'), 'mine\n');
    writeFileSync(join(place, 'there/notes.txt'), 'mine\n');
    return place;
  };

  it('that is not empty is left alone, unless --force is given', async () => {
    const place = folder();
    const { code, stderr } = await typed(['new', 'chip', 'a', 'there'], place);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('error [file/exists]: there  this folder is there'),
    ]);
    expect(readFileSync(join(place, 'there/chip.yaml'), 'utf8')).toBe('mine\n');
    must('systole', ['new', 'chip', 'a', 'there', '--force'], place);
    expect(readFileSync(join(place, 'there/chip.yaml'), 'utf8')).toContain('name: a\n');
    expect(readFileSync(join(place, 'there/notes.txt'), 'utf8')).toBe('mine\n');
  });

  it('may be there and empty, and may be the one where the command is typed', () => {
    const place = scratch();
    expect(must('systole', ['new', 'component', 'a', '.'], place)).toContain('Next:\n  npm install\n');
    expect(filesOf(place)).toContain('src/a.ts');
  });

  it.each<[what: string, args: readonly string[], message: string]>([
    ['is a file', ['there/notes.txt'], 'this is a file, expected a folder'],
    ['lies below a file', ['there/notes.txt/a'], 'is no folder'],
    ['has no name', [''], 'the folder has no name'],
    ['lies where nothing can be written', ['/dev/null/a'], 'cannot be written'],
  ])('that %s is refused', async (_what, args, message) => {
    const place = folder();
    const { code, stderr } = await typed(['new', 'chip', 'a', ...args, '--force'], place);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(filesOf(place)).toEqual(['there/chip.yaml', 'there/notes.txt']);
  });

  it('that nobody may write into is refused', async () => {
    const place = folder();
    chmodSync(join(place, 'there'), 0o555);
    const { code, stderr } = await typed(['new', 'chip', 'a', 'there/a'], place);
    chmodSync(join(place, 'there'), 0o755);
    // Root may write everywhere.
    const isRoot = process.getuid?.() === 0;
    expect(code).toBe(isRoot ? 0 : 2);
    expect(stderr).toMatch(isRoot ? /^$/ : /cannot be written \(EACCES\)/);
  });

  it('is not left through a link in it, nor is a folder taken for a file', async () => {
    const place = folder();
    const outside = scratch();
    symlinkSync(outside, join(place, 'there/test'));
    const { code, stderr } = await typed(['new', 'component', 'a', 'there', '--force'], place);
    expect([code, stderr]).toEqual([2, expect.stringContaining('this is a link')]);
    expect([...filesOf(outside), ...filesOf(join(place, 'there/src'))]).toEqual([]);
    mkdirSync(join(place, 'there/README.md'));
    const { code: second, stderr: reason } = await typed(['new', 'chip', 'a', 'there', '--force'], place);
    expect([second, reason]).toEqual([2, expect.stringContaining('it is a folder')]);
    expect(readFileSync(join(place, 'there/chip.yaml'), 'utf8')).toBe('mine\n');
  });
});

describe('the templates', () => {
  const KINDS = [
    ['component/all', 'component/memory'],
    ['component/all', 'component/compute'],
    ['component/all', 'component/interconnect'],
    ['mapping'],
    ['chip'],
  ];

  it.each(KINDS)('of %s %s leave nothing to fill in', (...folders) => {
    const name = { ...readStarterName('x9-of-mine'), family: 'acme' };
    for (const [path, text] of renderStarter(folders, name)) {
      expect(`${path}\n${text}`).not.toMatch(/template/i);
      expect(text).not.toContain('"*"');
    }
  });

  it('ask for the versions that the repository has', () => {
    const manifest = (path: string): { readonly devDependencies: Readonly<Record<string, string>> } =>
      JSON.parse(readFileSync(join(HOME, path), 'utf8'));
    const own = Object.entries(manifest('package.json').devDependencies);
    for (const path of ['component/all', 'mapping']) {
      const asked = Object.entries(manifest(`apps/cli/templates/${path}/package.json`).devDependencies);
      const fromElsewhere = asked.filter(([name]) => !name.startsWith('@systole/'));
      expect(own).toEqual(expect.arrayContaining(fromElsewhere));
      expect(fromElsewhere.map(([name]) => name)).toEqual(expect.arrayContaining(['typescript', 'vitest']));
    }
  });

  it('link to the packages of a clone', () => {
    expect(versionOf('@systole/core')).toBe(`file:${join(HOME, 'packages/core')}`);
    expect(versionOf('@systole/elsewhere')).toMatch(/^\^\d+\.\d+\.\d+$/);
  });

  it('ask for published versions where the command is not that of a clone', () => {
    const place = scratch();
    for (const path of ['package.json', 'bin', 'dist', 'templates']) {
      const isOurs = (source: string): boolean => !source.includes('docs-');
      cpSync(join(HOME, 'apps/cli', path), join(place, 'cli', path), { recursive: true, filter: isOurs });
    }
    must(process.execPath, ['cli/bin/systole.js', 'new', 'component', 'a'], place);
    const text = readFileSync(join(place, 'a/package.json'), 'utf8');
    const asked = [...text.matchAll(/"@systole\/(\w+)": "\^(\d+\.\d+\.\d+)"/g)].map(([, name]) => name);
    expect(asked).toEqual(['core', 'units', 'laws']);
  });

  it('travel with the package of the command', () => {
    const listed = must('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], join(HOME, 'apps/cli'));
    for (const path of filesOf(join(HOME, 'apps/cli/templates')))
      expect(listed).toContain(`"templates/${path}"`);
  });
});
