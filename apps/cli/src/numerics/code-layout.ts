import { findFormat } from '@systole/numerics';
import type { CodeFormat } from '@systole/numerics';
import type { CodeField, FormatDescription } from '@systole/report';

/** How the codes of a format are built, as its name says. */
export type CodeLayout =
  | { readonly family: 'float'; readonly exponentBits: number }
  | { readonly family: 'posit'; readonly es: number }
  | { readonly family: 'integer'; readonly isSigned: boolean }
  | { readonly family: 'scale' };

const POSIT = /^posit\d+_(\d)$/u;
const MINIFLOAT = /_e(\d)m\d/u;

export function layoutOf({ name }: CodeFormat): CodeLayout {
  const posit = POSIT.exec(name);
  if (posit !== null) return { family: 'posit', es: Number(posit[1]) };
  if (name === 'e8m0') return { family: 'scale' };
  if (name.startsWith('int') || name === 'mxint8_element') return { family: 'integer', isSigned: true };
  if (name.startsWith('uint')) return { family: 'integer', isSigned: false };
  const exponentBits = Number(MINIFLOAT.exec(name)?.[1] ?? findFormat(name)?.exponentBits ?? 8);
  return { family: 'float', exponentBits };
}

export function familyOf(format: CodeFormat): FormatDescription['family'] {
  return layoutOf(format).family;
}

/** The binary digits of a code by field. A negative posit shows the fields of its two's complement, which decode to its magnitude. */
export function fieldsOf(format: CodeFormat, code: number): readonly CodeField[] {
  const { bits } = format;
  const digits = code.toString(2).padStart(bits, '0');
  const layout = layoutOf(format);
  switch (layout.family) {
    case 'scale':
      return [{ name: 'exponent', bits: digits }];
    case 'integer':
      return [{ name: 'integer', bits: digits }];
    case 'float':
      return fields([
        ['sign', digits.slice(0, 1)],
        ['exponent', digits.slice(1, 1 + layout.exponentBits)],
        ['fraction', digits.slice(1 + layout.exponentBits)],
      ]);
    case 'posit': {
      const isNegative = digits.startsWith('1');
      const rest = code % 2 ** (bits - 1);
      // Zero and NaR have no other fields than their digits.
      if (rest === 0)
        return fields([
          ['sign', digits.slice(0, 1)],
          ['regime', digits.slice(1)],
        ]);
      const magnitude = isNegative ? 2 ** bits - code : code;
      const body = magnitude.toString(2).padStart(bits, '0').slice(1);
      const run = body.startsWith('1') ? body.indexOf('0') : body.indexOf('1');
      const end = run === -1 ? body.length : run + 1;
      return fields([
        ['sign', digits.slice(0, 1)],
        ['regime', body.slice(0, end)],
        ['exponent', body.slice(end, end + layout.es)],
        ['fraction', body.slice(end + layout.es)],
      ]);
    }
  }
}

function fields(named: readonly (readonly [name: string, bits: string])[]): readonly CodeField[] {
  return named.filter(([, bits]) => bits !== '').map(([name, bits]) => ({ name, bits }));
}

/** The code whose place in ascending order of values is next to that of `code`, or undefined at the end. Signs of zero share a place. */
export function nextCode(format: CodeFormat, code: number, direction: 1 | -1): number | undefined {
  const layout = layoutOf(format);
  const half = 2 ** (format.bits - 1);
  const isTwos = layout.family === 'posit' || (layout.family === 'integer' && layout.isSigned);
  const isMagnitude = layout.family === 'float';
  // Places of codes in the order of their values, and back.
  const place = isTwos
    ? code >= half
      ? code - 2 * half
      : code
    : isMagnitude && code >= half
      ? half - code
      : code;
  const to = place + direction;
  const least = isTwos ? -half : isMagnitude ? -(half - 1) : 0;
  const most = isTwos || isMagnitude ? half - 1 : 2 * half - 1;
  if (to < least || to > most) return undefined;
  const found = to >= 0 ? to : isTwos ? to + 2 * half : half - to;
  return Number.isNaN(format.decode(found)) ? undefined : found;
}
