import type { OperatorKind } from './operator.ts';

/** What a field of an operator may hold: a count from 1, a count from 0, a truth, or a count that may be absent. */
export type FieldForm = 'dimension' | 'position' | 'flag' | 'optional-dimension';

/** The fields of an operator beside those that all have, in the order in which they are written. */
export type FieldTable = Readonly<Record<string, FieldForm>>;

const matmul: FieldTable = { rows: 'dimension', inner: 'dimension', columns: 'dimension', bias: 'flag' };
const attention: FieldTable = {
  sequences: 'dimension',
  queries: 'dimension',
  heads: 'dimension',
  kvHeads: 'dimension',
  headDim: 'dimension',
  context: 'dimension',
  causal: 'flag',
  window: 'optional-dimension',
};
const rows: FieldTable = { rows: 'dimension', length: 'dimension' };
const elementwise: FieldTable = { elements: 'dimension' };

/**
 * The fields of each kind. The schema, the quick check of a line, and the key of a block all follow this table, so
 * that they cannot disagree.
 */
export const OPERATOR_FIELDS: Readonly<Record<OperatorKind, FieldTable>> = {
  matmul,
  'lm-head': matmul,
  'attention-scores': attention,
  'attention-context': attention,
  softmax: { ...rows, causal: 'flag', window: 'optional-dimension' },
  layernorm: rows,
  rmsnorm: rows,
  rope: rows,
  gelu: elementwise,
  silu: elementwise,
  relu: elementwise,
  add: elementwise,
  multiply: elementwise,
  embedding: { ...rows, tables: 'dimension' },
  'kv-append': {
    sequences: 'dimension',
    tokens: 'dimension',
    kvHeads: 'dimension',
    headDim: 'dimension',
    position: 'position',
  },
  sample: rows,
};

/** Whether a text is the name of a kind of operator. */
export function isOperatorKind(name: unknown): name is OperatorKind {
  return typeof name === 'string' && Object.hasOwn(OPERATOR_FIELDS, name);
}
