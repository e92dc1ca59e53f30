import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SystoleError } from '@systole/core';

/** Text files larger than this are not chips, workloads or model configurations. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code ?? (error instanceof Error ? error.message : String(error));
}

/** Reads a text file. Throws `file/not-found`, `file/unreadable`, `file/too-large` or `file/wrong-kind`. */
export function readTextFile(path: string): string {
  let bytes: Buffer;
  try {
    const status = statSync(path);
    if (status.isDirectory()) {
      throw new SystoleError({
        code: 'file/wrong-kind',
        message: 'this is a folder, expected a file',
        place: { file: path },
        hint: 'Name a file inside it.',
      });
    }
    if (status.size > MAX_TEXT_BYTES) {
      throw new SystoleError({
        code: 'file/too-large',
        message: `the file has ${status.size} bytes, the most for a text file of this kind is ${MAX_TEXT_BYTES}`,
        place: { file: path },
        hint: 'Is this the file that you meant?',
      });
    }
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof SystoleError) throw error;
    const reason = reasonOf(error);
    throw new SystoleError({
      code: reason === 'ENOENT' ? 'file/not-found' : 'file/unreadable',
      message: reason === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${reason})`,
      place: { file: path },
      hint: 'Check the path and its permissions.',
    });
  }
  if (bytes.includes(0)) {
    throw new SystoleError({
      code: 'file/wrong-kind',
      message: 'this is a binary file, expected text',
      place: { file: path },
      hint: 'Expected YAML or JSON.',
    });
  }
  return bytes.toString('utf8');
}

/** Writes a file and the folders above it. Throws `file/unreadable`. */
export function writeTextFile(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new SystoleError({
      code: 'file/unreadable',
      message: `the file cannot be written (${reasonOf(error)})`,
      place: { file: path },
      hint: 'Choose another path.',
    });
  }
}
