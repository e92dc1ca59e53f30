import { exponentOf, powerOfTwo } from '../scalar/binary64.ts';
import type { RandomBits, Rounding, RoundingOptions } from '../code-format.ts';
import { NumericsError } from '../numerics-error.ts';
import type { BlockFormat, BlockMatrix } from './block-format.ts';

export interface QuantiseOptions {
  /** Of the elements; nearest-even unless given. Scales follow the rule of the format. */
  readonly rounding?: Rounding;
  /** Needed for stochastic rounding. */
  readonly random?: RandomBits;
  /** What to do where the block does not divide the row: refuse it (so unless given), or fill its last block with zeros. */
  readonly remainder?: 'refuse' | 'pad';
  /** What to do with NaN and infinities: give their block the NaN scale (so unless given), or refuse them. */
  readonly nonFinite?: 'poison' | 'refuse';
  /**
   * NVFP4 alone: a positive binary32 number. Unless given, `tensorScaleFor` of the values.
   */
  readonly tensorScale?: number;
}

/** What became of the values. */
export interface QuantiseCounts {
  /** Elements whose scaled value was beyond the largest that the format gives, and became it. */
  saturated: number;
  /** Blocks of zeros alone. */
  zeroBlocks: number;
  /** Blocks with a NaN or an infinity among their values: all of their elements decode to NaN. */
  poisonedBlocks: number;
  /** Blocks whose scale was beyond the range of the scale format, and became the nearest that it has. */
  clampedScales: number;
}

export interface QuantisedBlocks {
  readonly matrix: BlockMatrix;
  readonly counts: QuantiseCounts;
}

const LARGEST_BINARY32 = (2 - 2 ** -23) * 2 ** 127;

/**
 * Quantises a row-major matrix, blocks along its rows.
 *
 * MX (OCP 1.0, section 6.3): the scale is 2 to the floor(log2(largest magnitude)) less the exponent of the largest power of two of
 * the element format, clamped to 2^-127 .. 2^127; elements are rounded from the exact quotient and saturate. NVFP4: values are
 * binary32 (others are rounded to it, or taken as they are where they lie beyond it), divided by the tensor scale in binary32; the
 * scale is the E4M3 number nearest to a sixth of the largest magnitude, saturating at 448, and not zero unless that magnitude is;
 * elements are rounded from the exact quotient.
 *
 * A block of zeros has scale code 0 and keeps the signs of its zeros where the elements have them. A block with a NaN or an
 * infinity has the NaN of the scale format and element codes 0, so that all of it decodes to NaN: no element of FP4, FP6 or
 * INT8 could say so by itself.
 */
export function quantiseBlocks(
  values: Float64Array | Float32Array,
  rows: number,
  columns: number,
  format: BlockFormat,
  options: QuantiseOptions = {},
): QuantisedBlocks {
  checkShape(values.length, rows, columns, format, options);
  const { block } = format;
  const blocksPerRow = Math.ceil(columns / block);
  const padded = blocksPerRow * block;
  const matrix: BlockMatrix = {
    format,
    rows,
    columns,
    blocksPerRow,
    codes: new Uint8Array(rows * padded),
    scales: new Uint8Array(rows * blocksPerRow),
    tensorScale: tensorScaleOf(values, format, options),
  };
  const counts: QuantiseCounts = { saturated: 0, zeroBlocks: 0, poisonedBlocks: 0, clampedScales: 0 };
  const scaled = new Float64Array(padded);
  const encoding: RoundingOptions = {
    rounding: options.rounding ?? 'nearest-even',
    overflow: 'saturate',
    ...(options.random === undefined ? {} : { random: options.random }),
  };
  for (let row = 0; row < rows; row++) {
    for (let index = 0; index < blocksPerRow; index++) {
      const from = index * block;
      const present = Math.min(block, columns - from);
      const start = row * columns + from;
      scaled.fill(0, from + present, from + block);
      if (format.scaling.kind === 'ratio') {
        divideByTensorScale(values, start, present, scaled, from, matrix.tensorScale);
      } else {
        for (let i = 0; i < present; i++) scaled[from + i] = values[start + i] ?? 0;
      }
      const largest = largestMagnitude(scaled, from, present);
      const code = scaleBlock(scaled, from, largest, format, counts);
      if (largest - largest !== 0 && options.nonFinite === 'refuse') {
        throw new NumericsError(
          'numerics/not-finite',
          `row ${row} has a NaN or an infinity among columns ${from} to ${from + present - 1}`,
        );
      }
      matrix.scales[row * blocksPerRow + index] = code;
    }
    const codes = matrix.codes.subarray(row * padded, (row + 1) * padded);
    format.element.encodeAll(scaled, codes, encoding);
  }
  return { matrix, counts };
}

/**
 * The tensor scale with which the largest magnitude of `values` becomes the largest number of the format, 448 x 6 in NVFP4, in
 * binary32; 1 where all values are zero. NaN and infinities are passed over.
 */
