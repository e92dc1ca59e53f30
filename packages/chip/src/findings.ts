import { formatPath } from '@systole/document';
import type { DocumentPath, LocatedDocument } from '@systole/document';
import { SystoleError } from '@systole/core';
import type { ErrorCode, Place, Problem } from '@systole/core';

/** Where the values and keys of a document stand; a specification that came from no file has none. */
export type Places = Pick<LocatedDocument, 'placeOf' | 'placeOfKey'>;

/** One thing that is wrong with a chip. */
export interface Finding {
  readonly code: ErrorCode;
  readonly path: DocumentPath;
  readonly message: string;
  /** The next step; a function when it takes a search through names. */
  readonly hint?: string | (() => string);
  /** Whether the key itself is at fault rather than its value. */
  readonly atKey?: boolean;
}

const MAX_FINDINGS = 50;

/** Collects all that is wrong with a chip, so that it can be said at once. The first 50 are kept. */
export class Findings {
  readonly #kept: Problem[] = [];
  #count = 0;
  readonly #places: Places | undefined;
  /** Every path at or below which something was found. */
  readonly #concerned = new Set<string>();

  constructor(places?: Places) {
    this.#places = places;
  }

  /** How many things were found, those that were not kept included. */
  get count(): number {
    return this.#count;
  }

  add(finding: Finding): void {
    this.#count += 1;
    for (let depth = 0; depth <= finding.path.length; depth++) {
      this.#concerned.add(formatPath(finding.path.slice(0, depth)));
    }
    if (this.isFull) return;
    const { code, message } = finding;
    const hint = typeof finding.hint === 'function' ? finding.hint() : finding.hint;
    this.#kept.push({
      code,
      message,
      place: this.#placeOf(finding),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  /** Whether further findings are only counted. */
  get isFull(): boolean {
    return this.#kept.length >= MAX_FINDINGS;
  }

  /** Whether something was found at `path` or below it: what follows from that is not worth a complaint of its own. */
  concern(path: DocumentPath): boolean {
    return this.#concerned.has(formatPath(path));
  }

  /** Takes over the problems of an error that a deeper layer threw about the value at `path`. */
  addError(error: SystoleError, path: DocumentPath): void {
    for (const { code, message, hint } of error.problems) {
      this.add({ code, message, path, ...(hint === undefined ? {} : { hint }) });
    }
  }

  /** The one error that carries everything found, in the order of the file. */
  toError(): SystoleError {
    const [first, ...more] = [...this.#kept].sort(byPlace);
    if (first === undefined) throw new TypeError('nothing was found to be wrong');
    return new SystoleError(first, ...more);
  }

  #placeOf({ path, atKey }: Finding): Place {
    if (this.#places !== undefined) {
      return atKey === true ? this.#places.placeOfKey(path) : this.#places.placeOf(path);
    }
    return path.length === 0 ? {} : { path: formatPath(path) };
  }
}

function byPlace(a: Problem, b: Problem): number {
  return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0);
}
