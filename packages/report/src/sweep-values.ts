import { DIMENSIONS, formatQuantity, parseQuantity } from '@systole/units';
import type { Dimension } from '@systole/units';
import { plain } from './format.ts';

/** The values of a sweep as numbers, and how to write one. */
export interface SweepValues {
  readonly values: readonly number[];
  /** Empty for plain numbers. */
  readonly unit: string;
  format(value: number): string;
}

/** Reads values that are all plain numbers, or all quantities of one dimension; nothing when they are not. */
export function sweepValues(written: readonly string[]): SweepValues | undefined {
  if (written.length === 0) return undefined;
  if (written.every((text) => /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text))) {
    const values = written.map(Number);
    return values.every(Number.isFinite) ? { values, unit: '', format: plain } : undefined;
  }
  for (const dimension of DIMENSIONS) {
    const values = quantities(written, dimension);
    if (values !== undefined) {
      return { values, unit: dimension, format: (value) => formatQuantity(value, dimension) };
    }
  }
  return undefined;
}

function quantities(written: readonly string[], dimension: Dimension): readonly number[] | undefined {
  const results = written.map((text) => parseQuantity(text, dimension));
  const values = results.flatMap((result) => (result.ok ? [result.value] : []));
  return values.length === written.length ? values : undefined;
}
