import { Command, CommanderError } from 'commander';
import { addCheckCommand } from './commands/check.ts';
import { addCompareCommand } from './commands/compare.ts';
import { addDescribeCommand } from './commands/describe.ts';
import { addDiffCommand } from './commands/diff.ts';
import { addListCommand } from './commands/list.ts';
import { addMemoryCommand } from './commands/memory.ts';
import { addNewCommand } from './commands/new.ts';
import { addNumericsCommand } from './commands/numerics.ts';
import { addRunCommand } from './commands/run.ts';
import { addTraceCommand } from './commands/trace.ts';
import { addValidateCommand } from './commands/validate.ts';
import { CheckFailed, EXIT } from './exit-code.ts';
import { reportError } from './output.ts';
import { withBarePagesLast } from './page-file.ts';

/** Runs the `systole` command with `args` (without the program's name) and returns its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command('systole')
    .description('A cycle-approximate simulator for AI accelerators.')
    .version('0.1.0')
    .showHelpAfterError('(add --help for what it takes, with examples)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  systole run pim-gpt gpt2-xl
  systole list chips
  systole describe pim-gpt
  systole compare pim-gpt --workload gpt2-xl --vary components.dram.channels=4,8,16

Exit codes: 0 done, 1 a check failed, 2 bad input, 3 a fault of ours.`,
    );
  addRunCommand(program);
  addCompareCommand(program);
  addDiffCommand(program);
  addListCommand(program);
  addMemoryCommand(program);
  addNewCommand(program);
  addNumericsCommand(program);
  addDescribeCommand(program);
  addTraceCommand(program);
  addValidateCommand(program);
  addCheckCommand(program);
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync([...askedFor(program, withBarePagesLast(args))], { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
    if (error instanceof CheckFailed) return EXIT.checkFailed;
    return reportError(error);
  }
}

/** `help a b` is `a b --help`, and for a command that there is not it is as wrong as typing that. */
function askedFor(program: Command, args: readonly string[]): readonly string[] {
  const [verb, ...words] = args;
  if (verb !== 'help' || words.length === 0 || words.some((word) => word.startsWith('-'))) return args;
  const path: string[] = [];
  let here: Command | undefined = program;
  for (const word of words) {
    if (here.commands.length === 0) break;
    path.push(word);
    here = here.commands.find((command) => command.name() === word);
    if (here === undefined) return path;
  }
  return [...path, '--help'];
}
