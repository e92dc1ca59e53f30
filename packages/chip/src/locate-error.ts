import { SystoleError } from '@systole/core';
import type { Problem } from '@systole/core';
import { formatPath, parsePath } from '@systole/document';
import type { DocumentPath } from '@systole/document';
import type { Places } from './findings.ts';
import type { ResolvedChip } from './resolved-chip.ts';

/** Parts of a chip that errors are about by their path. */
const SECTIONS: readonly (string | number | undefined)[] = ['components', 'connections', 'mapping', 'clock'];

/**
 * The same error with its problems led by the path of the chip that they are about and, where the chip came from a file,
 * by file, line and column: who works with a chip knows its parts, and not where they were written. A problem that is about
 * something else stays as it is.
 */
export function locateError(error: SystoleError, chip: Pick<ResolvedChip, 'parts' | 'places'>): SystoleError {
  const [first, ...more] = error.problems.map((problem) => locate(problem, chip));
  return first === undefined ? error : new SystoleError(first, ...more);
}

function locate(problem: Problem, { parts, places }: Pick<ResolvedChip, 'parts' | 'places'>): Problem {
  const { place, code } = problem;
  if (place?.path === undefined || place.file !== undefined) return problem;
  const written = parsePath(place.path);
  if (written === undefined) return problem;
  // A model knows its component's name, and not where in a chip components stand.
  const isPart = parts.some(({ name }) => name === written[0]);
  const path = isPart ? ['components', ...written] : written;
  if (!SECTIONS.includes(path[0])) return problem;
  if (places === undefined) return { ...problem, place: { path: formatPath(path) } };
  // A block starts below its key, where its first entry stands.
  const isBlock = path[0] !== 'mapping' && path[0] !== 'clock' && path.length <= 2;
  const isKey = isBlock || code === 'chip/unknown-key';
  return { ...problem, place: isKey ? places.placeOfKey(path) : places.placeOf(path) };
}

/**
 * The places of a chip of which some values were set from outside: what stands in the file for them is not what is wrong
 * with them, so that they have a path alone.
 *
 * @param paths what was set, such as `components.dram.channels` or `mapping`.
 */
export function placesWithout(places: Places, paths: readonly string[]): Places {
  const isSet = (path: DocumentPath): boolean => {
    const text = formatPath(path);
    return paths.some((set) => text === set || text.startsWith(`${set}.`));
  };
  return {
    placeOf: (path) => (isSet(path) ? { path: formatPath(path) } : places.placeOf(path)),
    placeOfKey: (path) => (isSet(path) ? { path: formatPath(path) } : places.placeOfKey(path)),
  };
}
