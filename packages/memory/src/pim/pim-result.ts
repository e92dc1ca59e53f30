import { SystoleError } from '@systole/core';
import type { Picoseconds } from '@systole/units';

/** What in-memory compute spends its clocks on: each clock once, by what the next command waited for. */
export const PIM_REASONS = [
  /** Column accesses that compute, at their own pace. */
  'compute',
  /** Opening and closing rows. */
  'row-switch',
  /** Opening the banks of a row one after the other, where the device may not open all of them at once. */
  'activation-window',
  /** From normal commands to those of the registers and buffers, and back. */
  'mode-switch',
  /** The vector on its way into the device, and sums that are preset. */
  'vector-write',
  /** Sums and results on their way out of the units. */
  'result-read',
  /** Data between buffers of the device, and functions that are computed beside the banks. */
  'data-move',
  'refresh',
  /** No command was there: instructions were still on their way, or awaited an earlier one. */
  'instruction',
  /** Normal reads and writes. */
  'memory-access',
] as const;

export type PimReason = (typeof PIM_REASONS)[number];

/** What a program took on an in-memory compute device whose channels all do the same. */
export interface PimResult {
  /** Clock periods from the first instruction to the end of the last. */
  readonly cycles: number;
  /** ps of a clock period. */
  readonly clockPeriod: Picoseconds;
  /** ps of all cycles. */
  readonly time: Picoseconds;
  /** Channels that worked. */
  readonly channels: number;
  /** Commands of one channel by name; those that were not issued are left out. */
  readonly commands: Readonly<Record<string, number>>;
  /** Cycles by reason: adds up to `cycles`. */
  readonly spent: Readonly<Record<PimReason, number>>;
  /**
   * Cycles of the ideal row stream: the same rows and column accesses, with nothing but opening a row, its accesses, and
   * closing it.
   */
  readonly ideal: number;
  /**
   * What each reason adds to the ideal stream: adds up to `cycles` less `ideal`. Of `row-switch` it is what rows took
   * beyond that stream; negative where closing and opening them hid behind something else.
   */
  readonly overheads: Readonly<Record<PimReason, number>>;
  /** J of the commands of all channels, where the device has energies. */
  readonly energy?: number;
}

/** Cycles by reason, counted in a loop: places are those in PIM_REASONS. */
export type ReasonCounts = Float64Array;

export function createReasonCounts(): ReasonCounts {
  return new Float64Array(PIM_REASONS.length);
}

export interface PimResultParts {
  readonly cycles: number;
  readonly clockPeriod: Picoseconds;
  readonly channels: number;
  readonly commands: Readonly<Record<string, number>>;
  readonly spent: ReasonCounts;
  readonly ideal: number;
  /** J of one command of one channel, by name. */
  readonly energies?: Readonly<Record<string, number>>;
}

/** Makes the result of what a model counted. Clocks that no reason was found for are a fault and are thrown as one. */
export function createPimResult(parts: PimResultParts): PimResult {
  const { cycles, clockPeriod, channels, commands, ideal, energies } = parts;
  const spent = byReason((reason) => parts.spent[PIM_REASONS.indexOf(reason)] ?? 0);
  const total = PIM_REASONS.reduce((sum, reason) => sum + spent[reason], 0);
  if (total !== cycles) throw new Error(`${cycles} cycles were spent, but reasons are known for ${total}`);
  // What the ideal stream has is computing and switching rows: what is left of both is the row switches' own overhead.
  const overheads = byReason((reason) => {
    if (reason === 'compute') return 0;
    return reason === 'row-switch' ? spent['row-switch'] + spent.compute - ideal : spent[reason];
  });
  const result = {
    cycles,
    clockPeriod,
    time: cycles * clockPeriod,
    channels,
    commands,
    spent,
    ideal,
    overheads,
  };
  if (energies === undefined) return result;
  let energy = 0;
  for (const [name, count] of Object.entries(commands)) energy += (energies[name] ?? 0) * count * channels;
  return { ...result, energy };
}

function byReason(valueOf: (reason: PimReason) => number): Record<PimReason, number> {
  return {
    compute: valueOf('compute'),
    'row-switch': valueOf('row-switch'),
    'activation-window': valueOf('activation-window'),
    'mode-switch': valueOf('mode-switch'),
    'vector-write': valueOf('vector-write'),
    'result-read': valueOf('result-read'),
    'data-move': valueOf('data-move'),
    refresh: valueOf('refresh'),
    instruction: valueOf('instruction'),
    'memory-access': valueOf('memory-access'),
  };
}

/** A whole number of `least` or more; anything else is the caller's error. */
export function requireWhole(
  name: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `${name} must be a whole number ${range}, got ${value}`,
    place: { path: name },
  });
}
