import { join } from 'node:path';

/** What `--html` was given: the file to write the page to, or `true` for the usual one. */
export type PageFlag = string | true;

/** How `--html` is declared; `withBarePagesLast` has to see the arguments first. */
export const PAGE_FLAG = '--html [file.html]';

const PAGE = /\.html?$/i;

/**
 * Moves an `--html` without a file of its own behind all arguments, where nothing follows that it could be taken to name:
 * `compare --html npu-hbm npu-pim` names two chips and no page. A file that is called otherwise is written `--html=file`.
 */
export function withBarePagesLast(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  const words = end === -1 ? args : args.slice(0, end);
  const isBare = (word: string, index: number): boolean => {
    if (word !== '--html') return false;
    // Of several in a row each is judged by the word after the last.
    const next = words.slice(index + 1).find((later) => later !== '--html');
    return next !== undefined && next !== '' && !next.startsWith('-') && !PAGE.test(next);
  };
  const bare = words.filter(isBare);
  if (bare.length === 0) return args;
  return [...words.filter((word, index) => !isBare(word, index)), ...bare, ...args.slice(words.length)];
}

/** The file that a page goes to: as it was named, or one of this name beside the results. */
export function pageFile(flag: PageFlag, name: string): string {
  return flag === true ? join('systole-results', `${safeName(name)}.html`) : flag;
}

/** A name as part of that of a file. */
export function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 80);
}
