import { baseUnit, formatParameter, readParameter } from '@systole/core';
import type { ComponentDeclaration, Parameter, ParameterValue } from '@systole/core';
import type { ParameterValues } from './arbitrary-values.ts';

/**
 * The keys of a component in a chip file that lead to exactly these values: a preset where one says most of them, and what
 * neither it nor the defaults say.
 */
export function writtenValues(
  declaration: ComponentDeclaration,
  values: ParameterValues,
): Readonly<Record<string, ParameterValue>> {
  const plain = differences(declaration, values, undefined);
  let best = plain;
  for (const preset of Object.keys(declaration.presets)) {
    if (saysMore(declaration, values, preset)) continue;
    const written = differences(declaration, values, preset);
    if (Object.keys(written).length + 1 < Object.keys(best).length) best = { preset, ...written };
  }
  return best;
}

/** Whether a preset sets a parameter that has no value: what a preset sets cannot be unset. */
function saysMore({ presets }: ComponentDeclaration, values: ParameterValues, preset: string): boolean {
  return Object.keys(presets[preset]?.values ?? {}).some((name) => values[name] === undefined);
}

function differences(
  { parameters, presets }: ComponentDeclaration,
  values: ParameterValues,
  preset: string | undefined,
): Readonly<Record<string, ParameterValue>> {
  const given = preset === undefined ? {} : (presets[preset]?.values ?? {});
  const written: Record<string, ParameterValue> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = values[name];
    const read = Object.hasOwn(given, name) ? readParameter(parameter, given[name]) : undefined;
    const before = read?.ok === true ? read.value : parameter.fallback;
    if (value !== undefined && value !== before) written[name] = exactly(parameter, value);
  }
  return written;
}

/** As people write it where that reads back as the same value, in base units where it would be rounded. */
function exactly(parameter: Parameter, value: ParameterValue): ParameterValue {
  if (parameter.form.kind !== 'quantity') return value;
  const short = formatParameter(parameter, value);
  const read = readParameter(parameter, short);
  if (read.ok && read.value === value) return short;
  // A ratio is a plain number.
  return parameter.form.dimension === 'ratio' ? value : `${String(value)} ${baseUnit(parameter.form)}`;
}
