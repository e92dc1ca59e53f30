import type { Command } from 'commander';

/** Collects a flag that may be given several times. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

/** The flag that says which packages of components and mappings are loaded. */
export interface PluginFlags {
  readonly plugin: readonly string[];
}

/** Adds the flag that loads plugins, to every verb that takes a chip, a component or a mapping. */
export function addPluginFlag(command: Command): Command {
  return command.option(
    '--plugin <package>',
    'load components and mappings of an npm package, or of a folder or file such as ./my-memory; may be given several ' +
      'times, and systole.config.json may name them too',
    collect,
    [],
  );
}

/** Adds the flags that shape a workload. */
export function addWorkloadFlags(command: Command): Command {
  return command
    .option('--model <config.json>', "a model's Hugging Face config.json, in place of a workload")
    .option('--prompt <tokens>', 'tokens of the prompt')
    .option('--generate <tokens>', 'tokens to generate')
    .option('--batch <sequences>', 'sequences at a time')
    .option('--weights <format>', 'number format of the weights, such as bf16 or int8')
    .option('--kv <format>', 'number format of the KV cache')
    .option('--activations <format>', 'number format of the activations');
}
