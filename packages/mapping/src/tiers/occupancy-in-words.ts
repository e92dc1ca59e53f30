import { formatQuantity } from '@systole/units';
import type { TierReport } from './tier-report.ts';

/** A line for each tier that held something and for each transfer between tiers. */
export function occupancyInWords({ occupancy, transfers }: TierReport): readonly string[] {
  const shown = (bytes: number): string => formatQuantity(Math.ceil(bytes), 'data');
  const peaks = occupancy.map(
    ({ memory, capacity, peak }) =>
      `${memory} held ${shown(peak.bytes)} of ${shown(capacity)} at the most, at ${peak.operator} of step ${peak.step}`,
  );
  const moves = transfers.map(
    ({ what, from, to, bytes }) => `${what} ${from} to ${to}: ${shown(bytes)} moved`,
  );
  return [...peaks, ...moves];
}
