import type { DimensionForm } from '@systole/core';

/** What a vector unit can be asked for: the kinds of its transactions. */
export const VECTOR_FUNCTIONS = [
  'softmax',
  'layernorm',
  'rmsnorm',
  'gelu',
  'silu',
  'relu',
  'rope',
  'add',
  'multiply',
  'accumulate',
  'argmax',
  'gather',
  'dot',
] as const;

export type VectorFunction = (typeof VECTOR_FUNCTIONS)[number];

/** Elements of one transaction: beyond this the operations of the longest function near 2^53. */
const MAX_ELEMENTS = 2 ** 36;

const elements: DimensionForm = { min: 1, max: MAX_ELEMENTS, help: 'elements' };
const rows: DimensionForm = {
  min: 1,
  max: MAX_ELEMENTS,
  help: 'rows that are reduced; rows beyond the number of elements are empty and cost nothing',
};
const rowElements: DimensionForm = {
  min: 1,
  max: MAX_ELEMENTS,
  help: 'elements of all rows together, so that rows of different length (a causal triangle) are exact',
};

/** Summary and sizes of every function. */
export const VECTOR_FUNCTION_FORMS: Readonly<
  Record<VectorFunction, { readonly summary: string; readonly dims: Readonly<Record<string, DimensionForm>> }>
> = {
  softmax: {
    summary: 'exp(x - max) / sum over each row',
    dims: {
      rows,
      elements: rowElements,
      scaled: { min: 0, max: 1, help: '1 to multiply by a constant first' },
    },
  },
  layernorm: {
    summary: 'mean, variance, scale and shift of each row',
    dims: { rows, elements: rowElements },
  },
  rmsnorm: { summary: 'root mean square and scale of each row', dims: { rows, elements: rowElements } },
  gelu: { summary: '0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))', dims: { elements } },
  silu: { summary: 'x / (1 + exp(-x))', dims: { elements } },
  relu: { summary: 'max(x, 0)', dims: { elements } },
  rope: {
    summary: 'rotation of pairs of elements by angles whose sine and cosine are operands',
    dims: { elements: { ...elements, multipleOf: 2, min: 2 } },
  },
  add: { summary: 'sum of two tensors, as a residual or a bias', dims: { elements } },
  multiply: { summary: 'product of two tensors, element by element', dims: { elements } },
  accumulate: {
    summary: 'sum of several tensors, as the partial sums of a split matmul',
    dims: { elements, terms: { min: 1, max: 65_536, help: 'tensors that are added' } },
  },
  argmax: { summary: 'place of the largest element of each row', dims: { rows, elements: rowElements } },
  gather: {
    summary: 'rows fetched from one or more tables and added, as an embedding',
    dims: {
      elements,
      tables: { min: 1, max: 65_536, help: 'tables; the first is copied, the others are added' },
    },
  },
  dot: {
    summary: 'a small matrix product on the lanes, for chips without a MAC array',
    dims: {
      rows: { min: 1, max: 65_536, help: 'rows of the left matrix' },
      inner: { min: 1, max: 131_072, help: 'length of each dot product' },
      columns: { min: 1, max: 262_144, help: 'columns of the right matrix' },
    },
  },
};

/** Whether `kind` is a function of a vector unit. */
export function isVectorFunction(kind: string): kind is VectorFunction {
  return Object.hasOwn(VECTOR_FUNCTION_FORMS, kind);
}
