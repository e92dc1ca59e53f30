import { csv } from '../csv.ts';
import { clean, NONE } from '../format.ts';
import { dataJson } from '../json.ts';
import { textTable } from '../text/table.ts';
import type { ConvertedNeighbour, NumberConversion, NumberConversions } from './number-conversion.ts';
import { exactText, hexText, shortText } from './number-text.ts';

/** Conversions as a table. */
export function numberConversionText({ conversions, rounding, overflow, notes }: NumberConversions): string {
  const hasScale = conversions.some(({ scale }) => scale !== undefined);
  const table = textTable(
    [
      { head: 'of', align: 'right' },
      { head: 'format' },
      { head: 'code', align: 'right' },
      { head: 'fields' },
      ...(hasScale ? [{ head: 'scale', align: 'right' as const }] : []),
      { head: 'value', align: 'right' },
      { head: 'error', align: 'right' },
      { head: 'of it', align: 'right' },
      { head: 'next below', align: 'right' },
      { head: 'next above', align: 'right' },
    ],
    conversions.map((each) => [
      clean(each.typed),
      clean(each.format),
      hexText(each.code, Math.ceil(each.bits / 4)),
      each.fields.map(({ bits }) => bits).join(' '),
      ...(hasScale ? [each.scale === undefined ? NONE : exactText(each.scale)] : []),
      `${exactText(each.value)}${each.isBeyond ? ' (beyond)' : ''}`,
      errorText(each),
      relativeText(each),
      neighbourText(each.below, each.bits),
      neighbourText(each.above, each.bits),
    ]),
  );
  const how = `Rounding ${rounding}, ${overflow} beyond the largest value.`;
  return `${[table, [how, ...notes.map(clean)].join('\n')].join('\n\n')}\n`;
}

function errorText({ error }: NumberConversion): string {
  if (error === undefined) return NONE;
  return error === 0 ? 'exact' : `${error > 0 ? '+' : ''}${shortText(error)}`;
}

function relativeText({ error, relative }: NumberConversion): string {
  if (relative === undefined || error === 0) return NONE;
  return relative < 5e-5 ? shortText(relative) : `${(relative * 100).toFixed(2)} %`;
}

function neighbourText(neighbour: ConvertedNeighbour | undefined, bits: number): string {
  if (neighbour === undefined) return NONE;
  return `${exactText(neighbour.value)} ${hexText(neighbour.code, Math.ceil(bits / 4))}`;
}

export function numberConversionCsv({ conversions }: NumberConversions): string {
  const cell = (value: NumberConversion['value']): string | number =>
    typeof value === 'number' ? value : exactText(value);
  return csv(
    ['typed', 'input', 'format', 'code', 'scale', 'value', 'error', 'relative', 'below', 'above', 'beyond'],
    conversions.map((each) => [
      each.typed,
      cell(each.input),
      each.format,
      each.code,
      each.scale,
      cell(each.value),
      each.error,
      each.relative,
      each.below === undefined ? undefined : cell(each.below.value),
      each.above === undefined ? undefined : cell(each.above.value),
      each.isBeyond ? 1 : 0,
    ]),
  );
}

/** Conversions as JSON with sorted keys. */
export function numberConversionJson(conversions: NumberConversions): string {
  return dataJson(conversions, 'conversions');
}
