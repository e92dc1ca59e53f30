import { SystoleError } from '@systole/core';
import type { Result } from '@systole/replay';
import { confidenceTotals, workloadFacts } from './breakdown.ts';
import { numericalErrorText } from './functional/numerical-error-text.ts';
import { clean, compact, cycles, percent, plain, plural, quantity, shareOf, shorten } from './format.ts';
import { commandOverheadsText } from './text/command-overheads.ts';
import {
  actionsText,
  componentsText,
  criticalPathText,
  operatorsText,
  placementText,
} from './text/sections.ts';
import type { Canvas } from './text/sections.ts';
import { textStyle } from './text/style.ts';
import type { ColourOptions } from './text/style.ts';
import { textTable } from './text/table.ts';
import { tiersText } from './text/tiers.ts';

export interface ReportTextOptions extends ColourOptions {
  /** Columns of the terminal: 110 by default. Tables need 80; bars and explanations take what is left. */
  readonly width?: number;
}

const WIDTH = 110;
const LEAST_WIDTH = 80;
const WEAK_NAMES = 6;
const MOST_IMPROVEMENTS = 3;

/**
 * The report of a run for a terminal: headline, time and energy per token, what bounded the run, components, operators,
 * energy by action, placement, and how sure the figures are. About 75 lines; the least important rows of a long
 * table are added up as `other`. Throws `SystoleError` for a width that is not a whole number above zero.
 */
export function reportText(result: Result, options: ReportTextOptions = {}): string {
  const width = options.width ?? WIDTH;
  if (!Number.isSafeInteger(width) || width < 1) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `expected a width in columns, got ${width}`,
      hint: `Try ${WIDTH}.`,
    });
  }
  const canvas = { width: Math.max(width, LEAST_WIDTH), style: textStyle(options.colour ?? false) };
  const sections = [
    headline(result, canvas),
    figures(result),
    section('Where the time went', criticalPathText(result, canvas), canvas),
    improvements(result, canvas),
    section('In-memory command overheads', commandOverheadsText(result, canvas), canvas),
    section('Components', componentsText(result, canvas), canvas),
    section('Operators', operatorsText(result, canvas), canvas),
    section('Energy by action', actionsText(result, canvas), canvas),
    section('Placement', placementText(result, canvas), canvas),
    section('Tiers', tiersText(result, canvas), canvas),
    section('Numerical error', numericalErrorText(result, canvas), canvas),
    confidence(result, canvas),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function section(title: string, body: string, { style }: Canvas): string {
  return body === '' ? '' : `${style.title(title)}\n${body}`;
}

/** Breaks a list of phrases into lines of at most `width` columns; a line that goes on ends with a comma. */
function wrap(phrases: readonly string[], width: number): string {
  const lines: string[] = [];
  for (const [index, phrase] of phrases.entries()) {
    const text = index < phrases.length - 1 ? `${phrase},` : phrase;
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + text.length > width) lines.push(text);
    else lines[lines.length - 1] = `${line} ${text}`;
  }
  return lines.join('\n');
}

function headline(result: Result, { width, style }: Canvas): string {
  const { chip, workload, mapping } = result;
  const model = workload.model === undefined ? '' : ` · ${shorten(workload.model, 30)}`;
  const size = workload.parameters === undefined ? '' : ` (${compact(workload.parameters)} parameters)`;
  const title = `${shorten(chip.name, 30)} · ${shorten(workload.name, 30)}${model}${size}`;
  const facts = [
    ...workloadFacts(result).map(([name, value]) => `${name} ${clean(String(value))}`),
    `mapping ${shorten(mapping.name, 30)}`,
    `clock ${quantity(chip.clockHz, 'frequency')}`,
    `inputs ${shorten(result.inputsHash, 16)}`,
  ];
  const summary = chip.summary === '' ? '' : `${shorten(chip.summary, width)}\n`;
  return `${style.title(shorten(title, width))}\n${style.faint(`${summary}${wrap(facts, width)}`)}`;
}

function figures(result: Result): string {
  const { time, energy } = result;
  const mean = time.meanDecode ?? time.mean;
  const row = (name: string, span: { ps: number; cycles: number }, other: readonly string[]): string[] => [
    name,
    quantity(span.ps, 'time'),
    cycles(span.cycles),
    ...other,
  ];
  return textTable(
    [
      { head: '' },
      { head: 'time', align: 'right' },
      { head: 'cycles', align: 'right' },
      { head: '   rate and energy' },
      { head: '', align: 'right' },
    ],
    [
      row('first token', time.first, ['   tokens per second', plain(time.tokensPerSecond)]),
      row(time.meanDecode === undefined ? 'mean per step' : 'mean later token', mean, [
        '   energy per token',
        quantity(energy.perTokenFj, 'energy'),
      ]),
      row('last token', time.last, ['   total energy', quantity(energy.totalFj, 'energy')]),
      row(`total, ${plural(time.tokens, 'token')}`, time.total, [
        '   of which static',
        percent(shareOf(energy.staticFj, energy.totalFj)),
      ]),
      [plural(time.steps, 'step'), '', '', '   average power', quantity(energy.averageWatts, 'power')],
    ],
  );
}

/** The three components whose infinite speed would gain most. */
function improvements({ bounds }: Result, { width }: Canvas): string {
  const worth = bounds.components.filter(({ gain }) => gain > 0).slice(0, MOST_IMPROVEMENTS);
  if (worth.length === 0) return '';
  const named = worth.map(({ component, gain }) => `${shorten(component, 20)} ${percent(gain)}`);
  return wrap(
    [
      `To improve first, with what step ${bounds.step} would gain at most: ${named[0] ?? ''}`,
      ...named.slice(1),
    ],
    width,
  );
}

function confidence(result: Result, { style, width }: Canvas): string {
  const totals = confidenceTotals(result);
  const weak = result.accuracy.flatMap((note) =>
    note.weak.map(
      (figure) =>
        `${shorten(note.component, 16)}.${shorten(figure.parameter, 24)} = ${shorten(figure.value, 20)}` +
        (figure.source === undefined ? '' : ` (${figure.source.confidence})`),
    ),
  );
  const errors = result.accuracy.flatMap((note) =>
    note.fastErrorShare === undefined
      ? []
      : [`${shorten(note.component, 16)} within ${percent(note.fastErrorShare)}`],
  );
  const lines: string[] = [];
  if (totals.length > 0) {
    const counts = totals.map(([name, count]) => `${plain(count)} ${clean(name)}`);
    lines.push(wrap([`Sources of the figures: ${counts.join(', ')}.`], width));
  }
  if (weak.length > 0) {
    const shown = weak.slice(0, WEAK_NAMES);
    const more = weak.length - shown.length;
    const list = more > 0 ? [...shown, `${more} more`] : shown;
    lines.push(style.warning(wrap([`To be checked: ${list[0] ?? ''}`, ...list.slice(1)], width)));
  }
  const detailed = result.accuracy.filter(({ level }) => level === 'detailed');
  if (detailed.length > 0) {
    const names = detailed.map(({ component }) => shorten(component, 16));
    lines.push(wrap([`At level detailed: ${names[0] ?? ''}`, ...names.slice(1)], width));
  }
  if (errors.length > 0) {
    lines.push(wrap([`Fast level against detailed: ${errors[0] ?? ''}`, ...errors.slice(1)], width));
  }
  return lines.join('\n');
}
