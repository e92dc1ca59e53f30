import { SystoleError } from '../errors.ts';
import { ModelFault } from '../model-fault.ts';
import { messageOf } from './copy-plain.ts';
import { isEntries } from './inspection.ts';
import { PluginFault } from './plugin-fault.ts';
import type { Culprit } from './plugin-fault.ts';

/**
 * Runs code of a plugin. A `SystoleError` comes through: the input is wrong, and the plugin says so. Whatever else it throws
 * is a `PluginFault` that names it, and so is a result that `check` finds fault with.
 */
export function runForeign<T>(
  culprit: Culprit,
  what: string,
  run: () => T,
  check?: (result: T) => string | undefined,
): T {
  let result: T;
  let complaint: string | undefined;
  try {
    result = run();
    complaint = check?.(result);
  } catch (error) {
    throw blame(error, culprit, what);
  }
  if (complaint === undefined) return result;
  throw new PluginFault(culprit, `${what} ${complaint}`);
}

/** What is thrown in the place of something that code of a plugin threw. */
export function blame(error: unknown, culprit: Culprit, what: string): unknown {
  if (error instanceof PluginFault) return error;
  if (error instanceof SystoleError && isWellFormed(error)) return error;
  if (error instanceof ModelFault) {
    return new PluginFault(culprit, `it broke its contract: ${error.reason}`, error);
  }
  return new PluginFault(culprit, `${what} threw ${messageOf(error)}`, error);
}

/** Another copy of this package, or a forgery, may hold anything where problems are expected. */
function isWellFormed({ problems }: SystoleError): boolean {
  const isText = (value: unknown): boolean => typeof value === 'string';
  const isAbsentOr = (value: unknown, is: (value: unknown) => boolean): boolean =>
    value === undefined || is(value);
  return (
    Array.isArray(problems) &&
    problems.length > 0 &&
    problems.every(
      (problem: unknown) =>
        isEntries(problem) &&
        isText(problem['code']) &&
        isText(problem['message']) &&
        isAbsentOr(problem['hint'], isText) &&
        isAbsentOr(problem['place'], isEntries),
    )
  );
}

/**
 * An object of a plugin, each of whose methods runs as foreign code. Its other properties are read through. A plain object
 * and no proxy, because it is called for every chunk.
 */
export function guardMethods<T extends object>(target: T, culprit: Culprit): T {
  const guarded: Record<string, unknown> = {};
  for (const key of keysOfAll(target)) {
    const value: unknown = Reflect.get(target, key);
    if (typeof value === 'function') {
      guarded[key] = (...given: readonly unknown[]): unknown => {
        try {
          return Reflect.apply(value, target, given);
        } catch (error) {
          throw blame(error, culprit, key);
        }
      };
    } else {
      Object.defineProperty(guarded, key, { get: () => Reflect.get(target, key), enumerable: true });
    }
  }
  // It has what the target has, under the same names.
  return guarded as T;
}

/** Names of its own and inherited properties, short of what every object has. */
function keysOfAll(target: object): ReadonlySet<string> {
  const keys = new Set<string>();
  for (
    let object: object | null = target;
    object !== null && object !== Object.prototype;
    object = Reflect.getPrototypeOf(object)
  ) {
    for (const key of Reflect.ownKeys(object)) {
      if (typeof key === 'string' && key !== 'constructor') keys.add(key);
    }
  }
  return keys;
}
