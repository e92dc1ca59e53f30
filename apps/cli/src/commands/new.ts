import { isAbsolute } from 'node:path';
import type { Command } from 'commander';
import { SystoleError } from '@systole/core';
import { chipFiles } from '../library.ts';
import { renderStarter } from '../new/render.ts';
import type { StarterFiles } from '../new/render.ts';
import { readComponentName, readStarterName } from '../new/starter-name.ts';
import { writeStarter } from '../new/write-starter.ts';
import { print } from '../output.ts';
import { createToolbox } from '../toolbox.ts';

interface NewFlags {
  readonly force?: boolean;
  readonly json?: boolean;
}

/** What was written, as `--json` prints it. */
interface Starter {
  readonly kind: 'component' | 'chip' | 'mapping';
  /** The component's type, or the name. */
  readonly name: string;
  readonly folder: string;
  /** Relative to the folder. */
  readonly files: readonly string[];
  /** What to type next. */
  readonly next: readonly string[];
}

const FOLDER_HELP = 'where its files go (default: a new folder of its name)';
const WORKLOAD = 'gpt2-small --generate 4';

export function addNewCommand(program: Command): void {
  const starters = program
    .command('new')
    .summary('write the starter of a component, a chip or a mapping')
    .description(
      'Writes the starter of a component, a chip or a mapping: one that works and passes its tests.',
    )
    .addHelpText(
      'after',
      `
Examples:
  systole new chip my-npu
  systole new component memory/near-memory
  systole new component lut-unit --role compute
  systole new mapping row-by-row`,
    )
    .exitOverride();

  const component = starters
    .command('component')
    .summary('a package with a component, its tests and a chip that uses it')
    .description(
      'Writes an npm package that declares a component: a working model, a test that holds it to the laws, and a chip that ' +
        'uses it.',
    )
    .argument('<name>', 'family/name such as memory/near-memory, or a name alone, whose family is the role')
    .argument('[folder]', FOLDER_HELP)
    .option('--role <role>', 'memory, compute or interconnect (default: the family, or memory)');
  addNewFlags(component, 'memory/near-memory', 'lut-unit units/lut --role compute').action(
    (text: string, folder: string | undefined, flags: NewFlags & { readonly role?: string }) => {
      const name = readComponentName(text, flags.role);
      const type = `${name.family}/${name.kebab}`;
      if (createToolbox().catalogue.has(type)) {
        throw taken(`component type "${type}"`, `systole describe ${type}`, name.kebab);
      }
      const files = renderStarter(['component/all', `component/${name.role}`], name);
      finish('component', type, folder ?? name.kebab, files, flags, (to) => [
        ...installing(to),
        `systole run chip.yaml ${WORKLOAD}`,
        `systole check ${type}`,
      ]);
    },
  );

  const chip = starters
    .command('chip')
    .summary('a chip.yaml with a claim that it is held against')
    .description('Writes a folder with a small chip that runs, and a claim that it is held against.')
    .argument('<name>', 'its name, such as my-npu')
    .argument('[folder]', FOLDER_HELP);
  addNewFlags(chip, 'my-npu', 'my-npu configs/my-npu').action(
    (text: string, folder: string | undefined, flags: NewFlags) => {
      const name = readStarterName(text);
      if (chipFiles().has(name.kebab)) {
        throw taken(`chip "${name.kebab}"`, `systole describe ${name.kebab}`, name.kebab);
      }
      const files = renderStarter(['chip'], name);
      finish('chip', name.kebab, folder ?? name.kebab, files, flags, (to) => {
        const path = quoted(isAbsolute(to) || to.startsWith('.') ? to : `./${to}`);
        return [`systole run ${path} ${WORKLOAD}`, `systole validate ${path}`, `systole check ${path}`];
      });
    },
  );

  const mapping = starters
    .command('mapping')
    .summary('a package with a mapping, its tests and a chip that uses it')
    .description(
      'Writes an npm package that declares a mapping: one that works, a test that counts what it does, and a chip that uses it.',
    )
    .argument('<name>', 'its name, such as row-by-row')
    .argument('[folder]', FOLDER_HELP);
  addNewFlags(mapping, 'row-by-row', 'row-by-row mappings/row-by-row --force').action(
    (text: string, folder: string | undefined, flags: NewFlags) => {
      const name = readStarterName(text);
      if (createToolbox().mappings.has(name.kebab)) {
        throw taken(`mapping "${name.kebab}"`, 'systole list mappings', name.kebab);
      }
      const files = renderStarter(['mapping'], name);
      finish('mapping', name.kebab, folder ?? name.kebab, files, flags, (to) => [
        ...installing(to),
        `systole run chip.yaml ${WORKLOAD}`,
        'systole check chip.yaml',
      ]);
    },
  );
}

function addNewFlags(command: Command, ...examples: readonly string[]): Command {
  const typed = examples.map((words) => `\n  systole new ${command.name()} ${words}`);
  return command
    .option('--force', 'write into a folder that is not empty, over files of the same name')
    .option('--json', 'print {kind, name, folder, files, next} as JSON')
    .addHelpText('after', `\nExamples:${typed.join('')}`)
    .exitOverride();
}

function finish(
  kind: Starter['kind'],
  name: string,
  folder: string,
  files: StarterFiles,
  flags: NewFlags,
  nextIn: (folder: string) => readonly string[],
): void {
  writeStarter(folder, files, flags.force === true);
  const starter: Starter = { kind, name, folder, files: [...files.keys()], next: nextIn(folder) };
  print(flags.json === true ? JSON.stringify(starter, undefined, 2) : textOf(starter));
}

function textOf({ kind, name, folder, files, next }: Starter): string {
  const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n');
  return `Wrote the ${kind} ${name} to ${folder}:\n${indented(files)}\n\nNext:\n${indented(next)}\n`;
}

function installing(folder: string): readonly string[] {
  const enter = folder === '.' ? [] : [`cd ${quoted(folder)}`];
  return [...enter, 'npm install', 'npm test', 'npm run build'];
}

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

function taken(what: string, command: string, name: string): SystoleError {
  return new SystoleError({
    code: 'plugin/duplicate-type',
    message: `there is a ${what} already`,
    hint: `Look at it with ${command}, or choose another name, such as my-${name}.`,
  });
}
