import { ModelFault, PluginFault } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import type { MappingCatalogue } from '@systole/mapping';

/**
 * What to throw in the place of a fault of a run: that of a plugin, where the component or mapping that broke its contract
 * comes from one. The machine finds faults too, such as a chunk that is never finished, and knows of no plugins.
 */
export function blamePlugin(
  error: unknown,
  chip: ResolvedChip,
  mappings: MappingCatalogue,
  mapping: string = chip.mapping.name,
): unknown {
  if (!(error instanceof ModelFault)) return error;
  const { component, reason } = error;
  const declaration = chip.parts.find(({ name }) => name === component)?.declaration;
  if (declaration?.plugin !== undefined) {
    const part = `component "${component}" (${declaration.type})`;
    return new PluginFault({ plugin: declaration.plugin, part }, `it broke its contract: ${reason}`, error);
  }
  // What is wrong with tasks is the doing of who made them.
  const plugin =
    declaration === undefined && mappings.has(mapping) ? mappings.find(mapping).plugin : undefined;
  if (plugin === undefined) return error;
  return new PluginFault({ plugin, part: `mapping "${mapping}"` }, `it broke its contract: ${reason}`, error);
}
