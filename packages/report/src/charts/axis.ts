import { formatQuantity, parseQuantity } from '@systole/units';
import type { Dimension } from '@systole/units';
import { COLOURS } from './palette.ts';

/** Pixels that a text of the usual size takes, estimated: measuring would differ between machines. */
export function textWidth(text: string): number {
  return [...text].length * 6.6;
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
