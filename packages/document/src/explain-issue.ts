import { suggestName } from '@systole/core';
import type { z } from 'zod';
import { describeExpectation, describeValue } from './describe-value.ts';
import { knownKeys, wantsInteger } from './schema-walk.ts';
import type { DocumentPath } from './path.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong at one place of a document, in plain English. */
export interface Explanation {
  readonly path: DocumentPath;
  readonly message: string;
  readonly hint?: string;
  /** `unknown-key` when the key itself is at fault, not its value. */
  readonly kind: 'unknown-key' | 'value';
  /** What the schema wanted instead, when it says so. */
  readonly expected?: string;
}

/** Turns an issue of zod into what is wrong, what was found and what was expected; one for each unknown key. */
export function explainIssue(issue: Issue, schema: z.core.$ZodType, root: unknown): readonly Explanation[] {
  return explain(issue, [], schema, root);
}

function explain(
  issue: Issue,
  base: DocumentPath,
  schema: z.core.$ZodType,
  root: unknown,
): readonly Explanation[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  const value = valueAt(root, path);
  const want = (expected: string, hint?: string): readonly Explanation[] => [
    mismatch(path, expected, value, hint),
  ];

  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(schema, path, value);
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: 'there is no such key here',
        kind: 'unknown-key',
        ...(known.length === 0 ? {} : { hint: suggestName(key, known) }),
      }));
    }
    case 'invalid_union':
      return explainUnion(issue, path, schema, root);
    case 'invalid_key':
    case 'invalid_element':
      // The path ends in the key itself; the inner issues are about that key or its value.
      return issue.issues.flatMap((inner) => explain(inner, path, schema, root));
    case 'invalid_type':
      return want(
        describeExpectation(
          issue.expected === 'number' && wantsInteger(schema, path) ? 'int' : issue.expected,
        ),
      );
    case 'invalid_value': {
      const values = issue.values.map((choice) => (typeof choice === 'string' ? choice : String(choice)));
      const single = values.length === 1 ? JSON.stringify(issue.values[0]) : undefined;
      const expected = single ?? `one of ${listed(values)}`;
      const hint = typeof value === 'string' ? suggestName(value, values) : undefined;
      return want(expected, hint);
    }
    case 'too_small':
      return want(bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum));
    case 'too_big':
      return want(bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum));
    case 'not_multiple_of':
      return want(`a multiple of ${issue.divisor}`);
    case 'invalid_format':
      return want(
        issue.pattern === undefined
          ? `text of the form "${issue.format}"`
          : `text that matches ${issue.pattern}`,
      );
    case 'custom':
      return [{ path, message: issue.message, kind: 'value' }];
  }
}

function explainUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  path: DocumentPath,
  schema: z.core.$ZodType,
  root: unknown,
): readonly Explanation[] {
  const value = valueAt(root, path);
  if (issue.discriminator !== undefined && issue.errors.length === 0) {
    const options = 'options' in issue ? (issue.options ?? []).map(String) : [];
    const expected = options.length === 0 ? 'another value' : `one of ${listed(options)}`;
    const hint = typeof value === 'string' ? suggestName(value, options) : undefined;
    return [mismatch(path, expected, value, hint)];
  }

  const branches = issue.errors.map((errors) =>
    errors.flatMap((error) => explain(error, path, schema, root)),
  );
  // A branch that the value got into is the one that was meant; the others only dispute what kind of value it is.
  const entered = branches.filter((branch) => branch.every(({ path: at }) => at.length > path.length));
  const meant = entered.sort((a, b) => a.length - b.length)[0];
  if (meant !== undefined && meant.length > 0) return meant;

  const expected = new Set<string>();
  for (const explanation of branches.flat()) {
    if (explanation.path.length === path.length) expected.add(explanation.expected ?? explanation.message);
  }
  if (expected.size === 0) return [{ path, message: issue.message, kind: 'value' }];
  return [mismatch(path, [...expected].join(' or '), value)];
}

function mismatch(path: DocumentPath, expected: string, value: unknown, hint?: string): Explanation {
  const message =
    value === undefined
      ? `expected ${expected}; it is missing`
      : `expected ${expected}, found ${describeValue(value)}`;
  return { path, message, kind: 'value', expected, ...(hint === undefined ? {} : { hint }) };
}

function bound(origin: string, comparison: string, limit: number | bigint): string {
  if (origin === 'string') return `text of ${comparison} ${limit} characters`;
  if (origin === 'array') return `a list of ${comparison} ${limit}`;
  if (origin === 'number' || origin === 'int' || origin === 'bigint')
    return `a number of ${comparison} ${limit}`;
  return `${comparison} ${limit}`;
}

function listed(values: readonly string[]): string {
  const shown = values.slice(0, 12).join(', ');
  return values.length > 12 ? `${shown}, … (${values.length} in all)` : shown;
}

function valueAt(root: unknown, path: DocumentPath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}
