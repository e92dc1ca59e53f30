import type { ErrorCode, Problem } from '@systole/core';
import { SystoleError } from '@systole/core';
import type { LineTable } from './line-table.ts';
import type { LocatedNode } from './located-document.ts';
import type { DocumentPath } from './path.ts';
import { formatPath } from './path.ts';
import { SIZE_HINT } from './syntax-hint.ts';

/** Levels of nesting that a document may have. */
export const MAX_DEPTH = 64;
/** Values (single ones, lists and mappings) that a document may have. */
export const MAX_NODES = 200_000;
/** Bytes of UTF-8 that a document may have when the caller sets no other limit. */
export const DEFAULT_MAX_BYTES = 4 * 1024 * 1024;

/** A value together with where it and everything in it stands. */
export interface ReadValue {
  readonly value: unknown;
  readonly node: LocatedNode;
}

/** What both readers share: the text, the limits that it has used up, and how to refuse it. */
export interface Reading {
  readonly text: string;
  readonly file: string;
  readonly lines: LineTable;
  /** Counts one value, and refuses the document that has too many. */
  countNode(offset: number): void;
  /** Refuses a value that is nested too deeply. `depth` is 1 for the root. */
  checkDepth(depth: number, offset: number): void;
  /** Refuses a key that would reach into the prototype of an object. */
  checkKey(key: string, offset: number, path: DocumentPath): void;
  problem(code: ErrorCode, message: string, offset: number, extra: ProblemExtra): Problem;
  fail(code: ErrorCode, message: string, offset: number, extra: ProblemExtra): SystoleError;
}

/** What a problem says beside its message: the next step always, the path where it is known. */
export interface ProblemExtra {
  readonly path?: DocumentPath;
  readonly hint: string;
}

// As keys of a plain object these reach what every object shares.
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Starts the reading of a text. */
export function createReading(text: string, file: string, lines: LineTable): Reading {
  let nodes = 0;

  function problem(code: ErrorCode, message: string, offset: number, extra: ProblemExtra): Problem {
    const { path = [], hint } = extra;
    const position = { file, ...lines.positionOf(offset) };
    return {
      code,
      message,
      place: path.length === 0 ? position : { ...position, path: formatPath(path) },
      hint,
    };
  }

  const fail: Reading['fail'] = (code, message, offset, extra) =>
    new SystoleError(problem(code, message, offset, extra));

  return {
    text,
    file,
    lines,
    problem,
    fail,
    countNode(offset) {
      nodes += 1;
      if (nodes > MAX_NODES)
        throw fail('limit/exceeded', `more than ${MAX_NODES} values in one document`, offset, {
          hint: SIZE_HINT,
        });
    },
    checkDepth(depth, offset) {
      if (depth > MAX_DEPTH)
        throw fail('limit/exceeded', `nested more than ${MAX_DEPTH} levels deep`, offset, {
          hint: SIZE_HINT,
        });
    },
    checkKey(key, offset, path) {
      if (FORBIDDEN_KEYS.has(key)) {
        throw fail('yaml/syntax', `the key "${key}" is not accepted`, offset, {
          path,
          hint: 'Choose another name: this one belongs to the objects of the language that Systole is written in.',
        });
      }
    },
  };
}
