import { dataJson } from '../json.ts';
import type { ResultDiff } from './result-diff.ts';

/** A diff as JSON: keys sorted, two spaces of indent. Equal diffs give equal bytes. */
export function diffJson(diff: ResultDiff): string {
  return dataJson(diff, 'diff');
}
