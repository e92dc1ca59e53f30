import { barChart } from '../charts/bar-chart.ts';
import { lineChart } from '../charts/line-chart.ts';
import { assignColours, COLOURS } from '../charts/palette.ts';
import { clean, plain } from '../format.ts';
import { escapeHtml } from '../html/escape.ts';
import { FULL_WIDTH } from '../html/figures.ts';
import { htmlPage } from '../html/page.ts';
import { figure, htmlTable, legend, section } from '../html/parts.ts';
import type { NumberErrors, TensorFormats } from './number-errors.ts';
import {
  barShare,
  ERROR_HEADS,
  errorCells,
  errorNotes,
  mostDecibels,
  tensorText,
} from './number-errors-text.ts';
import { decibelText } from './number-text.ts';
import { tradeChart } from './trade-chart.ts';

/** Tensors whose errors are drawn; of more, tables alone. */
const MOST_DRAWN = 8;
/** More lines than colours cannot be told apart. */
const MOST_LINES = COLOURS.series.length;

/** The errors of formats as a page of its own: SQNR, what it costs in bits, where in the range errors are, the table. */
export function numberErrorsHtml(errors: NumberErrors): string {
  const parts = errors.tensors.map((tensor, index) =>
    section(clean(tensor.tensor), tensorPart(tensor, index, index < MOST_DRAWN)),
  );
  const title = `Number formats on ${clean(errors.source)}`;
  const how =
    `Rounding ${errors.rounding}, ${errors.overflow} beyond the largest value. SQNR is the signal-to-quantisation-noise ratio: ` +
    'every bit more is worth about 6 dB.';
  return htmlPage(
    title,
    `<header><h1>${escapeHtml(title)}</h1><p class="faint">${escapeHtml(how)}</p></header>\n${parts.join('\n')}`,
  );
}

function tensorPart(tensor: TensorFormats, index: number, isDrawn: boolean): string {
  const { formats } = tensor;
  const colours = assignColours(formats.map(({ format }) => format));
  const table = htmlTable(
    ERROR_HEADS.map((head, column) => ({ head, isNumber: column > 1 })),
    formats.map((each) => errorCells(each, tensor.elements)),
  );
  const notes = errorNotes(tensor).map((note) => `<p>${escapeHtml(note)}</p>`);
  return [
    `<p>${escapeHtml(tensorText(tensor))}</p>`,
    table,
    ...notes,
    ...(isDrawn && formats.length > 0
      ? [
          ratioFigure(tensor, index, colours),
          tradeFigure(tensor, index, colours),
          magnitudeFigure(tensor, index, colours),
        ]
      : []),
  ].join('\n');
}

type Colours = ReadonlyMap<string, string>;

function ratioFigure(tensor: TensorFormats, index: number, colours: Colours): string {
  const most = mostDecibels(tensor);
  return figure({
    svg: barChart({
      frame: { id: `sqnr-${index}`, title: 'SQNR of each format', width: FULL_WIDTH },
      rows: tensor.formats.map((each) => ({
        label: each.format,
        values: tensor.formats.map((other) =>
          other === each ? barShare(each, most) * (most > 0 ? most : 1) : 0,
        ),
        note: `${decibelText(each.sqnr, each.isExact)}, ${plain(each.bitsPerElement)} bits`,
      })),
      series: tensor.formats.map(({ format }) => ({ colour: colours.get(format) ?? COLOURS.grey })),
      axisName: 'SQNR (dB)',
    }),
    caption:
      'SQNR of each format, and the bits that an element takes with its share of scales; more is better.',
  });
}

function tradeFigure(tensor: TensorFormats, index: number, colours: Colours): string {
  const points = tensor.formats.flatMap(({ format, bitsPerElement, sqnr }) =>
    sqnr === undefined
      ? []
      : [
          {
            name: format,
            bits: bitsPerElement,
            decibels: Math.max(0, sqnr),
            colour: colours.get(format) ?? COLOURS.grey,
          },
        ],
  );
  if (points.length < 2) return '';
  return figure({
    svg: tradeChart(
      { id: `trade-${index}`, title: 'SQNR over bits an element', width: FULL_WIDTH, height: 340 },
      points,
    ),
    legend: legend(points.map(({ name, colour }) => [clean(name), colour] as const)),
    caption: 'What bits buy: the further up and to the left, the better the format suits these values.',
  });
}

function magnitudeFigure(
  { exponents, counts, formats }: TensorFormats,
  index: number,
  colours: Colours,
): string {
  if (exponents.length < 2) return '';
  const drawn = formats.slice(0, MOST_LINES);
  return figure({
    svg: lineChart({
      frame: { id: `magnitude-${index}`, title: 'Error by magnitude', width: FULL_WIDTH, height: 320 },
      lines: drawn.map(({ format, relative }) => ({
        points: exponents.map((_, at): readonly [number, number] => [at, (relative[at] ?? 0) * 100]),
        colour: colours.get(format) ?? COLOURS.grey,
      })),
      xName: 'magnitude of the value',
      yName: 'error in % of the value',
      hasMarks: true,
      isCount: true,
      // Counted from the least, so that the axis upwards stands at its end.
      xTick: (value) => `2^${value + (exponents[0] ?? 0)}`,
    }),
    legend: legend(drawn.map(({ format }) => [clean(format), colours.get(format) ?? COLOURS.grey] as const)),
    caption:
      'Where in their range formats err: root mean square of the errors of values from one power of two to the next, as a share of ' +
      'that of the values. At 100 % nothing of them is kept.',
    table: htmlTable(
      [
        { head: 'from' },
        { head: 'values', isNumber: true },
        ...drawn.map(({ format }) => ({ head: clean(format), isNumber: true })),
      ],
      exponents.map((exponent, at) => [
        `2^${exponent}`,
        plain(counts[at]),
        ...drawn.map(({ relative }) => `${((relative[at] ?? 0) * 100).toPrecision(3)} %`),
      ]),
    ),
  });
}
