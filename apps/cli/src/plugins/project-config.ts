import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseWith, readDocument } from '@systole/document';
import { z } from 'zod';
import { readTextFile } from '../files.ts';
import type { PluginRequest } from './find-plugin.ts';

/** The file by which a project says what every command in its folder loads. */
export const PROJECT_CONFIG = 'systole.config.json';

const configSchema = z.strictObject({
  plugins: z.array(z.string().min(1).max(1000)).max(100).optional(),
});

/**
 * The plugins that the `systole.config.json` of a folder names; none where there is no such file. Only the working folder is
 * looked at: it is the user's own, and a chip that came from elsewhere must not bring code along. Throws `config/invalid`.
 */
export function projectPlugins(folder: string): readonly PluginRequest[] {
  const file = join(folder, PROJECT_CONFIG);
  if (!existsSync(file)) return [];
  const document = readDocument(readTextFile(file), PROJECT_CONFIG, { syntax: 'json' });
  const hint = 'Write { "plugins": ["./my-memory", "@acme/dram"] }, say.';
  const { plugins = [] } = parseWith(document, configSchema, 'config/invalid', hint);
  return plugins.map((named, index) => ({ named, folder, place: document.placeOf(['plugins', index]) }));
}
