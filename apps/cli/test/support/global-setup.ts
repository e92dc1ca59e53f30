import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command is tested as users run it: bundled. */
export default function setup(): void {
  execFileSync(process.execPath, ['build.js'], { cwd: fileURLToPath(new URL('../..', import.meta.url)) });
}
