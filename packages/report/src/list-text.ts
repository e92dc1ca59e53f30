import { clean, NONE, plain } from './format.ts';
import { textTable } from './text/table.ts';

/** One row of a list: values under the names of columns. */
export type ListRow = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Any rows as a table. The columns are the keys, in order of first appearance; a column of numbers is aligned to the
 * right. Missing values are dashes. No rows give an empty text.
 */
export function listText(rows: readonly ListRow[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (names.length === 0) return '';
  const columns = names.map((name) => {
    const isNumeric = rows.every((row) => row[name] === undefined || typeof row[name] === 'number');
    return { head: clean(name), align: isNumeric ? ('right' as const) : ('left' as const) };
  });
  const cell = (value: ListRow[string]): string => {
    if (value === undefined) return NONE;
    return typeof value === 'number' ? plain(value) : clean(String(value));
  };
  return `${textTable(
    columns,
    rows.map((row) => names.map((name) => cell(row[name]))),
  )}\n`;
}
