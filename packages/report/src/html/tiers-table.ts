import type { Result } from '@systole/replay';
import { NONE, percent, quantity, shareOf } from '../format.ts';
import { escapeHtml } from './escape.ts';
import { htmlTable } from './parts.ts';

/** How full each tier was at the most, when and at which operator, and what moved between tiers; empty where there are none. */
export function tiersTable({ mapping }: Result): string {
  const { tiers } = mapping;
  if (tiers === undefined) return '';
  const table = htmlTable(
    [
      { head: 'tier' },
      { head: 'at most', isNumber: true },
      { head: 'capacity', isNumber: true },
      { head: 'share', isNumber: true },
      { head: 'step', isNumber: true },
      { head: 'operator' },
      { head: 'weights', isNumber: true },
      { head: 'migrating', isNumber: true },
      { head: 'caches', isNumber: true },
      { head: 'activations', isNumber: true },
    ],
    tiers.occupancy.map(({ memory, capacity, peak }) => [
      memory,
      quantity(peak.bytes, 'data'),
      quantity(capacity, 'data'),
      capacity > 0 ? percent(shareOf(peak.bytes, capacity)) : NONE,
      String(peak.step),
      peak.operator,
      quantity(peak.weights, 'data'),
      quantity(peak.window, 'data'),
      quantity(peak.kv, 'data'),
      quantity(peak.activations, 'data'),
    ]),
  );
  const moved = tiers.transfers.map(
    ({ what, from, to, bytes }) =>
      `<li>${escapeHtml(`${what} ${from} to ${to}: ${quantity(bytes, 'data')} moved`)}</li>`,
  );
  return moved.length === 0 ? table : `${table}<ul class="faint">${moved.join('')}</ul>`;
}