export function tensorScaleFor(values: Float64Array | Float32Array, format: BlockFormat): number {
  let largest = 0;
  for (const value of values) {
    const magnitude = Math.abs(value);
    if (magnitude > largest && magnitude !== Infinity) largest = magnitude;
  }
  if (largest === 0) return 1;
  const scale = Math.fround(largest / (format.scale.largest * format.element.largest));
  return Math.min(Math.max(scale, 2 ** -149), LARGEST_BINARY32);
}

/** Largest magnitude, NaN where there is a NaN or an infinity. */
function largestMagnitude(values: Float64Array, from: number, count: number): number {
  let largest = 0;
  for (let i = from; i < from + count; i++) {
    const magnitude = Math.abs(values[i] ?? 0);
    if (!(magnitude < Infinity)) return Number.NaN;
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

/**
 * Two binary32 numbers divided in binary64 and rounded to binary32 are as if divided in binary32. A finite value that no binary32
 * number is near is divided as it is. A quotient beyond binary32 becomes its largest number, which is beyond the largest of any scale,
 * so that it is counted as saturated when the scale of its block is known.
 */
function divideByTensorScale(
  values: Float64Array | Float32Array,
  start: number,
  count: number,
  scaled: Float64Array,
  from: number,
  tensorScale: number,
): void {
  for (let i = 0; i < count; i++) {
    const value = values[start + i] ?? 0;
    let quotient = Math.fround(Math.fround(value) / tensorScale);
    if (quotient - quotient !== 0 && value - value === 0) {
      quotient = Math.fround(value / tensorScale);
      if (quotient - quotient !== 0) quotient = value < 0 ? -LARGEST_BINARY32 : LARGEST_BINARY32;
    }
    scaled[from + i] = quotient;
  }
}

/** Chooses the scale of a block, divides its values by it in place, and returns the code of the scale. */
function scaleBlock(
  scaled: Float64Array,
  from: number,
  largest: number,
  format: BlockFormat,
  counts: QuantiseCounts,
): number {
  const { block, scale, scaling } = format;
  if (largest === 0) {
    counts.zeroBlocks++;
    return 0;
  }
  if (largest - largest !== 0) {
    counts.poisonedBlocks++;
    scaled.fill(0, from, from + block);
    return scale.nan ?? 0;
  }
  let code: number;
  let divisor: number;
  if (scaling.kind === 'power-of-two') {
    const wanted = exponentOf(largest) - scaling.elementExponent;
    const exponent = Math.min(Math.max(wanted, -127), 127);
    if (wanted !== exponent) counts.clampedScales++;
    code = exponent + 127;
    divisor = powerOfTwo(exponent);
  } else {
    const ratio = Math.fround(largest / format.element.largest);
    code = scale.encode(ratio);
    if (code === 0 || code === scale.nan) {
      counts.clampedScales++;
      code = scale.encode(code === 0 ? scale.smallest : scale.largest);
    }
    divisor = scale.decode(code);
  }
  const most = format.element.largest;
  for (let i = from; i < from + block; i++) {
    let quotient = (scaled[i] ?? 0) / divisor;
    if (quotient > most || quotient < -most) {
      counts.saturated++;
      quotient = quotient > 0 ? most : -most;
    }
    scaled[i] = quotient;
  }
  return code;
}

function tensorScaleOf(
  values: Float64Array | Float32Array,
  format: BlockFormat,
  options: QuantiseOptions,
): number {
  const { tensorScale } = options;
  if (format.scaling.kind !== 'ratio') {
    if (tensorScale !== undefined && tensorScale !== 1) {
      throw new NumericsError('numerics/argument', `${format.name} has no tensor scale, got ${tensorScale}`);
    }
    return 1;
  }
  if (tensorScale === undefined) return tensorScaleFor(values, format);
  if (!(tensorScale > 0 && tensorScale < Infinity) || Math.fround(tensorScale) !== tensorScale) {
    throw new NumericsError(
      'numerics/argument',
      `a tensor scale of ${tensorScale}: expected a positive finite binary32 number`,
      tensorScale > 0 && tensorScale < Infinity ? `The nearest is ${Math.fround(tensorScale)}.` : undefined,
    );
  }
  return tensorScale;
}

function checkShape(
  length: number,
  rows: number,
  columns: number,
  { name, block }: BlockFormat,
  { remainder, rounding, random }: QuantiseOptions,
): void {
  if (!Number.isSafeInteger(rows) || !Number.isSafeInteger(columns) || rows < 0 || columns < 0) {
    throw new NumericsError('numerics/argument', `a matrix of ${rows} x ${columns}: expected whole numbers`);
  }
  if (rows * columns !== length) {
    throw new NumericsError('numerics/length', `${length} values are no matrix of ${rows} x ${columns}`);
  }
  if (remainder !== 'pad' && columns % block !== 0) {
    throw new NumericsError(
      'numerics/block-length',
      `rows of ${columns} values are no whole number of ${name} blocks of ${block}`,
      `Give rows of ${Math.ceil(columns / block) * block} values, or remainder "pad" to fill the last block with zeros.`,
    );
  }
  if (rounding === 'stochastic' && random === undefined) {
    throw new NumericsError('numerics/argument', 'stochastic rounding needs a source of random bits');
  }
}
