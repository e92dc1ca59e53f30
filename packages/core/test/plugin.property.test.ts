import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adoptComponents, checkDeclaration, SystoleError } from '../src/index.ts';
import { fifo, sharing } from './support/servers.ts';

/** Everything that JavaScript knows: other prototypes, odd keys, holes, dates, maps and typed arrays among it. */
const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
});

const keys = Object.keys(fifo);

/** What comes of it: a value, or what was thrown. */
function outcomeOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

function pluginOf(adopted: unknown): unknown {
  return Array.isArray(adopted) ? Reflect.get(Object(adopted[0]), 'plugin') : undefined;
}

describe('what a plugin may hand over', () => {
  it('is a declaration or has problems, and nothing else happens, whatever it is', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const problems = checkDeclaration(value);
        expect(problems.length).toBeGreaterThan(0);
        for (const { message } of problems) {
          // What a message quotes is the input's own.
          expect(message.replace(/"(?:[^"\\]|\\.)*"/g, '')).not.toMatch(/undefined|\[object/);
        }
      }),
    );
  });

  it('is refused by a typed error or taken in, where any part of a right declaration is something else', () => {
    fc.assert(
      fc.property(fc.constantFrom(fifo, sharing), fc.constantFrom(...keys), anything, (right, key, value) => {
        const changed = { ...right, [key]: value };
        const outcome = outcomeOf(() => adoptComponents([changed], { name: 'acme' }));
        const isRight = checkDeclaration(changed).length === 0;
        expect(isRight ? pluginOf(outcome) : String(outcome)).toMatch(isRight ? /^acme$/ : /plugin "acme"/);
        expect(outcome instanceof SystoleError).toBe(!isRight);
      }),
      { numRuns: 500 },
    );
  });
});
