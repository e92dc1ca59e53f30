import { operationCounts, VECTOR_FUNCTION_FORMS, VECTOR_FUNCTIONS } from '@systole/compute';
import type { Operations, VectorAlgorithm, VectorFunction } from '@systole/compute';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountedArithmetic } from './counted-arithmetic.ts';
import {
  argmaxRow,
  dotProduct,
  gatherElement,
  gelu,
  layerNormRow,
  relu,
  rmsNormRow,
  ropePair,
  silu,
  softmaxRow,
} from './counted-functions.ts';

const algorithm: fc.Arbitrary<VectorAlgorithm> = fc.record({
  exponential: fc.constantFrom('taylor' as const, 'table' as const),
  taylorTerms: fc.integer({ min: 1, max: 12 }),
  rangeReduction: fc.integer({ min: 0, max: 8 }),
  newtonRaphsonSteps: fc.integer({ min: 0, max: 5 }),
  inverseSquareRoot: fc.constantFrom('fast-inverse' as const, 'newton-raphson' as const),
  fastInverseSteps: fc.integer({ min: 0, max: 4 }),
});
const value = fc.double({ min: -4, max: 4, noNaN: true });
/** Rows of any lengths, as a causal softmax has them. */
const rows = fc.array(fc.array(value, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 6 });
const elements = fc.array(value, { minLength: 1, maxLength: 20 });

type Program = (unit: CountedArithmetic) => void;

/** What the program counts, beside what the closed form says. */
function compare(
  fn: VectorFunction,
  dims: Readonly<Record<string, number>>,
  using: VectorAlgorithm,
  program: Program,
): readonly [counted: Operations, closed: Operations] {
  const unit = new CountedArithmetic(using);
  program(unit);
  const { adds, multiplies, comparisons, lookups } = operationCounts(fn, dims, using);
  return [unit.counts, { adds, multiplies, comparisons, lookups }];
}

describe('closed forms against programs that count what they do', () => {
  it.each<readonly [VectorFunction, (unit: CountedArithmetic, row: readonly number[]) => void]>([
    ['softmax', (unit, row) => softmaxRow(unit, row)],
    ['layernorm', (unit, row) => layerNormRow(unit, row, 1.5, 0.25)],
    ['rmsnorm', (unit, row) => rmsNormRow(unit, row, 1.5)],
    ['argmax', argmaxRow],
  ])('agrees on %s of rows of any length', (fn, program) => {
    fc.assert(
      fc.property(rows, algorithm, (table, using) => {
        const dims = { rows: table.length, elements: table.flat().length };
        const [counted, closed] = compare(fn, dims, using, (unit) => {
          for (const row of table) program(unit, row);
        });
        expect(closed).toEqual(counted);
      }),
    );
  });

  it('agrees on a softmax that is scaled first', () => {
    fc.assert(
      fc.property(rows, algorithm, (table, using) => {
        const dims = { rows: table.length, elements: table.flat().length, scaled: 1 };
        const [counted, closed] = compare('softmax', dims, using, (unit) => {
          for (const row of table) softmaxRow(unit, row, 0.125);
        });
        expect(closed).toEqual(counted);
      }),
    );
  });

  const several = (x: number, terms: number): number[] => Array.from({ length: terms }, () => x);
  it.each<readonly [VectorFunction, (unit: CountedArithmetic, x: number, terms: number) => void]>([
    ['gelu', (unit, x) => gelu(unit, x)],
    ['silu', (unit, x) => silu(unit, x)],
    ['relu', (unit, x) => relu(unit, x)],
    ['add', (unit, x) => unit.add(x, 1)],
    ['multiply', (unit, x) => unit.multiply(x, 3)],
    ['accumulate', (unit, x, terms) => unit.sum(several(x, terms))],
    ['gather', (unit, x, terms) => gatherElement(unit, several(x, terms))],
  ])('agrees on %s of elements', (fn, program) => {
    fc.assert(
      fc.property(elements, algorithm, fc.integer({ min: 1, max: 5 }), (list, using, terms) => {
        const dims = { elements: list.length, terms, tables: terms };
        const [counted, closed] = compare(fn, dims, using, (unit) => {
          for (const x of list) program(unit, x, terms);
        });
        expect(closed).toEqual(counted);
      }),
    );
  });

  it('agrees on rope of pairs', () => {
    fc.assert(
      fc.property(elements, algorithm, (list, using) => {
        const [counted, closed] = compare('rope', { elements: 2 * list.length }, using, (unit) => {
          for (const x of list) ropePair(unit, x, 2, 0.5);
        });
        expect(closed).toEqual(counted);
      }),
    );
  });

  it('agrees on a matrix product', () => {
    const small = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(small, small, small, algorithm, (m, inner, n, using) => {
        const vector = Array.from({ length: inner }, (_, index) => index + 1);
        const [counted, closed] = compare('dot', { rows: m, inner, columns: n }, using, (unit) => {
          for (let cell = 0; cell < m * n; cell++) dotProduct(unit, vector, vector, 0);
        });
        expect(closed).toEqual(counted);
      }),
    );
  });
});

describe('operationCounts for any sizes within the forms', () => {
  it.each(VECTOR_FUNCTIONS)('%s stays in the safe integers and never falls with more work', (fn) => {
    const { dims } = VECTOR_FUNCTION_FORMS[fn];
    const sizes = fc.record(
      Object.fromEntries(
        Object.entries(dims).map(([name, { min, max, multipleOf = 1 }]) => [
          name,
          fc.integer({ min: min / multipleOf, max: max / multipleOf }).map((size) => size * multipleOf),
        ]),
      ),
    );
    fc.assert(
      fc.property(sizes, algorithm, fc.constantFrom(...Object.keys(dims)), (from, using, name) => {
        const form = dims[name];
        const least = operationCounts(fn, from, using);
        for (const count of Object.values(least))
          expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        const grown = Math.min((from[name] ?? 0) + (form?.multipleOf ?? 1), form?.max ?? 0);
        const more = operationCounts(fn, { ...from, [name]: grown }, using);
        const total = (counts: typeof least) =>
          counts.adds + counts.multiplies + counts.comparisons + counts.lookups;
        // A further row saves two adds or comparisons of a reduction, and may cost less than that to finish.
        const saved = name === 'rows' ? 2 : 0;
        expect(total(more)).toBeGreaterThanOrEqual(total(least) - saved);
      }),
    );
  });
});
