import { findFormat, storageBytes } from '@systole/numerics';

/** Bytes of `elements` elements, packed, with the scales of their blocks. */
export function bytesIn(format: string, elements: number): number {
  const known = findFormat(format);
  return known === undefined ? elements : storageBytes(known, elements);
}

/** Bytes of one element among many, a part of the scale of its block included. */
export function elementBytes(format: string): number {
  return bytesIn(format, 1024) / 1024;
}
