import { SystoleError } from '@systole/core';
import { dequantiseBlocks, quantiseBlocks } from '@systole/numerics';
import type { BlockFormat, CodeArray, CodeFormat } from '@systole/numerics';
import { asInput } from './input-error.ts';
import type { ChosenRounding } from './rounding-flags.ts';
import type { Sharing, TensorFormat } from './scaled-format.ts';

/** What a format makes of the values of a tensor. */
export interface QuantisedTensor {
  readonly values: Float64Array;
  /** What shares a scale, in words. */
  readonly scale: string;
  readonly bitsPerElement: number;
  /** Finite values beyond the largest that there is. */
  readonly saturated: number;
  readonly clampedScales: number;
  readonly poisonedBlocks: number;
}

/** Rows of a tensor: what blocks, groups and scales of rows lie along. */
export interface TensorRows {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

const SCALE_BITS = 32;
const LARGEST_BINARY32 = (2 - 2 ** -23) * 2 ** 127;

/**
 * Rounds a tensor to a format. Scales of formats without their own are binary32: the least at which nothing that shares them
 * saturates. Throws `numerics/block-length` where blocks or groups do not divide a row, unless `isPadded`: then the last of each
 * row is a shorter one.
 */
export function quantiseTensor(
  tensor: TensorRows,
  format: TensorFormat,
  rounding: ChosenRounding,
  isPadded: boolean,
): QuantisedTensor {
  return format.kind === 'blocks'
    ? inBlocks(tensor, format.format, rounding, isPadded)
    : inCodes(tensor, format.format, format.sharing, rounding, isPadded);
}

function inBlocks(
  { name: tensor, rows, columns, values }: TensorRows,
  format: BlockFormat,
  rounding: ChosenRounding,
  isPadded: boolean,
): QuantisedTensor {
  const { block, element, scale, name } = format;
  if (!isPadded && columns % block !== 0) throw undivided(tensor, columns, `${name} blocks of ${block}`);
  const { matrix, counts } = asInput(
    () => quantiseBlocks(values, rows, columns, format, { ...rounding.options(), remainder: 'pad' }),
    { path: tensor },
  );
  const ofTensor = format.scaling.kind === 'ratio' ? SCALE_BITS : 0;
  const bits = matrix.codes.length * element.bits + matrix.scales.length * scale.bits + ofTensor;
  return {
    values: dequantiseBlocks(matrix),
    scale: `${scale.name} per ${block}${ofTensor === 0 ? '' : ', fp32'}`,
    bitsPerElement: bits / Math.max(1, values.length),
    saturated: counts.saturated,
    clampedScales: counts.clampedScales,
    poisonedBlocks: counts.poisonedBlocks,
  };
}

function inCodes(
  { name: tensor, rows, columns, values }: TensorRows,
  format: CodeFormat,
  sharing: Sharing,
  rounding: ChosenRounding,
  isPadded: boolean,
): QuantisedTensor {
  const options = rounding.options();
  const codes = codesFor(format, values.length);
  const into = new Float64Array(values.length);
  const plain = { clampedScales: 0, poisonedBlocks: 0 };
  if (sharing === 'none') {
    const saturated = asInput(() => format.encodeAll(values, codes, options)) - beyondCounts(values, format);
    format.decodeAll(codes, into);
    return { values: into, scale: 'none', bitsPerElement: format.bits, saturated, ...plain };
  }
  if (!isPadded && typeof sharing === 'number' && columns % sharing !== 0) {
    throw undivided(tensor, columns, `groups of ${sharing}`);
  }
  const length =
    sharing === 'tensor' ? values.length : sharing === 'row' ? columns : Math.min(sharing, columns);
  const turn = sharing === 'tensor' ? values.length : columns;
  const scaled = new Float64Array(values.length);
  const scales: number[] = [];
  for (let row = 0; row < values.length; row += Math.max(1, turn)) {
    for (let start = row; start < row + turn; start += length) {
      const end = Math.min(start + length, row + turn);
      const scale = leastScale(values, start, end, format.largest);
      scales.push(scale);
      for (let index = start; index < end; index++) scaled[index] = (values[index] ?? 0) / scale;
    }
  }
  const saturated = asInput(() => format.encodeAll(scaled, codes, options)) - beyondCounts(scaled, format);
  format.decodeAll(codes, into);
  let which = 0;
  for (let row = 0; row < values.length; row += Math.max(1, turn)) {
    for (let start = row; start < row + turn; start += length) {
      const scale = scales[which++] ?? 1;
      const end = Math.min(start + length, row + turn);
      for (let index = start; index < end; index++) {
        // What has no code for NaN must not make it a number unseen.
        into[index] = Number.isNaN(values[index]) ? Number.NaN : (into[index] ?? 0) * scale;
      }
    }
  }
  return {
    values: into,
    scale:
      sharing === 'tensor'
        ? 'fp32'
        : `fp32 per ${sharing === 'row' ? (rows === 1 ? 'tensor' : 'row') : sharing}`,
    bitsPerElement: format.bits + (scales.length * SCALE_BITS) / Math.max(1, values.length),
    saturated,
    ...plain,
  };
}

/** Values that are no finite numbers and were counted as beyond the largest. */
function beyondCounts(values: Float64Array, { nan }: CodeFormat): number {
  let count = 0;
  for (const value of values)
    if (value === Infinity || value === -Infinity || (nan === undefined && value !== value)) count++;
  return count;
}

/** The least binary32 number by which all finite values divided are at most `largest`; 1 where all are zero. */
function leastScale(values: Float64Array, start: number, end: number, largest: number): number {
  let most = 0;
  for (let index = start; index < end; index++) {
    const magnitude = Math.abs(values[index] ?? 0);
    if (magnitude > most && magnitude !== Infinity) most = magnitude;
  }
  if (most === 0) return 1;
  const scale = Math.fround(most / largest);
  if (scale === Infinity) return LARGEST_BINARY32;
  return most / scale <= largest ? scale : nextBinary32(scale);
}

const WORD = new Uint32Array(1);
const SINGLE = new Float32Array(WORD.buffer);

/** The least binary32 number above one that is zero or positive; the largest stays. */
function nextBinary32(value: number): number {
  SINGLE[0] = value;
  WORD[0] = (WORD[0] ?? 0) + 1;
  return Math.min(SINGLE[0] ?? value, LARGEST_BINARY32);
}

function codesFor({ bits }: CodeFormat, length: number): CodeArray {
  if (bits <= 8) return new Uint8Array(length);
  return bits <= 16 ? new Uint16Array(length) : new Uint32Array(length);
}

function undivided(tensor: string, columns: number, what: string): SystoleError {
  return new SystoleError({
    code: 'numerics/block-length',
    message: `rows of ${columns} values of tensor "${tensor}" are no whole number of ${what}`,
    hint: 'Add --pad, with which the last of each row is filled up with zeros, or --axis to go along another axis.',
  });
}
