import type { NumberFormat } from './number-format.ts';
import { NUMBER_FORMATS } from './number-format.ts';

/** Other names in use for a format: those of model files, of frameworks, and full names of short ones. */
const ALIASES: readonly (readonly [string, string])[] = [
  ['float32', 'fp32'],
  ['float', 'fp32'],
  ['f32', 'fp32'],
  ['binary32', 'fp32'],
  ['bfloat16', 'bf16'],
  ['float16', 'fp16'],
  ['half', 'fp16'],
  ['f16', 'fp16'],
  ['binary16', 'fp16'],
  ['fp8', 'fp8-e4m3'],
  ['fp8-e4m3fn', 'fp8-e4m3'],
  ['float8-e4m3fn', 'fp8-e4m3'],
  ['float8-e5m2', 'fp8-e5m2'],
  ['fp4', 'fp4-e2m1'],
  ['posit16-2', 'posit16'],
  ['posit8-2', 'posit8'],
  ['mxfp8-e4m3', 'mxfp8'],
  ['mxfp6-e2m3', 'mxfp6'],
  ['mxfp4-e2m1', 'mxfp4'],
];

function indexFormats(): ReadonlyMap<string, NumberFormat> {
  const byName = new Map(NUMBER_FORMATS.map((format) => [format.name, format]));
  for (const [alias, name] of ALIASES) {
    const format = byName.get(name);
    if (format !== undefined) byName.set(alias, format);
  }
  return byName;
}

const FORMATS_BY_NAME = indexFormats();

/** The names of all formats, without aliases, in the order of `NUMBER_FORMATS`. */
export function formatNames(): string[] {
  return NUMBER_FORMATS.map((format) => format.name);
}

/**
 * The format called `name`, or undefined. Case does not matter, `_` is read as `-`, and common other
 * names are known: "float16", "bfloat16", "float8_e4m3fn"; "fp8" alone is E4M3. "fp6" alone is not
 * a name, since both of its variants are in use.
 */
export function findFormat(name: string): NumberFormat | undefined {
  return FORMATS_BY_NAME.get(name.toLowerCase().replaceAll('_', '-'));
}
