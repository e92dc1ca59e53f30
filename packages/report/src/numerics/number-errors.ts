/** What number formats make of tensors: plain data, of which all else is a view. */
export interface NumberErrors {
  readonly systole: 'number-errors/1';
  /** A file, or a distribution with its seed. */
  readonly source: string;
  readonly rounding: string;
  readonly overflow: string;
  readonly tensors: readonly TensorFormats[];
}

export interface TensorFormats {
  readonly tensor: string;
  readonly shape: readonly number[];
  /** The axis along which blocks, groups and rows lie. */
  readonly axis: number;
  readonly elements: number;
  /** Values of the source that are no finite numbers. */
  readonly notANumber: number;
  readonly infinite: number;
  /** Largest magnitude, and the root of the mean square, of the finite ones. */
  readonly largest: number;
  readonly rootMeanSquare: number;
  /** Exponents of the powers of two at or below magnitudes, and how many values each has; zeros have none. */
  readonly exponents: readonly number[];
  readonly counts: readonly number[];
  readonly formats: readonly FormatError[];
}

export interface FormatError {
  /** As it was asked for. */
  readonly format: string;
  /** What shares a scale, and which: in words. */
  readonly scale: string;
  /** With all scales. */
  readonly bitsPerElement: number;
  /** Whether every finite value is kept. */
  readonly isExact: boolean;
  /** In dB; absent where it is not finite: without any error, or without any signal. */
  readonly sqnr?: number;
  /** Of the magnitudes of errors. */
  readonly maximum: number;
  readonly mean: number;
  readonly rootMeanSquare: number;
  /** Mean error with its sign. */
  readonly bias: number;
  readonly cosine: number;
  /** Values beyond the largest that the format, or the scale, has. */
  readonly saturated: number;
  /** Values that were not zero and became it. */
  readonly toZero: number;
  /** Elements that are no finite numbers before or after; no other figure has them. */
  readonly notFinite: number;
  /** Of a block format: blocks whose scale was beyond what scales can be, and blocks with NaN or infinity. */
  readonly clampedScales: number;
  readonly poisonedBlocks: number;
  /** Root of the mean square of errors by exponent, as a share of that of the values; 1 at most, where nothing is kept. */
  readonly relative: readonly number[];
}
