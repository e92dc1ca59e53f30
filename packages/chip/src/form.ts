import { suggestName } from '@systole/core';
import { describeValue } from '@systole/document';
import type { DocumentPath } from '@systole/document';
import { loadingHint } from './code-hint.ts';
import type { Findings } from './findings.ts';
import type { Scalar } from './spec.ts';

/** Components that a chip may have. */
export const MAX_COMPONENTS = 1000;
/** Connections that a chip may have. */
export const MAX_CONNECTIONS = 10_000;
/** Lanes that one connection may have. */
export const MAX_LANES = 65_536;
/** Entries of any smaller list or mapping: presets of a component, options of a mapping, citations. */
export const MAX_ENTRIES = 1000;

/** Characters that a name may have. */
export const MAX_NAME = 64;

const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const KEY = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
// As keys of plain objects these reach what every object shares.
const FORBIDDEN: ReadonlySet<string> = new Set(['constructor', 'prototype', '__proto__']);

export type Mapping = Readonly<Record<string, unknown>>;

/** Whether a text can name a chip, a component, a preset or a citation: a lower-case word. */
export function isName(text: string): boolean {
  return NAME.test(text) && !FORBIDDEN.has(text);
}

/** Whether a text can be the key of a parameter or an option. */
export function isKey(text: string): boolean {
  return KEY.test(text) && !FORBIDDEN.has(text);
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

/** A key's own value: what an object inherits is no part of a document. */
export function own(mapping: Mapping, key: string): unknown {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}

/** A hint with the nearest of the known names; of a name that is too long to be one, only the start is looked at. */
export function suggest(name: string, known: Iterable<string>): string {
  return suggestName(name.slice(0, MAX_NAME), known);
}

/** Reads a mapping, or says that one was expected. */
export function readMapping(
  value: unknown,
  path: DocumentPath,
  expected: string,
  findings: Findings,
): Mapping | undefined {
  if (isMapping(value)) return value;
  findings.add({
    code: 'chip/invalid',
    path,
    message: `expected ${expected}, found ${found(value)}`,
    hint: 'systole describe --schema prints the form of a chip file.',
  });
  return undefined;
}

/** Reads text under `key`; without it `undefined`, and, where it is required, a finding. */
export function readText(
  mapping: Mapping,
  key: string,
  path: DocumentPath,
  expected: string,
  findings: Findings,
  required = false,
): string | undefined {
  const value = own(mapping, key);
  if (typeof value === 'string' && value !== '') return value;
  if (value === undefined && !required) return undefined;
  findings.add(
    value === undefined
      ? { code: 'chip/incomplete', path, message: `"${key}" is missing`, hint: `Write ${key}: ${expected}.` }
      : {
          code: 'chip/invalid',
          path: [...path, key],
          message: `expected text such as ${expected}, found ${found(value)}`,
          hint: `Write ${key}: ${expected}.`,
        },
  );
  return undefined;
}

/** Says of each key that is not among `known` that there is none of that name. */
export function refuseUnknownKeys(
  mapping: Mapping,
  known: readonly string[],
  path: DocumentPath,
  findings: Findings,
): void {
  for (const key of Object.keys(mapping)) {
    if (known.includes(key)) continue;
    findings.add({
      code: 'chip/unknown-key',
      path: [...path, key],
      atKey: true,
      message: `there is no key ${describeValue(key)} here`,
      hint: () => loadingHint(key) ?? suggest(key, known),
    });
  }
}

/** Says that a key cannot be the name of a component, citation, parameter or option. */
export function refuseBadName(key: string, path: DocumentPath, what: string, findings: Findings): void {
  findings.add({
    code: 'chip/invalid',
    path: [...path, key],
    atKey: true,
    message: `${describeValue(key)} cannot be the name of ${what}`,
    hint: 'Start with a letter; letters, digits and hyphens may follow, 64 characters at most; components and citations are written in lower case.',
  });
}

/** What was found, in words. */
export function found(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return ['function', 'symbol', 'bigint'].includes(typeof value) ? `a ${typeof value}` : describeValue(value);
}

/** Checks the size of a list or mapping; one that is too large is not looked into. */
export function isWithin(
  count: number,
  limit: number,
  what: string,
  path: DocumentPath,
  findings: Findings,
): boolean {
  if (count <= limit) return true;
  findings.add({
    code: 'limit/exceeded',
    path,
    message: `${count} ${what}, where at most ${limit} are accepted`,
    hint: `Leave some out: ${limit} is far beyond any design.`,
  });
  return false;
}
