import type { CodeFormat } from '../code-format.ts';
import { NumericsError } from '../numerics-error.ts';
import type { BlockMatrix } from './block-format.ts';

/** The values of a matrix in a block format, row-major and without the zeros of the last blocks: all of them exact in binary64. */
export function dequantiseBlocks(matrix: BlockMatrix): Float64Array {
  checkBlockMatrix(matrix);
  const { format, rows, columns, blocksPerRow, tensorScale } = matrix;
  const values = new Float64Array(rows * columns);
  const elements = valuesByCode(format.element);
  const scales = valuesByCode(format.scale);
  const { block } = format;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const index = row * blocksPerRow + Math.floor(column / block);
      const element = elements[matrix.codes[index * block + (column % block)] ?? 0] ?? 0;
      values[row * columns + column] = element * (scales[matrix.scales[index] ?? 0] ?? 0) * tensorScale;
    }
  }
  return values;
}

/** The value of each code of a format of at most 8 bits. */
export function valuesByCode(format: CodeFormat): Float64Array {
  const known = tables.get(format);
  if (known !== undefined) return known;
  const table = Float64Array.from({ length: 2 ** format.bits }, (_, code) => format.decode(code));
  tables.set(format, table);
  return table;
}

const tables = new WeakMap<CodeFormat, Float64Array>();

/** Throws `NumericsError` unless codes and scales have the lengths that the shape asks for, and every code is one. */
export function checkBlockMatrix(matrix: BlockMatrix): void {
  const { format, rows, columns, blocksPerRow, codes, scales, tensorScale } = matrix;
  if (blocksPerRow !== Math.ceil(columns / format.block)) {
    throw new NumericsError(
      'numerics/block-length',
      `${blocksPerRow} blocks of ${format.block} are no row of ${columns} columns`,
    );
  }
  if (scales.length !== rows * blocksPerRow || codes.length !== scales.length * format.block) {
    throw new NumericsError(
      'numerics/length',
      `${codes.length} codes and ${scales.length} scales for ${rows} rows of ${blocksPerRow} blocks of ${format.block}`,
    );
  }
  if (!(tensorScale > 0 && tensorScale < Infinity) || Math.fround(tensorScale) !== tensorScale) {
    throw new NumericsError(
      'numerics/argument',
      `a tensor scale of ${tensorScale}: expected a positive finite binary32 number`,
    );
  }
  checkCodes(codes, format.element);
}

/** Throws `NumericsError` where a code has more bits than its format. */
export function checkCodes(codes: ArrayLike<number>, { name, bits }: CodeFormat): void {
  const limit = 2 ** bits;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code >= limit) {
      throw new NumericsError(
        'numerics/range',
        `code ${code} at ${i} is none of ${name}, which has ${bits} bits`,
      );
    }
  }
}
