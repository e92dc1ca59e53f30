import { formatProblem } from '@systole/core';
import type { Result } from '@systole/replay';
import {
  biggestBound,
  energyByComponent,
  energyByOperator,
  mainRowHitRate,
  pathByComponent,
  timeByOperator,
} from './breakdown.ts';
import { componentColours } from './charts/component-colours.ts';
import { operatorColours } from './charts/operator-colours.ts';
import { COLOURS } from './charts/palette.ts';
import { energyDrivers, timeDrivers } from './cost-drivers.ts';
import { clean, NONE, percent, plain, plural, quantity, ratio } from './format.ts';
import { abscissaOf, breakdownFigure, legendColours, measureFigure } from './html/compare-figures.ts';
import type { Abscissa, Breakdown, Measure } from './html/compare-figures.ts';
import { escapeHtml } from './html/escape.ts';
import { htmlPage } from './html/page.ts';
import { htmlTable, legend, section } from './html/parts.ts';
import { partingText } from './parting.ts';
import { differences, madeRuns, referenceRun, refusedRuns, timePerToken } from './run.ts';
import type { ComparedRun, LabelledResult, RefusedRun } from './run.ts';

const DRIVERS = 4;
const DRIVER = 40;

const MEASURES: readonly Measure[] = [
  {
    id: 'time-per-token',
    title: 'Time per token',
    caption: 'Time per token, mean of the decode steps.',
    axis: 'time per token',
    dimension: 'time',
    colour: COLOURS.series[0] ?? COLOURS.ink,
    of: timePerToken,
  },
  {
    id: 'energy-per-token',
    title: 'Energy per token',
    caption: 'Energy per token, over all steps.',
    axis: 'energy per token',
    dimension: 'energy',
    colour: COLOURS.series[1] ?? COLOURS.ink,
    of: (result) => result.energy.perTokenFj,
  },
  {
    id: 'time-to-first-token',
    title: 'Time to first token',
    caption: 'Time to first token: the step that reads the prompt.',
    axis: 'time',
    dimension: 'time',
    colour: COLOURS.series[2] ?? COLOURS.ink,
    of: (result) => result.time.first.ps,
  },
];

/**
 * Runs side by side as one page without scripts: time and energy per token and time to the first token (lines over the value
 * that varies, where the labels are `path=value` with numbers or quantities; bars otherwise), time and energy by component
 * and by operator, where the runs part, what cost most, a table, and what could not run and why. Charts show the first 60
 * runs as bars, the tables all of them. Throws `SystoleError` without a run that was made.
 */
export function compareHtml(runs: readonly ComparedRun[]): string {
  const made = madeRuns(runs);
  const first = referenceRun(made);
  const { chip, workload, mapping } = first.result;
  const results = made.map(({ result }) => result);
  const abscissa = abscissaOf(made);
  const different = differences(made);
  const title = `${clean(chip.name)}: ${clean(workload.name)}, ${plural(made.length, 'run')}`;
  const intro = [
    `Mapping ${mapping.name}. Ratios are to the first run, ${first.label}.`,
    ...(different.length === 0 ? [] : [`Not the same in all runs: ${different.join('; ')}.`]),
  ].join(' ');
  const parting = partingText(made).join(' ');
  const body = [
    `<header><h1>${escapeHtml(title)}</h1><p class="faint">${escapeHtml(intro)}</p></header>`,
    section('Did not run', refusedTable(refusedRuns(runs))),
    section(
      'Time and energy per token',
      halves(MEASURES.map((measure) => measureFigure(made, abscissa, measure))),
    ),
    section('By component', breakdowns(made, abscissa, byComponent(results))),
    section(
      'By operator',
      (parting === '' ? '' : `<p>${escapeHtml(parting)}</p>`) +
        breakdowns(made, abscissa, byOperator(results)),
    ),
    section('What costs most', driverTable(made, abscissa)),
    section('Runs', runTable(made, first.result, abscissa)),
  ];
  return htmlPage(title, body.filter((part) => part !== '').join('\n'));
}

function byComponent(results: readonly Result[]): readonly Breakdown[] {
  const colours = componentColours(results);
  return [
    {
      id: 'time-by-component',
      title: 'Time per token by component',
      caption: 'Time on the critical path per token by component, over all steps.',
      dimension: 'time',
      colours,
      of: pathByComponent,
    },
    {
      id: 'energy-by-component',
      title: 'Energy per token by component',
      caption: 'Energy per token by component, over all steps.',
      dimension: 'energy',
      colours,
      of: energyByComponent,
    },
  ];
}

function byOperator(results: readonly Result[]): readonly Breakdown[] {
  const colours = operatorColours(results);
  return [
    {
      id: 'time-by-operator',
      title: 'Time per token by kind of operator',
      caption: 'Time on the critical path per token by kind of operator, over all steps.',
      dimension: 'time',
      colours,
      of: timeByOperator,
    },
    {
      id: 'energy-by-operator',
      title: 'Energy per token by kind of operator',
      caption: 'Energy per token by kind of operator, over all steps.',
      dimension: 'energy',
      colours,
      of: energyByOperator,
    },
  ];
}

function breakdowns(runs: readonly LabelledResult[], abscissa: Abscissa, list: readonly Breakdown[]): string {
  return (
    legend(legendColours(runs, list)) + halves(list.map((each) => breakdownFigure(runs, abscissa, each)))
  );
}

function halves(figures: readonly string[]): string {
  return `<div class="halves">${figures.join('')}</div>`;
}

/** What could not run, why, and what would make it run. */
function refusedTable(refused: readonly RefusedRun[]): string {
  if (refused.length === 0) return '';
  return htmlTable(
    [{ head: 'run' }, { head: 'why' }, { head: 'what would make it run' }],
    refused.flatMap(({ label, refused: problems }) =>
      problems.map(({ hint, ...problem }) => [label, formatProblem(problem), hint ?? NONE]),
    ),
  );
}

function driverTable(runs: readonly LabelledResult[], abscissa: Abscissa): string {
  return htmlTable(
    [{ head: abscissa.name }, { head: 'the time goes to' }, { head: 'the energy goes to' }],
    runs.map(({ result }, run) => [
      abscissa.labels[run] ?? '',
      timeDrivers(result, DRIVERS, DRIVER).join(', ') || NONE,
      energyDrivers(result, DRIVERS, DRIVER).join(', ') || NONE,
    ]),
  );
}

function runTable(runs: readonly LabelledResult[], first: Result, abscissa: Abscissa): string {
  const numbers = [
    'TTFT',
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
        quantity(result.time.first.ps, 'time'),
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
