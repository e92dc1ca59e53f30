import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

// One file to start quickly, and chunks beside it for what only some commands need (plots, schemas).
const { outputFiles } = await build({
  entryPoints: { systole: 'src/systole.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['@systole/source'],
  chunkNames: 'chunk-[hash]',
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  sourcesContent: false,
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  write: false,
});

// Each file is put in its place whole, and only where it changed: another process may be reading it. The entry comes last, when
// all that it imports is there.
const isEntry = ({ path }) => basename(path).startsWith('systole.');
for (const { path, contents } of [...outputFiles].sort((a, b) => isEntry(a) - isEntry(b))) {
  if (existsSync(path) && readFileSync(path).equals(contents)) continue;
  mkdirSync(dirname(path), { recursive: true });
  const written = `${path}.${process.pid}`;
  writeFileSync(written, contents);
  renameSync(written, path);
}

// A chunk is named by its content, so that those of earlier builds stay behind. They do not go into a package.
if (process.argv.includes('--clean')) {
  const current = new Set(outputFiles.map(({ path }) => basename(path)));
  for (const name of readdirSync('dist')) {
    if (/\.js(?:\.map)?$/.test(name) && !current.has(name)) rmSync(join('dist', name));
  }
}
