import type { ErrorCode, Place, Problem } from '@systole/core';
import { SystoleError } from '@systole/core';
import type { z } from 'zod';
import type { Explanation } from './explain-issue.ts';
import { explainIssue } from './explain-issue.ts';
import type { LocatedDocument } from './located-document.ts';

/** The code of an unfit value and, where it has one of its own, of an unknown key. */
export interface ParseCodes {
  readonly value: ErrorCode;
  readonly unknownKey: ErrorCode;
}

const MAX_PROBLEMS = 50;

/**
 * Checks a document against a schema and gives what the schema makes of it.
 *
 * @param code the code of every problem, or one for unfit values and one for unknown keys.
 * @param hint the next step for problems that have no better one.
 * @throws SystoleError with all problems (50 at most), each with file, line, column and path, what was found and what
 * was expected. A missing value is placed at the mapping that lacks it, an unknown key at the key.
 */
export function parseWith<T>(
  document: LocatedDocument,
  schema: z.ZodType<T>,
  code: ErrorCode | ParseCodes,
  hint?: string,
): T {
  const result = schema.safeParse(document.value);
  if (result.success) return result.data;

  const codes = typeof code === 'string' ? { value: code, unknownKey: code } : code;
  const problems = result.error.issues
    .flatMap((issue) => explainIssue(issue, schema, document.value))
    .slice(0, MAX_PROBLEMS)
    .map((explanation) => toProblem(document, explanation, codes, hint));
  const [first, ...more] = problems.sort(byPlace);
  throw new SystoleError(first ?? { code: codes.value, message: result.error.message }, ...more);
}

function toProblem(
  document: LocatedDocument,
  explanation: Explanation,
  codes: ParseCodes,
  hint: string | undefined,
): Problem {
  const { path, message, kind } = explanation;
  const next = explanation.hint ?? hint;
  return {
    code: kind === 'unknown-key' ? codes.unknownKey : codes.value,
    message,
    place: kind === 'unknown-key' ? document.placeOfKey(path) : document.placeOf(path),
    ...(next === undefined ? {} : { hint: next }),
  };
}

function byPlace(a: Problem, b: Problem): number {
  return order(a.place, b.place);
}

function order(a: Place = {}, b: Place = {}): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
