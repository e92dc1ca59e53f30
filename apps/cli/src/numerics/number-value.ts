import type { CodeFormat } from '@systole/numerics';
import type { NumberText } from '@systole/report';
import { argument } from '../inputs.ts';

/** A value as data. Not-a-number is called NaR where the format is a posit. */
export function numberText(value: number, format?: CodeFormat): NumberText {
  if (Number.isNaN(value)) return format?.name.startsWith('posit') === true ? 'NaR' : 'NaN';
  if (value === Infinity) return 'Infinity';
  if (value === -Infinity) return '-Infinity';
  return Object.is(value, -0) ? '-0' : value;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu;
const POWER = /^([+-]?)2\^([+-]?\d{1,4})$/u;

/** A number as it was typed: a decimal, `2^-9`, `inf`, `nan`. Throws `argument/invalid`. */
export function readNumber(text: string): number {
  const plain = text.trim();
  if (DECIMAL.test(plain)) return Number(plain);
  const power = POWER.exec(plain);
  if (power !== null) return (power[1] === '-' ? -1 : 1) * 2 ** Number(power[2]);
  if (/^[+-]?inf(inity)?$/iu.test(plain)) return plain.startsWith('-') ? -Infinity : Infinity;
  if (/^na[nr]$/iu.test(plain)) return Number.NaN;
  throw argument(
    `"${text.slice(0, 40)}" is no number`,
    'Write a decimal such as 0.3 or 1e-5, a power such as 2^-9, inf or nan; codes such as 0x2a come with --from and their format.',
  );
}

/** A code of a format as it was typed: `0x2a`, `0b0010`, `42`. Throws `argument/invalid`. */
export function readCode(text: string, { name, bits }: CodeFormat): number {
  const plain = text.trim();
  const code = /^(?:0x[\da-f]+|0b[01]+|\d+)$/iu.test(plain) ? Number(plain) : Number.NaN;
  if (Number.isInteger(code) && code < 2 ** bits) return code;
  throw argument(
    `"${text.slice(0, 40)}" is no code of ${name}, which has ${bits} bits`,
    `Codes go from 0 to ${2 ** bits - 1}, in decimal or as 0x${(2 ** bits - 1).toString(16)}.`,
  );
}
