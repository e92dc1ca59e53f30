import type { DecodedMatrix } from './matrix.ts';

/** Rows that are interleaved, so that one step along the reduction reads neighbouring numbers. */
export const PANEL_ROWS = 4;

/** A matrix packed for the kernels, and the rows that they cannot take. */
export interface Panels {
  readonly rows: number;
  readonly depth: number;
  /** Number k of row r lies at ((r >> 2) x depth + k) x 4 + (r & 3); missing rows, and what is not finite, are zeros. */
  readonly values: Float64Array;
  /** Rows with a NaN or an infinity, as they are: every sum with them is NaN or infinite, whatever the accumulator. */
  readonly notFinite: ReadonlyMap<number, Float64Array>;
}

/** Packs `values`, row-major and as long as those of the matrix. NaN and infinities stay in place if they are to be kept. */
export function packPanels(
  { rows, columns }: Pick<DecodedMatrix, 'rows' | 'columns'>,
  values: Float64Array,
  keepsNotFinite = false,
): Panels {
  const packed = new Float64Array(Math.ceil(rows / PANEL_ROWS) * PANEL_ROWS * columns);
  const notFinite = new Map<number, Float64Array>();
  for (let row = 0; row < rows; row++) {
    const base = (row >> 2) * columns * PANEL_ROWS + (row & 3);
    const from = row * columns;
    for (let k = 0; k < columns; k++) {
      const value = values[from + k] ?? 0;
      if (keepsNotFinite || value - value === 0) packed[base + k * PANEL_ROWS] = value;
      else if (!notFinite.has(row)) notFinite.set(row, values.subarray(from, from + columns));
    }
  }
  return { rows, depth: columns, values: packed, notFinite };
}
