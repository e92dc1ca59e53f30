import { readParameter } from '@systole/core';
import type { ComponentDeclaration, ParameterSpecs, ParameterValue, Part } from '@systole/core';

export type Written = Readonly<Record<string, string | number | boolean>>;

/** A component with its defaults, then the values of `preset`, then `written` values as a chip file has them. */
export function partOf<P extends ParameterSpecs>(
  declaration: ComponentDeclaration<P>,
  written: Written = {},
  name = 'unit',
  preset?: string,
): Part {
  const values: Record<string, ParameterValue | undefined> = {};
  const layers = { ...(preset === undefined ? {} : declaration.presets[preset]?.values), ...written };
  for (const [key, parameter] of Object.entries(declaration.parameters)) {
    const text = layers[key];
    if (text === undefined) {
      values[key] = parameter.fallback;
      continue;
    }
    const result = readParameter(parameter, text);
    if (!result.ok) throw new Error(`${key}: ${result.message}`);
    values[key] = result.value;
  }
  for (const key of Object.keys(layers)) {
    if (!(key in declaration.parameters)) throw new Error(`there is no parameter ${key}`);
  }
  return { name, declaration, values };
}
