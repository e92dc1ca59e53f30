import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { suggestName, SystoleError } from '@systole/core';
import { readDocument } from '@systole/document';
import { blockVectorRows, formatPropertyRows, scalarVectorRows } from '@systole/numerics/validation';
import type { VectorRow } from '@systole/numerics/validation';
import type { ExactnessReport } from '@systole/report';
import { checkRegularFile } from '../../files.ts';
import { argument } from '../../inputs.ts';
import { referenceFolder } from '../../library.ts';
import { asInput } from '../../numerics/input-error.ts';
import type { ValidationOptions } from '../validation.ts';
import { vectorFiles } from './vector-files.ts';

/** Larger files are no vectors that anyone compares in one go. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Compares number formats with vectors bit for bit: those that are shipped, or those of a folder or a file in the same layout. What is no
 * vector file, and what of the shipped ones is not there, is said in the report.
 *
 * @throws SystoleError `file/...` for what cannot be read, `yaml/syntax` for JSON that is none, `numerics/...` with the file for another
 * layout or an unknown format, and `argument/invalid` for `only` a format that was not compared.
 */
export async function validateNumerics(options: ValidationOptions): Promise<ExactnessReport> {
  const { reference, only, isThorough, onProgress } = options;
  if (isThorough) throw argument('--thorough is of memory', 'All vectors are compared anyway: leave it out.');
  const shipped = referenceFolder('numerics');
  const isFolder = reference === undefined || isDirectory(reference);
  const folder = reference === undefined ? shipped : isFolder ? reference : dirname(reference);
  const files = isFolder ? vectorFiles(folder) : [basename(reference)];
  const all: VectorRow[] = [];
  const skipped: string[] = [];
  for (const [index, file] of files.entries()) {
    const path = join(folder, file);
    const rows = rowsOf(file, path);
    if (rows === undefined) skipped.push(file);
    else all.push(...rows);
    onProgress(index + 1, files.length);
    // Lets a bar be drawn and a signal be heard.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (all.length === 0) throw nothing(reference ?? shipped, skipped);
  const rows = chosen(all, only);
  return {
    systole: 'exactness/1',
    name: 'numerics',
    rows,
    compared: rows.reduce((sum, row) => sum + row.compared, 0),
    wrong: rows.reduce((sum, row) => sum + row.wrong, 0),
    missing:
      isFolder && reference !== undefined ? vectorFiles(shipped).filter((file) => !files.includes(file)) : [],
    skipped,
  };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function rowsOf(file: string, path: string): VectorRow[] | undefined {
  const size = checkRegularFile(path);
  if (size > MOST_BYTES) {
    throw new SystoleError({
      code: 'file/too-large',
      message: `the file has ${size} bytes, the most is ${MOST_BYTES}`,
      place: { file: path },
    });
  }
  const bytes = readFileSync(path);
  const content: unknown = file.endsWith('.bin')
    ? new Uint8Array(bytes)
    : parse(bytes.toString('utf8'), path);
  return asInput(
    () =>
      scalarVectorRows(file, content) ?? blockVectorRows(file, content) ?? formatPropertyRows(file, content),
    { file: path },
  );
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Says in which line and column, or else why not.
    return readDocument(text, path, { syntax: 'json', maxBytes: MOST_BYTES }).value;
  }
}

function chosen(rows: readonly VectorRow[], only: readonly string[] | undefined): readonly VectorRow[] {
  if (only === undefined) return rows;
  const formats = [...new Set(rows.map(({ format }) => format))];
  for (const name of only) {
    if (!formats.includes(name))
      throw argument(`--only has no "${name.slice(0, 40)}"`, suggestName(name, formats));
  }
  return rows.filter(({ format }) => only.includes(format));
}

function nothing(path: string, skipped: readonly string[]): SystoleError {
  return new SystoleError({
    code: 'file/wrong-kind',
    message:
      skipped.length === 0
        ? 'there are no vectors in this folder'
        : `there are no vectors: ${skipped.slice(0, 5).join(', ')} ${skipped.length === 1 ? 'is none' : 'are none'}`,
    place: { file: path },
    hint: 'Vectors are told by the names of their files: see the README of the reference of @systole/numerics.',
  });
}
