import type { ProductOutcome } from './products.ts';
import { storageFormat } from './storage-format.ts';
import type { StoringCounts } from './storage-format.ts';
import type { UnitShare } from './units-of.ts';

/** Functions are computed in binary64 and leave the lanes in the lanes' format, where that needs no scale. */
export function inLanes(values: Float64Array, units: readonly UnitShare[]): ProductOutcome {
  const part = units[0]?.part;
  const lanes = part?.values['format'];
  if (part === undefined || typeof lanes !== 'string') return withoutUnit(values);
  const format = storageFormat(lanes);
  if (format.scaling !== undefined) return withoutUnit(values);
  const counts: StoringCounts = { saturated: 0 };
  const { elements } = format.store(values, values.length, counts);
  return {
    values: elements,
    overflowed: counts.saturated,
    arithmetic: [{ unit: part.name, accumulator: { kind: 'exact' }, description: `out as ${lanes}` }],
  };
}

/** Values that no unit changes on their way. */
export function withoutUnit(values: Float64Array): ProductOutcome {
  return { values, overflowed: 0, arithmetic: [] };
}
