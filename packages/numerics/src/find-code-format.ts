import type { CodeFormat } from './code-format.ts';
import { NumericsError } from './numerics-error.ts';
import type { Encoding } from './scalar/encoding.ts';
import type { FloatLayout, FloatSpecials } from './scalar/float-encoding.ts';
import { FloatEncoding } from './scalar/float-encoding.ts';
import { IntegerEncoding } from './scalar/integer-encoding.ts';
import { PositEncoding } from './scalar/posit-encoding.ts';
import { ScalarFormat } from './scalar/scalar-format.ts';
import { ScaleEncoding } from './scalar/scale-encoding.ts';

const MOST_POSIT_BITS = 32;
const MOST_POSIT_ES = 3;
const MOST_INTEGER_BITS = 32;

function float(
  name: string,
  exponentBits: number,
  fractionBits: number,
  specials: FloatSpecials = 'ieee',
  bias?: number,
): FloatLayout {
  return { name, exponentBits, fractionBits, specials, ...(bias === undefined ? {} : { bias }) };
}

const FLOATS: readonly FloatLayout[] = [
  float('fp32', 8, 23),
  float('tf32', 8, 10),
  float('bf16', 8, 7),
  float('fp16', 5, 10),
  float('fp8_e4m3fn', 4, 3, 'last-nan'),
  float('fp8_e5m2', 5, 2),
  float('fp8_e4m3fnuz', 4, 3, 'unsigned-zero', 8),
  float('fp8_e5m2fnuz', 5, 2, 'unsigned-zero', 16),
  float('fp8_e4m3b11fnuz', 4, 3, 'unsigned-zero', 11),
  float('fp8_e4m3_ieee', 4, 3),
  float('fp8_e3m4_ieee', 3, 4),
  float('fp6_e2m3', 2, 3, 'none'),
  float('fp6_e3m2', 3, 2, 'none'),
  float('fp4_e2m1', 2, 1, 'none'),
];

/** Other names in use, with `-` for `_`. FP8 alone is E4M3 as of the OCP; a posit without es has two bits of it, as of the standard of 2022. */
const ALIASES: Readonly<Record<string, string>> = {
  float32: 'fp32',
  float: 'fp32',
  f32: 'fp32',
  binary32: 'fp32',
  bfloat16: 'bf16',
  float16: 'fp16',
  half: 'fp16',
  f16: 'fp16',
  binary16: 'fp16',
  fp8: 'fp8_e4m3fn',
  'fp8-e4m3': 'fp8_e4m3fn',
  'float8-e4m3fn': 'fp8_e4m3fn',
  'float8-e5m2': 'fp8_e5m2',
  'float8-e4m3fnuz': 'fp8_e4m3fnuz',
  'float8-e5m2fnuz': 'fp8_e5m2fnuz',
  'float8-e4m3b11fnuz': 'fp8_e4m3b11fnuz',
  'float8-e3m4': 'fp8_e3m4_ieee',
  'fp8-e3m4': 'fp8_e3m4_ieee',
  'float8-e8m0fnu': 'e8m0',
  'fp8-e8m0': 'e8m0',
  'float6-e2m3fn': 'fp6_e2m3',
  'float6-e3m2fn': 'fp6_e3m2',
  fp4: 'fp4_e2m1',
  'float4-e2m1fn': 'fp4_e2m1',
};

/** Those that are listed, and offered where a name is not known: others of their families have names too. */
const LISTED: readonly string[] = [
  ...FLOATS.map(({ name }) => name),
  'e8m0',
  'int32',
  'int16',
  'int8',
  'int4',
  'int2',
  'uint8',
  'uint4',
  'uint2',
  'mxint8_element',
  'posit32_2',
  'posit16_1',
  'posit16_2',
  'posit8_0',
  'posit8_1',
  'posit8_2',
  'posit4_0',
  'posit4_1',
];

const POSIT = /^posit\(?(\d{1,4})(?:[-,](\d{1,4}))?\)?$/u;
const INTEGER = /^(u?)int(\d{1,4})$/u;

const KNOWN = new Map<string, CodeFormat>();

/** The names of the formats in common use. Every posit of 2 to 32 bits and es 0 to 3, and every integer of 2 to 32 bits, has one too. */
export function codeFormatNames(): string[] {
  return [...LISTED];
}

/**
 * The format called `name`, or undefined where there is none or can be none: see `codeFormat`.
 */
export function findCodeFormat(name: string): CodeFormat | undefined {
  const found = readName(name);
  return found instanceof NumericsError ? undefined : found;
}

/**
 * The format called `name`: floats (`fp32`, `tf32`, `bf16`, `fp16`, `fp8_e4m3fn`, `fp8_e5m2`, `fp6_e3m2`, `fp4_e2m1`, ...), `posit16_1`
 * (bits, es) or `posit(16,1)`, `int8`, `uint4`, `e8m0`, and the 8-bit fixed point of MXINT8 (`mxint8_element`). Case does not matter, `-` is read as
 * `_`, and the names of `findFormat` that are no block formats are known. Throws `numerics/unknown-format` with the nearest name, and `numerics/impossible-format` for a posit or
 * an integer that there is none of.
 */
