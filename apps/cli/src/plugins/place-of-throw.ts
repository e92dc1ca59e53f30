import { fileURLToPath } from 'node:url';
import type { Place } from '@systole/core';

const FRAME = /\(?(file:\/\/\S+?):(\d+):(\d+)\)?$/;
/** What loads modules: what stands below it in a stack called for the module, and is no part of it. */
const LOADER = 'node:internal/modules/';
/** Where this program lies: what it throws because of something is not where that is. */
const OWN = new URL('.', import.meta.url).href;

/** Where something was thrown from, by the first line of its stack that names a file; nothing where it has none. */
export function placeOfThrow(error: unknown): Place | undefined {
  const stack = error instanceof Error ? error.stack : undefined;
  if (typeof stack !== 'string') return undefined;
  for (const line of stack.split('\n')) {
    if (line.includes(LOADER)) return undefined;
    const [, url = '', row, column] = FRAME.exec(line.trim()) ?? [];
    if (url !== '' && !url.startsWith(OWN))
      return { file: pathOfUrl(url), line: Number(row), column: Number(column) };
  }
  return undefined;
}

/** The path that a `file:` address stands for; the address itself where it stands for none. */
export function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}
