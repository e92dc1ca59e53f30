#!/usr/bin/env node
import { existsSync } from 'node:fs';

const bundle = new URL('../dist/systole.js', import.meta.url);
if (existsSync(bundle)) {
  await import(bundle.href);
} else {
  process.stderr.write('systole is not built yet: run `npm run prepare` at the top of the repository.\n');
  process.exitCode = 3;
}
