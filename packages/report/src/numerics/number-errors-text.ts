import { csv } from '../csv.ts';
import { clean, NONE, plain, plural } from '../format.ts';
import { dataJson } from '../json.ts';
import { textBar } from '../text/bar.ts';
import { textStyle } from '../text/style.ts';
import type { ColourOptions } from '../text/style.ts';
import { textTable } from '../text/table.ts';
import type { FormatError, NumberErrors, TensorFormats } from './number-errors.ts';
import { decibelText, shortText } from './number-text.ts';

const BAR = 24;

export const ERROR_HEADS = [
  'format',
  'scale',
  'bits',
  'SQNR dB',
  'max error',
  'mean error',
  'cosine',
  'saturated',
  'to zero',
  'not finite',
] as const;

/** The figures of a format under `ERROR_HEADS`. */
export function errorCells(each: FormatError, elements: number): readonly string[] {
  // Where no element is a finite number there is nothing to compare.
  const isMeasured = each.notFinite < elements || elements === 0;
  return [
    clean(each.format),
    clean(each.scale),
    plain(each.bitsPerElement),
    decibelText(each.sqnr, each.isExact),
    ...(isMeasured ? [shortText(each.maximum), shortText(each.mean), cosineText(each)] : [NONE, NONE, NONE]),
    plain(each.saturated),
    plain(each.toZero),
    plain(each.notFinite),
  ];
}

/** What is near one is shown by how far it is from it. */
function cosineText({ cosine, isExact }: FormatError): string {
  if (isExact || cosine === 1) return '1';
  return cosine > 0.999 ? `1 - ${(1 - cosine).toExponential(1)}` : cosine.toFixed(4);
}

/** `weight, 4,096 x 4,096 values up to 3.1`. */
export function tensorText({ tensor, shape, elements, largest, rootMeanSquare }: TensorFormats): string {
  return (
    `${clean(tensor)} · ${shape.length === 0 ? 'a scalar' : shape.join(' x ')}, ${plural(elements, 'value')}, ` +
    `largest ${shortText(largest)}, root mean square ${shortText(rootMeanSquare)}`
  );
}

/** What a reader has to know beside the table. */
export function errorNotes({ notANumber, infinite, formats }: TensorFormats): readonly string[] {
  const blocks = formats.flatMap(({ format, clampedScales, poisonedBlocks }) => [
    ...(clampedScales === 0
      ? []
      : [`${clean(format)}: ${plural(clampedScales, 'scale')} beyond the range of scales.`]),
    ...(poisonedBlocks === 0
      ? []
      : [`${clean(format)}: ${plural(poisonedBlocks, 'block')} with NaN or infinity became NaN.`]),
  ]);
  return notANumber + infinite === 0
    ? blocks
    : [`The tensor has ${plain(notANumber)} NaN and ${plain(infinite)} infinities.`, ...blocks];
}

/** The errors of formats on tensors as tables with bars. */
export function numberErrorsText(errors: NumberErrors, { colour = false }: ColourOptions = {}): string {
  const style = textStyle(colour);
  const sections = errors.tensors.flatMap((tensor) => {
    const most = mostDecibels(tensor);
    const table = textTable(
      [
        ...ERROR_HEADS.map((head, index) => ({
          head,
          align: index < 2 ? ('left' as const) : ('right' as const),
        })),
        { head: '' },
      ],
      tensor.formats.map((each) => [
        ...errorCells(each, tensor.elements),
        style.bar(textBar(barShare(each, most), BAR)),
      ]),
    );
    const notes = errorNotes(tensor);
    return [
      `${style.title(tensorText(tensor))}\n\n${table}`,
      ...(notes.length === 0 ? [] : [notes.join('\n')]),
    ];
  });
  const how = `${clean(errors.source)}; rounding ${errors.rounding}, ${errors.overflow} beyond the largest value. Bits are those of an element with its share of scales.`;
  return `${[...sections, how].join('\n\n')}\n`;
}

/** The largest SQNR that is drawn: an exact format has the same bar as the best of the others. */
export function mostDecibels({ formats }: TensorFormats): number {
  return formats.reduce((most, { sqnr }) => Math.max(most, sqnr ?? 0), 0);
}

/** The length of a bar as a share of the longest. */
export function barShare({ sqnr, isExact }: FormatError, most: number): number {
  if (isExact) return 1;
  return sqnr === undefined || most <= 0 ? 0 : Math.max(0, sqnr / most);
}

const CSV_HEADS = [
  'tensor',
  'elements',
  'format',
  'scale',
  'bits per element',
  'exact',
  'SQNR (dB)',
  'maximum',
  'mean',
  'root mean square',
  'bias',
  'cosine',
  'saturated',
  'to zero',
  'not finite',
  'clamped scales',
  'poisoned blocks',
] as const;

/** One row for each tensor and format. */
export function numberErrorsCsv({ tensors }: NumberErrors): string {
  return csv(
    CSV_HEADS,
    tensors.flatMap(({ tensor, elements, formats }) =>
      formats.map((each) => [
        tensor,
        elements,
        each.format,
        each.scale,
        each.bitsPerElement,
        each.isExact ? 1 : 0,
        each.sqnr,
        each.maximum,
        each.mean,
        each.rootMeanSquare,
        each.bias,
        each.cosine,
        each.saturated,
        each.toZero,
        each.notFinite,
        each.clampedScales,
        each.poisonedBlocks,
      ]),
    ),
  );
}

/** Errors as JSON with sorted keys, the same to the byte each time. */
export function numberErrorsJson(errors: NumberErrors): string {
  return dataJson(errors, 'errors');
}
