import type { Result } from '@systole/replay';
import { energyParts, mergeOperators, REST, sumBy, topOf } from '../breakdown.ts';
import { axisUnit } from '../charts/axis.ts';
import { barChart } from '../charts/bar-chart.ts';
import { colourOf } from '../charts/component-colours.ts';
import { lineChart, thin } from '../charts/line-chart.ts';
import { COLOURS } from '../charts/palette.ts';
import { rooflineChart } from '../charts/roofline-chart.ts';
import { clean, compact, countText, NONE, percent, plain, quantity, shareOf } from '../format.ts';
import { roofline } from '../roofline.ts';
import { escapeHtml } from './escape.ts';
import { figure, htmlTable, legend } from './parts.ts';

/** Colours of components, by name. */
export type Colours = ReadonlyMap<string, string>;

export const FULL_WIDTH = 1070;
const HALF_WIDTH = 530;
const OPERATORS = 14;
const PARTS = 12;
const STEPS_DRAWN = 1200;

/** Time of each operator kind on the critical path, stacked by component. */
export function operatorFigure(result: Result, colours: Colours): string {
  const sorted = [...result.operators].filter((operator) => operator.ps > 0).sort((a, b) => b.ps - a.ps);
  if (sorted.length === 0) return '';
  const rows = topOf(sorted, OPERATORS, mergeOperators);
  const names = [...colours.keys(), REST];
  const { unit, factor } = axisUnit(rows[0]?.ps ?? 0, 'time');
  const used = new Set<string>();
  const bars = rows.map((operator) => {
    const parts = sumBy(
      operator.path,
      (part) => (colours.has(part.component) ? part.component : REST),
      (part) => part.ps,
    );
    const rest = operator.ps - [...parts.values()].reduce((total, ps) => total + ps, 0);
    const values = names.map((name) => (parts.get(name) ?? 0) + (name === REST ? Math.max(rest, 0) : 0));
    for (const [index, name] of names.entries()) if ((values[index] ?? 0) > 0) used.add(name);
    return {
      label: operator.kind,
      values: values.map((value) => value / factor),
      note: `${quantity(operator.ps, 'time')}, ${percent(operator.share)}`,
    };
  });
  const series = names.map((name) => ({ name, colour: colourOf(colours, name) }));
  return figure({
    svg: barChart({
      frame: { id: 'operators', title: 'Time of each operator kind by component', width: FULL_WIDTH },
      rows: bars,
      series,
      axisName: `time on the critical path (${unit})`,
    }),
    caption: 'Time of each kind of operator on the critical path, by the component that it was spent in.',
    legend: legend(series.flatMap(({ name, colour }) => (used.has(name) ? [[name, colour] as const] : []))),
    table: operatorTable(result),
  });
}

function operatorTable(result: Result): string {
  const heads = ['count', 'time', 'share', 'MACs', 'bytes', 'energy', 'share of energy'];
  return htmlTable(
    [{ head: 'operator' }, ...heads.map((head) => ({ head, isNumber: true }))],
    result.operators.map((operator) => [
      operator.kind,
      plain(operator.count),
      quantity(operator.ps, 'time'),
      percent(operator.share),
      operator.macs > 0 ? compact(operator.macs) : NONE,
      operator.bytes > 0 ? quantity(operator.bytes, 'data') : NONE,
      quantity(operator.totalFj, 'energy'),
      percent(shareOf(operator.totalFj, result.energy.totalFj)),
    ]),
  );
}

