import { formatQuantity } from '@systole/units';
import type { Dimension } from '@systole/units';

/** Stands where there is no number: nothing was counted, or a ratio has no meaning. */
export const NONE = '—';

/** A quantity in base units as people read it (`69.06 us`), or a dash where the value is missing or not finite. */
export function quantity(value: number | undefined, dimension: Dimension, digits = 4): string {
  if (value === undefined || !Number.isFinite(value)) return NONE;
  return formatQuantity(value, dimension, digits);
}

/** A share (1 is all) in per cent with one decimal: `12.3 %`. */
export function percent(share: number | undefined): string {
  if (share === undefined || !Number.isFinite(share * 100)) return NONE;
  if (share > 0 && share < 0.0005) return '<0.1 %';
  return `${(share * 100).toFixed(1)} %`;
}

/** A relative change in per cent with its sign: `+3.2 %`, `0 %`; a dash where there was nothing before. */
export function signedPercent(share: number | undefined): string {
  if (share === undefined || !Number.isFinite(share * 100)) return NONE;
  if (share === 0) return '0 %';
  const size = Math.abs(share) * 100;
  const digits = size < 0.05 ? '<0.1' : size >= 10_000 ? plain(size) : size.toFixed(1);
  return `${share < 0 ? '\u2212' : '+'}${digits} %`;
}

/** A change of a quantity with its sign: `+3.2 us`. */
export function signedQuantity(value: number, dimension: Dimension): string {
  if (value === 0 || !Number.isFinite(value)) return quantity(value, dimension);
  return `${value < 0 ? '\u2212' : '+'}${quantity(Math.abs(value), dimension)}`;
}

/** `part / whole`, or 0 where there is no whole. */
export function shareOf(part: number, whole: number): number {
  const share = part / whole;
  return whole > 0 && Number.isFinite(share) ? share : 0;
}

/** `value / first` for a comparison (`0.873×`), or a dash where the first has none. */
export function ratio(value: number, first: number): string {
  const result = value / first;
  return first > 0 && Number.isFinite(result) ? `${Number(result.toPrecision(4))}×` : NONE;
}

/** Groups the digits of a whole number in decimal text: `1234567` becomes `1,234,567`. */
function group(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** A number with four significant digits, or a whole one with all its digits up to a million: `1,234.5`, `0.01235`. */
export function plain(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size >= 1e6) return compact(value);
  if (Number.isInteger(value)) return `${value < 0 ? '-' : ''}${group(String(size))}`;
  if (size >= 1000) {
    const [whole = '', fraction] = size.toFixed(1).split('.');
    return `${value < 0 ? '-' : ''}${group(whole)}${fraction === '0' ? '' : `.${fraction}`}`;
  }
  return String(Number(value.toPrecision(4)));
}

/** Whole cycles with grouped digits; above a billion the number is shortened (`1.234 T`). */
export function cycles(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  return Math.abs(value) >= 1e12 ? compact(value) : group(String(Math.round(value)));
}

const SCALES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/** A count in powers of 1000 with four significant digits: `1.234 G`. */
export function compact(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return NONE;
  let scaled = value;
  let scale = 0;
  // Compared after rounding, so that 999,999 becomes 1 M and not 1000 k.
  while (Math.abs(Number(scaled.toPrecision(4))) >= 1000 && scale < SCALES.length - 1) {
    scaled /= 1000;
    scale++;
  }
  const digits = String(Number(scaled.toPrecision(4)));
  return scale === 0 ? digits : `${digits} ${SCALES[scale] ?? ''}`;
}

/** An exact count that is kept as text: all its digits up to seven, shortened above. */
export function countText(text: string): string {
  if (!/^\d{1,400}$/.test(text)) return clean(text);
  return text.length <= 7 ? group(text) : compact(Number(text));
}

// What a terminal or a browser would act upon instead of showing: control characters, and marks that turn the direction.
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uD800-\uDFFF]/gu;

/** A name from an input, made safe to show: invisible characters are replaced. */
export function clean(name: string): string {
  return name.replaceAll(INVISIBLE, '\uFFFD');
}

/** A safe name of at most `limit` characters. */
export function shorten(name: string, limit: number): string {
  const points = [...clean(name)];
  return points.length <= limit ? points.join('') : `${points.slice(0, Math.max(limit - 1, 0)).join('')}…`;
}

/** A safe text as a sentence: with a capital and a full stop. */
export function sentence(text: string): string {
  const safe = clean(text).trim();
  if (safe === '') return '';
  const start = safe.charAt(0).toUpperCase() + safe.slice(1);
  return /[.!?…]$/.test(start) ? start : `${start}.`;
}

/** `1 step`, `1,024 steps`. */
export function plural(count: number, noun: string): string {
  return `${plain(count)} ${noun}${count === 1 ? '' : 's'}`;
}
