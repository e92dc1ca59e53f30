import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { SystoleError } from '@systole/core';
import type { LoadedRecipe } from '../workload-recipe.ts';
import { loadRecipe } from '../workload-recipe.ts';
import { fileFault } from './file-fault.ts';

const MAX_FILE_BYTES = 4 * 1024 * 1024;

/**
 * Reads a workload recipe and the config.json that it names, which has to lie in the folder of the recipe or below,
 * symbolic links followed.
 *
 * @throws SystoleError as `loadRecipe` does; `file/not-found`, `file/unreadable` or `file/too-large`.
 */
export function loadRecipeFile(path: string): LoadedRecipe {
  const folder = dirname(path);
  const recipe = basename(path);
  const nameOf = (name: string): string => join(folder, name);
  const readText = (name: string): string => {
    // The recipe is what the user pointed at; what the recipe points at is not the user's word.
    if (name !== recipe) refuseOutside(folder, nameOf(name));
    return readSmallFile(nameOf(name));
  };
  return loadRecipe(recipe, readText, nameOf);
}

function refuseOutside(folder: string, path: string): void {
  const way = guarded(path, () => relative(realpathSync(folder), realpathSync(path)));
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) {
    throw new SystoleError({
      code: 'file/unreadable',
      message: 'the file leads out of the folder of the recipe',
      place: { file: path },
    });
  }
}

function readSmallFile(path: string): string {
  const status = guarded(path, () => statSync(path));
  if (!status.isFile()) {
    const message = `the file cannot be read: it is ${status.isDirectory() ? 'a folder' : 'no regular file'}`;
    throw new SystoleError({ code: 'file/unreadable', message, place: { file: path } });
  }
  if (status.size > MAX_FILE_BYTES) {
    const message = `the file is larger than ${MAX_FILE_BYTES} bytes`;
    throw new SystoleError({ code: 'file/too-large', message, place: { file: path } });
  }
  return guarded(path, () => readFileSync(path, 'utf8'));
}

function guarded<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw fileFault(error, path);
  }
}
