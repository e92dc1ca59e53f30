import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { SystoleError } from '@systole/core';
import { PACKAGE_FOLDER, versionOf } from './own-packages.ts';
import type { StarterName } from './starter-name.ts';

/** Path → text of every file of a starter; paths are relative, with `/`. */
export type StarterFiles = ReadonlyMap<string, string>;

/** What stands for the names in a template, which is a starter of that name itself. */
const PLACEHOLDER = /template-family|template-name|templateName|TemplateName/g;
const COMMENT_OR_STRING = /\/\*[^]*?\*\/|\/\/.*$|'(?:[^'\\\n]|\\.)*'/gm;
const IDENTIFIER = /[A-Za-z_$][\w$]*/g;
const OWN_DEPENDENCY = /"(@systole\/[a-z]+)": "\*"/g;

/**
 * Reads some folders of templates, one over the other, and puts the names in.
 *
 * @throws SystoleError `argument/invalid` when two things in the starter would have one name.
 */
export function renderStarter(
  folders: readonly string[],
  name: StarterName & { readonly family?: string },
): StarterFiles {
  const names: Readonly<Record<string, string>> = {
    'template-family': name.family ?? '',
    'template-name': name.kebab,
    templateName: name.camel,
    TemplateName: name.pascal,
  };
  const put = (text: string): string => text.replace(PLACEHOLDER, (found) => names[found] ?? found);
  const files = new Map<string, string>();
  for (const [path, text] of folders.flatMap(readTemplates)) {
    if (files.has(put(path))) throw taken(put(path), name);
    if (path.endsWith('.ts')) refuseTaken(text, put, name);
    const rendered = put(text).replace(
      OWN_DEPENDENCY,
      (_, dependency: string) => `"${dependency}": ${JSON.stringify(versionOf(dependency))}`,
    );
    files.set(put(path), rendered);
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readTemplates(folder: string): readonly (readonly [path: string, text: string])[] {
  const root = join(PACKAGE_FOLDER, 'templates', folder);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const whole = join(entry.parentPath, entry.name);
      const path = whole
        .slice(root.length + 1)
        .split(sep)
        .join('/');
      // npm keeps no .gitignore in a package.
      return [path === 'gitignore' ? '.gitignore' : path, readFileSync(whole, 'utf8')];
    });
}

/** Refuses a name out of which a file would make an identifier that it uses for something else, such as `param`. */
function refuseTaken(text: string, put: (text: string) => string, name: StarterName): void {
  const identifiers = new Set(text.replace(COMMENT_OR_STRING, '').match(IDENTIFIER) ?? []);
  const twice = [...identifiers].map(put).find((own, index, all) => all.indexOf(own) !== index);
  if (twice !== undefined) throw taken(twice, name);
}

function taken(what: string, { kebab }: StarterName): SystoleError {
  return new SystoleError({
    code: 'argument/invalid',
    message: `a starter of the name "${kebab}" would have a "${what}" of its own, and has one that is something else`,
    hint: `Choose another name, such as my-${kebab}.`,
  });
}
