import type { Result } from '@systole/replay';
import { NONE, percent, quantity, shareOf, shorten } from '../format.ts';
import type { Canvas } from './sections.ts';
import { textBar } from './bar.ts';
import { textTable } from './table.ts';

const TIER_ROWS = 8;

/** How full each tier was at the most, when and at which operator, and what moved between tiers; empty where there are none. */
export function tiersText({ mapping }: Result, { style }: Canvas): string {
  const { tiers } = mapping;
  if (tiers === undefined) return '';
  const rows = tiers.occupancy.slice(0, TIER_ROWS).map(({ memory, capacity, peak }) => {
    const share = shareOf(peak.bytes, capacity);
    return [
      shorten(memory, 16),
      quantity(peak.bytes, 'data'),
      quantity(capacity, 'data'),
      capacity > 0 ? percent(share) : NONE,
      String(peak.step),
      shorten(peak.operator, 24),
      style.bar(textBar(share, 20)),
    ];
  });
  const table = textTable(
    [
      { head: 'tier' },
      { head: 'at most', align: 'right' },
      { head: 'capacity', align: 'right' },
      { head: 'share', align: 'right' },
      { head: 'step', align: 'right' },
      { head: 'operator' },
      { head: '' },
    ],
    rows,
  );
  const moved = tiers.transfers
    .slice(0, TIER_ROWS)
    .map(
      ({ what, from, to, bytes }) =>
        `${what} ${shorten(from, 16)} to ${shorten(to, 16)}: ${quantity(bytes, 'data')} moved`,
    );
  return [table, ...moved].join('\n');
}
