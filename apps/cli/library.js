import { cpSync, rmSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The chips and workloads stand at the top of the repository, which a package cannot reach: it gets a copy while it is packed.
const target = fileURLToPath(new URL('library', import.meta.url));
const top = fileURLToPath(new URL('../..', import.meta.url));

rmSync(target, { recursive: true, force: true });
if (!process.argv.includes('--remove')) {
  for (const folder of ['configs', 'traces']) {
    cpSync(join(top, folder), join(target, folder), {
      recursive: true,
      filter: (path) => extname(path) !== '.png',
    });
  }
  // What memories and number formats are held against by `systole validate`.
  for (const name of ['memory', 'numerics']) {
    cpSync(join(top, 'packages', name, 'reference'), join(target, 'reference', name), { recursive: true });
  }
}
