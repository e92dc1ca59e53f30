import type { NumberFormat } from './number-format.ts';

const BITS_PER_BYTE = 8;

/**
 * Bits that a tensor of `elements` elements takes when packed without gaps: each element in its code
 * or container, and a whole scale for each started block. A scale of the whole tensor
 * (`tensorScaleBits`) is not in it. Throws `RangeError` unless `elements` is a non-negative integer
 * and the result stays below 2^53.
 */
export function storageBits(format: NumberFormat, elements: number): number {
  if (!Number.isSafeInteger(elements) || elements < 0) {
    throw new RangeError(`elements is ${elements}, expected an integer from 0 to 2^53 - 1`);
  }
  const codes = elements * (format.containerBits ?? format.bits);
  const { block } = format;
  const bits = block === undefined ? codes : codes + Math.ceil(elements / block.elements) * block.scaleBits;
  if (!Number.isSafeInteger(bits)) {
    throw new RangeError(`${elements} elements of ${format.name} take more than 2^53 - 1 bits`);
  }
  return bits;
}

/** Bytes that a tensor of `elements` elements takes: `storageBits`, rounded up once for the whole tensor. */
export function storageBytes(format: NumberFormat, elements: number): number {
  return Math.ceil(storageBits(format, elements) / BITS_PER_BYTE);
}
