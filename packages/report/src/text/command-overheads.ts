import type { Result } from '@systole/replay';
import { overheadTables } from '../overhead-tables.ts';
import { plain, shorten } from '../format.ts';
import type { Canvas } from './sections.ts';
import { textTable } from './table.ts';

const MOST_VARIANTS = 6;
const NAME = 10;

/** A column for each set of overheads, with the time of a step and the shares of what it was spent on; empty where there are none. */
export function commandOverheadsText(result: Result, { style }: Canvas): string {
  const tables = overheadTables(result).map(({ memory, step, variants, rows }) => {
    const shown = variants.slice(0, MOST_VARIANTS);
    const more = variants.length - shown.length;
    const table = textTable(
      [
        { head: shorten(memory, 16) },
        ...shown.map((name) => ({ head: shorten(name, NAME), align: 'right' as const })),
      ],
      rows.map(({ name, cells }) => [shorten(name, 16), ...cells.slice(0, MOST_VARIANTS)]),
    );
    const note = `Step ${plain(step)} again with the same mapping${more > 0 ? `; ${plain(more)} more sets of overheads` : ''}`;
    return `${table}\n${style.faint(note)}`;
  });
  return tables.join('\n\n');
}
