import { SystoleError } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readDocument } from '../src/index.ts';

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
const key = fc.string({ maxLength: 12 }).filter((text) => !FORBIDDEN.has(text));

const data = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

// Pieces of YAML and JSON, so that random texts reach past the first token.
const piece = fc.constantFrom(
  ...'{}[],:-?"\'|>#~\\\t\n\r a1'.split(''),
  ...': |- |? |\n  |&a |*a|!!str |!x |---|...|%YAML 1.2|-1.5e3|null|.nan|__proto__|\\u12|key: '.split('|'),
);
const soup = fc.oneof(
  fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

function isPlain(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isPlain);
  return (
    typeof value === 'object' &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.entries(value).every(([name, entry]) => !FORBIDDEN.has(name) && isPlain(entry))
  );
}

// What reading did that it must not do; empty when all is well.
function faultOf(text: string, syntax: 'yaml' | 'json'): string {
  try {
    return isPlain(readDocument(text, 'f', { syntax }).value) ? '' : 'the value is not plain data';
  } catch (error) {
    if (!(error instanceof SystoleError)) return `threw ${String(error)}`;
    const placed = error.problems.every(({ place }) => (place?.line ?? 0) >= 1 && (place?.column ?? 0) >= 1);
    return placed ? '' : 'a problem has no place';
  }
}

describe('reading any text', () => {
  it('gives plain data or a SystoleError, for soup', () => {
    fc.assert(
      fc.property(soup, fc.constantFrom('yaml' as const, 'json' as const), (text, syntax) => {
        expect(faultOf(text, syntax)).toBe('');
      }),
      { numRuns: 4000 },
    );
  });

  it('gives plain data or a SystoleError, for a good text with a bite taken out', () => {
    const bitten = fc
      .tuple(data, fc.nat(), fc.nat(6), piece, fc.boolean())
      .map(([value, at, length, put, asJson]) => {
        const text = asJson ? JSON.stringify(value, null, 1) : stringify(value);
        const start = at % (text.length + 1);
        return { text: text.slice(0, start) + put + text.slice(start + length), asJson };
      });
    fc.assert(
      fc.property(bitten, ({ text, asJson }) => {
        expect(faultOf(text, asJson ? 'json' : 'yaml')).toBe('');
      }),
      { numRuns: 2000 },
    );
  });

  it('gives back what was written, from JSON and from YAML', () => {
    fc.assert(
      fc.property(data, fc.constantFrom(0, 2), (value, indent) => {
        expect(readDocument(JSON.stringify(value, null, indent), 'f.json').value).toEqual(value);
        expect(readDocument(stringify(value), 'f.yaml').value).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('accepts as JSON exactly what JSON.parse accepts, duplicates and prototypes aside', () => {
    const jsonPiece = fc.constantFrom(...'{|}|[|]|:|,|"a"|"b"|1|-|0|.5|e3|true|null| |\n|\\'.split('|'));
    const text = fc.oneof(
      fc.array(jsonPiece, { maxLength: 12 }).map((pieces) => pieces.join('')),
      fc.json(),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        let expected: unknown;
        try {
          expected = JSON.parse(candidate);
        } catch {
          expected = undefined;
        }
        let actual: unknown;
        try {
          actual = readDocument(candidate, 'f.json').value;
        } catch (error) {
          if (!(error instanceof SystoleError)) throw error;
          if (expected !== undefined && /twice|not accepted|too large/.test(error.message)) return;
          actual = undefined;
        }
        expect(actual).toEqual(expected);
      }),
      { numRuns: 4000 },
    );
  });

  it('places each value where its text is', () => {
    const numbers = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,6}$/),
      fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
      {
        minKeys: 1,
        maxKeys: 5,
        noNullPrototype: true,
      },
    );
    fc.assert(
      fc.property(
        numbers.filter((value) => Object.keys(value).every((name) => !FORBIDDEN.has(name))),
        (value) => {
          const text = stringify(value);
          const lines = text.split('\n');
          const document = readDocument(text, 'f.yaml');
          for (const [name, list] of Object.entries(value)) {
            for (const [index, number] of list.entries()) {
              const { line = 0, column = 0 } = document.placeOf([name, index]);
              expect(lines[line - 1]?.slice(column - 1)).toBe(String(number));
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
