import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Room } from './house.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** Every package and app of the workspace. */
export function readHouse(): readonly Room[] {
  return ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(ROOT, group))
      .filter((name) => existsSync(join(ROOT, group, name, 'package.json')))
      .sort()
      .map((name) => readRoom(name, join(ROOT, group, name), group === 'apps')),
  );
}

function readRoom(name: string, folder: string, isApp: boolean): Room {
  const manifest = readObject(join(folder, 'package.json'));
  const references = readObject(join(folder, 'tsconfig.json'))['references'];
  return {
    name,
    isApp,
    hasReadme: existsSync(join(folder, 'README.md')),
    sources: readSources(join(folder, 'src')),
    dependencies: Object.keys(asObject(manifest['dependencies'])),
    exports: Object.keys(asObject(manifest['exports'])),
    references: (Array.isArray(references) ? references : []).map((entry) =>
      basename(String(asObject(entry)['path'])),
    ),
  };
}

function readSources(folder: string): Readonly<Record<string, string>> {
  if (!existsSync(folder)) return {};
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

function readObject(path: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return asObject(value);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
