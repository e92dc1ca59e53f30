import { suggestName } from '../errors.ts';
import type { ErrorCode, Problem } from '../errors.ts';
import { show } from '../parameter.ts';

type Path = readonly string[];
export type Entries = Readonly<Record<string, unknown>>;

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const MAX_PROBLEMS = 50;

/** Looks at a value of which nothing is known, and collects all that is wrong with it. */
export class Inspection {
  readonly problems: Problem[] = [];

  add(path: Path, message: string, hint?: string, code: ErrorCode = 'plugin/invalid'): void {
    if (this.problems.length >= MAX_PROBLEMS) return;
    this.problems.push({
      code,
      message,
      ...(path.length === 0 ? {} : { place: { path: path.join('.') } }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  mismatch(path: Path, expected: string, value: unknown, hint?: string): void {
    const found = value === undefined ? 'it is missing' : `got ${shown(value)}`;
    this.add(
      path,
      value === undefined ? `expected ${expected}; ${found}` : `expected ${expected}, ${found}`,
      hint,
    );
  }

  /** A plain object whose keys are among `known`, where these are given. */
  entries(value: unknown, path: Path, expected: string, known?: readonly string[]): Entries | undefined {
    if (!isEntries(value)) {
      this.mismatch(path, expected, value);
      return undefined;
    }
    for (const key of known === undefined ? [] : Object.keys(value)) {
      if (known?.includes(key) === true) continue;
      this.add([...path, key], 'there is no such key here', suggestName(key, known ?? []));
    }
    return value;
  }

  /** Names, each with what `look` looks at. */
  named(
    value: unknown,
    path: Path,
    expected: string,
    look: (entry: unknown, path: Path, name: string) => void,
  ): void {
    for (const [name, entry] of Object.entries(this.entries(value, path, expected) ?? {})) {
      if (!NAME.test(name)) {
        this.add(
          [...path, name],
          'this is no name',
          'Start with a letter; letters, digits, - and _ may follow, 64 in all.',
        );
      }
      look(entry, [...path, name], name);
    }
  }

  /** A text that says something. */
  text(value: unknown, path: Path, expected: string): value is string {
    if (typeof value === 'string' && value.trim() !== '' && value.length <= 10_000) return true;
    this.mismatch(path, expected, value);
    return false;
  }

  texts(value: unknown, path: Path, expected: string): void {
    if (!Array.isArray(value)) return this.mismatch(path, expected, value);
    for (const [index, entry] of value.entries()) this.text(entry, [...path, String(index)], 'text');
  }

  oneOf(value: unknown, choices: readonly string[], path: Path): value is string {
    if (typeof value === 'string' && choices.includes(value)) return true;
    const hint = typeof value === 'string' ? suggestName(value, choices) : undefined;
    this.mismatch(path, `one of ${choices.join(', ')}`, value, hint);
    return false;
  }

  flag(value: unknown, path: Path): void {
    if (typeof value !== 'boolean') this.mismatch(path, 'true or false', value);
  }

  /** A number that is at least `min`; whole when asked for. */
  number(value: unknown, path: Path, min: number, isWhole = false): value is number {
    const fits =
      typeof value === 'number' && value >= min && (isWhole ? Number.isSafeInteger(value) : value < Infinity);
    if (!fits) this.mismatch(path, `a ${isWhole ? 'whole' : 'finite'} number from ${min} on`, value);
    return fits;
  }

  callable(value: unknown, path: Path, expected: string): void {
    if (typeof value !== 'function') this.mismatch(path, `a function: ${expected}`, value);
  }
}

/** The keys of a type, held against it by the compiler, so that a key that is added to the one is added to the other. */
export function keysOf<T extends object>(keys: Readonly<Record<keyof T, true>>): readonly string[] {
  return Object.keys(keys);
}

/** Whether a value is an object of keys, and no list. */
export function isEntries(value: unknown): value is Entries {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return typeof value === 'function' ? 'a function' : show(value);
}
