import type { Catalogue } from '@systole/core';
import { readDocument } from '@systole/document';
import type { LocatedDocument } from '@systole/document';
import { resolveValue } from './resolve-chip.ts';
import type { ChipSpec } from './spec.ts';

/**
 * The chip that a document describes, checked in form and against the catalogue.
 *
 * @throws SystoleError with everything that is wrong (the first 50 findings), each with its file, line, column and path.
 */
export function parseChip(document: LocatedDocument, catalogue: Catalogue): ChipSpec {
  return resolveValue(document.value, catalogue, document).spec;
}

/**
 * The chip in the text of a chip file: YAML, or JSON when `file` ends in `.json`.
 *
 * @param file the name of the file, for messages; nothing is read from it.
 * @throws SystoleError when the text cannot be read (`yaml/syntax`, `limit/exceeded`), or as `parseChip`.
 */
export function loadChip(text: string, file: string, catalogue: Catalogue): ChipSpec {
  return parseChip(readDocument(text, file), catalogue);
}
