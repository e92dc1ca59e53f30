import type { Dimension } from './dimension.ts';
import { DIMENSIONS, DIMENSION_PHRASES } from './dimension.ts';
import type { Unit } from './unit-table.ts';
import { DISPLAY_UNITS, EXAMPLE_UNITS, UNIT_TABLE } from './unit-table.ts';

/**
 * Why a quantity was refused.
 *
 * - `wrong-type`: neither a text nor a number.
 * - `missing-unit`: a bare number where a unit decides the meaning.
 * - `unknown-unit`: no dimension has such a unit.
 * - `wrong-dimension`: a unit of something else.
 * - `not-a-number`: the text does not begin with one plain decimal number, or the number is not finite.
 * - `too-large`: longer than 64 characters, or of a magnitude (huge or tiny) that a double cannot hold in full precision.
 */
export type QuantityProblem =
  'wrong-type' | 'missing-unit' | 'unknown-unit' | 'wrong-dimension' | 'not-a-number' | 'too-large';

/** A finite value in the base unit of the dimension, or what is wrong and what to write instead. */
export type QuantityResult =
  | { readonly ok: true; readonly value: number }
  | {
      readonly ok: false;
      readonly problem: QuantityProblem;
      readonly message: string;
      readonly hint: string;
    };

const MAX_LENGTH = 64;

// Below this a double is subnormal and loses digits, so the value would no longer be the one written.
const SMALLEST_NORMAL = 2.2250738585072014e-308;

// The mantissa has at most 64 digits, so any exponent beyond this overflows or underflows all the same.
const EXPONENT_CLAMP = 1000;

const QUANTITY = /^([+-]?(?:\d+(?:\.\d+)?|\.\d+))(?:[eE]([+-]?\d+))?([ \t\u00a0\u2009\u202f]*)(.*)$/su;
const RADIX_PREFIX = /^[+-]?0[xob][0-9a-f]/iu;
const MORE_NUMBER = /^(?:[,_']?\d|[.+-])/u;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const NON_ZERO_DIGIT = /[1-9]/u;

function refuse(problem: QuantityProblem, message: string, hint: string): QuantityResult {
  return { ok: false, problem, message, hint };
}

/**
 * The text in quotes, with control, direction and line-separating characters escaped: a message stays
 * on its line and cannot dress up a terminal.
 */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll(
    INVISIBLE,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

function exampleOf(dimension: Dimension, number = '12'): string {
  return quote(`${number} ${EXAMPLE_UNITS[dimension]}`);
}

/** Only `typeof` is asked: reading anything else of an unknown object may run code or throw. */
function describeType(input: unknown): string {
  if (input === null) return 'null';
  if (input === undefined) return 'nothing';
  const type = typeof input;
  return type === 'object' ? 'an object or a list' : `a ${type}`;
}

/**
 * The decimal text and the unit's power of ten are joined before they are read, so that a value is
 * rounded once, to the double nearest to what was written: "0.57 ns" is exactly 570 ps.
 */
function scale(mantissa: string, exponent: number, unit: Unit, written: string): QuantityResult {
  const power = Math.max(-EXPONENT_CLAMP, Math.min(EXPONENT_CLAMP, exponent + unit.tenPower));
  const decimal = Number(`${mantissa}e${power}`);
  const value = decimal * unit.factor;
  if (!NON_ZERO_DIGIT.test(mantissa)) return { ok: true, value: 0 };
  if (!Number.isFinite(value)) {
    return refuse('too-large', `${quote(written)} is too large to be computed with`, 'check the exponent');
  }
  if (Math.abs(decimal) < SMALLEST_NORMAL || Math.abs(value) < SMALLEST_NORMAL) {
    return refuse('too-large', `${quote(written)} is too small to be told from zero`, 'check the exponent');
  }
  return { ok: true, value };
}

function unknownUnit(unit: string, dimension: Dimension): QuantityResult {
  const folded = unit.toLowerCase();
  const misspelt = [...UNIT_TABLE[dimension].keys()].filter((known) => known.toLowerCase() === folded);
  const common = dimension === 'ratio' ? ['%', 'x'] : DISPLAY_UNITS[dimension];
  const hint =
    misspelt.length > 0
      ? `did you mean ${misspelt.map(quote).join(' or ')}? Upper and lower case differ`
      : `units of ${DIMENSION_PHRASES[dimension]} are ${common.join(', ')}`;
  return refuse('unknown-unit', `${quote(unit)} is not a unit`, hint);
}

function readText(text: string, dimension: Dimension): QuantityResult {
  if (text.length > MAX_LENGTH) {
    return refuse(
      'too-large',
      `a text of ${text.length} characters, where a quantity has at most ${MAX_LENGTH}`,
      `write for example ${exampleOf(dimension)}`,
    );
  }
  const written = text.trim();
  const match = QUANTITY.exec(written);
  const [, mantissa = '', exponentText = '0', , unitText = ''] = match ?? [];
  if (match === null || RADIX_PREFIX.test(written) || MORE_NUMBER.test(unitText)) {
    return refuse(
      'not-a-number',
      `${quote(written)} does not begin with one decimal number`,
      `write digits without separators, then a unit, for example ${exampleOf(dimension)}`,
    );
  }
  const exponent = Number(exponentText);
  if (unitText === '') {
    if (dimension === 'ratio') return scale(mantissa, exponent, { tenPower: 0, factor: 1 }, written);
    return refuse(
      'missing-unit',
      `${quote(written)} has no unit, expected ${DIMENSION_PHRASES[dimension]}`,
      `write ${exampleOf(dimension, written)}`,
    );
  }
  const unit = UNIT_TABLE[dimension].get(unitText);
  if (unit !== undefined) return scale(mantissa, exponent, unit, written);
  const others = DIMENSIONS.filter((other) => UNIT_TABLE[other].has(unitText));
  if (others.length === 0) return unknownUnit(unitText, dimension);
  return refuse(
    'wrong-dimension',
    `${quote(written)} is ${others.map((other) => DIMENSION_PHRASES[other]).join(' or ')}, expected ${DIMENSION_PHRASES[dimension]}`,
    `write for example ${exampleOf(dimension)}`,
  );
}

/**
 * Reads a quantity such as "12 ns", "16 GT/s", "128 KiB" or "0.9 pJ/bit" as a value in the base unit
 * of `dimension` (`BASE_UNITS`). Never throws, whatever the input.
 *
 * The text is a decimal number, optional spaces and a unit; upper and lower case differ (B is a byte,
 * b a bit). Prefixes k, K, M, G, T, P of data are powers of 1000; Ki, Mi, Gi, Ti, Pi powers of 1024,
 * so the "8 Gb" of a DRAM data sheet is written "8 Gib". A number without unit is accepted for a
 * ratio alone, where "3 %" is 0.03 and "1.5 x" is 1.5. The value is the double nearest to what is
 * written; signs are read, and ranges are for the caller to check.
 */
export function parseQuantity(input: unknown, dimension: Dimension): QuantityResult {
  if (typeof input === 'string') return readText(input, dimension);
  if (typeof input !== 'number') {
    return refuse(
      'wrong-type',
      `found ${describeType(input)}, expected ${DIMENSION_PHRASES[dimension]}`,
      `write a text such as ${exampleOf(dimension)}`,
    );
  }
  if (!Number.isFinite(input)) {
    return refuse(
      'not-a-number',
      `${String(input)} is not a finite number, expected ${DIMENSION_PHRASES[dimension]}`,
      `write for example ${exampleOf(dimension)}`,
    );
  }
  return readText(String(input), dimension);
}
