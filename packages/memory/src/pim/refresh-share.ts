/** A stretch of a stream, run without refreshes and with them. */
export interface RefreshedStretch {
  readonly still: number;
  readonly refreshed: number;
  readonly refreshes: number;
}

/**
 * Clock periods of a stream that takes `still` without refreshes, where every refresh costs what one cost on average in a
 * stretch of it: the time `t = still + floor(t / interval) x cost`.
 */
export function withRefreshes(still: number, interval: number, stretch: RefreshedStretch): number {
  if (stretch.refreshes === 0) return still;
  const cost = (stretch.refreshed - stretch.still) / stretch.refreshes;
  let refreshes = Math.floor(still / Math.max(1, interval - cost));
  // The division may be off by one, as the last refresh has to come before the end that it moves.
  while (refreshes > 0 && still + (refreshes - 1) * cost < refreshes * interval) refreshes--;
  while (still + refreshes * cost >= (refreshes + 1) * interval) refreshes++;
  return Math.round(still + refreshes * cost);
}
