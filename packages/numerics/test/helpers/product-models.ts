import type { Matrix } from '../../src/gemm/matrix.ts';
import { decodeMatrix } from '../../src/gemm/matrix.ts';
import { bigDot, DOT_SHIFT, roundBig } from './big-model.ts';

/** Each result from the rational sum of its products, rounded once. */
export function exactModel(a: Matrix, b: Matrix, bits = 53): number[] {
  const [left, right] = [decodeMatrix(a), decodeMatrix(b)];
  const scale = left.tensorScale * right.tensorScale;
  const results: number[] = [];
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      const rowA = left.values.subarray(i * a.columns, (i + 1) * a.columns);
      const rowB = right.values.subarray(j * b.columns, (j + 1) * b.columns);
      const units = bigDot(rowA, rowB) * bigDot([scale], [1]);
      results.push(roundBig(units, 2 * DOT_SHIFT, bits) + 0);
    }
  }
  return results;
}

/** Each register operation from rational numbers, in the order that is documented. */
export function roundedModel(
  a: Matrix,
  b: Matrix,
  bits: number,
  fused: number,
  tree: number | undefined,
): number[] {
  const [left, right] = [decodeMatrix(a), decodeMatrix(b)];
  const results: number[] = [];
  const add = (units: bigint) => roundBig(units, DOT_SHIFT, bits);
  const big = (x: number) => bigDot([x], [1]);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      const terms: bigint[] = [];
      for (let k = 0; k < a.columns; k += fused) {
        const end = Math.min(k + fused, a.columns);
        terms.push(
          bigDot(
            left.values.subarray(i * a.columns + k, i * a.columns + end),
            right.values.subarray(j * b.columns + k, j * b.columns + end),
          ),
        );
      }
      let content = 0;
      if (tree === undefined) {
        for (const term of terms) content = add(big(content) + term);
      } else {
        for (let from = 0; from < terms.length; from += tree) {
          let level = Array.from({ length: tree }, (_, t) => terms[from + t] ?? 0n);
          while (level.length > 1) {
            level = Array.from({ length: level.length / 2 }, (_, t) =>
              big(add((level[2 * t] ?? 0n) + (level[2 * t + 1] ?? 0n))),
            );
          }
          content = add(big(content) + (level[0] ?? 0n));
        }
      }
      results.push(content + 0);
    }
  }
  return results;
}
