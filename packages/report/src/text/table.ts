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

const GAP = 2;
const LEAST_LAST = 24;

/**
 * A table of text with a rule below its head. Cells are taken as they are: names must have been cleaned. A cell may hold
 * ANSI colours, which take no room. With `width`, the last column is wrapped so that the table fits; its cells
 * must then be without colours.
 */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  width?: number,
): string {
  const last = width === undefined ? undefined : roomForLast(columns, rows, width);
  const table = new Table({
    head: columns.map((column) => column.head),
    colAligns: columns.map((column) => column.align ?? 'left'),
    chars: CHARS,
    ...(last === undefined ? {} : { colWidths: [...columns.slice(1).map(() => null), last], wordWrap: true }),
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

function roomForLast(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): number {
  const widths = columns.map((column, index) =>
    Math.max(column.head.length, ...rows.map((row) => [...(row[index] ?? '')].length)),
  );
  const others = widths.slice(0, -1).reduce((sum, each) => sum + each + GAP, 0);
  return Math.min(Math.max(width - others, LEAST_LAST), Math.max(widths.at(-1) ?? 0, 1));
}
