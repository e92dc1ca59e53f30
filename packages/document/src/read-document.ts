import { SystoleError } from '@systole/core';
import { readJson } from './json-reader.ts';
import { createLineTable } from './line-table.ts';
import type { LocatedDocument } from './located-document.ts';
import { createLocatedDocument } from './located-document.ts';
import { createReading, DEFAULT_MAX_BYTES } from './reading.ts';
import { readYaml } from './yaml-reader.ts';

/** How a text is to be read. */
export interface ReadDocumentOptions {
  /** `json` is strict JSON. Left out, a file whose name ends in `.json` is JSON and any other is YAML. */
  readonly syntax?: 'yaml' | 'json';
  /** The most bytes of UTF-8 that the text may have; 4 MiB when left out. */
  readonly maxBytes?: number;
  /** The number of the first line, for a text that is one line of a larger file; 1 when left out. */
  readonly firstLine?: number;
}

/**
 * Reads untrusted YAML or JSON into plain data that remembers where each value stands.
 *
 * @param text the text; a byte order mark at its start is skipped.
 * @param file the name of the file, for messages.
 * @throws SystoleError `yaml/syntax` when the text is not YAML (or JSON), or uses what is not accepted: tags,
 * directives, several documents, keys that are not text or are there twice, `__proto__` and its kin; `limit/exceeded`
 * when it is too large, nested more than 64 levels deep, has more than 200,000 values, or uses aliases.
 */
export function readDocument(text: string, file: string, options: ReadDocumentOptions = {}): LocatedDocument {
  const { maxBytes = DEFAULT_MAX_BYTES, firstLine = 1 } = options;
  const syntax = options.syntax ?? (file.toLowerCase().endsWith('.json') ? 'json' : 'yaml');
  if (exceedsBytes(text, maxBytes)) {
    throw new SystoleError({
      code: 'limit/exceeded',
      message: `the text is larger than ${maxBytes} bytes`,
      place: { file },
    });
  }
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const lines = createLineTable(body, firstLine);
  const reading = createReading(body, file, lines);
  try {
    const { value, node } = syntax === 'json' ? readJson(reading) : readYaml(reading);
    return createLocatedDocument(value, node, file, lines);
  } catch (error) {
    if (error instanceof SystoleError) throw error;
    // The YAML parser promises to report and not to throw; whatever text makes it throw all the same is a bad text.
    const reason = error instanceof Error ? error.message : String(error);
    throw reading.fail('yaml/syntax', `the text cannot be read: ${reason}`, 0, {
      hint: 'Write it anew, piece by piece, to see what it is.',
    });
  }
}

function exceedsBytes(text: string, limit: number): boolean {
  if (text.length > limit) return true;
  if (text.length * 3 <= limit) return false;
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // A surrogate is half of four bytes, so it adds one to the unit that is counted already.
    if (code >= 0x800) bytes += code >= 0xd800 && code <= 0xdfff ? 1 : 2;
    else if (code >= 0x80) bytes += 1;
  }
  return bytes > limit;
}
