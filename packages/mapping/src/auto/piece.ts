import type { Stage } from '@systole/core';

/**
 * A task of an operator before it is numbered and ordered. Stages before `gate` may run ahead of the operators that this one
 * waits for; at `gate` their results are needed.
 */
export interface Piece {
  readonly name: string;
  readonly chunks: number;
  readonly stages: readonly Stage[];
  /** Index of the first stage that needs the results of earlier operators; 0 when nothing may run ahead. */
  readonly gate: number;
  /** Indices of pieces of the same operator that have to end first. */
  readonly after: readonly number[];
  /** Bytes of the buffer that chunks take while they wait at the gate. */
  readonly room: number;
  /** What it has to itself from its first chunk to its last, such as the vector buffers of a memory that computes. */
  readonly exclusive?: string;
}

/** A way to do an operator: which units, in what pieces, and the least that it can take. */
export interface Candidate {
  /** Equal for the same way to do two operators of a kind. */
  readonly id: string;
  readonly unit: string;
  readonly tiling: string;
  /** Bound in ps from the facts of the components: nothing that is simulated is below it. */
  readonly bound: number;
  /** Throws `SystoleError` where it turns out not to be possible. */
  pieces(): readonly Piece[];
  /** A part of the work that shows its pace, and how many times as long the whole is. */
  probe(): { readonly pieces: readonly Piece[]; readonly scale: number };
}

/** A way that is closed, and why. */
export interface Refusal {
  readonly unit: string;
  /** Which limit, by how much, and what would help. */
  readonly reason: string;
}

/** All ways to do an operator, open and closed. */
export interface Ways {
  readonly candidates: readonly Candidate[];
  readonly refusals: readonly Refusal[];
}
