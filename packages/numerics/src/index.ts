export { isExactIn } from './is-exact-in.ts';
export { NUMBER_FORMATS } from './number-format.ts';
export type { BlockGeometry, NumberFormat } from './number-format.ts';
export { findFormat, formatNames } from './find-format.ts';
export { storageBits, storageBytes } from './storage.ts';
export type {
  CodeArray,
  CodeFormat,
  Overflow,
  RandomBits,
  Rounding,
  RoundingOptions,
} from './code-format.ts';
export { codeFormat, codeFormatNames, findCodeFormat, positFormat } from './find-code-format.ts';
export { NumericsError } from './numerics-error.ts';
export type { NumericsErrorCode } from './numerics-error.ts';
export { randomBits } from './random-bits.ts';
export { checkAccumulator } from './accumulate/accumulator.ts';
export type {
  AccumulatorSpec,
  ExactSum,
  IntegerSum,
  RoundedSum,
  SumCounts,
  SumOrder,
} from './accumulate/accumulator.ts';
export { ExactAccumulator } from './accumulate/exact-accumulator.ts';
export { reduceTerms } from './accumulate/reduce-terms.ts';
export { createRegister } from './accumulate/register.ts';
export type { Register } from './accumulate/register.ts';
export type { BlockFormat, BlockMatrix } from './block/block-format.ts';
export { dequantiseBlocks } from './block/dequantise-blocks.ts';
export { BLOCK_FORMAT_NAMES, blockFormat, findBlockFormat } from './block/find-block-format.ts';
export { quantiseBlocks, tensorScaleFor } from './block/quantise-blocks.ts';
export type { QuantiseCounts, QuantisedBlocks, QuantiseOptions } from './block/quantise-blocks.ts';
export { compareTensors } from './gemm/compare-tensors.ts';
export type { TensorError } from './gemm/compare-tensors.ts';
export { decibels } from './gemm/decibels.ts';
export { gemm } from './gemm/gemm.ts';
export type { GemmOptions, GemmResult } from './gemm/gemm.ts';
export { transpose, transposeCodes } from './gemm/matrix.ts';
export type { CodeMatrix, Matrix } from './gemm/matrix.ts';
export { multiplyFloat64 } from './gemm/multiply-float64.ts';
export { dequantiseIntegers, integerScale, quantiseIntegers } from './scalar/quantise-integers.ts';
export type { ScaledIntegers } from './scalar/quantise-integers.ts';
