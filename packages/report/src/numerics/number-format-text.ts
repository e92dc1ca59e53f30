import { csv } from '../csv.ts';
import { clean, plain } from '../format.ts';
import { dataJson } from '../json.ts';
import { textStyle } from '../text/style.ts';
import type { ColourOptions } from '../text/style.ts';
import { textTable } from '../text/table.ts';
import type { CodeRow, FormatDescription, NumberFormatTable } from './number-format-table.ts';
import { exactText, hexText, powerText } from './number-text.ts';

/** A format as text: what it holds, how dense it is, its codes. */
export function numberFormatText(table: NumberFormatTable, { colour = false }: ColourOptions = {}): string {
  const style = textStyle(colour);
  const { format, codes, ranges, digits, notes } = table;
  const names = fieldNames(codes);
  const sections = [
    `${style.title(clean(format.name))} · ${about(format)}${
      format.summary === undefined
        ? ''
        : `\n${style.faint(clean(`${format.summary}: ${format.source ?? ''}`))}`
    }`,
    ranges.length === 0
      ? ''
      : textTable(
          [
            { head: 'positive values from', align: 'right' },
            { head: 'to', align: 'right' },
            { head: 'how many', align: 'right' },
            { head: 'step', align: 'right' },
          ],
          ranges.map(({ from, to, values, step, isRelative }) => [
            powerText(from),
            powerText(to),
            plain(values),
            isRelative ? `${powerText(step)} of the power of two` : powerText(step),
          ]),
        ),
    codes.length === 0
      ? ''
      : textTable(
          [
            { head: 'code', align: 'right' },
            ...names.map((head) => ({ head })),
            { head: 'value', align: 'right' },
          ],
          codes.map((row) => [
            hexText(row.code, digits),
            ...names.map((name) => row.fields.find((field) => field.name === name)?.bits ?? ''),
            exactText(row.value),
          ]),
        ),
    notes.map(clean).join('\n'),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function about({ family, bits, bitsPerElement, block, largest, smallest, nan }: FormatDescription): string {
  const range = `${powerText(smallest)} to ${powerText(largest)}`;
  if (block !== undefined) {
    return (
      `blocks of ${block.elements} elements ${block.element} under a scale ${block.scale}, ` +
      `${plain(bitsPerElement)} bits an element; elements ${range} of the scale`
    );
  }
  const special =
    nan === undefined
      ? ''
      : `, ${family === 'posit' ? 'NaR' : 'NaN'} is ${hexText(nan, Math.ceil(bits / 4))}`;
  return `${family}, ${bits} bits, magnitudes ${range}${special}`;
}

function fieldNames(codes: readonly CodeRow[]): readonly string[] {
  return [...new Set(codes.flatMap(({ fields }) => fields.map(({ name }) => name)))].sort(
    (a, b) => FIELDS.indexOf(a) - FIELDS.indexOf(b),
  );
}

const FIELDS = ['sign', 'regime', 'exponent', 'fraction', 'integer'];

/** Codes, and without any the ranges, as CSV. */
export function numberFormatCsv({ codes, ranges, digits }: NumberFormatTable): string {
  if (codes.length === 0) {
    return csv(
      ['from', 'to', 'values', 'step', 'relative'],
      ranges.map(({ from, to, values, step, isRelative }) => [from, to, values, step, isRelative ? 1 : 0]),
    );
  }
  const names = fieldNames(codes);
  return csv(
    ['code', 'hex', ...names, 'value'],
    codes.map((row) => [
      row.code,
      hexText(row.code, digits),
      ...names.map((name) => row.fields.find((field) => field.name === name)?.bits ?? ''),
      // A number of either sign is none of the formulas that a spreadsheet would run.
      typeof row.value === 'number' ? row.value : exactText(row.value),
    ]),
  );
}

/** A format as JSON with sorted keys. */
export function numberFormatJson(table: NumberFormatTable): string {
  return dataJson(table, 'table');
}
