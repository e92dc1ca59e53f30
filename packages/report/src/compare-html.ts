import type { Result } from '@systole/replay';
import { biggestBound, mainRowHitRate, pathByComponent, REST, sumBy } from './breakdown.ts';
import { axisUnit } from './charts/axis.ts';
import { barChart } from './charts/bar-chart.ts';
import { colourOf, componentColours } from './charts/component-colours.ts';
import { lineChart } from './charts/line-chart.ts';
import { COLOURS } from './charts/palette.ts';
import { clean, NONE, percent, plain, quantity, ratio } from './format.ts';
import { escapeHtml } from './html/escape.ts';
import type { Colours } from './html/figures.ts';
import { htmlPage } from './html/page.ts';
import { figure, htmlTable, legend, section } from './html/parts.ts';
import { differences, referenceRun, sweepOf, timePerToken } from './run.ts';
import type { LabelledResult } from './run.ts';
import { sweepValues } from './sweep-values.ts';
import type { SweepValues } from './sweep-values.ts';

const HALF_WIDTH = 530;
const MOST_BARS = 60;

/** Along what the runs are drawn: the numbers of a sweep in their order, or one after another. */
interface Abscissa {
  readonly name: string;
  readonly sweep?: SweepValues;
  readonly labels: readonly string[];
}

/**
 * Runs side by side as one page without scripts: time and energy per token (lines over the value that varies, where the labels
 * are `path=value` with numbers or quantities; bars otherwise), both by component, and a table. Charts show the first 60 runs
 * as bars, the table all of them. Throws `SystoleError` without runs.
 */
export function compareHtml(results: readonly LabelledResult[]): string {
  const first = referenceRun(results);
  const { chip, workload, mapping } = first.result;
  const colours = componentColours(results.map(({ result }) => result));
  const abscissa = abscissaOf(results);
  const different = differences(results);
  const title = `${clean(chip.name)}: ${clean(workload.name)}, ${plain(results.length)} runs`;
  const intro = [
    `Mapping ${mapping.name}. Ratios are to the first run, ${first.label}.`,
    ...(different.length === 0 ? [] : [`Not the same in all runs: ${different.join('; ')}.`]),
  ].join(' ');
  const body = [
    `<header><h1>${escapeHtml(title)}</h1><p class="faint">${escapeHtml(intro)}</p></header>`,
    section(
      'Time and energy per token',
      `<div class="halves">${perTokenFigure(results, abscissa, 'time')}${perTokenFigure(results, abscissa, 'energy')}</div>`,
    ),
    section(
      'By component',
      `${legend(hasRest(results, colours) ? [...colours, [REST, COLOURS.grey]] : colours)}<div class="halves">${breakdownFigure(results, abscissa, colours, 'time')}${breakdownFigure(results, abscissa, colours, 'energy')}</div>`,
    ),
    section('Runs', runTable(results, first.result, abscissa)),
  ];
  return htmlPage(title, body.join('\n'));
}

