import type { ComponentDescription } from '@systole/chip';
import type { Source } from '@systole/core';
import { clean, NONE, percent, plain, sentence, shorten } from './format.ts';
import { textStyle } from './text/style.ts';
import type { ColourOptions } from './text/style.ts';
import { textTable } from './text/table.ts';
import type { TextColumn } from './text/table.ts';

const WIDTH = 120;

/**
 * A type of component for a terminal: its parameters with default, range and source, presets, ports, transactions, and what it
 * counts. 120 columns; long explanations are wrapped.
 */
export function describeComponentText(component: ComponentDescription, options: ColourOptions = {}): string {
  const style = textStyle(options.colour ?? false);
  const { fastError } = component;
  const head = [
    `${style.title(clean(component.type))} (${component.role}): ${clean(component.summary)}`,
    ...(component.inMemory === 'host' ? ['An in-memory compute unit can be attached.'] : []),
    ...(component.inMemory === 'unit' ? ['Can be attached to a memory.'] : []),
    ...(fastError === undefined
      ? []
      : [
          `The fast level is within ${percent(fastError.share)} of the detailed one: ${clean(fastError.basis)}.`,
        ]),
  ];
  const names = (...heads: readonly string[]): readonly TextColumn[] => heads.map((text) => ({ head: text }));
  const table = (
    title: string,
    columns: readonly TextColumn[],
    rows: readonly (readonly string[])[],
  ): string => (rows.length === 0 ? '' : `${style.title(title)}\n${textTable(columns, rows, WIDTH)}`);
  const sections = [
    head.join('\n'),
    table(
      'Parameters',
      names('parameter', 'default', 'unit', 'what it is, what it takes, where the default comes from'),
      component.parameters.map((parameter) => [
        shorten(parameter.name, 28),
        shorten(parameter.default ?? (parameter.required ? 'required' : NONE), 20),
        parameter.unit,
        `${sentence(parameter.help)} ${sentence(parameter.range)}${sourceText(parameter.source)}`,
      ]),
    ),
    table(
      'Presets',
      names('preset', 'what it is, and its source'),
      component.presets.map((preset) => [
        shorten(preset.name, 40),
        `${sentence(preset.help)}${sourceText(preset.source)}`,
      ]),
    ),
    table(
      'Ports',
      [{ head: 'port' }, { head: 'connections', align: 'right' }, { head: 'what it is' }],
      component.ports.map((port) => [shorten(port.name, 28), plain(port.connections), sentence(port.help)]),
    ),
    table(
      'Transactions',
      names('kind', 'formats', 'what it is, and its dimensions'),
      component.transactions.map((form) => [
        shorten(form.kind, 24),
        shorten(form.formats.join(' '), 30),
        [sentence(form.summary), ...form.dims.map((dim) => `${clean(dim.name)}: ${sentence(dim.help)}`)].join(
          ' ',
        ),
      ]),
    ),
    table(
      'Actions that cost energy',
      names('action', 'counted in', 'what it is'),
      component.actions.map((action) => [
        shorten(action.name, 28),
        shorten(action.unit, 16),
        `${sentence(action.help)}${sourceText(action.source)}`,
      ]),
    ),
    table(
      'Reasons for time',
      names('reason', 'what it is'),
      component.reasons.map(({ name, help }) => [shorten(name, 28), sentence(help)]),
    ),
    table(
      'Statistics',
      names('statistic', 'unit', 'what it is'),
      component.statistics.map(({ name, unit, help }) => [
        shorten(name, 28),
        shorten(unit, 16),
        sentence(help),
      ]),
    ),
    component.citations.length === 0
      ? ''
      : [style.title('Citations'), ...component.citations.map((text) => `  ${clean(text)}`)].join('\n'),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function sourceText(source: Source | undefined): string {
  if (source === undefined) return '';
  const note = source.note === undefined ? '' : `; ${clean(source.note)}`;
  return ` [${source.confidence}: ${clean(source.source)}${note}]`;
}
