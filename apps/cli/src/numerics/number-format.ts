import { suggestName, SystoleError } from '@systole/core';
import {
  BLOCK_FORMAT_NAMES,
  codeFormat,
  codeFormatNames,
  findBlockFormat,
  findCodeFormat,
} from '@systole/numerics';
import type { BlockFormat, CodeFormat } from '@systole/numerics';
import { asInput } from './input-error.ts';

/** A format by the name that a user gave: values with a code each, or blocks. */
export type AnyFormat =
  | { readonly kind: 'codes'; readonly format: CodeFormat }
  | { readonly kind: 'blocks'; readonly format: BlockFormat };

/** The names of all formats that are listed; of posits and integers there are more. */
export function numberFormatNames(): readonly string[] {
  return [...codeFormatNames(), ...BLOCK_FORMAT_NAMES];
}

/**
 * The format of that name, blocks first. Throws `numerics/unknown-format` with the nearest name, or `numerics/impossible-format`
 * for one that there can be none of.
 */
export function anyFormat(name: string): AnyFormat {
  const blocks = findBlockFormat(name);
  if (blocks !== undefined) return { kind: 'blocks', format: blocks };
  const codes = findCodeFormat(name);
  if (codes !== undefined) return { kind: 'codes', format: codes };
  try {
    // Says whether it is unknown, or cannot be.
    return { kind: 'codes', format: asInput(() => codeFormat(name)) };
  } catch (error) {
    if (!(error instanceof SystoleError) || error.code !== 'numerics/unknown-format') throw error;
    throw new SystoleError({
      code: error.code,
      message: `there is no number format "${name.slice(0, 40)}"`,
      hint: `${suggestName(name, numberFormatNames())} See systole list formats.`,
    });
  }
}

/** The formats of a list with commas. Throws as `anyFormat` does, and `numerics/argument` for an empty list. */
export function formatList(text: string, flag: string): readonly string[] {
  const names = text
    .split(/,(?![^(]*\))/u)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length > 0 && names.length <= MOST_FORMATS) return names;
  throw new SystoleError({
    code: 'argument/invalid',
    message:
      names.length === 0
        ? `${flag} names no format`
        : `${flag} names ${names.length} formats, the most is ${MOST_FORMATS}`,
    hint: `Write ${flag} mxfp4,posit8_0,int4, say; systole list formats has their names.`,
  });
}

const MOST_FORMATS = 64;
