import { clean, NONE, shorten } from '../format.ts';
import { textStyle } from '../text/style.ts';
import type { ColourOptions, TextStyle } from '../text/style.ts';
import { textTable } from '../text/table.ts';
import type { Change } from './change.ts';
import type { ResultDiff } from './result-diff.ts';
import { changeCells, changeTables, partingSentence, totalRows } from './tables.ts';
import type { ChangeTable, FigureKind } from './tables.ts';

const NAME = 36;
const INPUT = 32;
const INPUTS = 24;
const ROWS = 8;

/**
 * What changed from one result to another, for a terminal: inputs that are not the same, totals, where they part, and the
 * biggest changes by operator, reason, component and action, each before, after, absolute and relative. Results that are
 * equal to the byte are said to be so, in one line.
 */
export function diffText(diff: ResultDiff, options: ColourOptions = {}): string {
  const style = textStyle(options.colour ?? false);
  const title = style.title(`${clean(diff.before)} → ${clean(diff.after)}`);
  if (diff.isEqual) return `${title}\nThe results are equal to the byte.\n`;
  const sections = [
    title,
    section(style, 'Not the same in what went in', inputsText(diff)),
    changesTable('', totalRows(diff)),
    clean(partingSentence(diff)),
    ...changeTables(diff).map((table) => section(style, table.title, tableText(table))),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function section(style: TextStyle, title: string, inner: string): string {
  return inner === '' ? '' : `${style.title(title)}\n${inner}`;
}

function inputsText({ inputs }: ResultDiff): string {
  if (inputs.length === 0)
    return 'Nothing: the same inputs gave other figures, so the versions of Systole differ.';
  const shown = inputs.slice(0, INPUTS);
  const table = textTable(
    [{ head: '' }, { head: 'before' }, { head: 'after' }],
    shown.map(({ name, before, after }) => [
      shorten(name, NAME),
      shorten(before ?? NONE, INPUT),
      shorten(after ?? NONE, INPUT),
    ]),
  );
  const more = inputs.length - shown.length;
  return more === 0 ? table : `${table}\nand ${more} more (--json has them all)`;
}

function tableText({ what, kind, changes }: ChangeTable): string {
  const moved = changes.filter(({ change }) => change !== 0);
  if (moved.length === 0) return '';
  const more = moved.length - ROWS;
  const table = changesTable(
    what,
    moved.slice(0, ROWS).map((change) => [kind, change] as const),
  );
  return more > 0 ? `${table}\nand ${more} smaller ${more === 1 ? 'change' : 'changes'}` : table;
}

function changesTable(what: string, rows: readonly (readonly [FigureKind, Change])[]): string {
  const numbers = ['before', 'after', 'change', 'relative'];
  return textTable(
    [{ head: what }, ...numbers.map((head) => ({ head, align: 'right' as const }))],
    rows.map(([kind, change]) => [shorten(change.name, NAME), ...changeCells(kind, change)]),
  );
}
