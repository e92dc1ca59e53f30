import { SystoleError } from '@systole/core';

/** Splits `path=value`. Throws `argument/invalid` naming the flag, with an example of what it takes. */
export function splitAssignment(
  text: string,
  flag: string,
  example = 'components.dram.channels=16',
): { readonly path: string; readonly value: string } {
  const at = text.indexOf('=');
  const path = text.slice(0, at).trim();
  const value = text.slice(at + 1).trim();
  if (at > 0 && path !== '' && value !== '') return { path, value };
  throw new SystoleError({
    code: 'argument/invalid',
    message: `${flag} takes path=value, got "${text.slice(0, 80)}"`,
    hint: `Write ${flag} ${example}, say.`,
  });
}

/** `components.{vector,sram}.clock` names two paths; a path without braces names itself. */
export function expandBraces(path: string): readonly string[] {
  const match = /^([^{}]*)\{([^{}]+)\}([^{}]*)$/.exec(path);
  if (match === null) return [path];
  const [, before = '', names = '', after = ''] = match;
  return names.split(',').map((name) => `${before}${name.trim()}${after}`);
}
