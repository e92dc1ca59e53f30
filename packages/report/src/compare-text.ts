import type { Result } from '@systole/replay';
import { biggestBound, mainRowHitRate, pathByComponent, REST, sumBy } from './breakdown.ts';
import { clean, NONE, percent, plain, quantity, ratio, shareOf, shorten } from './format.ts';
import { differences, referenceRun, sweepOf, timePerToken, unionOf } from './run.ts';
import type { LabelledResult } from './run.ts';
import { textStyle } from './text/style.ts';
import type { ColourOptions } from './text/style.ts';
import { textTable } from './text/table.ts';

const LABEL = 24;
const BREAKDOWN_COLUMNS = 6;

/**
 * Runs side by side, one a row: time to the first token, time and energy per token with their ratios to the first run,
 * and what bounded each; then the time on the critical path per token by component and by operator, where they part, and
 * the energy per token. Throws `SystoleError` without runs.
 */
export function compareText(results: readonly LabelledResult[], options: ColourOptions = {}): string {
  const style = textStyle(options.colour ?? false);
  const first = referenceRun(results);
  const { chip, workload, mapping } = first.result;
  const firstTime = timePerToken(first.result);
  const firstEnergy = first.result.energy.perTokenFj;
  const different = differences(results).map((text) => `different ${shorten(text, 100)}`);
  const { head, names } = labelsOf(results);
  const title = `${clean(chip.name)} · ${clean(workload.name)} · mapping ${clean(mapping.name)} (first run)`;
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
          : `${shorten(`${bound.component} ${bound.reason}`, 16)} ${percent(bound.share)}`,
        percent(mainRowHitRate(result)?.rate),
      ];
    }),
  );
  const sections = [
    [style.title(title), ...different].join('\n'),
    summary,
    `${style.title('Time per token by component')}\n${breakdown(results, pathByComponent, 'time')}`,
    `${style.title('Time per token by operator')}\n${breakdown(results, timeByOperator, 'time')}${partingOf(results)}`,
    `${style.title('Energy per token by component')}\n${breakdown(results, energyByComponent, 'energy')}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function timeByOperator(result: Result): ReadonlyMap<string, number> {
  return sumBy(
    result.operators,
    (operator) => operator.kind,
    (operator) => operator.ps,
  );
}

/** The kind of operator whose time per token differs most between the runs. */
function partingOf(runs: readonly LabelledResult[]): string {
  if (runs.length < 2) return '';
  const perToken = (result: Result, kind: string): number =>
    result.time.tokens > 0 ? (timeByOperator(result).get(kind) ?? 0) / result.time.tokens : 0;
  let most = { kind: '', least: 0, largest: 0 };
  for (const kind of unionOf(runs, (result) => timeByOperator(result).keys())) {
    const times = runs.map(({ result }) => perToken(result, kind));
    const [least, largest] = [Math.min(...times), Math.max(...times)];
    if (largest - least > most.largest - most.least) most = { kind, least, largest };
  }
  if (most.kind === '') return '';
  const span = `${quantity(most.least, 'time')} to ${quantity(most.largest, 'time')}`;
  return `\nThe runs part most at ${clean(most.kind)}: ${span} per token.`;
}

function energyByComponent(result: Result): ReadonlyMap<string, number> {
  return sumBy(
    result.components,
    (component) => component.name,
    (component) => component.totalFj,
  );
}

function breakdown(
  runs: readonly LabelledResult[],
  amounts: (result: Result) => ReadonlyMap<string, number>,
  dimension: 'time' | 'energy',
): string {
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
