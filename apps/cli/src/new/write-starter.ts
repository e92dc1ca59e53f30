import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SystoleError } from '@systole/core';
import { checkWritable, writeTextFile } from '../files.ts';
import type { StarterFiles } from './render.ts';

/**
 * Writes the files of a starter into a folder, which has to be new or empty unless `force` is given. Everything that can be
 * checked is checked before the first of them is written.
 *
 * @throws SystoleError `file/exists`, `file/wrong-kind`, `file/unreadable`
 */
export function writeStarter(folder: string, files: StarterFiles, force: boolean): void {
  if (folder === '') {
    throw new SystoleError({
      code: 'argument/invalid',
      message: 'the folder has no name',
      hint: 'Leave it out, and the folder has the name of the starter.',
    });
  }
  checkFolder(folder, force);
  for (const path of files.keys()) {
    checkWritable(join(folder, path));
    refuseLinks(folder, path);
  }
  for (const [path, text] of files) writeTextFile(join(folder, path), text);
}

function checkFolder(folder: string, force: boolean): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) {
    throw new SystoleError({
      code: 'file/wrong-kind',
      message: 'this is a file, expected a folder',
      place: { file: folder },
      hint: 'Name another folder after the name of the starter.',
    });
  }
  if (force || looking(folder, () => readdirSync(folder)).length === 0) return;
  throw new SystoleError({
    code: 'file/exists',
    message: 'this folder is there already, and is not empty',
    place: { file: folder },
    hint: 'Name another folder after the name of the starter, or add --force to write into this one.',
  });
}

/** What is written has to stay in the folder: a link inside it may lead anywhere. */
function refuseLinks(folder: string, path: string): void {
  for (let below = path; below !== '.'; below = dirname(below)) {
    const place = join(folder, below);
    const status = looking(place, () => lstatSync(place, { throwIfNoEntry: false }));
    if (status?.isSymbolicLink() !== true) continue;
    throw new SystoleError({
      code: 'file/wrong-kind',
      message: 'this is a link, which may lead out of the folder',
      place: { file: place },
      hint: 'Remove it, or name another folder.',
    });
  }
}

/** A folder that may be neither listed nor entered is a wrong input. */
function looking<T>(place: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    throw new SystoleError({
      code: 'file/unreadable',
      message: `the folder cannot be looked into (${error instanceof Error ? error.message : String(error)})`,
      place: { file: place },
      hint: 'Check its permissions, or name another folder.',
    });
  }
}
