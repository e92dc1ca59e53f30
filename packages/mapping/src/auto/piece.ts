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
  /** Whether it belongs to no instance of the operator in particular, so that nothing waits for it, nor it for anything. */
  readonly background?: true;
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
  /** What to simulate to know how long it takes. */
  probe(): Probe;
  /** The same with the beginning of its stream fetched earlier, of `room` bytes at the most; undefined where nothing can be. */
  ahead?(room: number): Ahead | undefined;
}

/** An operator whose stream begins before the stretch that it is in. */
export interface Ahead {
  /** Brings the beginning into the buffer. */
  readonly fetch: readonly Piece[];
  /** All of the operator but for that. */
  readonly pieces: readonly Piece[];
  /** Bytes of the buffer that what was fetched takes until it is used. */
  readonly bytes: number;
}

/** Work whose time tells that of all: the whole of it, or a part that shows the pace. */
export interface Probe {
  readonly pieces: readonly Piece[];
  /** How many times as long the whole takes, where the time is in proportion; 1 for the whole. */
  readonly scale: number;
  /**
   * A shorter part, and how often the difference between the two follows: a long stream goes on at the pace that the second half
   * of its beginning shows, and begins and ends only once.
   */
  readonly pace?: { readonly pieces: readonly Piece[]; readonly times: number };
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
