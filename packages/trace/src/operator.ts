/** What a tensor is to its operator: a parameter of the model, a cache of keys or values, or a passing result. */
export type TensorRole = 'weight' | 'kv' | 'activation';

/** The part of a tensor that an operator reads or writes. */
export interface TensorUse {
  /** Name of the tensor; `{i}` stands for the instance of a repeated block. */
  readonly tensor: string;
  /** Extent of the part used, outermost first; the rows looked up, not the whole table. */
  readonly shape: readonly number[];
  /** Name of a number format, as `@systole/numerics` knows it. */
  readonly format: string;
  readonly role: TensorRole;
}

/** What every operator has. */
export interface OperatorBase {
  /** Unique in its block; `{i}` stands for the instance of a repeated block. */
  readonly id: string;
  /** Ids of operators of the same block that have to be finished before this one starts. */
  readonly after: readonly string[];
  readonly inputs: readonly TensorUse[];
  readonly outputs: readonly TensorUse[];
}

/**
 * `rows × inner` times `inner × columns`. Inputs: the left matrix, the right one, the bias if there is one.
 * `lm-head` is the matmul that gives the logits.
 */
export interface MatmulOperator extends OperatorBase {
  readonly kind: 'matmul' | 'lm-head';
  /** Tokens times sequences. */
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly bias: boolean;
}

/**
 * QKᵀ (`attention-scores`; inputs: queries, keys) and PV (`attention-context`; inputs: probabilities, values).
 * Each of `heads` query heads reads its share of the `kvHeads` cached ones. The shapes of causal scores are whole;
 * only their arithmetic leaves the masked part out.
 */
export interface AttentionOperator extends OperatorBase {
  readonly kind: 'attention-scores' | 'attention-context';
  readonly sequences: number;
  /** Tokens of each sequence that ask. */
  readonly queries: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Tokens of each sequence that can be asked about, the asking ones among them. */
  readonly context: number;
  /** Whether a token sees only itself and what is before it; the asking tokens are the last of the context. */
  readonly causal: boolean;
  /** The most tokens that one token sees, itself among them, when attention slides. */
  readonly window?: number;
}

/** Softmax along rows. When causal, the rows are squares of `length` rows, and row r of a square holds r + 1 values. */
export interface SoftmaxOperator extends OperatorBase {
  readonly kind: 'softmax';
  readonly rows: number;
  readonly length: number;
  readonly causal: boolean;
  /** As in the attention that it belongs to. */
  readonly window?: number;
}

/** Normalisation along rows. Inputs: the rows, the gain, and for LayerNorm the bias. */
export interface NormOperator extends OperatorBase {
  readonly kind: 'layernorm' | 'rmsnorm';
  readonly rows: number;
  readonly length: number;
}

/** Rotary position embedding of `rows` vectors (tokens times query and key heads) of `length` elements. */
export interface RopeOperator extends OperatorBase {
  readonly kind: 'rope';
  readonly rows: number;
  readonly length: number;
}

/** An operation on each element by itself; `add` and `multiply` have two inputs, the others one. */
export interface ElementwiseOperator extends OperatorBase {
  readonly kind: 'gelu' | 'silu' | 'relu' | 'add' | 'multiply';
  readonly elements: number;
}

/** Looks up `rows` rows of `length` in each of `tables` tables and adds them. Inputs: token ids, then the tables. */
export interface EmbeddingOperator extends OperatorBase {
  readonly kind: 'embedding';
  readonly rows: number;
  readonly length: number;
  /** Two for learned positions. */
  readonly tables: number;
}

/** Stores the keys and values of new tokens in the cache. Inputs and outputs: keys, values. */
export interface KvAppendOperator extends OperatorBase {
  readonly kind: 'kv-append';
  readonly sequences: number;
  /** New tokens of each sequence. */
  readonly tokens: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Slot of the first new token: the tokens cached before, until a sliding window wraps it round. */
  readonly position: number;
}

/** Greedy choice: the index of the largest of `length` logits in each row. */
export interface SampleOperator extends OperatorBase {
  readonly kind: 'sample';
  readonly rows: number;
  /** The vocabulary. */
  readonly length: number;
}

/** A node of a trace: one piece of work with its shapes, formats and dependencies. Plain data. */
export type Operator =
  | MatmulOperator
  | AttentionOperator
  | SoftmaxOperator
  | NormOperator
  | RopeOperator
  | ElementwiseOperator
  | EmbeddingOperator
  | KvAppendOperator
  | SampleOperator;

/** The name of a kind of operator. */
export type OperatorKind = Operator['kind'];
