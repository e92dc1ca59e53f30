import Table from 'cli-table3';

export interface TextColumn {
  readonly head: string;
  readonly align?: 'left' | 'right';
}

// A rule below the head and two spaces between columns: what is compared stands close together.
const CHARS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '─',
  'mid-mid': '──',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;

/**
 * A table of text with a rule below its head. Cells are taken as they are: names must have been cleaned. A cell may hold
 * ANSI colours, which take no room.
 */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map((column) => column.head),
    colAligns: columns.map((column) => column.align ?? 'left'),
    chars: CHARS,
    // Colours of its own would depend on the terminal that the process has.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
