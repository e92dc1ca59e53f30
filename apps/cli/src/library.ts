import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suggestName, SystoleError } from '@systole/core';
import { checkRegularFile } from './files.ts';

/** The folder of the command itself: that of `src` and `dist`. */
const PACKAGE = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Where the chips and workloads that come with Systole stand: at the top of the repository, two folders above this one, and in a
 * copy beside the bundle where the command was installed as a package.
 */
const HOME = PACKAGE.endsWith(join('apps', 'cli')) ? resolve(PACKAGE, '../..') : join(PACKAGE, 'library');

/** The folder of the data that a package is held against. Where the command was installed, its copy. */
export function referenceFolder(name: string): string {
  return HOME === join(PACKAGE, 'library')
    ? join(HOME, 'reference', name)
    : join(HOME, 'packages', name, 'reference');
}

/** Folders that names are looked up in: the project's own before Systole's. */
function folders(kind: 'configs' | 'traces'): readonly string[] {
  return [...new Set([resolve(kind), join(HOME, kind)])].filter(isFolder);
}

function entries(
  kind: 'configs' | 'traces',
  toFile: (name: string) => string | undefined,
): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of folders(kind)) {
    for (const name of readdirSync(folder).sort()) {
      const relative = toFile(name);
      if (relative === undefined) continue;
      const file = join(folder, relative);
      const key = basename(name).replace(/\.yaml$/, '');
      if (!found.has(key) && existsSync(file)) found.set(key, file);
    }
  }
  return found;
}

/** Name → file of every chip that can be named. */
export function chipFiles(): Map<string, string> {
  return entries('configs', (name) => join(name, 'chip.yaml'));
}

/** Name → file of every workload that can be named. */
export function workloadFiles(): Map<string, string> {
  return entries('traces', (name) => (name.endsWith('.yaml') ? name : undefined));
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** The file of a chip given by name, by folder or by path. Throws `file/not-found` or `file/wrong-kind`. */
export function findChipFile(nameOrPath: string): string {
  const named = chipFiles();
  const file = named.get(nameOrPath);
  if (file !== undefined) return file;
  if (isFile(nameOrPath)) return nameOrPath;
  const inside = join(nameOrPath, 'chip.yaml');
  if (isFile(inside)) return inside;
  if (isFolder(nameOrPath)) {
    throw new SystoleError({
      code: 'file/not-found',
      message: 'there is no chip.yaml in this folder',
      place: { file: nameOrPath },
      hint: 'Name a chip (systole list chips), or a chip.yaml.',
    });
  }
  // Says what else it is.
  if (existsSync(nameOrPath)) checkRegularFile(nameOrPath);
  throw new SystoleError({
    code: 'file/not-found',
    message: `there is no chip "${nameOrPath}", neither as a name nor as a file`,
    hint: workloadFiles().has(nameOrPath)
      ? `"${nameOrPath}" is a workload; the chip comes first, as in systole run pim-gpt ${nameOrPath}, or systole compare pim-gpt --workload ${nameOrPath}.`
      : suggestName(nameOrPath, named.keys()),
  });
}

/** The file of a workload or trace given by name or by path. Throws `workload/unknown` or `file/wrong-kind`. */
export function findWorkloadFile(nameOrPath: string): string {
  const named = workloadFiles();
  const file = named.get(nameOrPath);
  if (file !== undefined) return file;
  if (existsSync(nameOrPath)) {
    checkRegularFile(nameOrPath);
    return nameOrPath;
  }
  throw new SystoleError({
    code: 'workload/unknown',
    message: `there is no workload or trace "${nameOrPath}", neither as a name nor as a file`,
    hint: chipFiles().has(nameOrPath)
      ? `"${nameOrPath}" is a chip. Name a workload (systole list workloads), or give --model config.json.`
      : suggestName(nameOrPath, named.keys()),
  });
}
