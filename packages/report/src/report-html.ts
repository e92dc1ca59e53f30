import type { Result, Timeline } from '@systole/replay';
import { biggestBound, confidenceTotals, mainRowHitRate, workloadFacts } from './breakdown.ts';
import { componentColours } from './charts/component-colours.ts';
import { timelineChart } from './charts/timeline-chart.ts';
import { clean, compact, cycles, NONE, percent, plain, quantity, shareOf } from './format.ts';
import { commandOverheadsTable } from './html/command-overheads-table.ts';
import { escapeHtml } from './html/escape.ts';
import {
  energyFigure,
  FULL_WIDTH,
  operatorFigure,
  pathFigure,
  placementTable,
  rooflineFigure,
  stepsFigure,
  utilisationFigure,
} from './html/figures.ts';
import { htmlPage } from './html/page.ts';
import { figure, htmlTable, legend, section, tiles } from './html/parts.ts';
import { timePerToken } from './run.ts';
import { numericalErrorTable } from './functional/numerical-error-table.ts';
import { tiersTable } from './html/tiers-table.ts';

/**
 * The report of a run as one page that needs nothing else: plots are drawn into it, it runs no script and asks for nothing
 * from outside. With a timeline it shows the beginning of it. The same result gives the same bytes.
 */
export function reportHtml(result: Result, timeline?: Timeline): string {
  const colours = componentColours([result]);
  const { chip, workload } = result;
  const halves = [pathFigure(result, colours), energyFigure(result, colours)].join('\n');
  const body = [
    header(result),
    headline(result),
    section('Time and energy', timeTable(result)),
    section('Where time and energy went', halves === '\n' ? '' : `<div class="halves">${halves}</div>`),
    section('Operators', operatorFigure(result, colours)),
    section('Components', [utilisationFigure(result, colours), boundsTable(result)].join('\n').trim()),
    section('In-memory command overheads', commandOverheadsTable(result)),
    section('Steps', stepsFigure(result)),
    section('Roofline', rooflineFigure(result)),
    section('Timeline', timeline === undefined ? '' : timelineFigure(result, timeline)),
    section('Mapping', placementTable(result)),
    section('Tiers', tiersTable(result)),
    section('Numerical error', numericalErrorTable(result)),
    section('How sure the figures are', confidence(result)),
    footer(result),
  ];
  return htmlPage(
    `${clean(chip.name)}: ${clean(workload.name)}`,
    body.filter((part) => part !== '').join('\n'),
  );
}

function header({ chip, workload, mapping, ...result }: Result): string {
  const model = workload.model === undefined ? '' : ` · ${workload.model}`;
  const size = workload.parameters === undefined ? '' : `, ${compact(workload.parameters)} parameters`;
  const facts = [
    `${workload.name}${model}${size}`,
    ...workloadFacts({ chip, workload, mapping, ...result }).map(([name, value]) => `${name} ${value}`),
    `mapping ${mapping.name}`,
    `clock ${quantity(chip.clockHz, 'frequency')}`,
  ];
  return `<header><h1>${escapeHtml(`${chip.name}: ${workload.name}`)}</h1>
<p>${escapeHtml(chip.summary)}</p>
<p class="faint">${escapeHtml(facts.join(' · '))}</p></header>`;
}

function headline(result: Result): string {
  const { time, energy } = result;
  const bound = biggestBound(result);
  const hits = mainRowHitRate(result);
  return tiles([
    [quantity(timePerToken(result), 'time'), 'mean time per token'],
    [plain(time.tokensPerSecond), 'tokens per second'],
    [quantity(time.total.ps, 'time'), `total for ${plain(time.tokens)} tokens`],
    [quantity(energy.perTokenFj, 'energy'), 'energy per token'],
    [quantity(energy.averageWatts, 'power'), 'average power'],
    [
      percent(bound?.share),
      bound === undefined ? 'bound' : `of the time: ${bound.component} ${bound.reason}`,
    ],
    ...(hits === undefined ? [] : [[percent(hits.rate), `row hits in ${hits.component}`] as const]),
  ]);
}

