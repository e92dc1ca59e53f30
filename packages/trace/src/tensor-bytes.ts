import { SystoleError, suggestName } from '@systole/core';
import type { NumberFormat } from '@systole/numerics';
import { findFormat, formatNames, storageBytes } from '@systole/numerics';

// Looked up for every tensor of every operator, by a few names only.
const known = new Map<string, NumberFormat>();

/** The number format called `name`. Throws SystoleError `trace/invalid` with the nearest name when there is none. */
export function requireFormat(name: string): NumberFormat {
  const cached = known.get(name);
  if (cached !== undefined) return cached;
  const format = findFormat(name);
  if (format === undefined) {
    throw new SystoleError({
      code: 'trace/invalid',
      message: `there is no number format "${name.slice(0, 40)}"`,
      hint: suggestName(name, formatNames()),
    });
  }
  known.set(name, format);
  return format;
}

/** The product of a shape; NaN when it cannot be counted exactly (2^53 or more). */
export function elementsOf(shape: readonly number[]): number {
  let elements = 1;
  for (const extent of shape) elements *= extent;
  return Number.isSafeInteger(elements) ? elements : Number.NaN;
}

/**
 * Bytes that a tensor of this shape and format takes, packed, with the scales of its blocks.
 *
 * @throws SystoleError `trace/invalid` for an unknown format, `limit/exceeded` when the bits cannot be counted exactly.
 */
export function tensorBytes(tensor: { readonly shape: readonly number[]; readonly format: string }): number {
  const format = requireFormat(tensor.format);
  const elements = elementsOf(tensor.shape);
  // A block format adds at most a whole scale for each element.
  const widest = (format.containerBits ?? format.bits) + (format.block?.scaleBits ?? 0);
  if (!(elements * widest <= Number.MAX_SAFE_INTEGER)) {
    throw new SystoleError({
      code: 'limit/exceeded',
      message: `a tensor of ${tensor.shape.join(' × ')} ${tensor.format} is too large to be counted exactly`,
    });
  }
  return storageBytes(format, elements);
}
