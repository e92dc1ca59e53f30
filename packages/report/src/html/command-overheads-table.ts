import type { Result } from '@systole/replay';
import { clean, plain } from '../format.ts';
import { overheadTables } from '../overhead-tables.ts';
import { escapeHtml } from './escape.ts';
import { details, htmlTable } from './parts.ts';

/** The step of each memory that computes under several sets of overheads, and where those come from; empty where there are none. */
export function commandOverheadsTable(result: Result): string {
  const sources = result.commandOverheads ?? [];
  return overheadTables(result)
    .map(({ memory, step, variants, rows }, index) => {
      const table = htmlTable(
        [{ head: memory }, ...variants.map((head) => ({ head, isNumber: true }))],
        rows.map(({ name, cells }) => [name, ...cells]),
      );
      const told = (sources[index]?.variants ?? []).map(({ name, help, source }) => [
        clean(name),
        help,
        source === undefined
          ? ''
          : [source.source, source.note].filter((text) => text !== undefined).join('; '),
        source?.confidence ?? '',
      ]);
      const list = htmlTable(
        [{ head: 'overheads' }, { head: 'what they are' }, { head: 'source' }, { head: 'confidence' }],
        told,
      );
      const about =
        `Step ${plain(step)} again, with the same mapping, on ${memory} with the ideal stream of rows, as configured, and with ` +
        'the overheads of published devices: its time, and the share of what it was spent on.';
      return `<p>${escapeHtml(about)}</p>${table}${details('Where the overheads come from', list)}`;
    })
    .join('\n');
}
