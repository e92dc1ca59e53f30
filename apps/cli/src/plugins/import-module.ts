import { pathToFileURL } from 'node:url';
import { messageOf, SystoleError } from '@systole/core';
import { placeOfThrow } from './place-of-throw.ts';
import type { PluginModule } from './find-plugin.ts';

/** How long a plugin may take to load: its own code and what it imports, from a slow disk too. */
const LOADING_LIMIT_MS = 10_000;

/**
 * Imports a module and gives back what it exports by default, in an object: alone, an export with a `then` would be taken for
 * a promise. Throws `plugin/failed` when it cannot be parsed, throws or never finishes, and `plugin/invalid` when it exports
 * nothing by default.
 */
export async function importModule(
  { name, file }: PluginModule,
  limitMs = LOADING_LIMIT_MS,
): Promise<{ readonly exported: unknown }> {
  const loading = import(pathToFileURL(file).href).then(
    (module: unknown) => ({ module }),
    async (error: unknown) => {
      throw await failure(name, file, error);
    },
  );
  const { module } = await finished(loading, { name, file }, limitMs);
  const exported: unknown =
    typeof module === 'object' && module !== null ? Reflect.get(module, 'default') : undefined;
  if (exported !== undefined) return { exported };
  throw new SystoleError({
    code: 'plugin/invalid',
    message: `plugin "${name}" has no default export`,
    place: { file },
    hint: 'Export a list of components, or { components, mappings }, by default.',
  });
}

/**
 * Waits for a module. One that awaits what never comes leaves nothing to do for the process, which would end without a word;
 * that is noticed at once. One that keeps the process busy with something else is given up after a while.
 */
async function finished<T>(loading: Promise<T>, module: PluginModule, limitMs: number): Promise<T> {
  let giveUp: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const never = new Promise<never>((_, reject) => {
    giveUp = () => reject(stuck(module));
    // Unreferenced, so that it does not keep a process alive that has nothing else to do.
    timer = setTimeout(giveUp, limitMs).unref();
    process.once('beforeExit', giveUp);
  });
  try {
    return await Promise.race([loading, never]);
  } finally {
    clearTimeout(timer);
    if (giveUp !== undefined) process.off('beforeExit', giveUp);
  }
}

function stuck({ name, file }: PluginModule): SystoleError {
  return new SystoleError({
    code: 'plugin/failed',
    message: `plugin "${name}" never finishes loading`,
    place: { file },
    hint: 'Look for an await at the top of one of its modules that waits for nothing.',
  });
}

async function failure(name: string, file: string, error: unknown): Promise<SystoleError> {
  const place = placeOfThrow(error);
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  // One that is thrown by running code, as JSON.parse does, says where.
  if (error instanceof SyntaxError && place === undefined) {
    const { placeOfSyntaxError } = await import('./place-of-syntax-error.ts');
    return new SystoleError({
      code: 'plugin/failed',
      message: `plugin "${name}" cannot be parsed: ${messageOf(error)}`,
      place: placeOfSyntaxError(file) ?? { file },
      hint: 'Correct it, or build it again.',
    });
  }
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') {
    return new SystoleError({
      code: 'plugin/failed',
      message: `plugin "${name}" cannot be loaded: ${messageOf(error)}`,
      place: { file },
      hint: "Install what it depends on (npm install, in the plugin's folder), and build it.",
    });
  }
  return new SystoleError({
    code: 'plugin/failed',
    message: `plugin "${name}" throws while it loads: ${messageOf(error)}`,
    place: place ?? { file },
    hint: `Tell the authors of "${name}", or do without it.`,
  });
}
