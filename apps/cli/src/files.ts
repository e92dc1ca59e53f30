import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { SystoleError } from '@systole/core';

/** Text files larger than this are not chips, workloads or model configurations. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code ?? (error instanceof Error ? error.message : String(error));
}

/**
 * Checks that a path names a file that can be read to its end: no folder, and no pipe or device, which may never end.
 * Throws `file/not-found`, `file/unreadable` or `file/wrong-kind`.
 *
 * @returns its size in bytes.
 */
export function checkRegularFile(path: string): number {
  const status = reading(path, () => statSync(path));
  if (status.isFile()) return status.size;
  throw new SystoleError({
    code: 'file/wrong-kind',
    message: status.isDirectory()
      ? 'this is a folder, expected a file'
      : 'this is a pipe or device, expected a file',
    place: { file: path },
    hint: status.isDirectory() ? 'Name a file inside it.' : 'Write its content to a file first.',
  });
}

/** The first bytes of a file as text, for telling what kind of file it is. */
export function readBeginning(path: string): string {
  const bytes = Buffer.alloc(4096);
  const length = reading(path, () => {
    const file = openSync(path, 'r');
    try {
      return readSync(file, bytes, 0, bytes.length, 0);
    } finally {
      closeSync(file);
    }
  });
  return bytes.toString('utf8', 0, length);
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const reason = reasonOf(error);
    throw new SystoleError({
      code: reason === 'ENOENT' ? 'file/not-found' : 'file/unreadable',
      message: reason === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${reason})`,
      place: { file: path },
      hint: 'Check the path and its permissions.',
    });
  }
}

/** Reads a text file. Throws `file/not-found`, `file/unreadable`, `file/too-large` or `file/wrong-kind`. */
export function readTextFile(path: string): string {
  const size = checkRegularFile(path);
  if (size > MAX_TEXT_BYTES) {
    throw new SystoleError({
      code: 'file/too-large',
      message: `the file has ${size} bytes, the most for a text file of this kind is ${MAX_TEXT_BYTES}`,
      place: { file: path },
      hint: 'Is this the file that you meant?',
    });
  }
  const bytes = reading(path, () => readFileSync(path));
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

/** Makes the folders above a file. Throws `file/unreadable`. */
export function makeFoldersOf(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw unwritable(path, reasonOf(error));
  }
}

/** Writes a file and the folders above it. Throws `file/unreadable`. */
export function writeTextFile(path: string, text: string): void {
  makeFoldersOf(path);
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw unwritable(path, reasonOf(error));
  }
}

/**
 * Says before the work is done what would keep its result from being written: a folder of that name, a file where a folder
 * has to be, or a folder in which nothing may be written. Throws `file/unreadable`.
 */
export function checkWritable(path: string): void {
  if (path === '') throw unwritable(path, 'it has no name');
  const whole = resolve(path);
  let nearest = whole;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  const isThere = nearest === whole;
  const isFolder = statSync(nearest).isDirectory();
  if (isThere && isFolder) throw unwritable(path, 'it is a folder');
  if (!isThere && !isFolder) throw unwritable(path, `${nearest} is no folder`);
  try {
    accessSync(nearest, constants.W_OK);
  } catch (error) {
    throw unwritable(path, reasonOf(error));
  }
}

function unwritable(path: string, reason: string): SystoleError {
  return new SystoleError({
    code: 'file/unreadable',
    message: `the file cannot be written (${reason})`,
    place: { file: path },
    hint: 'Choose another path.',
  });
}
