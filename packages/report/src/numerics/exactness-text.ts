import { clean, plain, plural } from '../format.ts';
import { dataJson } from '../json.ts';
import { textStyle } from '../text/style.ts';
import type { ColourOptions } from '../text/style.ts';
import { textTable } from '../text/table.ts';
import type { ExactnessReport } from './exactness.ts';

/** Vectors, how many were compared and how many are wrong, by file, format and operation. */
export function exactnessText(report: ExactnessReport, { colour = false }: ColourOptions = {}): string {
  const style = textStyle(colour);
  const { rows, compared, wrong, missing, skipped } = report;
  const table = textTable(
    [
      { head: 'vectors' },
      { head: 'format' },
      { head: 'operation' },
      { head: 'compared', align: 'right' },
      { head: 'wrong', align: 'right' },
    ],
    rows.map((row) => [
      clean(row.file),
      clean(row.format),
      clean(row.operation),
      plain(row.compared),
      row.wrong === 0 ? '0' : style.warning(plain(row.wrong)),
    ]),
  );
  const failed = rows.flatMap(({ file, format, operation, firstWrong }) =>
    firstWrong === undefined ? [] : [clean(`${file} ${format} ${operation}: ${firstWrong}`)],
  );
  const all = plural(compared, 'result');
  const sections = [
    rows.length === 0 ? 'Nothing was compared.' : table,
    rows.length === 0
      ? ''
      : wrong === 0
        ? `All ${all} equal the reference bit for bit.`
        : `${plain(wrong)} of ${all} ${wrong === 1 ? 'differs' : 'differ'} from the reference.`,
    failed.join('\n'),
    missing.length === 0 ? '' : `Not there: ${missing.map(clean).join(', ')}.`,
    skipped.length === 0 ? '' : `No vectors of numerics: ${skipped.map(clean).join(', ')}.`,
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

/** A validation as JSON, the same to the byte each time. */
export function exactnessJson(report: ExactnessReport): string {
  return dataJson(report, 'validation');
}
