import { barChart } from '../charts/bar-chart.ts';
import { COLOURS } from '../charts/palette.ts';
import { clean, percent, plain, plural, quantity } from '../format.ts';
import { escapeHtml } from '../html/escape.ts';
import { FULL_WIDTH } from '../html/figures.ts';
import { htmlPage } from '../html/page.ts';
import { figure, htmlTable, section, tiles } from '../html/parts.ts';
import {
  countRows,
  ENERGY_HEADS,
  energyRange,
  energyRows,
  LATENCY_HEADS,
  latencyRows,
  pairs,
  workText,
} from './memory-rows.ts';
import type { MemoryRun } from './memory-run.ts';
import { placesChart, placesHeatMap } from './places-chart.ts';

/** Beyond this many, columns are thinner than a pixel or two: cells show more. */
const MOST_COLUMNS = 256;
const MOST_CELLS = 8192;

/** A run as a page of its own: figures, what the time went into, the use of banks or dies, energy. */
export function memoryHtml(run: MemoryRun): string {
  const { memory, notes, error, protocol, energy } = run;
  const title = `${clean(memory.name)}: ${workText(run)}`;
  const numeric = (heads: readonly string[]) => heads.map((head, index) => ({ head, isNumber: index > 0 }));
  const names = [{ head: '' }, { head: '', isNumber: true }];
  const paragraphs = (lines: readonly string[]): string =>
    lines
      .filter((line) => line !== '')
      .map((line) => `<p>${escapeHtml(line)}</p>`)
      .join('\n');
  const latency = latencyRows(run);
  const body = [
    `<header><h1>${escapeHtml(clean(memory.name))}</h1><p>${escapeHtml(workText(run))}</p><p class="faint">${escapeHtml(
      `${memory.detail}: ${pairs(memory.settings)}`,
    )}</p></header>`,
    headline(run),
    section('Why', reasonsFigure(run)),
    section('How much each was used', placesFigure(run)),
    section('Latency', latency.length === 0 ? '' : htmlTable(numeric(LATENCY_HEADS), latency)),
    section('Requests', Object.keys(run.counts).length === 0 ? '' : htmlTable(names, countRows(run.counts))),
    section(
      'Commands',
      Object.keys(run.commands).length === 0 ? '' : htmlTable(names, countRows(run.commands)),
    ),
    section(
      'Energy',
      energy === undefined
        ? ''
        : htmlTable(numeric(ENERGY_HEADS), energyRows(run)) +
            paragraphs([energyRange(run), `${energy.source} (${energy.confidence})`, ...energy.warnings]),
    ),
    section(
      'Protocol',
      protocol === undefined
        ? ''
        : paragraphs([
            `${plain(protocol.commands)} commands were held against the rules of the standard: ${plural(protocol.violations, 'violation')}.`,
            ...protocol.first,
          ]),
    ),
    paragraphs([
      ...(error === undefined ? [] : [`Within ${percent(error.share)} of level detailed: ${error.basis}`]),
      ...notes,
    ]),
  ];
  return htmlPage(title, body.filter((part) => part !== '').join('\n'));
}

function headline({ time, bytes, bandwidth, peak, latencies, energy }: MemoryRun): string {
  const bits = bytes * 8;
  return tiles([
    [quantity(time, 'time'), 'time'],
    ...(bytes > 0 ? [[quantity(bandwidth, 'bandwidth'), 'bandwidth'] as const] : []),
    ...(peak === undefined
      ? []
      : [[percent(bandwidth / peak), `of ${quantity(peak, 'bandwidth')}`] as const]),
    ...latencies
      .filter(({ count }) => count > 0)
      .map(({ name, p50 }): readonly [string, string] => [
        quantity(p50, 'time'),
        `latency of a ${name}, median`,
      ]),
    ...(energy === undefined || bits === 0
      ? []
      : [[`${plain(Number((energy.total / bits / 1000).toPrecision(4)))} pJ/bit`, 'energy'] as const]),
  ]);
}

function reasonsFigure({ reasons, reasonsOf }: MemoryRun): string {
  if (reasons.length === 0) return '';
  return figure({
    svg: barChart({
      frame: { id: 'reasons', title: reasonsOf, width: FULL_WIDTH },
      rows: reasons.map(({ name, share }) => ({ label: name, values: [share * 100], note: percent(share) })),
      series: [{ colour: COLOURS.series[0] ?? COLOURS.grey }],
      axisName: 'share in per cent',
    }),
    caption: reasonsOf,
    table: htmlTable(
      [{ head: 'reason' }, { head: 'share', isNumber: true }, { head: 'why' }],
      reasons.map(({ name, share, because }) => [name, percent(share), because]),
    ),
  });
}

function placesFigure({ places }: MemoryRun): string {
  if (places === undefined || places.shares.length === 0) return '';
  const names = places.names.slice(0, MOST_CELLS);
  const shares = places.shares.slice(0, MOST_CELLS);
  const title = `Use of each ${clean(places.what)}`;
  const data = { frame: { id: 'places', title, width: FULL_WIDTH }, names, shares };
  const isMap = shares.length > MOST_COLUMNS;
  return figure({
    svg: isMap ? placesHeatMap(data) : placesChart(data),
    caption: `${plural(places.shares.length, places.what)}: ${places.of}${isMap ? '; the darker, the more' : ''}.`,
    table: htmlTable(
      [{ head: places.what }, { head: 'share', isNumber: true }],
      shares.slice(0, MOST_COLUMNS).map((share, index) => [names[index] ?? '', percent(share)]),
    ),
  });
}
