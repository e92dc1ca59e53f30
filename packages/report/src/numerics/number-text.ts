import type { NumberText } from './number-format-table.ts';

/** All digits that tell a number from its neighbours. */
export function exactText(value: NumberText): string {
  if (typeof value !== 'number') return value === 'Infinity' ? 'inf' : value === '-Infinity' ? '-inf' : value;
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Three significant digits, for errors. */
export function shortText(value: number): string {
  return String(Number(value.toPrecision(3)));
}

export function hexText(code: number, digits: number): string {
  return `0x${code.toString(16).padStart(digits, '0')}`;
}

/** `2^-6`, for powers of two; other numbers as they are. */
export function powerText(value: number): string {
  const exponent = Math.round(Math.log2(value));
  return Number.isFinite(exponent) && 2 ** exponent === value && Math.abs(exponent) > 6
    ? `2^${exponent}`
    : exactText(value);
}

/** `+12.3 dB` without a sign where there is none: two decimals. */
export function decibelText(sqnr: number | undefined, isExact: boolean): string {
  if (sqnr === undefined) return isExact ? 'exact' : '—';
  return sqnr.toFixed(2);
}
