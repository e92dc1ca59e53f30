import type { Block } from './blocks.ts';

/** A file of a document's examples. */
export interface ExampleFile {
  readonly path: string;
  readonly text: string;
}

/** Something that a document runs: a program, or the command as it is typed. */
export interface Example {
  readonly line: number;
  /** Commands, each as its words. The first word is `node`, `python3` or `systole`. */
  readonly commands: readonly (readonly string[])[];
  /** Exit code of the last; all before it end with 0. */
  readonly exit: number;
  /** Lines that it prints, in this order, on standard output. */
  readonly output: string;
  /** What the error begins with that it ends in, where its text says so. */
  readonly error: string | undefined;
}

export interface Examples {
  readonly files: readonly ExampleFile[];
  readonly examples: readonly Example[];
  /** Whether a file is a test for vitest. */
  readonly hasTests: boolean;
}

/** What a reader types to run a TypeScript file of the repository. */
export const RUN_TYPESCRIPT = ['node', '--import', 'tsx', '--conditions=@systole/source'] as const;

/**
 * Turns the blocks of a document into files to write and examples to run. TypeScript without a file is a program, and so is
 * Python that is to run. One that says `// SystoleError: …` ends in that error.
 */
export function toExamples(blocks: readonly Block[]): Examples {
  const files: ExampleFile[] = [];
  const examples: Example[] = [];
  for (const block of blocks) {
    const { line, language, exit, text } = block;
    const isPython = language === 'python' && block.isRun;
    const isProgram = isPython || (language === 'ts' && (block.file === undefined || block.isRun));
    const path = block.file ?? (isProgram ? `line-${line}.${isPython ? 'py' : 'ts'}` : undefined);
    if (path !== undefined) {
      if (files.some((file) => file.path === path)) throw new Error(`line ${line}: ${path} is there already`);
      files.push({ path, text });
    }
    if (isProgram && path !== undefined) {
      const error = /^\/\/ (SystoleError: .*)$/m.exec(text)?.[1];
      const commands = [isPython ? ['python3', path] : [...RUN_TYPESCRIPT, path]];
      examples.push({ line, commands, exit: error === undefined ? exit : 1, output: '', error });
    } else if (block.isRun) {
      if (language !== 'sh') throw new Error(`line ${line}: "${language}" cannot be run`);
      const commands = text
        .split('\n')
        .filter((command) => command.trim() !== '')
        .map(wordsOf);
      examples.push({ line, commands, exit, output: '', error: undefined });
    }
    if (block.isOutput) {
      const last = examples.pop();
      if (last === undefined) throw new Error(`line ${line}: nothing was run that could have put this out`);
      examples.push({ ...last, output: text });
    }
  }
  return { files, examples, hasTests: files.some(({ path }) => path.endsWith('.test.ts')) };
}

/** The words of a command, which may be quoted; nothing else of a shell is known. */
function wordsOf(command: string): readonly string[] {
  const words = command.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return words.map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
}
