import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../src/main.ts';
import { wantsColour } from '../src/output.ts';
import { folderWith, GPT2 } from './support/files.ts';
import { HOME, scratch, systole } from './support/systole.ts';

const BINARY = join(HOME, 'apps/cli/bin/systole.js');

/** Reads the first line that a command prints, closes the pipe on it, and waits for its end. */
async function firstLineOf(args: readonly string[]) {
  const child = spawn(process.execPath, [BINARY, ...args], {
    cwd: scratch(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const line = await new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').once('data', (text: string) => {
      child.stdout.destroy();
      resolve(text.split('\n')[0] ?? '');
    });
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once('close', (...end: [number | null, string | null]) => resolve(end));
  });
  return { line, code, signal, stderr };
}

describe('the systole process', () => {
  it.each([
    [['describe', '--schema'], '{'],
    [['run', 'pim-gpt', 'gpt2-small', '--generate', '1024', '--json'], '{'],
    [['list', 'workloads'], 'name'],
  ])('%j ends quietly when only its beginning is read', async (args, beginning) => {
    const { line, code, signal, stderr } = await firstLineOf(args);
    expect(line.startsWith(beginning)).toBe(true);
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  });

  it('starts through a link, as npm installs it', () => {
    const folder = scratch();
    mkdirSync(join(folder, 'bin'));
    symlinkSync(BINARY, join(folder, 'bin/systole'));
    const { status, stdout } = spawnSync(process.execPath, [join(folder, 'bin/systole'), 'list', 'chips'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect([status, stdout.includes('pim-gpt')]).toEqual([0, true]);
  });

  it('gives the same from the bundle as from its sources', async () => {
    const folder = folderWith({ 'model.json': GPT2 });
    const args = ['run', 'pim-gpt', '--model', 'model.json', '--generate', '2', '--json'];
    const { typed } = await import('./support/typed.ts');
    expect(systole(args, folder)).toEqual(await typed(args, folder));
  });

  it('ends with 2 and no trace of the stack for bad input', () => {
    const { code, stdout, stderr } = systole(['run', 'pim-gpt', 'no-such-workload']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error \[workload\/unknown\]: [^\n]+\n {2}\S[^\n]+\n$/);
  });
});

/** Runs something while standard output pretends to be a terminal, or not. */
async function on(
  terminal: boolean,
  noColor: string | undefined,
  action: () => Promise<unknown>,
): Promise<string> {
  const { isTTY, write } = process.stdout;
  const before = process.env['NO_COLOR'];
  const note = process.stderr.write;
  let text = '';
  process.stdout.isTTY = terminal;
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    text += String(chunk);
    return true;
  };
  process.stderr.write = () => true;
  if (noColor === undefined) delete process.env['NO_COLOR'];
  else process.env['NO_COLOR'] = noColor;
  try {
    await action();
  } finally {
    process.stdout.isTTY = isTTY;
    process.stdout.write = write;
    process.stderr.write = note;
    if (before === undefined) delete process.env['NO_COLOR'];
    else process.env['NO_COLOR'] = before;
  }
  return text;
}

describe('colour', () => {
  const describeChip = (): Promise<number> => main(['describe', 'pim-gpt']);

  it('is for terminals alone, and for nobody who says NO_COLOR', async () => {
    const plain = await on(false, undefined, describeChip);
    expect(plain).not.toContain('\u001B');
    expect(await on(true, '1', describeChip)).toBe(plain);
    const coloured = await on(true, undefined, describeChip);
    expect(coloured).toContain('\u001B[');
    // Colour changes no word.
    expect(
      coloured
        .split('\u001B')
        .map((part, index) => (index === 0 ? part : part.replace(/^\[[\d;]*m/, '')))
        .join(''),
    ).toBe(plain);
  });

  it('is not switched off by an empty NO_COLOR', async () => {
    let wanted = false;
    await on(true, '', async () => {
      wanted = wantsColour();
    });
    expect(wanted).toBe(true);
  });
});
