import type { ComponentDeclaration } from '../component.ts';
import { SystoleError } from '../errors.ts';
import type { Problem } from '../errors.ts';
import { inspectDeclaration } from './check-declaration.ts';
import { copyPlain, messageOf, NotPlain } from './copy-plain.ts';
import { guardComponent } from './guard-component.ts';
import { isEntries } from './inspection.ts';

/** What nobody would read on from there, and entries that no package has. */
const MAX_PROBLEMS = 50;
const MAX_ENTRIES = 1000;

/** The package that something comes from, and its file, for messages. */
export interface PluginOrigin {
  readonly name: string;
  readonly file?: string;
}

/**
 * Takes in the component declarations of a plugin: what they are is checked, what they do is guarded from then on.
 *
 * @param value what the plugin calls its components; nothing is taken for granted about it.
 * @throws SystoleError with all that is wrong with them (`plugin/invalid`, `plugin/incompatible`), naming plugin, component
 * and place.
 */
export function adoptComponents(value: unknown, origin: PluginOrigin): readonly ComponentDeclaration[] {
  const { checked, problems } = adoptEach(value, 'components', origin, (copy) => ({
    problems: inspectDeclaration(copy),
    label:
      isEntries(copy) && typeof copy['type'] === 'string'
        ? `component "${copy['type'].slice(0, 80)}"`
        : undefined,
  }));
  throwAll(problems);
  // The inspection has found each of them to be what it should.
  return (checked as readonly ComponentDeclaration[]).map((declaration) =>
    guardComponent(declaration, origin.name),
  );
}

/** What is found on looking at one entry of a plugin's list. */
export interface Look {
  readonly problems: readonly Problem[];
  /** What to call the entry, where it says so itself. */
  readonly label: string | undefined;
}

/** Copies each entry of a list that a plugin exports and looks at it. `key` is what the list is called. */
export function adoptEach(
  value: unknown,
  key: string,
  origin: PluginOrigin,
  look: (copy: unknown) => Look,
): { readonly checked: readonly unknown[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const checked: unknown[] = [];
  const add = (path: string, problem: Problem, label?: string): void => {
    if (problems.length >= MAX_PROBLEMS) return;
    const inner = problem.place?.path;
    problems.push({
      ...problem,
      message: `plugin "${origin.name}"${label === undefined ? '' : `, ${label}`}: ${problem.message}`,
      place: {
        ...(origin.file === undefined ? {} : { file: origin.file }),
        path: inner === undefined ? path : `${path}.${inner}`,
      },
    });
  };
  const copied = copyEach(value, (path, message) =>
    add([key, ...path].join('.'), { code: 'plugin/invalid', message }),
  );
  for (const [index, copy] of copied) {
    const found = look(copy);
    for (const problem of found.problems) add(`${key}[${index}]`, problem, found.label);
    checked.push(copy);
  }
  return { checked, problems };
}

function copyEach(
  value: unknown,
  complain: (path: readonly string[], message: string) => void,
): readonly (readonly [number, unknown])[] {
  try {
    // One copy of the whole list would let one bad entry hide the faults of the others.
    if (!Array.isArray(value)) {
      complain([], 'expected a list');
      return [];
    }
    const { length } = value;
    if (length > MAX_ENTRIES) {
      complain([], `it is a list of ${length}, and ${MAX_ENTRIES} is the most`);
      return [];
    }
    return Array.from({ length }, (_, index) => index).flatMap((index) => {
      try {
        const entry: unknown = Reflect.get(value, index);
        return [[index, copyPlain(entry)] as const];
      } catch (error) {
        complain([String(index), ...(error instanceof NotPlain ? error.path : [])], messageOfCopy(error));
        return [];
      }
    });
  } catch (error) {
    complain([], messageOfCopy(error));
    return [];
  }
}

function messageOfCopy(error: unknown): string {
  return error instanceof NotPlain ? error.message : `reading it throws ${messageOf(error)}`;
}

/** Throws all problems as one error, where there are any. */
export function throwAll([first, ...more]: readonly Problem[]): void {
  if (first !== undefined) throw new SystoleError(first, ...more);
}
