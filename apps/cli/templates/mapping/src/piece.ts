import type { Stage } from '@systole/core';

/** Work on a pipeline of components, before it is known which operator it belongs to. */
export interface Piece {
  readonly name: string;
  readonly chunks: number;
  readonly stages: readonly Stage[];
}
