import type { Operator } from './operator.ts';

/** Step 0 takes in the prompt; each later one takes in the token that was chosen last. */
export type Phase = 'prefill' | 'decode';

/**
 * Operators that run as a unit, such as a layer. A block with `repeat` > 1 stands for that many identical ones in a
 * row; `{i}` in its names is the index of the instance, from `first` on.
 *
 * A block starts when the earlier blocks (and the earlier instance of itself) have written what it reads. A tensor
 * that is written more than once, such as the residual stream, holds what was written last.
 */
export interface TraceBlock {
  readonly name: string;
  readonly step: number;
  readonly phase: Phase;
  readonly repeat: number;
  readonly first: number;
  readonly operators: readonly Operator[];
}

/** A tensor that has to be placed before the run: weights and caches. */
export interface PersistentTensor {
  /** Its name; with `{i}` it stands for `repeat` tensors, numbered from 0. */
  readonly tensor: string;
  readonly shape: readonly number[];
  readonly format: string;
  readonly role: 'weight' | 'kv';
  readonly repeat: number;
  /** How it is used. A table that is the matrix of the head as well is a `matrix`. Absent for caches. */
  readonly layout?: 'matrix' | 'vector' | 'table';
}

/** The model that a trace was made from, in short. */
export interface ModelSummary {
  readonly architecture: string;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabulary: number;
  readonly maxContext: number;
  readonly parameters: number;
}

/** What was asked of the model: tokens of each sequence, sequences, and number formats by name. */
export interface Workload {
  /** Tokens that are there at the start, of each sequence. */
  readonly prompt: number;
  /** Tokens to generate, for each sequence. The last of them is not fed back. */
  readonly generate: number;
  /** Sequences that run together. */
  readonly batch: number;
  readonly weights: string;
  readonly kv: string;
  readonly activations: string;
}

/** What a trace says about itself before its first block. */
export interface TraceHeader {
  readonly format: 'systole-trace';
  readonly version: 1;
  readonly name: string;
  readonly model?: ModelSummary;
  readonly workload?: Workload;
  readonly tensors: readonly PersistentTensor[];
  readonly steps: number;
}

/** A trace: its header, and its blocks in order. `blocks` starts anew each time, and makes blocks when asked. */
export interface Trace {
  readonly header: TraceHeader;
  blocks(): Iterable<TraceBlock>;
}