function timeTable({ time, energy }: Result): string {
  const durations: readonly (readonly [string, Result['time']['first']])[] = [
    ['first token', time.first],
    ...(time.meanDecode === undefined ? [] : [['mean later token', time.meanDecode] as const]),
    ['mean step', time.mean],
    ['last token', time.last],
    [`total, ${plain(time.steps)} steps`, time.total],
  ];
  const energies: readonly (readonly [string, number])[] = [
    ['counted actions', energy.dynamicFj],
    ['static power', energy.staticFj],
    ['total', energy.totalFj],
  ];
  return `<div class="halves">${htmlTable(
    [{ head: '' }, { head: 'time', isNumber: true }, { head: 'cycles', isNumber: true }],
    durations.map(([name, span]) => [name, quantity(span.ps, 'time'), cycles(span.cycles)]),
  )}${htmlTable(
    [{ head: '' }, { head: 'energy', isNumber: true }, { head: 'share', isNumber: true }],
    energies.map(([name, fj]) => [
      name,
      quantity(fj, 'energy'),
      energy.totalFj > 0 ? percent(shareOf(fj, energy.totalFj)) : NONE,
    ]),
  )}</div>`;
}

function boundsTable({ bounds }: Result): string {
  if (bounds.components.length === 0) return '';
  return `<p>What step ${bounds.step} would gain at most from each component, found by simulating it with that component taking no time, or, where it holds less than a hundredth of the critical path, by that share:</p>${htmlTable(
    [{ head: 'component' }, { head: 'time without it', isNumber: true }, { head: 'gain', isNumber: true }],
    bounds.components.map(({ component, ps, gain, atMost }) => [
      component,
      quantity(ps, 'time'),
      `${atMost === true ? 'at most ' : ''}${percent(gain)}`,
    ]),
  )}`;
}

function timelineFigure(result: Result, timeline: Timeline): string {
  const chart = timelineChart(
    { id: 'timeline', title: 'The beginning of the timeline', width: FULL_WIDTH },
    result,
    timeline,
  );
  if (chart === undefined) return '';
  const more = timeline.truncated ? ' The timeline itself is an excerpt of the run.' : '';
  return figure({
    svg: chart.svg,
    caption:
      `Chunks at work from ${quantity(chart.from, 'time')} to ${quantity(chart.to, 'time')}, a lane for each component, ` +
      `coloured by kind; three rows a lane at most, later chunks over earlier ones.${more}`,
    legend: legend(chart.legend),
  });
}

function confidence(result: Result): string {
  const totals = confidenceTotals(result);
  const counts = totals.map(([name, count]) => `${plain(count)} ${name}`).join(', ');
  const weak = result.accuracy.flatMap((note) =>
    note.weak.map((entry) => ({ component: note.component, ...entry })),
  );
  const errors = result.accuracy.flatMap((note) =>
    note.fastErrorShare === undefined
      ? []
      : [[note.component, percent(note.fastErrorShare), note.basis ?? NONE] as const],
  );
  const detailed = result.accuracy.flatMap(({ component, level }) =>
    level === 'detailed' ? [component] : [],
  );
  const parts = [
    detailed.length === 0 ? '' : `<p>At level detailed: ${escapeHtml(detailed.join(', '))}.</p>`,
    counts === '' ? '' : `<p>Parameters by the source of their value: ${escapeHtml(counts)}.</p>`,
    weak.length === 0
      ? ''
      : `<p>Figures that were recalled or inferred, and deserve a check:</p>${htmlTable(
          [
            { head: 'parameter' },
            { head: 'value', isNumber: true },
            { head: 'confidence' },
            { head: 'source' },
          ],
          weak.map(({ component, parameter, value, source }) => [
            `${component}.${parameter}`,
            value,
            source?.confidence ?? NONE,
            source === undefined
              ? NONE
              : [source.source, source.note].filter((text) => text !== undefined).join('; '),
          ]),
        )}`,
    errors.length === 0
      ? ''
      : `<p>How far the fast level may be off the detailed one:</p>${htmlTable(
          [{ head: 'component' }, { head: 'at most', isNumber: true }, { head: 'basis' }],
          errors,
        )}`,
  ];
  return parts.join('\n').trim();
}

function footer(result: Result): string {
  const { engine, chip } = result;
  return `<footer>Inputs <code>${escapeHtml(result.inputsHash)}</code>, chip <code>${escapeHtml(chip.hash)}</code>. ${escapeHtml(
    `${compact(engine.operators)} operators in ${compact(engine.stretches)} stretches of event time with ${compact(engine.events)} events.`,
  )} Systole, result format ${result.version}.</footer>`;
}
