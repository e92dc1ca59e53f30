import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package, above its bundle and its sources. */
export const PACKAGE_FOLDER = folderAbove(dirname(fileURLToPath(import.meta.url)));

function folderAbove(folder: string): string {
  const isTop = dirname(folder) === folder;
  return isTop || existsSync(join(folder, 'package.json')) ? folder : folderAbove(dirname(folder));
}

/** The version of the command; all packages of Systole have the same. */
export function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    if (typeof manifest.version === 'string') return manifest.version;
  }
  throw new TypeError(`no version in the package.json of ${PACKAGE_FOLDER}`);
}

/**
 * How a starter depends on a package of Systole: out of a clone of the repository by a link to it, so that what is changed there
 * is used at once, otherwise by the version that the command has.
 */
export function versionOf(name: string): string {
  const folder = resolve(PACKAGE_FOLDER, '../../packages', name.replace('@systole/', ''));
  if (existsSync(join(folder, 'package.json'))) return `file:${folder.replaceAll('\\', '/')}`;
  return `^${ownVersion()}`;
}
