import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { suggestName, SystoleError } from '@systole/core';
import type { Place } from '@systole/core';
import { parseWith, readDocument } from '@systole/document';
import { z } from 'zod';
import { readTextFile } from '../files.ts';

/** A plugin as its user named it, where that was said, and the folder that relative names start from. */
export interface PluginRequest {
  readonly named: string;
  readonly folder: string;
  /** Where it is named, for a plugin out of a file. */
  readonly place?: Place;
}

/** The module that a plugin is. */
export interface PluginModule {
  /** The package's name, or that of the file. */
  readonly name: string;
  /** The whole path of the file that is imported. */
  readonly file: string;
}

const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const MODULE = /^\.(?:js|mjs|cjs)$/;
/** The conditions of `exports` that an import in Node meets. */
const CONDITIONS: readonly string[] = ['node', 'import', 'module-sync', 'default'];

const manifestSchema = z.looseObject({
  name: z.string().min(1).max(214).optional(),
  main: z.string().optional(),
  exports: z.unknown().optional(),
});

/**
 * Finds the module of a plugin: of an npm package that is installed in the folder or above it, of a folder with a
 * package.json, or a file. Throws `plugin/not-found` or `plugin/invalid`.
 */
export function findPlugin(request: PluginRequest): PluginModule {
  const { named, folder } = request;
  if (named.trim() === '')
    throw missing(request, 'no plugin was named', 'Name a package, or a path such as ./my-memory.');
  if (isPath(named)) return atPath(request, resolve(folder, named));
  if (!PACKAGE_NAME.test(named)) {
    throw missing(request, `"${named.slice(0, 100)}" is neither the name of a package nor a path`, PATH_HINT);
  }
  const installed = findInstalled(named, folder);
  if (installed !== undefined) return ofFolder(request, installed);
  const isThere = existsSync(resolve(folder, named));
  throw missing(
    request,
    `no package "${named}" is installed in ${folder} or above it`,
    isThere ? `There is something of this name in the folder: write ./${named}.` : installHint(named, folder),
  );
}

const PATH_HINT = 'Write a path with ./ before it.';

function isPath(named: string): boolean {
  return (
    isAbsolute(named) || /^\.{1,2}(?:[\\/]|$)/.test(named) || (!named.startsWith('@') && /[\\/]/.test(named))
  );
}

function findInstalled(name: string, folder: string): string | undefined {
  for (let above = resolve(folder); ; above = dirname(above)) {
    const candidate = join(above, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (dirname(above) === above) return undefined;
  }
}

function installHint(name: string, folder: string): string {
  const modules = join(folder, 'node_modules');
  const scope = name.startsWith('@') ? name.slice(0, name.indexOf('/')) : '';
  const names = existsSync(join(modules, scope)) ? readdirSync(join(modules, scope)) : [];
  const others = names
    .filter((other) => !other.startsWith('.'))
    .map((other) => (scope === '' ? other : `${scope}/${other}`));
  const nearest = suggestName(name, others);
  return nearest.startsWith('Did you mean')
    ? nearest
    : `Install it (npm install ${name}), or write a path with ./ before it.`;
}

function atPath(request: PluginRequest, path: string): PluginModule {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) {
    throw missing(
      request,
      `there is no ${path}`,
      'Check the path; a package of npm is named without ./ before it.',
    );
  }
  if (status.isDirectory()) return ofFolder(request, path);
  if (!status.isFile())
    throw missing(request, `${path} is neither a file nor a folder`, 'Name a module or its folder.');
  if (basename(path) === 'package.json') return ofFolder(request, dirname(path));
  return { name: basename(path, extname(path)), file: checkModule(request, path) };
}

/** The module that the package.json of a folder names. */
function ofFolder(request: PluginRequest, folder: string): PluginModule {
  const manifestFile = join(folder, 'package.json');
  if (!existsSync(manifestFile)) {
    throw missing(
      request,
      `there is no package.json in ${folder}`,
      'A plugin is a module, or a folder with a package.json that names one.',
    );
  }
  const document = readDocument(readTextFile(manifestFile), manifestFile, { syntax: 'json' });
  const manifest = parseWith(document, manifestSchema, 'plugin/invalid');
  const entry =
    entryOf(manifest.exports) ??
    (manifest.exports === undefined ? (manifest.main ?? './index.js') : undefined);
  if (entry === undefined) {
    throw new SystoleError({
      code: 'plugin/invalid',
      message: 'exports names no module for an import of the package',
      place: document.placeOf(['exports']),
      hint: 'Write "exports": "./dist/index.js", say.',
    });
  }
  const file = resolve(folder, entry);
  const isInside = relative(folder, file) !== '' && !relative(folder, file).startsWith(`..${sep}`);
  if (!isInside || isAbsolute(entry)) {
    throw new SystoleError({
      code: 'plugin/invalid',
      message: `the entry "${entry}" is no file of the package`,
      place: document.placeOf([manifest.exports === undefined ? 'main' : 'exports']),
      hint: 'Write "exports": "./dist/index.js", say.',
    });
  }
  return { name: manifest.name ?? basename(folder), file: checkModule(request, file) };
}

/** The file that `exports` names for the package itself, by the rules of Node. */
function entryOf(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports;
  if (Array.isArray(exports)) return exports.map(entryOf).find((entry) => entry !== undefined);
  if (typeof exports !== 'object' || exports === null) return undefined;
  const keys = Object.keys(exports);
  if (keys.some((key) => key.startsWith('.'))) return entryOf(Reflect.get(exports, '.'));
  for (const key of keys) {
    const entry = CONDITIONS.includes(key) ? entryOf(Reflect.get(exports, key)) : undefined;
    if (entry !== undefined) return entry;
  }
  return undefined;
}

function checkModule(request: PluginRequest, file: string): string {
  if (!existsSync(file)) {
    throw missing(
      request,
      `its module ${file} is not there`,
      'Build the package first: npm install and npm run build.',
    );
  }
  if (!statSync(file).isFile()) throw missing(request, `${file} is no file`, 'Name a JavaScript module.');
  if (!MODULE.test(extname(file))) {
    throw new SystoleError({
      code: 'plugin/invalid',
      message: `a plugin is a JavaScript module (.js, .mjs), and ${file} is none`,
      place: request.place ?? { file },
      hint:
        extname(file) === '.ts'
          ? 'Compile it first, and name what the compiler made.'
          : 'Name the module itself.',
    });
  }
  return realpathSync(file);
}

function missing({ named, place }: PluginRequest, message: string, hint: string): SystoleError {
  return new SystoleError({
    code: 'plugin/not-found',
    message: `plugin "${named.slice(0, 200)}": ${message}`,
    ...(place === undefined ? {} : { place }),
    hint,
  });
}
