import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { HOME, scratch } from './support/systole.ts';
import type { Outcome } from './support/systole.ts';

const EXAMPLE = join(HOME, 'apps/cli/examples/near-memory');
const INT8 = ['--weights', 'int8', '--kv', 'int8', '--activations', 'int8'];

/** The example, in a folder of its own far from the repository, with Systole installed from packages as npm delivers them. */
let project = '';
let tarballs: readonly string[] = [];

function shell(folder: string, command: string, ...args: readonly string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    // What npm tells its scripts about the repository is nothing that a reader's shell has.
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'))),
      NO_COLOR: '1',
    },
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, stdout, stderr };
}

function done(folder: string, command: string, ...args: readonly string[]): string {
  const { code, stdout, stderr } = shell(folder, command, ...args);
  expect(code, `${command} ${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

/** The command as it was installed. */
function installed(folder: string, ...args: readonly string[]): Outcome {
  return shell(folder, join(project, 'node_modules/.bin/systole'), ...args);
}

beforeAll(() => {
  const folder = scratch();
  const packed = join(folder, 'packed');
  project = join(folder, 'near-memory');
  mkdirSync(packed);
  const references = ['laws', 'report'].map((name) => join('packages', name));
  done(HOME, 'npx', 'tsc', '-b', ...references, 'apps/cli');
  done(HOME, 'npm', 'pack', '--workspaces', '--pack-destination', packed, '--silent');
  tarballs = readdirSync(packed).map((name) => join(packed, name));
  cpSync(EXAMPLE, project, {
    recursive: true,
    filter: (path) => !['node_modules', 'dist'].includes(path.slice(EXAMPLE.length + 1).split(sep)[0] ?? ''),
  });
  done(project, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs);
  done(project, 'npm', 'run', 'build');
}, 180_000);

describe('the packages', () => {
  it('are there, each with what plain Node can import', () => {
    expect(tarballs).toHaveLength(14);
    const names = readdirSync(join(project, 'node_modules/@systole'));
    expect(names).toHaveLength(14);
    for (const name of names.filter((other) => other !== 'cli')) {
      const folder = join(project, 'node_modules/@systole', name);
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { exports: object };
      for (const entry of Object.keys(manifest.exports)) {
        const specifier = ['@systole', name, ...entry.split('/').slice(1)].join('/');
        const count = `Object.keys(await import('${specifier}')).length`;
        expect(
          Number(done(project, 'node', '--input-type=module', '--eval', `console.log(${count})`)),
        ).toBeGreaterThan(0);
      }
      const compiled = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' });
      const scripts = compiled.filter((path) => path.endsWith('.js'));
      for (const path of scripts) {
        expect(readFileSync(join(folder, 'dist', path), 'utf8')).not.toMatch(/from '\.[^']*\.ts'/);
      }
    }
  });

  it('have the chips and workloads of Systole with them', () => {
    const empty = scratch();
    const { code, stdout } = installed(empty, 'run', 'pim-gpt', 'gpt2-small', '--generate', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/pim-gpt · gpt2-small/);
    expect(JSON.parse(installed(empty, 'list', 'chips', '--json').stdout)).toHaveLength(
      readdirSync(join(HOME, 'configs')).length,
    );
  });

  it('leave nothing behind in the repository', () => {
    expect(existsSync(join(HOME, 'apps/cli/library'))).toBe(false);
  });
});

describe('the worked example, outside of the repository', () => {
  it('passes its own tests', () => {
    expect(done(project, 'npm', 'test')).toMatch(/Test Files +3 passed/);
  });

  it('depends on @systole/core and @systole/units alone', () => {
    const manifest = JSON.parse(readFileSync(join(EXAMPLE, 'package.json'), 'utf8')) as {
      readonly dependencies: object;
    };
    expect(Object.keys(manifest.dependencies)).toEqual(['@systole/core', '@systole/units']);
    const sources = readdirSync(join(EXAMPLE, 'src')).map((name) =>
      readFileSync(join(EXAMPLE, 'src', name), 'utf8'),
    );
    const imports = sources.flatMap((text) => [...text.matchAll(/from '(@[^']+)'/g)].map(([, name]) => name));
    expect([...new Set(imports)].sort()).toEqual(['@systole/core', '@systole/units']);
  });

  it('is described and run in its folder, where systole.config.json names it', () => {
    const { code, stdout } = installed(project, 'describe', 'memory/stt-mram');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/writeCycle +20 ns/)]);
    const result = installed(project, 'run', 'chip.yaml', 'gpt2-small', '--generate', '4', ...INT8);
    expect([result.code, result.stdout]).toEqual([0, expect.stringMatching(/mram +memory\/stt-mram/)]);
  });

  it('is run from elsewhere with --plugin, to the same result, and not without', () => {
    const elsewhere = scratch();
    const chip = join(project, 'chip.yaml');
    const run = ['run', chip, 'gpt2-small', '--generate', '4', ...INT8, '--json'];
    const flagged = installed(elsewhere, ...run, '--plugin', project);
    expect(flagged.code).toBe(0);
    expect(flagged.stdout).toBe(installed(project, ...run).stdout);
    const refused = installed(elsewhere, ...run);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/memory\/stt-mram.*--plugin/s)]);
  });

  it('keeps the laws, as systole check says', () => {
    const { code, stdout } = installed(project, 'check', '.', '--runs', '20');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/compute\/bit-serial/)]);
    expect(stdout).toMatch(/memory\/stt-mram/);
  });

  it('is one plugin among others: a package that somebody installed', () => {
    const other = scratch();
    const modules = join(other, 'node_modules');
    mkdirSync(modules);
    cpSync(project, join(modules, 'near-memory'), {
      recursive: true,
      filter: (path) => !path.startsWith(join(project, 'node_modules')),
    });
    // npm puts what it depends on beside it.
    cpSync(join(project, 'node_modules/@systole/core'), join(modules, '@systole/core'), { recursive: true });
    cpSync(join(project, 'node_modules/@systole/units'), join(modules, '@systole/units'), {
      recursive: true,
    });
    writeFileSync(join(other, 'systole.config.json'), '{ "plugins": ["near-memory"] }');
    expect(installed(other, 'list', 'components').stdout).toMatch(/compute\/bit-serial/);
    rmSync(join(modules, '@systole'), { recursive: true });
    const { code, stderr } = installed(other, 'list', 'components');
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/plugin "near-memory" cannot be loaded: .*@systole\/core/),
    ]);
  });
});
