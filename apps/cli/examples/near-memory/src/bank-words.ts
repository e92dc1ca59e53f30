import type { AccessPattern } from '@systole/core';
import type { Bytes } from '@systole/units';

/** The words that each bank takes part with, and their sum. */
export interface BankWords {
  readonly ofBank: Float64Array;
  readonly total: number;
}

/**
 * The words that bytes `low` to `high` of a pattern touch, by bank: word w lies in bank w mod `banks`. Runs are equal up to where
 * they begin, and that repeats after banks x width bytes, so that a pattern of a billion runs costs no more than one of a
 * thousand.
 */
export function bankWords(
  pattern: AccessPattern,
  low: Bytes,
  high: Bytes,
  width: Bytes,
  banks: number,
): BankWords {
  const { base, run, stride, runs, order } = pattern;
  // Runs without a gap are one.
  const isWhole = stride === run && order === 'sequential';
  const length = isWhole ? run * runs : run;
  // Entry b of `steps` says by how much bank b has more than bank b - 1.
  const steps = new Float64Array(banks + 1);
  let everywhere = 0;
  let total = 0;
  const touch = (address: number, bytes: number, times: number): void => {
    const first = Math.floor(address / width);
    const words = Math.ceil((address + bytes) / width) - first;
    const rest = words % banks;
    total += words * times;
    everywhere += ((words - rest) / banks) * times;
    for (const [from, to] of wrapped(first % banks, rest, banks)) {
      steps[from] = (steps[from] ?? 0) + times;
      steps[to] = (steps[to] ?? 0) - times;
    }
  };
  const begin = (index: number): number => base + index * (isWhole ? 0 : stride);
  const firstRun = Math.floor(low / length);
  const lastRun = Math.floor((high - 1) / length);
  if (firstRun === lastRun) {
    touch(begin(firstRun) + low - firstRun * length, high - low, 1);
  } else {
    touch(begin(firstRun) + low - firstRun * length, (firstRun + 1) * length - low, 1);
    touch(begin(lastRun), high - lastRun * length, 1);
    const between = lastRun - firstRun - 1;
    const period = Math.min(between, (banks * width) / commonDivisor(stride, banks * width));
    for (let index = 0; index < period; index++) {
      touch(begin(firstRun + 1 + index), length, Math.floor((between - 1 - index) / period) + 1);
    }
  }
  const ofBank = new Float64Array(banks);
  let words = everywhere;
  for (let bank = 0; bank < banks; bank++) {
    words += steps[bank] ?? 0;
    ofBank[bank] = words;
  }
  return { ofBank, total };
}

/** The stretches of banks that `count` neighbours from `first` on are, going on at bank 0 after the last. */
function wrapped(first: number, count: number, banks: number): readonly (readonly [number, number])[] {
  if (count === 0) return [];
  const end = first + count;
  return end <= banks
    ? [[first, end]]
    : [
        [first, banks],
        [0, end - banks],
      ];
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? Math.max(1, a) : commonDivisor(b, a % b);
}
