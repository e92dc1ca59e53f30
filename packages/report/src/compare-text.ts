import { formatProblem } from '@systole/core';
import type { Result } from '@systole/replay';
import {
  biggestBound,
  energyByComponent,
  energyByOperator,
  mainRowHitRate,
  pathByComponent,
  REST,
  timeByOperator,
} from './breakdown.ts';
import { energyDrivers, timeDrivers } from './cost-drivers.ts';
import { clean, NONE, percent, plain, quantity, ratio, shareOf, shorten } from './format.ts';
import { partingText } from './parting.ts';
import { differences, madeRuns, referenceRun, refusedRuns, sweepOf, timePerToken, unionOf } from './run.ts';
import type { ComparedRun, LabelledResult, RefusedRun } from './run.ts';
import { textStyle } from './text/style.ts';
import type { ColourOptions } from './text/style.ts';
import { textTable } from './text/table.ts';

const LABEL = 24;
/** What a label and the name of a bound may take together for the first table to fit 110 columns. */
const LABEL_AND_BOUND = 27;
const LEAST_BOUND = 8;
const BREAKDOWN_COLUMNS = 6;
const DRIVERS = 3;
const DRIVER = 18;

/**
 * Runs side by side, one a row: time to the first token, time and energy per token with their ratios to the first run,
 * and what bounded each; what could not run, and why; then what time and energy go to, the time on the critical path and
 * the energy per token by component and by operator, and where the runs part. Throws `SystoleError` without a run that was
 * made.
 */
export function compareText(runs: readonly ComparedRun[], options: ColourOptions = {}): string {
  const style = textStyle(options.colour ?? false);
  const results = madeRuns(runs);
  const first = referenceRun(results);
  const { chip, workload, mapping } = first.result;
  const firstTime = timePerToken(first.result);
  const firstEnergy = first.result.energy.perTokenFj;
  const different = differences(results).map((text) => `different ${shorten(text, 100)}`);
  const { head, names } = labelsOf(results);
  const title = `${clean(chip.name)} · ${clean(workload.name)} · mapping ${clean(mapping.name)} (first run)`;
  const widest = names.reduce((most, name) => Math.max(most, [...name].length), 0);
  const boundWidth = Math.min(16, Math.max(LEAST_BOUND, LABEL_AND_BOUND - widest));
  const summary = textTable(
    [
      { head },
      { head: 'TTFT', align: 'right' },
      { head: 'time/token', align: 'right' },
      { head: '÷ first', align: 'right' },
      { head: 'energy/token', align: 'right' },
      { head: '÷ first', align: 'right' },
      { head: 'tokens/s', align: 'right' },
      { head: 'bound by' },
      { head: 'row hits', align: 'right' },
    ],
    results.map(({ result }, index) => {
      const bound = biggestBound(result);
      return [
        names[index] ?? '',
        quantity(result.time.first.ps, 'time'),
        quantity(timePerToken(result), 'time'),
        ratio(timePerToken(result), firstTime),
        quantity(result.energy.perTokenFj, 'energy'),
        ratio(result.energy.perTokenFj, firstEnergy),
        plain(result.time.tokensPerSecond),
        bound === undefined
          ? NONE
          : `${shorten(`${bound.component} ${bound.reason}`, boundWidth)} ${percent(bound.share)}`,
        percent(mainRowHitRate(result)?.rate),
      ];
    }),
  );
  const titled = (text: string, inner: string): string =>
    inner === '' ? '' : `${style.title(text)}\n${inner}`;
  const parts = (amounts: Amounts, dimension: 'time' | 'energy'): string =>
    breakdown(results, amounts, dimension);
  const parting = partingText(results);
  const sections = [
    [style.title(title), ...different].join('\n'),
    summary,
    titled('Did not run', style.warning(refusals(refusedRuns(runs)))),
    titled('Time goes to', drivers(results, timeDrivers)),
    titled('Energy goes to', drivers(results, energyDrivers)),
    titled('Time per token by component, over all steps', parts(pathByComponent, 'time')),
    titled(
      'Time per token by operator, over all steps',
      [parts(timeByOperator, 'time'), ...parting].join('\n'),
    ),
    titled('Energy per token by component, over all steps', parts(energyByComponent, 'energy')),
    titled('Energy per token by operator, over all steps', parts(energyByOperator, 'energy')),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

type Amounts = (result: Result) => ReadonlyMap<string, number>;

/** Each run that could not be made: why, and below it what would make it run. */
function refusals(refused: readonly RefusedRun[]): string {
  return refused
    .flatMap(({ label, refused: problems }) =>
      problems.map(
        (problem) => `${shorten(label, LABEL)}  [${problem.code}] ${indented(formatProblem(problem))}`,
      ),
    )
    .join('\n');
}

/** A problem and its hint, line by line, each made safe to show. */
function indented(text: string): string {
  return text
    .split('\n')
    .map((line, index) => (index === 0 ? clean(line) : `    ${clean(line.trim())}`))
    .join('\n');
}

function drivers(
  runs: readonly LabelledResult[],
  of: (result: Result, count: number, width: number) => readonly string[],
): string {
  const { head, names } = labelsOf(runs);
  const rows = runs.map(({ result }) => of(result, DRIVERS, DRIVER));
  if (rows.every((row) => row.length === 0)) return '';
  return textTable(
    [{ head }, { head: 'first' }, { head: 'second' }, { head: 'third' }],
    rows.map((row, index) => [
      names[index] ?? '',
      ...Array.from({ length: DRIVERS }, (_, place) => row[place] ?? NONE),
    ]),
  );
}

function breakdown(runs: readonly LabelledResult[], amounts: Amounts, dimension: 'time' | 'energy'): string {
  const { head, names: labels } = labelsOf(runs);
  const tables = runs.map(({ result }) => ({ result, parts: amounts(result) }));
  const weight = (name: string): number =>
    Math.max(...tables.map(({ parts }) => shareOf(parts.get(name) ?? 0, total(parts))));
  const names = unionOf(runs, (result) => amounts(result).keys());
  const shown = [...names].sort((a, b) => weight(b) - weight(a)).slice(0, BREAKDOWN_COLUMNS);
  const hasRest = names.length > shown.length;
  const heads = hasRest ? [...shown, REST] : shown;
  return textTable(
    [{ head }, ...heads.map((name) => ({ head: shorten(name, 14), align: 'right' as const }))],
    tables.map(({ result, parts }, index) => {
      const perToken = (value: number): string =>
        quantity(result.time.tokens > 0 ? value / result.time.tokens : undefined, dimension);
      const cells = shown.map((name) => (parts.has(name) ? perToken(parts.get(name) ?? 0) : NONE));
      const rest = names.filter((name) => !shown.includes(name));
      const restSum = rest.reduce((sum, name) => sum + (parts.get(name) ?? 0), 0);
      return [labels[index] ?? '', ...cells, ...(hasRest ? [perToken(restSum)] : [])];
    }),
  );
}

function total(parts: ReadonlyMap<string, number>): number {
  return [...parts.values()].reduce((sum, value) => sum + value, 0);
}

/** In a sweep the path that varies is said once, above the values. */
function labelsOf(runs: readonly LabelledResult[]): {
  readonly head: string;
  readonly names: readonly string[];
} {
  const sweep = sweepOf(runs);
  if (sweep === undefined) return { head: 'run', names: runs.map(({ label }) => shorten(label, LABEL)) };
  const last = sweep.path.split('.').slice(-2).join('.');
  return { head: shorten(last, LABEL), names: sweep.written.map((text) => shorten(text, LABEL)) };
}
