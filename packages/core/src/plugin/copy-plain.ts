/** Levels of nesting, and values, that a declaration may have. */
const MAX_DEPTH = 16;
const MAX_VALUES = 100_000;
// As keys of plain objects these reach what every object shares.
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Why a value could not be copied, and where in it. */
export class NotPlain extends Error {
  readonly path: readonly string[];

  constructor(path: readonly string[], message: string) {
    super(message);
    this.name = 'NotPlain';
    this.path = path;
  }
}

/**
 * A copy of what a plugin hands over: plain objects and lists of text, numbers, flags and functions. Every value is read
 * once, so that what was checked is what is used later, whatever getters and proxies say then. Throws `NotPlain`.
 */
export function copyPlain(value: unknown): unknown {
  let values = 0;

  const copy = (from: unknown, path: readonly string[]): unknown => {
    values++;
    if (values > MAX_VALUES) throw new NotPlain(path, `it holds more than ${MAX_VALUES} values`);
    switch (typeof from) {
      case 'bigint':
      case 'symbol':
        throw new NotPlain(path, `it is a ${typeof from}, which no declaration holds`);
      case 'object':
        break;
      default:
        return from;
    }
    if (from === null) return null;
    if (path.length >= MAX_DEPTH) {
      throw new NotPlain(path, `it contains itself, or is nested more than ${MAX_DEPTH} levels deep`);
    }
    try {
      return copyObject(from, path);
    } catch (error) {
      if (error instanceof NotPlain) throw error;
      throw new NotPlain(path, `reading it throws ${messageOf(error)}`);
    }
  };

  const copyObject = (from: object, path: readonly string[]): unknown => {
    if (Array.isArray(from)) {
      const { length } = from;
      if (length > MAX_VALUES) throw new NotPlain(path, `it is a list of ${length} values`);
      return Array.from({ length }, (_, index) => copy(Reflect.get(from, index), [...path, String(index)]));
    }
    const prototype: unknown = Object.getPrototypeOf(from);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new NotPlain(path, 'it is an object of a class, where a plain one is expected');
    }
    const to: Record<string, unknown> = {};
    for (const key of Object.keys(from)) {
      if (FORBIDDEN.has(key)) throw new NotPlain([...path, key], 'a key of this name is not accepted');
      const entry = copy(Reflect.get(from, key), [...path, key]);
      // What is there and undefined is as good as left out.
      if (entry !== undefined) to[key] = entry;
    }
    return to;
  };

  return copy(value, []);
}

/** The message of anything that was thrown, in one short line. */
export function messageOf(error: unknown): string {
  try {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const line = text.replaceAll(/\s+/gu, ' ');
    return line.length > 300 ? `${line.slice(0, 300)}…` : line;
  } catch {
    return 'something that has no text';
  }
}
