/** Keys by which somebody may hope that a chip file loads a package. */
const LOADING: ReadonlySet<string> = new Set([
  'plugin',
  'plugins',
  'package',
  'packages',
  'import',
  'imports',
  'require',
  'module',
  'modules',
  'script',
  'extends',
]);

export const PLUGIN_HINT =
  'A chip file is data and never loads code: plugins are named with --plugin, or in systole.config.json.';

/** The next step for who wants a chip file to load code, by the key that was written; nothing for any other key. */
export function loadingHint(key: string): string | undefined {
  return LOADING.has(key.toLowerCase()) ? PLUGIN_HINT : undefined;
}

/** Whether a component type is rather the path or address of a module. */
export function isModulePath(type: string): boolean {
  return /^[./~]|[:@\\]|\.[cm]?[jt]s$/.test(type);
}
