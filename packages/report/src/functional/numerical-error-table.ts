import type { Result } from '@systole/replay';
import { escapeHtml } from '../html/escape.ts';
import { htmlTable } from '../html/parts.ts';
import { errorRows, formatNotes, outcomePhrases } from './numerical-error-rows.ts';

/** What number formats cost in accuracy, for a page; empty where nothing was computed on tensors. */
export function numericalErrorTable(result: Result): string {
  const { numericalError } = result;
  if (numericalError === undefined) return '';
  const table = htmlTable(
    [
      { head: 'operator' },
      { head: 'unit' },
      { head: 'SQNR', isNumber: true },
      { head: 'alone', isNumber: true },
      { head: 'largest error', isNumber: true },
      { head: 'cosine', isNumber: true },
      { head: 'cycles', isNumber: true },
      { head: 'energy', isNumber: true },
      { head: 'of all' },
      { head: 'beyond range' },
    ],
    errorRows(result, numericalError).map((row) => [
      row.operator,
      row.units,
      row.sqnr,
      row.own,
      row.maxError,
      row.cosine,
      row.cycles,
      row.energy,
      row.kind,
      row.trouble,
    ]),
  );
  const notes = formatNotes(numericalError).map((note) => `<li>${escapeHtml(note)}</li>`);
  return `<p>${escapeHtml(outcomePhrases(result, numericalError).join('; '))}</p>${table}<ul class="faint">${notes.join('')}</ul>`;
}
