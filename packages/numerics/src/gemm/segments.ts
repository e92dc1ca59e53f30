import { valuesByCode } from '../block/dequantise-blocks.ts';
import type { Segments } from './exact-gemm.ts';
import type { DecodedMatrix, Matrix } from './matrix.ts';
import { isBlockMatrix } from './matrix.ts';

/** Terms over which neither operand changes its scale: undefined where neither has block scales. */
export function segmentLength(a: Matrix, b: Matrix): number | undefined {
  const blockA = isBlockMatrix(a) ? a.format.block : 0;
  const blockB = isBlockMatrix(b) ? b.format.block : 0;
  const length = greatestDivisor(blockA, blockB);
  return length === 0 ? undefined : length;
}

/** The scales of both operands over segments of `length` terms. A scale that is NaN becomes zero: its rows are dealt with apart. */
export function segmentsOf(a: Matrix, b: Matrix, length: number): Segments {
  const perRow = Math.ceil(a.columns / length);
  const isPowerOfTwo = [a, b].every(
    (matrix) => !isBlockMatrix(matrix) || matrix.format.scaling.kind === 'power-of-two',
  );
  return { length, perRow, isPowerOfTwo, a: scalesOf(a, length, perRow), b: scalesOf(b, length, perRow) };
}

/** The elements of a matrix in units of their block scales, row-major. */
export function elementsOf(matrix: Matrix, decoded: DecodedMatrix): Float64Array {
  if (!isBlockMatrix(matrix)) return decoded.values;
  const { rows, columns, blocksPerRow, codes, format } = matrix;
  const table = valuesByCode(format.element);
  const stride = blocksPerRow * format.block;
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      values[row * columns + column] = table[codes[row * stride + column] ?? 0] ?? 0;
    }
  }
  return values;
}

function scalesOf(matrix: Matrix, length: number, perRow: number): Float64Array {
  const { rows } = matrix;
  const scales = new Float64Array(rows * perRow);
  if (!isBlockMatrix(matrix)) return scales.fill(1);
  const table = valuesByCode(matrix.format.scale);
  const { blocksPerRow } = matrix;
  for (let row = 0; row < rows; row++) {
    for (let segment = 0; segment < perRow; segment++) {
      const index = Math.floor((segment * length) / matrix.format.block);
      const scale = table[matrix.scales[row * blocksPerRow + index] ?? 0] ?? 0;
      scales[row * perRow + segment] = scale - scale === 0 ? scale : 0;
    }
  }
  return scales;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
