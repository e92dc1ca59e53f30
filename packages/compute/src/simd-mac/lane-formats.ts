import type { Transaction } from '@systole/core';
import { findFormat } from '@systole/numerics';
import { ELEMENT_FORMATS, readOperands, storedFormat } from '../operand-formats.ts';
import type { OperandRules } from '../operand-formats.ts';

/** The widths that operands of these formats have, in bits, narrowest first. */
export const LANE_WIDTHS: readonly number[] = [...new Set(ELEMENT_FORMATS.map(({ bits }) => bits))].toSorted(
  (a, b) => a - b,
);

/** What decides in which formats lanes compute, and how many operands each takes. */
export interface Lanes extends OperandRules {
  readonly lanes: number;
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

/** The names of the formats of stored operands: those in which the lanes compute, then those that they widen. */
export function formatsOf(unit: Lanes): readonly string[] {
  const names = ELEMENT_FORMATS.map(({ name }) => name);
  const native = names.filter((name) => lanesIn(name, unit) !== undefined);
  const widened = names.filter((name) => !native.includes(name) && storedFormat(name, unit) !== undefined);
  return [...native, ...widened];
}

/** Lanes at work on a transaction: how many, on operands of how many bits, in how many passes of each product. */
export interface LaneUse {
  readonly lanes: number;
  readonly bits: number;
  readonly passes: number;
}

/**
 * How the lanes take the operands of a transaction: two of one format that they compute in as they are, any others
 * widened to `format` or in passes. Throws `argument/invalid` where they take them in none of these ways.
 */
export function requireLanes(transaction: Transaction, unit: Lanes): LaneUse {
  const { format = unit.format, activationFormat = format } = transaction;
  const stored = findFormat(format);
  const packed = lanesIn(format, unit);
  if (stored !== undefined && packed !== undefined && findFormat(activationFormat) === stored) {
    return { lanes: packed, bits: stored.bits, passes: 1 };
  }
  const { passes } = readOperands(transaction, unit, 'a SIMD MAC unit', formatsOf(unit));
  return { lanes: unit.lanes, bits: findFormat(unit.format)?.bits ?? 0, passes };
}
