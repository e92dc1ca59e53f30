import { formatQuantity, parseQuantity } from '@systole/units';
import type { Dimension } from '@systole/units';
import { shorten } from '../format.ts';
import { COLOURS } from './palette.ts';

/** Characters that are wider than others in every sans-serif typeface, ideographs among them. */
const WIDE = /[mwMW@%\u2e80-\u{3ffff}]/u;
const CAPITAL = /\p{Lu}/u;

/**
 * Pixels that a text of the usual size takes, estimated, since measuring would differ between machines: rather too many, as the wider
 * of the usual typefaces take, since what is beyond the edge is cut.
 */
export function textWidth(text: string): number {
  return [...text].reduce((sum, letter) => sum + (WIDE.test(letter) ? 12 : CAPITAL.test(letter) ? 9 : 8), 0);
}

export const FONT_SIZE = 12;

/** The unit that suits values up to `max` (in base units), and how many base units it is. */
export function axisUnit(
  max: number,
  dimension: Dimension,
): { readonly unit: string; readonly factor: number } {
  const shown = formatQuantity(Number.isFinite(max) && max > 0 ? max : 0, dimension);
  const unit = shown.slice(shown.indexOf(' ') + 1);
  const one = parseQuantity(`1 ${unit}`, dimension);
  return { unit, factor: one.ok ? one.value : 1 };
}

/** The look that all axes share. */
export const AXIS = {
  axisLine: { lineStyle: { color: COLOURS.faint } },
  axisTick: { show: false },
  axisLabel: { color: COLOURS.faint, fontSize: FONT_SIZE },
  nameTextStyle: { color: COLOURS.faint, fontSize: FONT_SIZE },
  nameLocation: 'middle' as const,
  nameMoveOverlap: false,
  splitLine: { lineStyle: { color: COLOURS.grid } },
};

/** Ends of axes, in units of a power of ten, and into how many parts each is divided. */
const NICE: readonly (readonly [end: number, parts: number])[] = [
  [1, 5],
  [1.2, 4],
  [1.5, 3],
  [2, 4],
  [2.5, 5],
  [3, 3],
  [4, 4],
  [5, 5],
  [6, 3],
  [8, 4],
  [10, 5],
];
const LEAST_DRAWN = 1e-3;
const MOST_DRAWN = 1e15;

/**
 * An axis from zero to a little above the greatest value, or to 1 where there is nothing to see, in even parts. Values are in a
 * unit that suits them, so what is below a thousandth of it counts as nothing; what no axis could hold ends at 1e15.
 */
export function zeroBased(greatest: number): {
  readonly min: 0;
  readonly max: number;
  readonly interval: number;
} {
  const value = greatest > LEAST_DRAWN ? Math.min(greatest, MOST_DRAWN) : 1;
  const power = Number(`1e${value.toExponential().split('e')[1] ?? '0'}`);
  const [end, parts] = NICE.find(([step]) => step * power >= value) ?? [10, 5];
  const max = Number((end * power).toPrecision(3));
  return { min: 0, max, interval: Number((max / parts).toPrecision(3)) };
}

/**
 * A name as a text to draw, at most `limit` characters. The renderer remembers measured texts as keys of a plain object, so a
 * name that every object has (`__proto__`, `constructor`) would reach into all of them: a space at its end, which
 * is not seen, makes it a name like any other.
 */
export function chartText(name: string, limit: number): string {
  const text = shorten(name, limit);
  return text in {} ? `${text} ` : text;
}

/** The labels of a category axis. ECharts is given numbers for names and asks here for the text, so that equal labels stay apart. */
export function categories(labels: readonly string[]): {
  readonly data: string[];
  readonly axisLabel: {
    readonly color: string;
    readonly fontSize: number;
    readonly interval: 0;
    formatter(value: string): string;
  };
} {
  return {
    data: labels.map((_, index) => String(index)),
    axisLabel: {
      color: COLOURS.ink,
      fontSize: FONT_SIZE,
      interval: 0,
      formatter: (index) => labels[Number(index)] ?? '',
    },
  };
}
