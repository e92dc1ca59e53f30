import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const BINARY = fileURLToPath(new URL('../../bin/systole.js', import.meta.url));

/** The top folder of the repository. */
export const HOME = fileURLToPath(new URL('../../../..', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Types `systole …` in a folder and waits for it to end. */
export function systole(args: readonly string[], folder: string = scratch()): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BINARY, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
    maxBuffer: 256 * 1024 * 1024,
  });
  return { code: status, stdout, stderr };
}

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder, which is gone when the tests are over. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'systole-'));
  folders.push(folder);
  return folder;
}
