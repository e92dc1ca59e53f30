import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { scratch } from './systole.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/**
 * The address of a module with what authors of plugins use: copies of their own of `@systole/core` and `@systole/mapping`, as
 * they lie in the folder of a plugin that was installed from elsewhere.
 */
export function foreignKit(): string {
  const file = join(scratch(), 'kit.mjs');
  buildSync({
    stdin: {
      contents: [
        "export { ClockDomain, defineComponent, ModelFault, param, share, SystoleError } from '@systole/core';",
        "export { auto, defineMapping, PipelineBuilder } from '@systole/mapping';",
      ].join('\n'),
      resolveDir: HERE,
    },
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@systole/source'],
    logLevel: 'silent',
  });
  return pathToFileURL(file).href;
}
