import type { ErrorCode as YamlErrorCode } from 'yaml';

const HINTS: Readonly<Partial<Record<YamlErrorCode, string>>> = {
  TAB_AS_INDENT: 'Indent with spaces.',
  BAD_INDENT: 'Indent what belongs together by the same number of spaces, and close each bracket.',
  MISSING_CHAR: 'Close the quote or bracket that is open before this place.',
  BLOCK_AS_IMPLICIT_KEY: 'Indent keys that belong together alike, and put text that holds ": " in quotes.',
  MULTILINE_IMPLICIT_KEY: 'Indent keys that belong together alike, and put a colon behind each.',
};

/** What to do about text that is not YAML. */
export function yamlHint(code: YamlErrorCode): string {
  return (
    HINTS[code] ??
    'Correct the YAML at or before this place; text that means something to YAML goes in quotes.'
  );
}

/** What to do about text that is not JSON. */
export const JSON_HINT =
  'Keys and texts stand in double quotes, a comma only between two entries, and no comments anywhere.';

/** What to do about a number that no double holds. */
export const NUMBER_HINT = 'Write a number of less than 1.8e308.';

/** What to do about a text that is larger than any input is. */
export const SIZE_HINT = 'Is this the file that you meant? Inputs are far smaller.';
