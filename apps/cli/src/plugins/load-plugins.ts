import { adoptComponents, Inspection, messageOf, SystoleError } from '@systole/core';
import type { PluginOrigin } from '@systole/core';
import { adoptMappings } from '@systole/mapping';
import type { Plugin } from '@systole/mapping';
import { findPlugin } from './find-plugin.ts';
import type { PluginModule, PluginRequest } from './find-plugin.ts';
import { importModule } from './import-module.ts';
import { projectPlugins } from './project-config.ts';

/**
 * Loads the plugins of a working folder: those of its `systole.config.json`, and those that were named. One that is named
 * twice is loaded once.
 *
 * @throws SystoleError that names the plugin and the place: `plugin/not-found`, `plugin/invalid`, `plugin/incompatible`,
 * `plugin/failed`, or `config/invalid`.
 */
export async function loadPlugins(named: readonly string[], folder: string): Promise<readonly Plugin[]> {
  const requests: readonly PluginRequest[] = [
    ...projectPlugins(folder),
    ...named.map((name) => ({ named: name, folder })),
  ];
  const modules = new Map<string, PluginModule>();
  for (const request of requests) {
    const found = findPlugin(request);
    if (!modules.has(found.file)) modules.set(found.file, found);
  }
  const plugins: Plugin[] = [];
  for (const found of modules.values()) plugins.push(await loadPlugin(found));
  return plugins;
}

/** Imports the module of a plugin and takes in what it exports by default. */
export async function loadPlugin(found: PluginModule, limitMs?: number): Promise<Plugin> {
  const { exported } = await importModule(found, limitMs);
  return toPlugin(exported, found);
}

/** Makes a plugin of what a module exports by default: a list of components, or `{ name, components, mappings }`. */
export function toPlugin(exported: unknown, { name, file }: PluginModule): Plugin {
  const origin: PluginOrigin = { name, file };
  const parts = partsOf(exported, origin);
  const own: PluginOrigin = { name: parts.name ?? name, file };
  const components = parts.components === undefined ? [] : adoptComponents(parts.components, own);
  const mappings = parts.mappings === undefined ? [] : adoptMappings(parts.mappings, own);
  if (components.length + mappings.length === 0) {
    throw new SystoleError({
      code: 'plugin/invalid',
      message: `plugin "${own.name}" declares no component and no mapping`,
      place: { file },
      hint: EXPECTED,
    });
  }
  return { name: own.name, file, components, mappings };
}

interface Parts {
  readonly name?: string;
  readonly components?: unknown;
  readonly mappings?: unknown;
}

const EXPECTED =
  'Export a list of components, [myMemory], or { components: [myMemory], mappings: [myMapping] }, by default.';

function partsOf(exported: unknown, origin: PluginOrigin): Parts {
  try {
    if (Array.isArray(exported)) return { components: exported };
    const inspection = new Inspection();
    const entries = inspection.entries(
      exported,
      [],
      'a list of components, or { name, components, mappings }',
      ['name', 'components', 'mappings'],
    );
    const name = entries?.['name'];
    if (name !== undefined) inspection.text(name, ['name'], 'the name of the plugin');
    const parts = { components: entries?.['components'], mappings: entries?.['mappings'] };
    if (entries !== undefined && parts.components === undefined && parts.mappings === undefined) {
      inspection.add([], 'it has neither components nor mappings');
    }
    const [first, ...more] = inspection.problems.map((problem) => ({
      ...problem,
      message: `plugin "${origin.name}": its default export: ${problem.message}`,
      place: { ...problem.place, ...(origin.file === undefined ? {} : { file: origin.file }) },
      hint: problem.hint ?? EXPECTED,
    }));
    if (first !== undefined) throw new SystoleError(first, ...more);
    return { ...parts, ...(typeof name === 'string' ? { name } : {}) };
  } catch (error) {
    if (error instanceof SystoleError) throw error;
    throw new SystoleError({
      code: 'plugin/invalid',
      message: `plugin "${origin.name}": reading its default export throws ${messageOf(error)}`,
      ...(origin.file === undefined ? {} : { place: { file: origin.file } }),
      hint: EXPECTED,
    });
  }
}
