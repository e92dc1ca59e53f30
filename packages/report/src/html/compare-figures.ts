import type { Result } from '@systole/replay';
import { REST } from '../breakdown.ts';
import { axisUnit } from '../charts/axis.ts';
import { barChart } from '../charts/bar-chart.ts';
import { colourOf } from '../charts/component-colours.ts';
import { lineChart } from '../charts/line-chart.ts';
import { COLOURS } from '../charts/palette.ts';
import { clean, quantity, ratio } from '../format.ts';
import { sweepsOf } from '../run.ts';
import type { LabelledResult } from '../run.ts';
import { sweepValues } from '../sweep-values.ts';
import type { SweepValues } from '../sweep-values.ts';
import type { Colours } from './figures.ts';
import { figure, htmlTable, legend } from './parts.ts';

const HALF_WIDTH = 530;
const MOST_BARS = 60;

/** Along what the runs are drawn: the numbers of a sweep in their order, or one after another. */
export interface Abscissa {
  readonly name: string;
  readonly sweep?: SweepValues;
  /** Of each run of a sweep: the line that it belongs to. */
  readonly series: readonly string[];
  readonly labels: readonly string[];
}

/** One figure of each run, as a chart shows it. */
export interface Measure {
  /** Letters and dashes; tells the chart from the others of its page. */
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly axis: string;
  readonly dimension: 'time' | 'energy';
  readonly colour: string;
  /** In ps or fJ. */
  of(result: Result): number;
}

/** What a run's time or energy is made of. */
export interface Breakdown {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly dimension: 'time' | 'energy';
  readonly colours: Colours;
  /** ps or fJ of the whole run by name. */
  of(result: Result): ReadonlyMap<string, number>;
}

/** Finds along what runs are drawn. */
export function abscissaOf(runs: readonly LabelledResult[]): Abscissa {
  const sweep = sweepsOf(runs);
  const series = sweep?.series ?? [];
  const isOne = new Set(series).size === 1;
  const labels = sweep !== undefined && isOne ? sweep.written : runs.map(({ label }) => label);
  const values = sweep === undefined ? undefined : sweepValues(sweep.written);
  const isSpread = values !== undefined && canDivide(values.values);
  return {
    name: sweep?.path ?? 'run',
    series,
    labels,
    ...(isSpread ? { sweep: values } : {}),
  };
}

/** Whether values are far enough apart, and of a size that an axis can be divided at, to stand on one. */
function canDivide(values: readonly number[]): boolean {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const size = Math.max(Math.abs(low), Math.abs(high));
  const isEven = values.every((value) => value === 0 || Math.abs(value) > size * 1e-12);
  return isEven && high - low > size * 1e-6 && size > 1e-6 && size < 1e24;
}

/** One figure of every run: a line for each chip over the numbers of a sweep, bars otherwise. Draws the first 60 runs as bars. */
export function measureFigure(
  runs: readonly LabelledResult[],
  abscissa: Abscissa,
  { id, title, caption, axis, dimension, colour, of }: Measure,
): string {
  const amounts = runs.map(({ result }) => finite(of(result)));
  const { unit, factor } = axisUnit(
    amounts.reduce((greatest, value) => Math.max(greatest, value), 0),
    dimension,
  );
  const { sweep } = abscissa;
  if (sweep === undefined) {
    const first = amounts[0] ?? 0;
    const rows = amounts.slice(0, MOST_BARS).map((value, index) => ({
      label: abscissa.labels[index] ?? '',
      values: [value / factor],
      note: `${quantity(value, dimension)}, ${ratio(value, first)}`,
    }));
    const frame = { id, title, width: HALF_WIDTH };
    return figure({
      svg: barChart({ frame, rows, series: [{ colour }], axisName: `${axis} (${unit})` }),
      caption,
    });
  }
  const names = [...new Set(abscissa.series)];
  const colours = names.map((_, index) =>
    names.length === 1 ? colour : (COLOURS.series[index % COLOURS.series.length] ?? colour),
  );
  const lines = names.map((name, line) => ({
    points: sweep.values
      .flatMap((x, index): readonly (readonly [number, number])[] =>
        abscissa.series[index] === name ? [[x, (amounts[index] ?? 0) / factor]] : [],
      )
      .sort(([a], [b]) => a - b),
    colour: colours[line] ?? colour,
  }));
  const low = Math.min(...sweep.values);
  const high = Math.max(...sweep.values);
  return figure({
    svg: lineChart({
      frame: { id, title, width: HALF_WIDTH, height: 280 },
      lines,
      xName: clean(abscissa.name),
      yName: `${dimension} (${unit})`,
      hasMarks: true,
      isDoubling: low > 0 && high / low >= 8 && high / low <= 1e12,
      xTick: sweep.format,
    }),
    ...(names.length === 1
      ? {}
      : { legend: legend(names.map((name, line) => [name, colours[line] ?? colour] as const)) }),
    caption,
  });
}

/** What the time or energy per token of every run is made of, as stacked bars and, below them, as a table. */
export function breakdownFigure(
  runs: readonly LabelledResult[],
  abscissa: Abscissa,
  { id, title, caption, dimension, colours, of }: Breakdown,
): string {
  const names = [...colours.keys(), REST];
  const tables = runs.slice(0, MOST_BARS).map(({ result }) => {
    const parts = of(result);
    const tokens = Math.max(result.time.tokens, 1);
    const known = names.map((name) => (colours.has(name) ? (parts.get(name) ?? 0) / tokens : 0));
    const rest = [...parts].filter(([name]) => !colours.has(name));
    known[names.length - 1] = rest.reduce((sum, [, value]) => sum + value, 0) / tokens;
    return known.map(finite);
  });
  const sums = tables.map((values) => values.reduce((sum, value) => sum + value, 0));
  const { unit, factor } = axisUnit(
    sums.reduce((greatest, value) => Math.max(greatest, value), 0),
    dimension,
  );
  const shown = names.flatMap((name, index) => {
    const isUsed = tables.some((values) => (values[index] ?? 0) > 0);
    return isUsed ? [{ name, index }] : [];
  });
  return figure({
    svg: barChart({
      frame: { id, title, width: HALF_WIDTH },
      rows: tables.map((values, run) => ({
        label: abscissa.labels[run] ?? '',
        values: shown.map(({ index }) => (values[index] ?? 0) / factor),
        note: quantity(sums[run], dimension),
      })),
      series: shown.map(({ name }) => ({ name, colour: colourOf(colours, name) })),
      axisName: `${dimension} (${unit})`,
    }),
    caption,
    table: htmlTable(
      [{ head: abscissa.name }, ...shown.map(({ name }) => ({ head: name, isNumber: true }))],
      tables.map((values, run) => [
        abscissa.labels[run] ?? '',
        ...shown.map(({ index }) => quantity(values[index], dimension)),
      ]),
    ),
  });
}

/** The colours that a legend shows: with that of the rest, where something of a breakdown has none of its own. */
export function legendColours(
  runs: readonly LabelledResult[],
  breakdowns: readonly Breakdown[],
): readonly (readonly [string, string])[] {
  const colours = breakdowns[0]?.colours ?? new Map<string, string>();
  const hasRest = runs.some(({ result }) =>
    breakdowns.some(({ of }) => [...of(result)].some(([name, value]) => value > 0 && !colours.has(name))),
  );
  return hasRest ? [...colours, [REST, COLOURS.grey]] : [...colours];
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
