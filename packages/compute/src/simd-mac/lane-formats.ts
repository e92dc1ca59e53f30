import { SystoleError } from '@systole/core';
import { findFormat, NUMBER_FORMATS } from '@systole/numerics';
import type { NumberFormat } from '@systole/numerics';

/** Formats whose elements stand alone; a block format has scales, which no lane here applies. */
export const LANE_FORMATS: readonly NumberFormat[] = NUMBER_FORMATS.filter(
  (format) => format.block === undefined,
);

/** The widths that operands of these formats have, in bits, narrowest first. */
export const LANE_WIDTHS: readonly number[] = [...new Set(LANE_FORMATS.map(({ bits }) => bits))].toSorted(
  (a, b) => a - b,
);

/** What decides in which formats lanes compute, and how many operands each takes. */
export interface Lanes {
  readonly lanes: number;
  readonly format: string;
  readonly packing: 'linear' | 'none';
  readonly kinds: 'same' | 'all';
}

/**
 * Multiply-accumulates in a cycle on operands of `name`, or undefined where the lanes do not compute in it: operands
 * wider than those of `format`, or of another kind where `kinds` is `same`. With linear packing a lane takes as many
 * operands as fit side by side into one of `format`, their codes end to end.
 */
export function lanesIn(name: string, unit: Lanes): number | undefined {
  const format = findFormat(name);
  const own = findFormat(unit.format);
  if (format === undefined || own === undefined || format.block !== undefined) return undefined;
  if (format.bits > own.bits || (unit.kinds === 'same' && format.kind !== own.kind)) return undefined;
  return unit.lanes * (unit.packing === 'linear' ? Math.floor(own.bits / format.bits) : 1);
}

/** The names of the formats in which the lanes compute. */
export function formatsOf(unit: Lanes): readonly string[] {
  return LANE_FORMATS.map(({ name }) => name).filter((name) => lanesIn(name, unit) !== undefined);
}

/** As `lanesIn`, with the width of the format. Throws `argument/invalid` where the lanes do not compute in it. */
export function requireLanes(name: string, unit: Lanes): { readonly lanes: number; readonly bits: number } {
  const lanes = lanesIn(name, unit);
  const format = findFormat(name);
  if (lanes !== undefined && format !== undefined) return { lanes, bits: format.bits };
  throw new SystoleError({
    code: 'argument/invalid',
    message: `a SIMD MAC unit of ${unit.format} lanes is given operands of ${name}`,
    hint: `It computes in ${formatsOf(unit).join(', ')}.`,
  });
}
