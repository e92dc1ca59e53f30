import type { Result } from '@systole/replay';
import { dataJson } from './json.ts';

/**
 * A result as JSON: keys sorted by code unit, two spaces of indent, lists of numbers on one line, a line feed at the end.
 * Equal results give equal bytes whatever order their keys were made in. A number that is not finite has no JSON
 * and would be a fault of the engine: `TypeError` with its path.
 */
export function resultJson(result: Result): string {
  return dataJson(result, 'result');
}