export function codeFormat(name: string): CodeFormat {
  const found = readName(name);
  if (found instanceof NumericsError) throw found;
  return found;
}

/** Posit of `bits` from 2 to 32 and `es` from 0 to 3, fewer than bits; otherwise throws `numerics/impossible-format`. */
export function positFormat(bits: number, es: number): CodeFormat {
  const problem = positProblem(bits, es);
  if (problem !== undefined) throw problem;
  return formatOf(`posit${bits}_${es}`, () => new PositEncoding(bits, es));
}

function readName(name: string): CodeFormat | NumericsError {
  const plain = name.slice(0, 100).toLowerCase().replaceAll('_', '-').replaceAll(' ', '');
  const alias = Object.hasOwn(ALIASES, plain) ? (ALIASES[plain] ?? plain) : plain;
  const canonical = alias.replaceAll('-', '_');
  const layout = FLOATS.find((float) => float.name === canonical);
  if (layout !== undefined) return formatOf(canonical, () => new FloatEncoding(layout));
  if (canonical === 'e8m0') return formatOf(canonical, () => new ScaleEncoding());
  if (canonical === 'mxint8_element') return formatOf(canonical, fixedPoint);
  const posit = POSIT.exec(plain);
  if (posit !== null) {
    const [bits, es] = [Number(posit[1]), Number(posit[2] ?? 2)];
    return positProblem(bits, es) ?? positFormat(bits, es);
  }
  const integer = INTEGER.exec(plain);
  if (integer !== null) return integerOf(Number(integer[2]), integer[1] === '');
  return unknown(name);
}

/** MXINT8 (OCP MX 1.0): two's complement in 64ths. Code 128, -2, decodes and is never made, so that the range is symmetric. */
function fixedPoint(): Encoding {
  return new IntegerEncoding({
    name: 'mxint8_element',
    bits: 8,
    isSigned: true,
    quantum: 1 / 64,
    isSymmetric: true,
  });
}

function integerOf(bits: number, isSigned: boolean): CodeFormat | NumericsError {
  if (bits < 2 || bits > MOST_INTEGER_BITS) {
    return new NumericsError(
      'numerics/impossible-format',
      `no integer format of ${bits} bits`,
      `Integers have 2 to ${MOST_INTEGER_BITS} bits.`,
    );
  }
  const name = `${isSigned ? '' : 'u'}int${bits}`;
  return formatOf(name, () => new IntegerEncoding({ name, bits, isSigned }));
}

function positProblem(bits: number, es: number): NumericsError | undefined {
  const isWhole = Number.isInteger(bits) && Number.isInteger(es);
  if (isWhole && bits >= 2 && bits <= MOST_POSIT_BITS && es >= 0 && es <= MOST_POSIT_ES && es < bits)
    return undefined;
  const fits = Math.min(MOST_POSIT_BITS, Math.max(2, Math.floor(bits) || 2));
  const nearest = Math.min(MOST_POSIT_ES, fits - 1, Math.max(0, Math.floor(es) || 0));
  return new NumericsError(
    'numerics/impossible-format',
    `no posit of ${bits} bits with es ${es}`,
    `Posits have 2 to ${MOST_POSIT_BITS} bits, and es from 0 to ${MOST_POSIT_ES}, less than the bits: "posit${fits}_${nearest}" is the nearest.`,
  );
}

function formatOf(name: string, encoding: () => Encoding): CodeFormat {
  const known = KNOWN.get(name);
  if (known !== undefined) return known;
  const format = new ScalarFormat(encoding());
  KNOWN.set(name, format);
  return format;
}

function unknown(name: string): NumericsError {
  const shown = JSON.stringify(name.slice(0, 100));
  const nearest = nearestName(name.slice(0, 40).toLowerCase().replaceAll('-', '_'));
  const hint =
    nearest === undefined
      ? `Choose one of: ${LISTED.join(', ')}; any posit such as posit12_1, any integer such as int6.`
      : `Did you mean "${nearest}"?`;
  return new NumericsError(
    'numerics/unknown-format',
    `no number format ${shown} with a code for each value`,
    hint,
  );
}

/** The listed name, or alias, at the least distance, if a third of the letters or fewer have to change. */
function nearestName(wanted: string): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  const names = [...LISTED.map((name) => [name, name]), ...Object.entries(ALIASES)];
  for (const [written = '', meant = ''] of names) {
    const distance = editDistance(wanted, written.replaceAll('-', '_'));
    if (distance < least) [best, least] = [meant, distance];
  }
  return best;
}

/** Levenshtein's. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const kept = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current[column] = Math.min(kept, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
