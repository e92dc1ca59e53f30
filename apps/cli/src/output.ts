import { formatProblem, PluginFault, SystoleError } from '@systole/core';
import { EXIT } from './exit-code.ts';
import { placeOfThrow } from './plugins/place-of-throw.ts';

/** Prints to standard output: what was asked for, and nothing else. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Prints to standard error: progress, notes and errors. */
export function note(text: string): void {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Whether standard output may be coloured. */
export function wantsColour(): boolean {
  return process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '';
}

/** A message quotes file names and values of others: what would steer a terminal is shown and not sent. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]|\p{Bidi_Control}/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Prints what went wrong and returns the exit code for it. */
export function reportError(error: unknown): number {
  if (error instanceof SystoleError) {
    note(printable(`error [${error.code}]: ${error.message}`));
    return EXIT.badInput;
  }
  if (error instanceof PluginFault) {
    const place = placeOfThrow(error.cause);
    const problem = { ...error.toProblem(), ...(place === undefined ? {} : { place }) };
    note(printable(`error [${problem.code}]: ${formatProblem(problem)}`));
    return EXIT.badInput;
  }
  note(
    `fault: this is a mistake in Systole, not in your input. Please report it with the command that you typed.\n${
      error instanceof Error ? (error.stack ?? error.message) : String(error)
    }`,
  );
  return EXIT.fault;
}
