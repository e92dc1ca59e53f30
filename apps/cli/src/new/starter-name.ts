import { suggestName, SystoleError } from '@systole/core';
import type { ComponentRole } from '@systole/core';

/** What a starter is called: as users write it, and as TypeScript does. */
export interface StarterName {
  /** `near-cache`. */
  readonly kebab: string;
  /** `nearCache`. */
  readonly camel: string;
  /** `NearCache`. */
  readonly pascal: string;
}

/** What a component is called. */
export interface ComponentName extends StarterName {
  readonly family: string;
  readonly role: ComponentRole;
}

const ROLES: readonly ComponentRole[] = ['memory', 'compute', 'interconnect'];
const KEBAB = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const MAX_LENGTH = 50;

/** Words that TypeScript keeps for itself (YAML knows three of them too), and names that Windows gives to devices. */
const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public return ' +
    'static super switch this throw true try typeof undefined var void while with yield ' +
    'aux com1 com2 com3 com4 com5 com6 com7 com8 com9 con lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9 nul prn'
  ).split(' '),
);

/** Reads the name of a starter. Throws `argument/invalid` for one that is no kebab-case word, or is kept for others. */
export function readStarterName(text: string): StarterName {
  checkWord(text, 'name');
  if (RESERVED.has(text)) {
    throw invalid(`the name "${text}" is kept for others`, `Choose another, such as my-${text}.`);
  }
  const camel = text.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return { kebab: text, camel, pascal: camel.charAt(0).toUpperCase() + camel.slice(1) };
}

/**
 * Reads `family/name` or `name`, and `--role`. Where one of family and role is left out, it is the other; where both are, the
 * component is a memory. Throws `argument/invalid`.
 */
export function readComponentName(text: string, flag: string | undefined): ComponentName {
  const parts = text.split('/');
  if (parts.length > 2) {
    throw invalid(`"${shown(text)}" is no family/name`, 'Write memory/my-memory; the folder comes after it.');
  }
  const name = readStarterName(parts.at(-1) ?? '');
  const family = parts.length === 2 ? (parts[0] ?? '') : undefined;
  if (family !== undefined) checkWord(family, 'family');
  const wanted = flag ?? family ?? 'memory';
  const asked = ROLES.find((role) => role === wanted);
  if (flag !== undefined && asked === undefined) {
    throw invalid(`there is no role "${shown(flag)}"`, suggestName(flag, ROLES));
  }
  const role = asked ?? 'memory';
  const other = ROLES.find((candidate) => candidate === family && candidate !== role);
  if (other === undefined) return { ...name, family: family ?? role, role };
  throw invalid(
    `the family of "${text}" is that of another role than ${role}`,
    `Leave out --role, or write ${role}/${name.kebab}.`,
  );
}

function checkWord(text: string, what: string): void {
  if (KEBAB.test(text) && text.length <= MAX_LENGTH) return;
  const form = `a ${what} is made of lower-case letters, digits and single hyphens, from a letter on, ${MAX_LENGTH} characters at most`;
  const nearest = text
    .slice(0, MAX_LENGTH)
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  throw invalid(
    `${form}, got "${shown(text)}"`,
    KEBAB.test(nearest)
      ? `Write ${nearest}, say. Where the files go is said after it: systole new … ${nearest} path/to/folder.`
      : 'Write near-memory, say.',
  );
}

function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function invalid(message: string, hint: string): SystoleError {
  return new SystoleError({ code: 'argument/invalid', message, hint });
}
