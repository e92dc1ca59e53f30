import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HOME, systole } from '../support/systole.ts';
import type { Outcome } from '../support/systole.ts';
import { missingLine } from './blocks.ts';
import type { Example, ExampleFile } from './example.ts';

const PYTHON = 'python3';
const TYPESCRIPT = join(HOME, 'node_modules/typescript/bin/tsc');
const VITEST = join(HOME, 'node_modules/vitest/vitest.mjs');
const CONDITIONS = ['@systole/source', 'module', 'node', 'development|production'];

/** A folder inside the repository, so that packages are found by name, in which the examples of documents are tried. */
export class Workshop {
  readonly #root: string;

  constructor() {
    const build = join(HOME, 'apps/cli/dist');
    mkdirSync(build, { recursive: true });
    this.#root = mkdtempSync(join(build, 'docs-'));
    const resolve = { conditions: CONDITIONS };
    const test = { include: ['**/*.test.ts'] };
    this.#write(
      'vitest.config.mjs',
      `export default ${JSON.stringify({ resolve, ssr: { resolve }, test })};\n`,
    );
    this.#write('package.json', '{ "type": "module" }\n');
    this.#write(
      'tsconfig.json',
      JSON.stringify({
        extends: join(HOME, 'tsconfig.base.json'),
        compilerOptions: {
          composite: false,
          declaration: false,
          declarationMap: false,
          noEmit: true,
          rewriteRelativeImportExtensions: false,
          types: ['node'],
        },
        include: ['**/*.ts'],
      }),
    );
  }

  /** Puts files into the folder of that name. */
  addAll(folder: string, files: readonly ExampleFile[]): void {
    mkdirSync(join(this.#root, folder), { recursive: true });
    for (const { path, text } of files) this.#write(join(folder, path), text);
  }

  /** Checks the types of all files as strictly as those of the packages; the complaints, or nothing. */
  typecheck(): string {
    const { code, stdout, stderr } = this.#node([TYPESCRIPT, '-p', 'tsconfig.json'], '');
    return code === 0 ? '' : stdout + stderr;
  }

  /** Runs the tests of a folder; what went wrong, or nothing. */
  test(folder: string): string {
    const args = [VITEST, 'run', '--root', '.', '--config', '../vitest.config.mjs'];
    const { code, stdout, stderr } = this.#node(args, folder);
    return code === 0 ? '' : stdout + stderr;
  }

  /** Runs an example; what went wrong, or nothing. */
  run(folder: string, example: Example): string {
    let printed = '';
    let complaints = '';
    for (const [index, command] of example.commands.entries()) {
      const { code, stdout, stderr } = this.#execute(folder, command);
      const expected = index === example.commands.length - 1 ? example.exit : 0;
      if (code !== expected)
        return `${command.join(' ')}: exit code ${code}, not ${expected}\n${stdout}${stderr}`;
      printed += stdout;
      complaints += stderr;
    }
    const missing = missingLine(printed, example.output);
    if (missing !== undefined) return `it does not print "${missing}", but\n${printed}`;
    if (example.error === undefined || complaints.includes(example.error)) return '';
    return `it does not end in "${example.error}", but\n${complaints}`;
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  #execute(folder: string, [program, ...args]: readonly string[]): Outcome {
    if (program === 'systole') return systole(args, join(this.#root, folder));
    if (program === 'node') return this.#node(args, folder);
    if (program === PYTHON) return this.#start(PYTHON, args, folder);
    return { code: null, stdout: '', stderr: `an example runs systole, node or python3, not "${program}"\n` };
  }

  #node(args: readonly string[], folder: string): Outcome {
    return this.#start(process.execPath, args, folder);
  }

  #start(program: string, args: readonly string[], folder: string): Outcome {
    const { PATH = '' } = process.env;
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: join(this.#root, folder),
      encoding: 'utf8',
      // The environment of the test that is running would make the inner one take itself for a part of it.
      env: { PATH, NO_COLOR: '1' },
      timeout: 120_000,
    });
    return { code: status, stdout, stderr };
  }

  #write(path: string, text: string): void {
    const file = join(this.#root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Whether there is a Python on this machine to run examples with. */
export function hasPython(): boolean {
  return spawnSync(PYTHON, ['--version']).status === 0;
}