function abscissaOf(runs: readonly LabelledResult[]): Abscissa {
  const sweep = sweepOf(runs);
  const labels = sweep?.written ?? runs.map(({ label }) => label);
  const values = sweep === undefined ? undefined : sweepValues(sweep.written);
  const isSpread = values !== undefined && canDivide(values.values);
  return {
    name: sweep?.path ?? 'run',
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

/** Whether some component has no colour of its own. */
function hasRest(runs: readonly LabelledResult[], colours: Colours): boolean {
  return runs.some(({ result }) =>
    [...pathByComponent(result), ...energyByComponent(result)].some(
      ([name, value]) => value > 0 && !colours.has(name),
    ),
  );
}

type Measure = 'time' | 'energy';

function perToken(result: Result, measure: Measure): number {
  const value = measure === 'time' ? timePerToken(result) : result.energy.perTokenFj;
  return Number.isFinite(value) ? value : 0;
}

function perTokenFigure(runs: readonly LabelledResult[], abscissa: Abscissa, measure: Measure): string {
  const amounts = runs.map(({ result }) => perToken(result, measure));
  const { unit, factor } = axisUnit(
    amounts.reduce((greatest, value) => Math.max(greatest, value), 0),
    measure,
  );
  const title = measure === 'time' ? 'Time per token' : 'Energy per token';
  const id = `${measure}-per-token`;
  const colour = COLOURS.series[measure === 'time' ? 0 : 1] ?? COLOURS.ink;
  const caption = `${title}${measure === 'time' ? ', mean of the decode steps' : ''}.`;
  const { sweep } = abscissa;
  if (sweep === undefined) {
    const first = amounts[0] ?? 0;
    const rows = amounts.slice(0, MOST_BARS).map((value, index) => ({
      label: abscissa.labels[index] ?? '',
      values: [value / factor],
      note: `${quantity(value, measure)}, ${ratio(value, first)}`,
    }));
    const frame = { id, title, width: HALF_WIDTH };
    const axisName = `${measure} per token (${unit})`;
    return figure({ svg: barChart({ frame, rows, series: [{ colour }], axisName }), caption });
  }
  const points = sweep.values
    .map((x, index): readonly [number, number] => [x, (amounts[index] ?? 0) / factor])
    .sort(([a], [b]) => a - b);
  const low = points[0]?.[0] ?? 0;
  const high = points.at(-1)?.[0] ?? 0;
  return figure({
    svg: lineChart({
      frame: { id, title, width: HALF_WIDTH, height: 280 },
      points,
      colour,
      xName: clean(abscissa.name),
      yName: `${measure} (${unit})`,
      hasMarks: true,
      isDoubling: low > 0 && high / low >= 8 && high / low <= 1e12,
      xTick: sweep.format,
    }),
    caption,
  });
}

function breakdownFigure(
  runs: readonly LabelledResult[],
  abscissa: Abscissa,
  colours: Colours,
  measure: Measure,
): string {
  const names = [...colours.keys(), REST];
  const tables = runs.slice(0, MOST_BARS).map(({ result }) => {
    const parts = measure === 'time' ? pathByComponent(result) : energyByComponent(result);
    const tokens = Math.max(result.time.tokens, 1);
    const known = names.map((name) => (parts.get(name) ?? 0) / tokens);
    const rest = [...parts].filter(([name]) => !colours.has(name));
    known[names.length - 1] = rest.reduce((sum, [, value]) => sum + value, 0) / tokens;
    return known.map((value) => (Number.isFinite(value) ? value : 0));
  });
  const sums = tables.map((values) => values.reduce((sum, value) => sum + value, 0));
  const { unit, factor } = axisUnit(
    sums.reduce((greatest, value) => Math.max(greatest, value), 0),
    measure,
  );
  const title = measure === 'time' ? 'Time per token by component' : 'Energy per token by component';
  const shown = names.flatMap((name, index) => {
    const isUsed = tables.some((values) => (values[index] ?? 0) > 0);
    return isUsed ? [{ name, index }] : [];
  });
  return figure({
    svg: barChart({
      frame: { id: `${measure}-by-component`, title, width: HALF_WIDTH },
      rows: tables.map((values, run) => ({
        label: abscissa.labels[run] ?? '',
        values: shown.map(({ index }) => (values[index] ?? 0) / factor),
        note: quantity(sums[run], measure),
      })),
      series: shown.map(({ name }) => ({ name, colour: colourOf(colours, name) })),
      axisName: `${measure} (${unit})`,
    }),
    caption: `${title}${measure === 'time' ? ', over all steps' : ''}.`,
    table: htmlTable(
      [{ head: abscissa.name }, ...shown.map(({ name }) => ({ head: name, isNumber: true }))],
      tables.map((values, run) => [
        abscissa.labels[run] ?? '',
        ...shown.map(({ index }) => quantity(values[index], measure)),
      ]),
    ),
  });
}

function energyByComponent(result: Result): ReadonlyMap<string, number> {
  return sumBy(
    result.components,
    (component) => component.name,
    (component) => component.totalFj,
  );
}

function runTable(runs: readonly LabelledResult[], first: Result, abscissa: Abscissa): string {
  const numbers = [
    'time/token',
    '÷ first',
    'energy/token',
    '÷ first',
    'total',
    'tokens/s',
    'power',
    'row hits',
  ];
  return htmlTable(
    [{ head: abscissa.name }, ...numbers.map((head) => ({ head, isNumber: true })), { head: 'bound by' }],
    runs.map(({ result }, run) => {
      const bound = biggestBound(result);
      return [
        abscissa.labels[run] ?? '',
        quantity(timePerToken(result), 'time'),
        ratio(timePerToken(result), timePerToken(first)),
        quantity(result.energy.perTokenFj, 'energy'),
        ratio(result.energy.perTokenFj, first.energy.perTokenFj),
        quantity(result.time.total.ps, 'time'),
        plain(result.time.tokensPerSecond),
        quantity(result.energy.averageWatts, 'power'),
        percent(mainRowHitRate(result)?.rate),
        bound === undefined ? NONE : `${bound.component} ${bound.reason}, ${percent(bound.share)}`,
      ];
    }),
  );
}
