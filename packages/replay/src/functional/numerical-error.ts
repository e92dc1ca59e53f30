import type { ErrorFigures } from './error-totals.ts';

/** What happened to values, over all of what it stands at. */
export interface ValueCounts {
  /** Values beyond the largest of the format that they were stored in. */
  readonly saturated: number;
  /** Additions beyond the range of an accumulator. */
  readonly overflowed: number;
  /** Computed values that are no finite number. They are left out of the error. */
  readonly notFinite: number;
}

/** All operators of one name, over all layers and steps. */
export interface OperatorError extends ErrorFigures, ValueCounts {
  /** Its id in the block, such as `L{i}.attn.qkv`. */
  readonly operator: string;
  readonly kind: string;
  readonly count: number;
  /** Components that compute it; empty for one that only stores. */
  readonly units: readonly string[];
  /** The formats that values went through, in words: those of each unit, then that of storage. */
  readonly arithmetic: readonly string[];
  /** The error that it adds by itself: of its results against exact ones of the same inputs. */
  readonly own: ErrorFigures;
}

/**
 * What a chip's number formats cost in accuracy: the operators of a workload computed on real tensors, in binary64 and in the
 * formats of the chip. Both take the tokens that the exact computation chooses.
 */
export interface NumericalError {
  /** Where tensors came from: a file, or a distribution and its seed. */
  readonly tensors: string;
  /** Identifies the values of all tensors that were taken from there. */
  readonly digest: string;
  /** How formats that need scales get them, by format. */
  readonly scaling: Readonly<Record<string, string>>;
  /** The operator whose results are the outcome: the logits, or else the last one. */
  readonly outcomeOf: string;
  readonly outcome: ErrorFigures & ValueCounts;
  /** Tokens that were chosen, and how many of them the chip's logits choose as well. Absent where none is. */
  readonly tokens?: { readonly chosen: number; readonly agreeing: number };
  readonly operators: readonly OperatorError[];
}
