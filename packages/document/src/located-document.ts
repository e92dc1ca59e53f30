import type { Place } from '@systole/core';
import type { DocumentPath } from './path.ts';
import { formatPath } from './path.ts';
import type { LineTable } from './line-table.ts';

/** Where a value stands in the text, and the values inside it. Offsets are in UTF-16 code units. */
export interface LocatedNode {
  readonly offset: number;
  /** Where the key stands that leads here, for an entry of a mapping. */
  readonly keyOffset: number | undefined;
  /** Entries of a mapping by key, of a list by index; `undefined` for a single value. */
  readonly entries: ReadonlyMap<string | number, LocatedNode> | undefined;
}

/** A document as plain data, together with the place of each value in its text. */
export interface LocatedDocument {
  /** Plain data: `null`, booleans, finite numbers, strings, arrays and plain objects of them. */
  readonly value: unknown;
  /** The name of the file as it was given; used in messages only. */
  readonly file: string;
  /**
   * Where the value at `path` starts. When the path does not exist, the place is that of its nearest ancestor that
   * does, and `path` still names what was asked for.
   */
  placeOf(path: DocumentPath): Place;
  /** Where the key stands that leads to `path`; for an element of a list or the root, where its value starts. */
  placeOfKey(path: DocumentPath): Place;
}

/** Joins the data and the positions of a document; `root` has to mirror the structure of `value`. */
export function createLocatedDocument(
  value: unknown,
  root: LocatedNode,
  file: string,
  lines: LineTable,
): LocatedDocument {
  function place(path: DocumentPath, offset: number): Place {
    const position = { file, ...lines.positionOf(offset) };
    return path.length === 0 ? position : { ...position, path: formatPath(path) };
  }

  function nearest(path: DocumentPath): { node: LocatedNode; exact: boolean } {
    let node = root;
    for (const step of path) {
      const next = node.entries?.get(step);
      if (next === undefined) return { node, exact: false };
      node = next;
    }
    return { node, exact: true };
  }

  return {
    value,
    file,
    placeOf(path) {
      const { node, exact } = nearest(path);
      // A block mapping starts below its key, which would point a missing entry at its first sibling.
      return place(path, exact ? node.offset : (node.keyOffset ?? node.offset));
    },
    placeOfKey(path) {
      const { node } = nearest(path);
      return place(path, node.keyOffset ?? node.offset);
    },
  };
}
