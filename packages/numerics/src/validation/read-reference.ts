import { NumericsError } from '../numerics-error.ts';

/** Reads values of unknown shape, from parsed JSON, in the layout that the vectors have. All throw `numerics/reference` with the place. */
export function entriesOf(value: unknown, place: string): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw wrong(place, 'an object');
}

export function memberOf(value: unknown, key: string, place: string): unknown {
  const member = entriesOf(value, place).find(([name]) => name === key);
  if (member !== undefined) return member[1];
  throw wrong(place, `an object with "${key}"`);
}

export function listOf(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(place, 'a list');
}

/** A whole number from 0 to 2^32 - 1. */
export function codeOf(value: unknown, place: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32) return value;
  throw wrong(place, 'a code');
}

export function integerOf(value: unknown, place: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw wrong(place, 'a whole number');
}

/** A decimal, or one of the texts NaN, NaR, Infinity, -Infinity, -0. */
export function valueOf(value: unknown, place: string): number {
  if (typeof value === 'number') return value;
  switch (value) {
    case 'NaN':
    case 'NaR':
      return Number.NaN;
    case 'Infinity':
      return Infinity;
    case '-Infinity':
      return -Infinity;
    case '-0':
      return -0;
    default:
      throw wrong(place, 'a number, "NaN", "NaR", "Infinity", "-Infinity" or "-0"');
  }
}

const BITS = new DataView(new ArrayBuffer(8));

/** The binary64 of 16 hexadecimal digits. */
export function binary64Of(value: unknown, place: string): number {
  BITS.setUint32(0, wordOf(typeof value === 'string' ? value.slice(0, 8) : value, place));
  BITS.setUint32(4, wordOf(typeof value === 'string' ? value.slice(8) : value, place));
  return BITS.getFloat64(0);
}

/** The unsigned integer of 8 hexadecimal digits. */
export function wordOf(value: unknown, place: string): number {
  if (typeof value === 'string' && /^[0-9a-f]{8}$/iu.test(value)) return Number.parseInt(value, 16);
  throw wrong(place, 'hexadecimal digits, 8 of binary32 and 16 of binary64');
}

export function wrong(place: string, expected: string): NumericsError {
  return new NumericsError(
    'numerics/reference',
    `${place}: expected ${expected}`,
    'The layout is that of the vectors shipped with this package: see its reference/README.md.',
  );
}
