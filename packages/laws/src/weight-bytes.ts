import { tensorBytes } from '@systole/trace';
import type { TraceBlock } from '@systole/trace';

/** Bytes of the weight matrices that one instance of a block multiplies with: they are read at least once a step. */
export function weightBytesOfStep(block: TraceBlock): number {
  let bytes = 0;
  for (const { kind, inputs } of block.operators) {
    const [, matrix] = inputs;
    const isProduct = kind === 'matmul' || kind === 'lm-head';
    if (isProduct && matrix?.role === 'weight') bytes += tensorBytes(matrix);
  }
  return bytes;
}
