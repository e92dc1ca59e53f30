import type { Result } from '@systole/replay';
import { energyParts, mergeOperators, REST, topOf } from '../breakdown.ts';
import { compact, countText, NONE, percent, plain, quantity, shareOf, shorten } from '../format.ts';
import { textBar } from './bar.ts';
import type { TextStyle } from './style.ts';
import { textTable } from './table.ts';

const PATH_ROWS = 9;
/** As wide as the head of its column. */
const PATH_BAR = 20;
const OPERATOR_ROWS = 12;
const COMPONENT_ROWS = 10;
const ACTION_ROWS = 9;
const PLACEMENT_ROWS = 6;

/** What text is laid out on: columns, and how to make it stand out. */
export interface Canvas {
  readonly width: number;
  readonly style: TextStyle;
}

/** The largest parts of the critical path: what bounded the run. */
export function criticalPathText(result: Result, { width, style }: Canvas): string {
  const rows = topOf(
    [...result.criticalPath].sort((a, b) => b.ps - a.ps),
    PATH_ROWS,
    (rest) => ({
      component: REST,
      reason: '',
      help: `${rest.length} more`,
      ps: rest.reduce((total, part) => total + part.ps, 0),
      share: rest.reduce((total, part) => total + part.share, 0),
    }),
  );
  if (rows.length === 0) return '';
  const names = rows.map((part) => [shorten(part.component, 16), shorten(part.reason, 16)] as const);
  const widest = (index: 0 | 1): number => Math.max(9, ...names.map((name) => [...name[index]].length));
  // What is left beside the names, a time (8), a share (6), the bar and five gaps.
  const help = Math.max(0, width - widest(0) - widest(1) - 8 - 6 - PATH_BAR - 10);
  return textTable(
    [
      { head: 'component' },
      { head: 'reason' },
      { head: 'time', align: 'right' },
      { head: 'share', align: 'right' },
      { head: 'of the critical path' },
      { head: '' },
    ],
    rows.map((part, index) => [
      ...(names[index] ?? []),
      quantity(part.ps, 'time'),
      percent(part.share),
      style.bar(textBar(part.share, PATH_BAR)),
      style.faint(shorten(part.help, help)),
    ]),
  );
}

/** Utilisation, traffic and MACs of each component over the run, and its energy per token. */
export function componentsText(result: Result, { width, style }: Canvas): string {
  const rows = result.components.slice(0, COMPONENT_ROWS);
  const more = result.components.length - rows.length;
  const barWidth = Math.max(4, Math.min(20, width - 96));
  const table = textTable(
    [
      { head: 'component' },
      { head: 'type' },
      { head: 'busy', align: 'right' },
      { head: '' },
      { head: 'row hits', align: 'right' },
      { head: 'bytes', align: 'right' },
      { head: 'MACs', align: 'right' },
      { head: 'energy/token', align: 'right' },
      { head: 'share', align: 'right' },
    ],
    rows.map((component) => [
      shorten(component.name, 14),
      shorten(component.type, 22),
      percent(component.utilisation),
      style.bar(textBar(component.utilisation, barWidth)),
      component.rowHitRate === undefined ? '' : percent(component.rowHitRate),
      component.bytes > 0 ? quantity(component.bytes, 'data') : '',
      component.usefulMacs > 0 ? compact(component.usefulMacs) : '',
      perToken(result, component.totalFj),
      percent(shareOf(component.totalFj, result.energy.totalFj)),
    ]),
  );
  return more === 0 || rows.length === 0 ? table : `${table}\n${style.faint(`and ${more} more components`)}`;
}

/** Time, MACs and bytes of each kind of operator over the run, and its energy per token. */
export function operatorsText(result: Result, { style, width }: Canvas): string {
  const sorted = [...result.operators].sort((a, b) => b.ps - a.ps);
  const rows = topOf(sorted, OPERATOR_ROWS, mergeOperators);
  if (rows.length === 0) return '';
  const barWidth = Math.max(4, Math.min(20, width - 92));
  return textTable(
    [
      { head: 'operator' },
      { head: 'count', align: 'right' },
      { head: 'time', align: 'right' },
      { head: 'share', align: 'right' },
      { head: '' },
      { head: 'MACs', align: 'right' },
      { head: 'bytes', align: 'right' },
      { head: 'energy/token', align: 'right' },
      { head: 'share', align: 'right' },
    ],
    rows.map((operator) => [
      shorten(operator.kind, 20),
      plain(operator.count),
      quantity(operator.ps, 'time'),
      percent(operator.share),
      style.bar(textBar(operator.share, barWidth)),
      operator.macs > 0 ? compact(operator.macs) : '',
      operator.bytes > 0 ? quantity(operator.bytes, 'data') : '',
      perToken(result, operator.totalFj),
      percent(shareOf(operator.totalFj, result.energy.totalFj)),
    ]),
  );
}

/** Which actions cost the energy per token, and how often they were done over the run. */
export function actionsText(result: Result, { style }: Canvas): string {
  const rows = topOf(energyParts(result), ACTION_ROWS, (rest) => ({
    component: REST,
    action: `${rest.length} more`,
    fj: rest.reduce((total, part) => total + part.fj, 0),
    share: rest.reduce((total, part) => total + part.share, 0),
  }));
  if (rows.length === 0) return '';
  return textTable(
    [
      { head: 'component' },
      { head: 'action' },
      { head: 'count', align: 'right' },
      { head: 'each', align: 'right' },
      { head: 'energy/token', align: 'right' },
      { head: 'share', align: 'right' },
      { head: '' },
    ],
    rows.map((part) => [
      shorten(part.component, 16),
      shorten(part.action, 20),
      part.counted === undefined ? '' : countText(part.counted.count),
      part.counted === undefined ? '' : quantity(part.counted.fjPerAction, 'energy'),
      perToken(result, part.fj),
      percent(part.share),
      style.bar(textBar(part.share, 20)),
    ]),
  );
}

/** What lives in which memory, against its capacity. */
export function placementText(result: Result, { style }: Canvas): string {
  const rows = result.mapping.placement.slice(0, PLACEMENT_ROWS);
  if (rows.length === 0) return '';
  const more = result.mapping.placement.length - rows.length;
  const table = textTable(
    [
      { head: 'memory' },
      { head: 'what' },
      { head: 'size', align: 'right' },
      { head: 'capacity', align: 'right' },
      { head: 'share', align: 'right' },
      { head: '' },
    ],
    rows.map((entry) => {
      const share = shareOf(entry.bytes, entry.capacity);
      return [
        shorten(entry.memory, 16),
        shorten(entry.what, 28),
        quantity(entry.bytes, 'data'),
        quantity(entry.capacity, 'data'),
        entry.capacity > 0 ? percent(share) : NONE,
        style.bar(textBar(share, 20)),
      ];
    }),
  );
  return more === 0 ? table : `${table}\n${style.faint(`and ${more} more`)}`;
}

function perToken({ time }: Result, fj: number): string {
  return quantity(time.tokens > 0 ? fj / time.tokens : undefined, 'energy');
}
