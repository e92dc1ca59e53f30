import { readParameter } from '@systole/core';
import type { ComponentDeclaration, ParameterValue } from '@systole/core';

type Written = Readonly<Record<string, string | number | boolean>>;

/** The values of a declaration: its defaults, then presets in order, then what is written. Throws for a bad one. */
export function resolve(
  declaration: ComponentDeclaration,
  presets: readonly string[],
  written: Written = {},
): Record<string, ParameterValue | undefined> {
  const layers = presets.map((name) => {
    const preset = declaration.presets[name];
    if (preset === undefined) throw new Error(`no preset ${name}`);
    return preset.values;
  });
  const values: Record<string, ParameterValue | undefined> = {};
  for (const [name, parameter] of Object.entries(declaration.parameters)) values[name] = parameter.fallback;
  for (const [name, text] of [...layers, written].flatMap((layer) => Object.entries(layer))) {
    const parameter = declaration.parameters[name];
    if (parameter === undefined) throw new Error(`no parameter ${name}`);
    const result = readParameter(parameter, text);
    if (!result.ok) throw new Error(`${name}: ${result.message}`);
    values[name] = result.value;
  }
  return values;
}
