import type { Result } from '@systole/replay';
import { plural, shorten } from '../format.ts';
import type { Canvas } from '../text/sections.ts';
import { textTable } from '../text/table.ts';
import { errorRows, formatNotes, outcomePhrases } from './numerical-error-rows.ts';

const ROWS = 24;
const NOTES = 8;

/** What number formats cost in accuracy, beside cycles and energy; empty where nothing was computed on tensors. */
export function numericalErrorText(result: Result, { width, style }: Canvas): string {
  const { numericalError } = result;
  if (numericalError === undefined) return '';
  const rows = errorRows(result, numericalError);
  const hasTrouble = rows.some(({ trouble }) => trouble !== '');
  const table = textTable(
    [
      { head: 'operator' },
      { head: 'unit' },
      { head: 'SQNR', align: 'right' },
      { head: 'alone', align: 'right' },
      { head: 'largest', align: 'right' },
      { head: 'cosine', align: 'right' },
      { head: 'cycles', align: 'right' },
      { head: 'energy', align: 'right' },
      { head: 'of all' },
      ...(hasTrouble ? [{ head: 'beyond range' }] : []),
    ],
    rows
      .slice(0, ROWS)
      .map((row) => [
        shorten(row.operator, 20),
        shorten(row.units, 16),
        row.sqnr,
        row.own,
        row.maxError,
        row.cosine,
        row.cycles,
        row.energy,
        shorten(row.kind, 20),
        ...(hasTrouble ? [row.trouble] : []),
      ]),
  );
  const notes = formatNotes(numericalError);
  const more = [
    ...(rows.length > ROWS ? [`and ${plural(rows.length - ROWS, 'operator')} more`] : []),
    ...notes.slice(0, NOTES).map((note) => shorten(note, width)),
    ...(notes.length > NOTES ? [`and ${plural(notes.length - NOTES, 'other way')} of computing`] : []),
  ];
  const phrases = outcomePhrases(result, numericalError).map((phrase) => shorten(phrase, width));
  return [...phrases, table, ...more.map((line) => style.faint(line))].join('\n');
}
