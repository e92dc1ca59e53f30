import { SystoleError } from '@systole/core';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { adoptMappings, auto, createMappings, pimGpt } from '../src/index.ts';

const anything = fc.anything({
  withBigInt: true,
  withMap: true,
  withSparseArray: true,
  withNullPrototype: true,
});

/** What comes of it: a value, or what was thrown. */
function outcomeOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

it('a mapping with anything in the place of a part of it is taken in, or refused by a typed error that names it', () => {
  const keys = Object.keys(auto);
  fc.assert(
    fc.property(fc.constantFrom(...keys), anything, (key, value) => {
      const outcome = outcomeOf(() => adoptMappings([{ ...auto, [key]: value }], { name: 'acme' }));
      const owner = Array.isArray(outcome) ? Reflect.get(Object(outcome[0]), 'plugin') : String(outcome);
      expect(owner).toMatch(Array.isArray(outcome) ? /^acme$/ : /plugin "acme"/);
      expect(Array.isArray(outcome) || outcome instanceof SystoleError).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('a list of anything is refused by a typed error', () => {
  fc.assert(
    fc.property(anything, (value) => {
      if (Array.isArray(value) && value.length === 0) return;
      expect(() => adoptMappings(value, { name: 'acme' })).toThrowError(SystoleError);
    }),
  );
});

it('two packages that declare one name are both named', () => {
  const packages = [
    { name: '@acme/one', mappings: [auto] },
    { name: '@acme/two', mappings: [pimGpt, { ...auto }] },
  ];
  expect(() => createMappings(packages)).toThrowError(
    /mapping "auto" is declared by both "@acme\/one" and "@acme\/two"/,
  );
  const [first, second] = packages;
  if (first === undefined || second === undefined) throw new Error('there are two');
  const joined = createMappings([first, { ...second, mappings: [pimGpt] }]);
  expect([joined.packageOf('auto'), joined.packageOf('pim-gpt'), joined.packageOf('none')]).toEqual([
    '@acme/one',
    '@acme/two',
    undefined,
  ]);
  expect(joined.has('auto')).toBe(true);
});
