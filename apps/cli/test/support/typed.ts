import { main } from '../../src/main.ts';
import { scratch } from './systole.ts';
import type { Outcome } from './systole.ts';

/**
 * Does what typing `systole …` in a folder does, in this process, which is quicker than starting one. What goes to the two
 * streams is caught; the tests that are about processes, pipes and the bundle use `systole` instead.
 */
export async function typed(args: readonly string[], folder: string = scratch()): Promise<Outcome> {
  const before = process.cwd();
  const caught = { stdout: '', stderr: '' };
  const streams = ['stdout', 'stderr'] as const;
  const writes = streams.map((name) => process[name].write);
  process.chdir(folder);
  for (const name of streams) {
    process[name].write = (text: string | Uint8Array): boolean => {
      caught[name] += String(text);
      return true;
    };
  }
  try {
    const code = await main(args);
    return { code, ...caught };
  } finally {
    for (const [index, name] of streams.entries()) {
      const write = writes[index];
      if (write !== undefined) process[name].write = write;
    }
    process.chdir(before);
  }
}
