import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { SystoleError, suggestName } from '@systole/core';
import { readDocument } from '@systole/document';
import { listText } from '@systole/report';
import { parseWorkload } from '@systole/trace';
import { readClaims } from '../claims/claims-file.ts';
import { readTextFile } from '../files.ts';
import { addPluginFlag } from '../flags.ts';
import type { PluginFlags } from '../flags.ts';
import { readChip } from '../inputs.ts';
import { chipFiles, workloadFiles } from '../library.ts';
import { print } from '../output.ts';
import { loadToolbox } from '../toolbox.ts';
import type { Toolbox } from '../toolbox.ts';
import { VALIDATIONS } from '../validations/registry.ts';

type Row = Readonly<Record<string, string | number>>;

const LISTS: Readonly<Record<string, (toolbox: Toolbox) => readonly Row[] | Promise<readonly Row[]>>> = {
  chips: ({ catalogue }) =>
    [...chipFiles()].map(([name, file]) => ({
      name,
      summary: readChip(file, catalogue).summary ?? '',
      file,
    })),
  workloads: () =>
    [...workloadFiles()].map(([name, file]) => {
      const recipe = parseWorkload(readDocument(readTextFile(file), file));
      return {
        name,
        prompt: String(recipe.prompt),
        generate: String(recipe.generate),
        batch: String(recipe.batch),
        formats: `${recipe.weights} / ${recipe.kv} / ${recipe.activations}`,
        summary: recipe.summary ?? '',
      };
    }),
  components: ({ catalogue }) =>
    catalogue.components.map(({ type, role, summary }) => ({ type, role, summary })),
  validations: () => [
    ...[...chipFiles()].flatMap(([name, file]) => {
      const claims = join(dirname(file), 'claims.yaml');
      if (!existsSync(claims)) return [];
      return [{ name, claims: String(readClaims(claims).claims.length), file: claims }];
    }),
    ...VALIDATIONS.map(({ name, count, folder }) => ({ name, claims: String(count()), file: folder })),
  ],
  memories: async () => {
    const { memoryNames } = await import('../memory/memory-presets.ts');
    return memoryNames().map(({ name, kind, summary }) => ({ name, kind, summary }));
  },
  formats: async () => (await import('../numerics/list-formats.ts')).formatRows(),
  mappings: ({ mappings }) => mappings.mappings.map(({ name, summary }) => ({ name, summary })),
};

export function addListCommand(program: Command): void {
  const command = program
    .command('list')
    .summary('list chips, workloads, components, memories, number formats, mappings or validations')
    .description(
      'Lists what can be named: chips, workloads, components, memories, number formats, mappings or validations.',
    )
    .argument('<what>', Object.keys(LISTS).join(', '))
    .option('--json', 'print the list as JSON');
  addPluginFlag(command)
    .addHelpText('after', '\nExamples:\n  systole list chips\n  systole list components --json')
    .action(async (what: string, flags: PluginFlags & { readonly json?: boolean }) => {
      const list = Object.hasOwn(LISTS, what) ? LISTS[what] : undefined;
      if (list === undefined) {
        throw new SystoleError({
          code: 'argument/invalid',
          message: `there is no list of "${what}"`,
          hint: suggestName(what, Object.keys(LISTS)),
        });
      }
      const rows = await list(await loadToolbox(flags));
      print(flags.json === true ? JSON.stringify(rows, undefined, 2) : listText(rows));
    });
}
