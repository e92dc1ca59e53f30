import type { Picoseconds } from '@systole/units';

/** What is counted while a channel serves: indices of `RowScheduler.counts`. The times add up to the service. */
export const BURSTS = 0;
export const MISSES = 1;
export const CONFLICTS = 2;
export const TIME_ACTIVATE = 3;
export const TIME_COLUMN = 4;
export const TIME_PRECHARGE = 5;
export const TIME_TURNAROUND = 6;
export const TIME_WINDOW = 7;
export const TIME_LATENCY = 8;
export const COUNTS = 9;

/**
 * Adds to `counts` what `bursts` further bursts come to at the pace from `from` to `to`, two moments of the same service at
 * which the queue was full, and returns how long they take. Where no burst lies between the moments, as in a queue that
 * holds all that was taken up, the pace is that of the whole service so far.
 */
export function addAtPace(
  counts: Float64Array,
  from: Float64Array,
  to: Float64Array,
  bursts: number,
): Picoseconds {
  const isWhole = (to[BURSTS] ?? 0) <= (from[BURSTS] ?? 0);
  const first = isWhole ? new Float64Array(COUNTS) : from;
  const last = isWhole ? counts.slice() : to;
  const difference = (index: number): number => (last[index] ?? 0) - (first[index] ?? 0);
  const ratio = bursts / difference(BURSTS);
  const rows = (difference(MISSES) + difference(CONFLICTS)) * ratio;
  // A burst opens one row at most.
  const opened = Math.min(bursts, Math.round(rows));
  const misses = rows > 0 ? Math.round((opened * difference(MISSES) * ratio) / rows) : 0;
  add(counts, BURSTS, bursts);
  add(counts, MISSES, misses);
  add(counts, CONFLICTS, opened - misses);
  // What is rounded is the sum so far, so that the times add up to the whole. The first data is waited for once.
  let exact = 0;
  let duration = 0;
  for (let index = TIME_ACTIVATE; index < TIME_LATENCY; index++) {
    exact += difference(index);
    const more = Math.ceil(exact * ratio) - duration;
    add(counts, index, more);
    duration += more;
  }
  return duration;
}

function add(counts: Float64Array, index: number, amount: number): void {
  counts[index] = (counts[index] ?? 0) + amount;
}
