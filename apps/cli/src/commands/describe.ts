import type { Command } from 'commander';
import { chipJsonSchema, describeChip, describeComponent } from '@systole/chip';
import { describeChipText, describeComponentText } from '@systole/report';
import { addPluginFlag, collect } from '../flags.ts';
import type { PluginFlags } from '../flags.ts';
import { argument, loadChipInput } from '../inputs.ts';
import { print, wantsColour } from '../output.ts';
import { loadToolbox } from '../toolbox.ts';

interface DescribeFlags extends PluginFlags {
  readonly json?: boolean;
  readonly schema?: boolean;
  readonly set: readonly string[];
}

export function addDescribeCommand(program: Command): void {
  const command = program
    .command('describe')
    .summary('say what a chip or component is: parts, parameters, peaks, sources')
    .description(
      'Describes a chip (parts, parameters with unit, default, range and help, peaks, capacities, the source of each ' +
        'figure) or a component type.',
    )
    .argument('[name]', 'a chip by name or file, or a component type such as memory/dram')
    .option('--set <path=value>', 'change a parameter first', collect, [])
    .option('--json', 'print the description as JSON')
    .option('--schema', 'print the JSON Schema of chip.yaml, for editors');
  addPluginFlag(command)
    .addHelpText(
      'after',
      `
Examples:
  systole describe pim-gpt
  systole describe memory/dram
  systole describe --schema > chip.schema.json`,
    )
    .action(async (name: string | undefined, flags: DescribeFlags) => {
      const { catalogue } = await loadToolbox(flags);
      if (flags.schema === true) {
        print(JSON.stringify(chipJsonSchema(catalogue), undefined, 2));
        return;
      }
      if (name === undefined) {
        throw argument(
          'nothing was named',
          'Name a chip (systole list chips) or a component type (systole list components), or give --schema.',
        );
      }
      if (catalogue.has(name) || /^[a-z-]+\/[a-z-]+$/.test(name)) {
        if (flags.set.length > 0) {
          throw argument('--set changes a chip, and a component type is none', 'Leave out --set.');
        }
        const description = describeComponent(catalogue.find(name));
        print(
          flags.json === true
            ? JSON.stringify(description, undefined, 2)
            : describeComponentText(description, { colour: wantsColour() }),
        );
        return;
      }
      const description = describeChip(loadChipInput(name, catalogue, flags.set));
      print(
        flags.json === true
          ? JSON.stringify(description, undefined, 2)
          : describeChipText(description, { colour: wantsColour() }),
      );
    });
}
