import { isBranded, isInstance } from './brand.ts';

/** Every way in which an input can be wrong. Codes are stable: scripts may match on them. */
export type ErrorCode =
  | 'argument/invalid'
  | 'capacity/exceeded'
  | 'chip/cycle'
  | 'chip/dangling-connection'
  | 'chip/duplicate'
  | 'chip/incomplete'
  | 'chip/invalid'
  | 'chip/missing-reference'
  | 'chip/port-conflict'
  | 'chip/unknown-component'
  | 'chip/unknown-key'
  | 'config/invalid'
  | 'file/exists'
  | 'file/not-found'
  | 'file/too-large'
  | 'file/unreadable'
  | 'file/wrong-kind'
  | 'limit/exceeded'
  | 'mapping/missing-unit'
  | 'mapping/unknown'
  | 'mapping/unsupported-operator'
  | 'model/invalid'
  | 'model/unsupported'
  | 'numerics/accumulator'
  | 'numerics/argument'
  | 'numerics/block-length'
  | 'numerics/code'
  | 'numerics/impossible-format'
  | 'numerics/length'
  | 'numerics/not-finite'
  | 'numerics/range'
  | 'numerics/reference'
  | 'numerics/unknown-format'
  | 'parameter/out-of-range'
  | 'parameter/required'
  | 'parameter/wrong-type'
  | 'parameter/wrong-unit'
  | 'plugin/duplicate-type'
  | 'plugin/failed'
  | 'plugin/incompatible'
  | 'plugin/invalid'
  | 'plugin/not-found'
  | 'result/invalid'
  | 'result/version'
  | 'tensor/invalid'
  | 'tensor/missing'
  | 'time/overflow'
  | 'trace/corrupt'
  | 'trace/cycle'
  | 'trace/invalid'
  | 'trace/missing-reference'
  | 'trace/truncated'
  | 'trace/version'
  | 'workload/invalid'
  | 'workload/unknown'
  | 'yaml/syntax';

const SYSTOLE_ERROR: unique symbol = Symbol.for('systole.SystoleError');

/** Where in an input something is wrong. Lines and columns count from 1. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** The path inside a document, such as `components.dram.channels`. */
  readonly path?: string;
}

/** One thing that is wrong: what, where, and what to do next. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly place?: Place;
  /** The next step: a nearest name, a range, a command. */
  readonly hint?: string;
}

/**
 * The one error that a wrong input may cause. It carries every problem that was found, the first of them as
 * its own `code`, `place` and `hint`. Anything else that is thrown is a fault of Systole, or of a plugin.
 *
 * A plugin brings its own copy of this package: `instanceof` knows the errors of every copy.
 */
export class SystoleError extends Error {
  readonly problems: readonly Problem[];

  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === SystoleError ? isBranded(value, SYSTOLE_ERROR) : isInstance(value, this);
  }

  constructor(problem: Problem, ...more: readonly Problem[]) {
    super([problem, ...more].map(formatProblem).join('\n'));
    this.name = 'SystoleError';
    this.problems = [problem, ...more];
  }

  get [SYSTOLE_ERROR](): true {
    return true;
  }

  get code(): ErrorCode {
    return this.#first.code;
  }

  get place(): Place {
    return this.#first.place ?? {};
  }

  get hint(): string | undefined {
    return this.#first.hint;
  }

  get #first(): Problem {
    const first = this.problems[0];
    if (first === undefined) throw new TypeError('a SystoleError without a problem');
    return first;
  }
}

/** `chip.yaml:14:9  components.dram.channels: expected an integer, got "many"` and, below it, the hint. */
export function formatProblem(problem: Problem): string {
  const { place, message, hint } = problem;
  const position = [place?.file, place?.line, place?.column].filter((part) => part !== undefined).join(':');
  const head = [position, place?.path === undefined ? message : `${place.path}: ${message}`]
    .filter((part) => part !== '')
    .join('  ');
  return hint === undefined ? head : `${head}\n  ${hint}`;
}

/**
 * The known name nearest to `name`, or `undefined` when none is close enough to be a slip of the hand.
 * Distance is Levenshtein's; a name may be off by a third of its length, and by two at least.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = name.slice(0, 200).toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** A hint that offers the nearest name, or else lists what there is. */
export function suggestName(name: string, known: Iterable<string>): string {
  const names = [...known];
  const nearest = nearestName(name, names);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  if (names.length === 0) return 'There is none to choose from.';
  const shown = names.slice(0, 12).join(', ');
  return `Choose one of: ${shown}${names.length > 12 ? `, … (${names.length} in all)` : ''}.`;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current[column] = Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
