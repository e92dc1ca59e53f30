import { NumericsError } from '../numerics-error.ts';
import { kernelOf } from './exact-kernels.ts';
import { packPanels, PANEL_ROWS } from './panels.ts';

/**
 * C = A x B in binary64, products added one after the other: the reference that errors are taken against. A is rows x depth, the columns
 * of B are the rows of `columnsOfB`, columns x depth; C is row-major. NaN and infinities as in IEEE 754.
 */
export function multiplyFloat64(
  a: Float64Array | Float32Array,
  columnsOfB: Float64Array | Float32Array,
  rows: number,
  columns: number,
  depth: number,
): Float64Array {
  if (a.length !== rows * depth || columnsOfB.length !== columns * depth) {
    throw new NumericsError(
      'numerics/length',
      `${a.length} and ${columnsOfB.length} values are no matrices of ${rows} x ${depth} and ${columns} x ${depth}`,
    );
  }
  const result = new Float64Array(rows * columns);
  const panelsA = packPanels({ rows, columns: depth }, Float64Array.from(a), true);
  const panelsB = packPanels({ rows: columns, columns: depth }, Float64Array.from(columnsOfB), true);
  const kernel = kernelOf(1);
  const none = new Float64Array(0);
  const out = new Float64Array(PANEL_ROWS * PANEL_ROWS);
  for (let i = 0; i < rows; i += PANEL_ROWS) {
    for (let j = 0; j < columns; j += PANEL_ROWS) {
      kernel(panelsA.values, i / PANEL_ROWS, panelsB.values, j / PANEL_ROWS, depth, 0, depth, none, out);
      for (let at = 0; at < out.length; at++) {
        const row = i + (at >> 2);
        const column = j + (at & 3);
        if (row < rows && column < columns) result[row * columns + column] = out[at] ?? 0;
      }
    }
  }
  return result;
}
