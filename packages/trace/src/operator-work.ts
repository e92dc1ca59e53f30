import type { Operator, TensorUse } from './operator.ts';
import { tensorBytes } from './tensor-bytes.ts';

/** Bytes that an operator moves, by what they are. */
export interface OperatorBytes {
  readonly weights: number;
  readonly kvRead: number;
  readonly kvWritten: number;
  readonly activationsRead: number;
  readonly activationsWritten: number;
}

/** What decides how many pairs of a token that asks and one that is asked about there are. */
export interface AttentionSpan {
  readonly queries: number;
  readonly context: number;
  readonly causal: boolean;
  readonly window?: number;
}

/**
 * Pairs of a token that asks and a token it sees, for one head of one sequence. Without a mask that is the whole
 * rectangle. With one, query j of q sees the c - q + j + 1 tokens up to itself, and at most the last `window`.
 */
export function visiblePairs(span: AttentionSpan): number {
  const { queries, context, causal, window = context } = span;
  if (!causal) return queries * Math.min(context, window);
  const first = context - queries + 1;
  const growing = Math.min(Math.max(window - first, 0), queries);
  // An arithmetic series; the sum of its ends times its length is even whatever the parities.
  return (growing * (2 * first + growing - 1)) / 2 + (queries - growing) * window;
}

/** Values that a softmax works on: a causal one leaves the masked part out. */
export function softmaxElements(operator: Extract<Operator, { kind: 'softmax' }>): number {
  const { rows, length, causal, window } = operator;
  if (!causal) return rows * length;
  const span = { queries: length, context: length, causal, ...(window === undefined ? {} : { window }) };
  return (rows / length) * visiblePairs(span);
}

/** Multiply-accumulates that an operator asks for: of matmuls and attention; 0 for all others. */
export function operatorMacs(operator: Operator): number {
  switch (operator.kind) {
    case 'matmul':
    case 'lm-head':
      return operator.rows * operator.inner * operator.columns;
    case 'attention-scores':
    case 'attention-context':
      return operator.sequences * operator.heads * operator.headDim * visiblePairs(operator);
    default:
      return 0;
  }
}

/** Bytes of the tensors that an operator names, each counted once for each time it is named. */
export function operatorBytes(operator: Operator): OperatorBytes {
  return {
    weights: bytesOf(operator.inputs, 'weight'),
    kvRead: bytesOf(operator.inputs, 'kv'),
    kvWritten: bytesOf(operator.outputs, 'kv'),
    activationsRead: bytesOf(operator.inputs, 'activation'),
    activationsWritten: bytesOf(operator.outputs, 'activation'),
  };
}

function bytesOf(uses: readonly TensorUse[], role: TensorUse['role']): number {
  let bytes = 0;
  for (const use of uses) if (use.role === role) bytes += tensorBytes(use);
  return bytes;
}

/** The elements that each input and each output of an operator has, by the conventions of its kind. */
export interface OperandElements {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Follows from the fields alone, so that the tensors of an operator can be held against it. */
export function operandElements(operator: Operator): OperandElements {
  switch (operator.kind) {
    case 'matmul':
    case 'lm-head': {
      const { rows, inner, columns, bias } = operator;
      return {
        inputs: [rows * inner, inner * columns, ...(bias ? [columns] : [])],
        outputs: [rows * columns],
      };
    }
    case 'attention-scores':
    case 'attention-context': {
      const { sequences, queries, heads, kvHeads, headDim, context } = operator;
      const vectors = sequences * queries * heads * headDim;
      const scores = sequences * queries * heads * context;
      const cached = sequences * context * kvHeads * headDim;
      return operator.kind === 'attention-scores'
        ? { inputs: [vectors, cached], outputs: [scores] }
        : { inputs: [scores, cached], outputs: [vectors] };
    }
    case 'layernorm':
    case 'rmsnorm': {
      const { rows, length } = operator;
      const parameters = operator.kind === 'layernorm' ? [length, length] : [length];
      return { inputs: [rows * length, ...parameters], outputs: [rows * length] };
    }
    case 'softmax':
    case 'rope':
      return { inputs: [operator.rows * operator.length], outputs: [operator.rows * operator.length] };
    case 'gelu':
    case 'silu':
    case 'relu':
      return { inputs: [operator.elements], outputs: [operator.elements] };
    case 'add':
    case 'multiply':
      return { inputs: [operator.elements, operator.elements], outputs: [operator.elements] };
    case 'embedding': {
      const { rows, length, tables } = operator;
      const looked = Array.from({ length: Math.min(tables, 8) }, () => rows * length);
      return { inputs: [rows, ...looked], outputs: [rows * length] };
    }
    case 'kv-append': {
      const part = operator.sequences * operator.tokens * operator.kvHeads * operator.headDim;
      return { inputs: [part, part], outputs: [part, part] };
    }
    case 'sample':
      return { inputs: [operator.rows * operator.length], outputs: [operator.rows] };
  }
}
