import { SystoleError } from '@systole/core';
import {
  dequantiseBlocks,
  findBlockFormat,
  findCodeFormat,
  findFormat,
  quantiseBlocks,
} from '@systole/numerics';
import type { CodeArray, CodeFormat } from '@systole/numerics';

/** A tensor as a chip holds it: rows of elements that its multipliers take, and what they count for. */
export interface StoredTensor {
  /** Elements of a row; a row is what a dot product runs over. */
  readonly rowLength: number;
  /** Values of codes, or of codes under the scale of their block; all exact. */
  readonly elements: Float64Array;
  /** What an element of each row counts for; absent where that is 1. */
  readonly scales?: Float64Array;
}

/** What happened as values were rounded to a format. */
export interface StoringCounts {
  /** Finite values beyond the largest of the format, which became that or an infinity. */
  saturated: number;
}

/** How a format keeps the rows of a tensor. */
export interface StorageFormat {
  readonly name: string;
  /** How scales are chosen, in words; absent where there are none. */
  readonly scaling?: string;
  /** Rounds once to the nearest, ties to even. `counts` are added to. */
  store(values: Float64Array, rowLength: number, counts: StoringCounts): StoredTensor;
}

/** Floats of so few bits have too little range to be used without a scale. */
const MOST_SCALED_BITS = 8;

const known = new Map<string, StorageFormat>();

/**
 * How a number format keeps a tensor. Floats of more than 8 bits and posits keep each value by itself. Integers, and floats of at most
 * 8 bits, share a binary32 scale along each row: its largest magnitude becomes the largest code. Block formats have the scales that
 * they define, along rows, the last block filled up with zeros.
 *
 * @throws SystoleError `workload/invalid` for a format without arithmetic.
 */
export function storageFormat(name: string): StorageFormat {
  let format = known.get(name);
  if (format === undefined) {
    format = create(name);
    known.set(name, format);
  }
  return format;
}

function create(name: string): StorageFormat {
  const described = findFormat(name);
  const blocks = findBlockFormat(name);
  if (blocks !== undefined) return blockStorage(name);
  const format = findCodeFormat(name);
  if (format === undefined) {
    throw new SystoleError({
      code: 'workload/invalid',
      message: `values cannot be computed in the format "${name.slice(0, 40)}"`,
      hint: 'Take another format, or leave out --tensors.',
    });
  }
  const isScaled =
    described?.kind === 'integer' || (described?.kind === 'float' && format.bits <= MOST_SCALED_BITS);
  return isScaled ? scaledStorage(name, format) : plainStorage(name, format);
}

function codesFor({ bits }: CodeFormat, length: number): CodeArray {
  if (bits <= 8) return new Uint8Array(length);
  return bits <= 16 ? new Uint16Array(length) : new Uint32Array(length);
}

function plainStorage(name: string, format: CodeFormat): StorageFormat {
  return {
    name,
    store(values, rowLength, counts) {
      const elements = new Float64Array(values.length);
      if (format.name === 'fp32') {
        for (let index = 0; index < values.length; index++) {
          const value = values[index] ?? 0;
          const rounded = Math.fround(value);
          if (!Number.isFinite(rounded) && Number.isFinite(value)) counts.saturated += 1;
          elements[index] = rounded;
        }
        return { rowLength, elements };
      }
      const codes = codesFor(format, values.length);
      counts.saturated += format.encodeAll(values, codes, { overflow: 'infinity-or-nan' });
      format.decodeAll(codes, elements);
      return { rowLength, elements };
    },
  };
}

function scaledStorage(name: string, format: CodeFormat): StorageFormat {
  const { largest } = format;
  return {
    name,
    scaling: 'one binary32 scale along each row, by its largest magnitude',
    store(values, rowLength, counts) {
      const rows = rowLength === 0 ? 0 : values.length / rowLength;
      const scales = new Float64Array(rows);
      const scaled = new Float64Array(values.length);
      for (let row = 0; row < rows; row++) {
        const scale = scaleOf(values, row * rowLength, rowLength, largest);
        scales[row] = scale;
        for (let index = row * rowLength; index < (row + 1) * rowLength; index++) {
          const value = (values[index] ?? 0) / scale;
          // A scale that was rounded down puts the largest magnitude a hair above the largest code.
          scaled[index] = value > largest ? largest : value < -largest ? -largest : value;
          if (Math.abs(value) > largest * (1 + 2 ** -23)) counts.saturated += 1;
        }
      }
      const codes = codesFor(format, values.length);
      format.encodeAll(scaled, codes, { overflow: 'saturate' });
      const elements = new Float64Array(values.length);
      format.decodeAll(codes, elements);
      // Integers have no NaN, which must not become a number unseen.
      for (let index = 0; index < values.length; index++) {
        if (Number.isNaN(values[index])) elements[index] = Number.NaN;
      }
      return { rowLength, elements, scales };
    },
  };
}

/** The binary32 scale of a row; 1 where all of it is zero. */
function scaleOf(values: Float64Array, start: number, length: number, largest: number): number {
  let magnitude = 0;
  for (let index = start; index < start + length; index++) {
    const value = Math.abs(values[index] ?? 0);
    if (value > magnitude && value !== Infinity) magnitude = value;
  }
  const scale = Math.fround(magnitude / largest);
  // Neither a zero nor an infinity can be divided by.
  return scale > 0 && scale < Infinity ? scale : 1;
}

function blockStorage(name: string): StorageFormat {
  const format = findBlockFormat(name);
  if (format === undefined) throw new TypeError(`no block format ${name}`);
  return {
    name,
    scaling: `${format.scale.name} for each ${format.block} elements along a row`,
    store(values, rowLength, counts) {
      const rows = rowLength === 0 ? 0 : values.length / rowLength;
      const { matrix, counts: happened } = quantiseBlocks(values, rows, rowLength, format, {
        remainder: 'pad',
      });
      counts.saturated += happened.saturated;
      // The scale of the whole tensor is left out of elements, so that their products stay exact in binary64.
      const elements = dequantiseBlocks({ ...matrix, tensorScale: 1 });
      if (matrix.tensorScale === 1) return { rowLength, elements };
      return { rowLength, elements, scales: new Float64Array(rows).fill(matrix.tensorScale) };
    },
  };
}

/** The values that a stored tensor stands for, each rounded once to binary64. */
export function valuesOf({ elements, scales, rowLength }: StoredTensor): Float64Array {
  if (scales === undefined) return elements;
  return elements.map((element, index) => element * (scales[Math.floor(index / rowLength)] ?? 1));
}
