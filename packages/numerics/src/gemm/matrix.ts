import type { BlockMatrix } from '../block/block-format.ts';
import { checkBlockMatrix, checkCodes, valuesByCode } from '../block/dequantise-blocks.ts';
import type { CodeArray, CodeFormat } from '../code-format.ts';
import { NumericsError } from '../numerics-error.ts';

/** A row-major matrix of codes. */
export interface CodeMatrix {
  readonly format: CodeFormat;
  readonly rows: number;
  readonly columns: number;
  readonly codes: CodeArray;
}

/** What a matrix product takes: each value with a code of its own, or in blocks along rows. */
export type Matrix = CodeMatrix | BlockMatrix;

export function isBlockMatrix(matrix: Matrix): matrix is BlockMatrix {
  return 'scales' in matrix;
}

/** Throws `NumericsError` unless codes fit the shape and the format. */
export function checkMatrix(matrix: Matrix): void {
  const { rows, columns } = matrix;
  if (!Number.isSafeInteger(rows) || !Number.isSafeInteger(columns) || rows < 1 || columns < 1) {
    throw new NumericsError(
      'numerics/argument',
      `a matrix of ${rows} x ${columns}: expected whole numbers from 1 on`,
    );
  }
  if (isBlockMatrix(matrix)) {
    checkBlockMatrix(matrix);
    return;
  }
  if (matrix.codes.length !== rows * columns) {
    throw new NumericsError(
      'numerics/length',
      `${matrix.codes.length} codes are no matrix of ${rows} x ${columns}`,
    );
  }
  if (matrix.format.bits < 8 * matrix.codes.BYTES_PER_ELEMENT) checkCodes(matrix.codes, matrix.format);
}

/** The matrix with rows and columns exchanged, as the second operand of a product is to be given. */
export function transposeCodes(matrix: CodeMatrix): CodeMatrix {
  checkMatrix(matrix);
  const { rows, columns, codes } = matrix;
  const exchanged = codes.slice();
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      exchanged[column * rows + row] = codes[row * columns + column] ?? 0;
    }
  }
  return { format: matrix.format, rows: columns, columns: rows, codes: exchanged };
}

/** A row-major matrix of numbers with rows and columns exchanged. */
export function transpose(values: Float64Array | Float32Array, rows: number, columns: number): Float64Array {
  if (values.length !== rows * columns) {
    throw new NumericsError(
      'numerics/length',
      `${values.length} values are no matrix of ${rows} x ${columns}`,
    );
  }
  const exchanged = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      exchanged[column * rows + row] = values[row * columns + column] ?? 0;
    }
  }
  return exchanged;
}

/** A matrix as numbers. */
export interface DecodedMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major, tensor scale left out; NaN and infinities as they are. */
  readonly values: Float64Array;
  readonly tensorScale: number;
}

/** Each value with its block scale, exact in binary64. */
export function decodeMatrix(matrix: Matrix): DecodedMatrix {
  const { rows, columns } = matrix;
  const values = new Float64Array(rows * columns);
  if (!isBlockMatrix(matrix)) {
    const { codes, format } = matrix;
    if (format.bits <= 8) {
      const table = valuesByCode(format);
      for (let i = 0; i < values.length; i++) values[i] = table[codes[i] ?? 0] ?? 0;
    } else {
      format.decodeAll(codes, values);
    }
    return { rows, columns, values, tensorScale: 1 };
  }
  const { blocksPerRow, codes, scales } = matrix;
  const { block, scale } = matrix.format;
  const elements = valuesByCode(matrix.format.element);
  const scaleValues = valuesByCode(scale);
  for (let row = 0; row < rows; row++) {
    for (let index = 0; index < blocksPerRow; index++) {
      const which = row * blocksPerRow + index;
      const factor = scaleValues[scales[which] ?? 0] ?? 0;
      const from = which * block;
      const into = row * columns + index * block;
      const present = Math.min(block, columns - index * block);
      for (let i = 0; i < present; i++) values[into + i] = (elements[codes[from + i] ?? 0] ?? 0) * factor;
    }
  }
  return { rows, columns, values, tensorScale: matrix.tensorScale };
}
