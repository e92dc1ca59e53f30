import type { BlockFormat, BlockMatrix } from '../../src/block/block-format.ts';
import type { CodeFormat } from '../../src/code-format.ts';
import type { CodeMatrix } from '../../src/gemm/matrix.ts';
import { randomBits } from '../../src/random-bits.ts';

/** Codes drawn evenly, without those of NaN and infinities. */
export function randomCodes(format: CodeFormat, count: number, seed: number): Uint32Array {
  const next = randomBits(seed);
  return Uint32Array.from({ length: count }, () => {
    for (;;) {
      const code = next() >>> (32 - format.bits);
      if (Number.isFinite(format.decode(code))) return code;
    }
  });
}

export function randomMatrix(format: CodeFormat, rows: number, columns: number, seed: number): CodeMatrix {
  return { format, rows, columns, codes: randomCodes(format, rows * columns, seed) };
}

/** Scale codes within `spread` of the middle of the scale format. */
export function randomBlocks(
  format: BlockFormat,
  rows: number,
  columns: number,
  seed: number,
  spread: number,
  tensorScale = 1,
): BlockMatrix {
  const blocksPerRow = Math.ceil(columns / format.block);
  const next = randomBits(seed + 1);
  const middle = format.scaling.kind === 'ratio' ? 63 : 127;
  return {
    format,
    rows,
    columns,
    blocksPerRow,
    codes: Uint8Array.from(randomCodes(format.element, rows * blocksPerRow * format.block, seed)),
    scales: Uint8Array.from(
      { length: rows * blocksPerRow },
      () => middle - spread + (next() % (2 * spread + 1)),
    ),
    tensorScale,
  };
}

/** Numbers of an Irwin-Hall distribution of four, which is close to normal: by sums alone, so equal on every machine. */
export function nearNormal(count: number, seed: number): Float64Array {
  const next = randomBits(seed);
  return Float64Array.from({ length: count }, () => (next() + next() + next() + next()) * 2 ** -32 - 2);
}
