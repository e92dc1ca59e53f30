import { readdirSync } from 'node:fs';

const DATA = /\.(?:json|bin)$/u;

/** The files of a folder that may be vectors of number formats, in order. */
export function vectorFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => DATA.test(name))
    .sort();
}