/** The largest parts of the critical path. */
export function pathFigure(result: Result, colours: Colours): string {
  const sorted = [...result.criticalPath].filter((part) => part.ps > 0).sort((a, b) => b.ps - a.ps);
  if (sorted.length === 0) return '';
  const rows = topOf(sorted, PARTS, (rest) => ({
    component: REST,
    reason: `(${rest.length} more)`,
    help: '',
    ps: rest.reduce((total, part) => total + part.ps, 0),
    share: rest.reduce((total, part) => total + part.share, 0),
  }));
  return figure({
    svg: colouredBars(
      'path',
      'Critical path by component and reason',
      rows.map(({ component, reason, share, ps }) => ({
        component,
        label: `${component} ${reason}`,
        share,
        note: `${percent(share)}, ${quantity(ps, 'time')}`,
      })),
      'share of the time (%)',
      colours,
    ),
    caption: 'What bounded the run: the critical path by component and reason. It adds up to the total time.',
    table: htmlTable(
      [
        { head: 'component' },
        { head: 'reason' },
        { head: 'time', isNumber: true },
        { head: 'share', isNumber: true },
        { head: 'what it is' },
      ],
      result.criticalPath.map(({ component, reason, ps, share, help }) => [
        component,
        reason,
        quantity(ps, 'time'),
        percent(share),
        help,
      ]),
    ),
  });
}

/** Energy by component and action, static power included. */
export function energyFigure(result: Result, colours: Colours): string {
  const parts = energyParts(result);
  if (parts.length === 0) return '';
  const rows = topOf(parts, PARTS, (rest) => ({
    component: REST,
    action: `(${rest.length} more)`,
    fj: rest.reduce((total, part) => total + part.fj, 0),
    share: rest.reduce((total, part) => total + part.share, 0),
  }));
  return figure({
    svg: colouredBars(
      'energy',
      'Energy by component and action',
      rows.map(({ component, action, share, fj }) => ({
        component,
        label: `${component} ${action}`,
        share,
        note: `${percent(share)}, ${quantity(fj, 'energy')}`,
      })),
      'share of the energy (%)',
      colours,
    ),
    caption:
      'Where the energy went: actions that were counted and priced, and static power over the total time.',
    table: htmlTable(
      [
        { head: 'component' },
        { head: 'action' },
        { head: 'count', isNumber: true },
        { head: 'each', isNumber: true },
        { head: 'energy', isNumber: true },
        { head: 'share', isNumber: true },
        { head: 'what it is' },
      ],
      parts.map(({ component, action, counted, fj, share }) => [
        component,
        action,
        counted === undefined ? NONE : countText(counted.count),
        counted === undefined ? NONE : quantity(counted.fjPerAction, 'energy'),
        quantity(fj, 'energy'),
        percent(share),
        counted?.help ?? 'Power that is drawn whatever happens.',
      ]),
    ),
  });
}

/** Utilisation of each component. */
export function utilisationFigure(result: Result, colours: Colours): string {
  const rows = result.components.slice(0, PARTS * 2);
  if (rows.length === 0) return '';
  return figure({
    svg: colouredBars(
      'utilisation',
      'Utilisation of each component',
      rows.map(({ name, utilisation, resources }) => ({
        component: name,
        label: name,
        share: Number.isFinite(utilisation) ? utilisation : 0,
        note: `${percent(utilisation)} of ${plain(resources)} resource${resources === 1 ? '' : 's'}`,
      })),
      'busy share of time × resources (%)',
      colours,
      100,
    ),
    caption:
      'How busy each component was, and how many resources (channels, lanes, ports, units) share its work.',
    table: htmlTable(
      [
        { head: 'component' },
        { head: 'type' },
        ...['busy', 'row hits', 'bytes', 'MACs', 'of which padding', 'energy'].map((head) => ({
          head,
          isNumber: true,
        })),
      ],
      result.components.map((component) => [
        component.name,
        component.type,
        percent(component.utilisation),
        percent(component.rowHitRate),
        quantity(component.bytes, 'data'),
        component.usefulMacs > 0 ? compact(component.usefulMacs + component.paddedMacs) : NONE,
        component.usefulMacs > 0
          ? percent(shareOf(component.paddedMacs, component.usefulMacs + component.paddedMacs))
          : NONE,
        quantity(component.totalFj, 'energy'),
      ]),
    ),
  });
}

interface ShareRow {
  readonly component: string;
  readonly label: string;
  readonly share: number;
  readonly note: string;
}

