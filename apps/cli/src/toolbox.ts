import { createCatalogue } from '@systole/core';
import type { Catalogue } from '@systole/core';
import { createMappings } from '@systole/mapping';
import type { MappingCatalogue, Plugin } from '@systole/mapping';
import { OWN_COMPONENTS, OWN_MAPPINGS } from './catalogue.ts';
import type { PluginFlags } from './flags.ts';
import { loadPlugins } from './plugins/load-plugins.ts';

/** What a command works with: what comes with Systole, and what the user's plugins add. */
export interface Toolbox {
  readonly catalogue: Catalogue;
  readonly mappings: MappingCatalogue;
  readonly plugins: readonly Plugin[];
}

/** Joins plugins with what comes with Systole. Throws `plugin/duplicate-type` when they overlap. */
export function createToolbox(plugins: readonly Plugin[] = []): Toolbox {
  return {
    catalogue: createCatalogue([...OWN_COMPONENTS, ...plugins]),
    mappings: createMappings([OWN_MAPPINGS, ...plugins]),
    plugins,
  };
}

/**
 * Loads the plugins that the user names, with `--plugin` and in the `systole.config.json` of the working folder. A chip file
 * never names any: it is data.
 *
 * @throws SystoleError when a plugin cannot be found, loaded or used.
 */
export async function loadToolbox(flags: Partial<PluginFlags>): Promise<Toolbox> {
  return createToolbox(await loadPlugins(flags.plugin ?? [], process.cwd()));
}
