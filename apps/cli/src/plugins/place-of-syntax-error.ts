import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import type { Place } from '@systole/core';
import { pathOfUrl } from './place-of-throw.ts';

/**
 * Where a module, or one that it imports, breaks the grammar. Node tells it only where the error ends a process, so that the
 * import is made again in a process of its own; no code runs there, since nothing runs before all of it is parsed.
 */
export function placeOfSyntaxError(file: string): Place | undefined {
  const program = `import ${JSON.stringify(pathToFileURL(file).href)};`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  const [, url = '', line] = /^(file:\/\/\S+):(\d+)$/m.exec(stderr) ?? [];
  if (url === '') return undefined;
  const marks = /^( *)\^+ *$/m.exec(stderr)?.[1];
  return {
    file: pathOfUrl(url),
    line: Number(line),
    ...(marks === undefined ? {} : { column: marks.length + 1 }),
  };
}
