import type { AccessPattern } from '@systole/core';
import type { Bytes } from '@systole/units';
import { greatestCommonDivisor } from '../greatest-common-divisor.ts';

/** How many accesses a piece of a pattern makes, and how many of them the busiest bank takes. */
export interface BankLoad {
  readonly accesses: number;
  readonly busiest: number;
}

/**
 * The load of `banks` banks, interleaved by `width`, from bytes `low` to `high` of a pattern counted in the order of
 * its runs. Which banks are hit repeats after banks x width bytes of address, so that the cost is bounded by that.
 */
export function bankLoad(
  pattern: AccessPattern,
  low: Bytes,
  high: Bytes,
  width: Bytes,
  banks: number,
): BankLoad {
  const { base, run, runs } = pattern;
  const isOneRun = pattern.stride === run && pattern.order === 'sequential';
  const length = isOneRun ? run * runs : run;
  const stride = isOneRun ? 0 : pattern.stride;
  // Of a difference array: entry b says by how much the load of bank b is above that of bank b-1.
  const steps = new Float64Array(banks + 1);
  let everywhere = 0;
  let accesses = 0;
  const add = (address: number, bytes: number, times: number): void => {
    const first = Math.floor(address / width);
    const words = Math.ceil((address + bytes) / width) - first;
    accesses += words * times;
    const rest = words % banks;
    everywhere += ((words - rest) / banks) * times;
    const from = first % banks;
    const to = from + rest;
    steps[from] = (steps[from] ?? 0) + times;
    steps[Math.min(to, banks)] = (steps[Math.min(to, banks)] ?? 0) - times;
    if (to <= banks) return;
    steps[0] = (steps[0] ?? 0) + times;
    steps[to - banks] = (steps[to - banks] ?? 0) - times;
  };
  let firstFull = Math.ceil(low / length);
  const lastFull = Math.floor(high / length);
  if (lastFull < firstFull) {
    const index = Math.floor(low / length);
    add(base + index * stride + low - index * length, high - low, 1);
    firstFull = lastFull;
  } else {
    const before = firstFull * length - low;
    const after = high - lastFull * length;
    if (before > 0) add(base + firstFull * stride - stride + length - before, before, 1);
    if (after > 0) add(base + lastFull * stride, after, 1);
  }
  const period = (banks * width) / greatestCommonDivisor(stride, banks * width);
  const full = lastFull - firstFull;
  for (let i = 0; i < Math.min(full, period); i++) {
    const times = Math.floor((full - 1 - i) / period) + 1;
    add(base + (firstFull + i) * stride, length, times);
  }
  let load = everywhere;
  let busiest = 0;
  for (let bank = 0; bank < banks; bank++) {
    load += steps[bank] ?? 0;
    busiest = Math.max(busiest, load);
  }
  return { accesses, busiest };
}
