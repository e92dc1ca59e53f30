import { clean, compact, NONE, plain } from '../format.ts';
import { textStyle } from '../text/style.ts';
import type { ColourOptions } from '../text/style.ts';
import { textTable } from '../text/table.ts';
import type { ValidationBound, ValidationReport, ValidationRow } from './validation-report.ts';

/** The errors of a validation as a table, and the rates that it ran at. */
export function validationText(
  { rows, rates }: ValidationReport,
  { colour = false }: ColourOptions = {},
): string {
  const style = textStyle(colour);
  const table = textTable(
    [
      { head: 'peer' },
      { head: 'figures' },
      { head: 'cases', align: 'right' },
      { head: 'median', align: 'right' },
      { head: 'p95', align: 'right' },
      { head: 'worst', align: 'right' },
      { head: 'bound' },
      { head: 'within', align: 'right' },
      { head: 'holds' },
    ],
    rows.map((row) => [
      clean(row.peer),
      clean(row.group),
      plain(row.cases),
      share(row.median),
      share(row.p95),
      share(row.worst),
      row.bounds.map(boundText).join('; ') || NONE,
      row.bounds.map(({ cases }) => plain(cases)).join('; ') || NONE,
      row.holds === undefined ? NONE : row.holds ? 'yes' : style.warning('no'),
    ]),
  );
  const off = rows.filter(({ holds }) => holds === false);
  const failed = off.map(
    (row) => `${clean(row.peer)} ${clean(row.group)}: ${share(row.worst)} off in ${clean(row.worstCase)}`,
  );
  const speeds = Object.entries(rates).map(([name, { unit, perSecond }]) => [
    clean(name),
    `${compact(Number(perSecond.toPrecision(3)))} ${unit}/s`,
  ]);
  const sections = [
    rows.length === 0 ? 'No case.' : table,
    verdict(rows),
    failed.join('\n'),
    speeds.length === 0
      ? ''
      : textTable([{ head: 'per second of processor time' }, { head: '', align: 'right' }], speeds),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function verdict(rows: readonly ValidationRow[]): string {
  const bounded = rows.filter(({ holds }) => holds !== undefined);
  const held = bounded.filter(({ holds }) => holds === true).length;
  if (bounded.length === 0) return '';
  return held === bounded.length
    ? `All ${held} bounded groups hold.`
    : `${held} of ${bounded.length} bounded groups hold.`;
}

function boundText({ within, of }: ValidationBound): string {
  const size = within === 0 ? 'exact' : `${plain(within * 100)} %`;
  return of === 1 ? size : `${size} on ${plain(of * 100)} %`;
}

/** An error in per cent: what is exact is a plain 0. */
function share(value: number): string {
  if (value === 0) return '0';
  if (value < 5e-5) return '<0.01 %';
  return `${(value * 100).toFixed(2)} %`;
}
