import type { Transaction } from '@systole/core';

/** The most row visits that a transaction may come to; more than 4096 a channel are not followed to their end. */
export function visitsOf({ pattern }: Transaction, values: Readonly<Record<string, unknown>>): number {
  if (pattern === undefined) return 1;
  const { rowBytes, burstBytes, bankGroups, channels, queueDepth } = values;
  const rows = Math.ceil(pattern.run / Number(rowBytes)) + 1;
  // Of a row visit of few bursts, at each end of a run, every burst is a visit.
  const bursts = Math.ceil(pattern.run / (Number(burstBytes) * Number(channels))) + 1;
  const isApart = Number(rowBytes) <= 4 * Number(burstBytes) || Number(queueDepth) <= Number(bankGroups) * 2;
  return pattern.runs * (rows + (isApart ? bursts : Math.min(bursts, 8 * Number(bankGroups))));
}