/** Bars of shares, each in the colour of its component; as wide as the page when they share a fixed scale. */
function colouredBars(
  id: string,
  title: string,
  rows: readonly ShareRow[],
  axisName: string,
  colours: Colours,
  max?: number,
): string {
  const width = max === undefined ? HALF_WIDTH : FULL_WIDTH;
  const used = [...new Set(rows.map((row) => row.component))];
  return barChart({
    frame: { id, title, width },
    rows: rows.map((row) => ({
      label: row.label,
      values: used.map((name) => (name === row.component ? row.share * 100 : 0)),
      note: row.note,
    })),
    series: used.map((name) => ({ name, colour: colourOf(colours, name) })),
    axisName,
    ...(max === undefined ? {} : { max }),
  });
}

/** Time of each step. A prefill that dwarfs the decode steps is left to the caption, so that these can be seen. */
export function stepsFigure(result: Result): string {
  const { perStep } = result.time;
  if (perStep.length < 2) return '';
  const rest = perStep.slice(1).reduce((greatest, ps) => Math.max(greatest, ps), 0);
  const first = perStep[0] ?? 0;
  const isFirstApart = perStep.length > 2 && first > 3 * rest;
  const shown = isFirstApart ? perStep.slice(1) : perStep;
  const { unit, factor } = axisUnit(isFirstApart ? rest : Math.max(first, rest), 'time');
  const offset = isFirstApart ? 1 : 0;
  const apart = isFirstApart ? ` Step 0, the prefill, took ${quantity(first, 'time')} and is not drawn.` : '';
  return figure({
    svg: lineChart({
      frame: { id: 'steps', title: 'Time of each step', width: FULL_WIDTH, height: 260 },
      lines: [
        {
          points: thin(shown, STEPS_DRAWN).map(([step, ps]) => [step + offset, ps / factor]),
          colour: COLOURS.series[0] ?? COLOURS.ink,
        },
      ],
      xName: 'step',
      isCount: true,
      yName: `time (${unit})`,
      hasMarks: perStep.length <= 40,
    }),
    caption: `Time of each step; a step yields one token per sequence.${apart}`,
  });
}

/** The roofline of the chip with the operator kinds on it. */
export function rooflineFigure(result: Result): string {
  const data = roofline(result);
  if (data.points.length === 0 || data.compute.length + data.bandwidth.length === 0) return '';
  return figure({
    svg: rooflineChart({ id: 'roofline', title: 'Roofline', width: FULL_WIDTH, height: 440 }, data),
    caption:
      'Roofs follow from the components’ parameters. A point is a kind of operator: MACs per byte of its operands, and ' +
      'MACs per second of its time on the critical path. One that works beside others holds less of that path than it works, and may ' +
      'stand above a roof.',
    table: htmlTable(
      [{ head: 'operator' }, { head: 'MAC/B', isNumber: true }, { head: 'MAC/s', isNumber: true }],
      data.points.map(({ kind, intensity, macsPerSecond }) => [
        kind,
        plain(intensity),
        compact(macsPerSecond),
      ]),
    ),
  });
}

/** What lives in which memory. */
export function placementTable(result: Result): string {
  const { placement, decisions, options } = result.mapping;
  const rows = placement.map(({ memory, what, bytes, capacity }) => [
    memory,
    what,
    quantity(bytes, 'data'),
    quantity(capacity, 'data'),
    capacity > 0 ? percent(shareOf(bytes, capacity)) : NONE,
  ]);
  const table =
    rows.length === 0
      ? ''
      : htmlTable(
          [
            { head: 'memory' },
            { head: 'what' },
            { head: 'size', isNumber: true },
            { head: 'capacity', isNumber: true },
            { head: 'share', isNumber: true },
          ],
          rows,
        );
  const chosen = Object.entries(options).map(([name, value]) => `${clean(name)} = ${clean(String(value))}`);
  const list = [...(chosen.length > 0 ? [`Options: ${chosen.join(', ')}.`] : []), ...decisions].map(
    (text) => `<li>${escapeHtml(text)}</li>`,
  );
  return list.length === 0 ? table : `${table}<ul class="faint">${list.join('')}</ul>`;
}
