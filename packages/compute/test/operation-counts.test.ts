import { operationCounts, reciprocal, inverseSquareRoot, exponential } from '@systole/compute';
import type { VectorAlgorithm } from '@systole/compute';
import { SystoleError } from '@systole/core';
import { describe, expect, it } from 'vitest';

/** Six terms, three Newton-Raphson steps, one step of the fast inverse square root. */
const algorithm: VectorAlgorithm = {
  exponential: 'taylor',
  taylorTerms: 6,
  rangeReduction: 0,
  newtonRaphsonSteps: 3,
  inverseSquareRoot: 'fast-inverse',
  fastInverseSteps: 1,
};

describe('elementary functions, counted by hand', () => {
  it('takes five multiplies and five adds for six terms of exp', () => {
    expect(exponential(algorithm)).toEqual({ adds: 5, multiplies: 5, comparisons: 0, lookups: 0 });
  });

  it('adds a clamp, a scaling and the squarings for range reduction', () => {
    const reduced = exponential({ ...algorithm, rangeReduction: 3 });
    expect(reduced).toEqual({ adds: 5, multiplies: 9, comparisons: 2, lookups: 0 });
  });

  it('takes one line segment for exp by table', () => {
    const table = exponential({ ...algorithm, exponential: 'table' });
    expect(table).toEqual({ adds: 1, multiplies: 1, comparisons: 0, lookups: 1 });
  });

  it('takes three steps of two multiplies and one add for a reciprocal', () => {
    expect(reciprocal(algorithm)).toEqual({ adds: 4, multiplies: 6, comparisons: 0, lookups: 0 });
  });

  it('takes an estimate, a halving and one step for the fast inverse square root', () => {
    expect(inverseSquareRoot(algorithm)).toEqual({ adds: 2, multiplies: 4, comparisons: 0, lookups: 0 });
  });

  it('starts from a table for an inverse square root by Newton-Raphson', () => {
    const table = inverseSquareRoot({ ...algorithm, inverseSquareRoot: 'newton-raphson' });
    expect(table).toEqual({ adds: 3, multiplies: 10, comparisons: 0, lookups: 1 });
  });
});

// [function, sizes, adds, multiplies, comparisons, lookups, passes], each from the formula in words beside it.
const cases = [
  // 2 rows of 4: compare 3 + 3; subtract 8, exp 8 x 5, sum 3 + 3, reciprocal 2 x 4; exp 8 x 5, reciprocal 2 x 6, product 8
  ['softmax', { rows: 2, elements: 8 }, 62, 60, 6, 0, 4],
  ['softmax', { rows: 2, elements: 8, scaled: 1 }, 62, 68, 6, 0, 4],
  // a causal triangle of 3 rows: 1 + 2 + 3 elements; compare 3; 6 + 30 + 3 + 12 adds; 30 + 18 + 6 multiplies
  ['softmax', { rows: 3, elements: 6 }, 51, 54, 3, 0, 4],
  // sums 6 + 6, centre 8, shift 8, epsilon 2, root 2 x 2; squares, normalise, scale 24, means 4, root 2 x 4
  ['layernorm', { rows: 2, elements: 8 }, 34, 36, 0, 0, 4],
  // sum 6, epsilon 2, root 4; squares, normalise, scale 24, mean 2, root 8
  ['rmsnorm', { rows: 2, elements: 8 }, 12, 34, 0, 0, 3],
  // per element: 2 + exp 5 + reciprocal 4 + tanh 2 adds; 6 + 5 + 6 + 2 multiplies
  ['gelu', { elements: 10 }, 130, 190, 0, 0, 1],
  // per element: exp 5 + reciprocal 4 + 1 adds; 5 + 6 + 1 multiplies
  ['silu', { elements: 10 }, 100, 120, 0, 0, 1],
  ['relu', { elements: 10 }, 0, 0, 10, 0, 1],
  ['rope', { elements: 10 }, 10, 20, 0, 0, 1],
  ['add', { elements: 10 }, 10, 0, 0, 0, 1],
  ['multiply', { elements: 10 }, 0, 10, 0, 0, 1],
  ['accumulate', { elements: 10, terms: 4 }, 30, 0, 0, 0, 1],
  ['argmax', { rows: 2, elements: 10 }, 0, 0, 8, 0, 2],
  ['gather', { elements: 10, tables: 2 }, 10, 0, 0, 10, 1],
  ['dot', { rows: 2, inner: 3, columns: 4 }, 24, 24, 0, 0, 1],
] as const;

describe('operationCounts, by hand', () => {
  it.each(cases)('%s %j', (fn, dims, adds, multiplies, comparisons, lookups, passes) => {
    const counts = operationCounts(fn, dims, algorithm);
    const { macs, ...others } = counts;
    expect(others).toEqual({ adds, multiplies, comparisons, lookups, passes });
    expect(macs).toBe(fn === 'dot' ? multiplies : 0);
  });

  it('takes no more rows than there are elements', () => {
    const full = operationCounts('softmax', { rows: 5, elements: 5 }, algorithm);
    expect(operationCounts('softmax', { rows: 9, elements: 5 }, algorithm)).toEqual(full);
  });
});

describe('operationCounts on wrong sizes', () => {
  it.each([
    ['add', {}, 'expected a whole number of elements from 1 to 68719476736, got nothing'],
    ['add', { elements: 0 }, 'got 0'],
    ['add', { elements: 1.5 }, 'got 1.5'],
    ['add', { elements: NaN }, 'got NaN'],
    ['rope', { elements: 3 }, 'expected a multiple of 2'],
    ['dot', { rows: 1, inner: 1 }, 'columns'],
    ['softmax', { rows: 1, elements: 1, scaled: 2 }, 'scaled from 0 to 1, got 2'],
  ] as const)('%s %j', (fn, dims, message) => {
    expect(() => operationCounts(fn, dims, algorithm)).toThrow(message);
    expect(() => operationCounts(fn, dims, algorithm)).toThrow(SystoleError);
  });
});
