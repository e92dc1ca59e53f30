import { readParameter } from '@systole/core';
import type { ComponentDeclaration, Parameter } from '@systole/core';
import { demand } from './report.ts';

const TYPE = /^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/;
const PARAMETER = /^[A-Za-z][A-Za-z0-9]*$/;
const NAME = /^[A-Za-z][A-Za-z0-9-]*$/;

/** Keys of a component in a chip that are no parameters. */
const RESERVED = ['type', 'preset', 'attach'];

/** Throws `LawBroken` for the first thing in a declaration that a reader, a form or a generator would stumble over. */
export function checkDeclaration(declaration: ComponentDeclaration): void {
  const { type, parameters, presets, accepts, ports } = declaration;
  demand(TYPE.test(type), () => `"${type}" is no type of the form family/name`);
  demand(declaration.summary.trim() !== '', () => 'there is no summary');
  for (const [name, parameter] of Object.entries(parameters)) {
    demand(PARAMETER.test(name) && !RESERVED.includes(name), () => `"${name}" is no name for a parameter`);
    demand(parameter.help.trim() !== '', () => `parameter "${name}" has no help`);
    checkFallback(name, parameter);
    if (name === 'detail') checkLevels(parameter);
  }
  for (const [name, preset] of Object.entries(presets)) {
    for (const [key, written] of Object.entries(preset.values)) {
      const parameter = Object.hasOwn(parameters, key) ? parameters[key] : undefined;
      demand(parameter !== undefined, () => `preset "${name}" sets "${key}", which is no parameter`);
      if (parameter === undefined) continue;
      const result = readParameter(parameter, written);
      demand(result.ok, () => `preset "${name}", ${key}: ${result.ok ? '' : result.message}`);
    }
  }
  for (const [kind, form] of Object.entries(accepts)) {
    for (const [name, size] of Object.entries({ ...form.dims, bytes: form.bytes })) {
      const isRange =
        Number.isSafeInteger(size.min) && Number.isSafeInteger(size.max) && size.min <= size.max;
      demand(isRange, () => `${kind}: ${name} from ${size.min} to ${size.max} is no range`);
      for (const limit of [size.below, size.atMost]) {
        if (limit === undefined) continue;
        demand(parameters[limit]?.form.kind === 'integer', () => `${kind}: ${name} is limited by "${limit}"`);
      }
    }
  }
  for (const [name, { connections }] of Object.entries(ports)) {
    demand(Number.isSafeInteger(connections) && connections > 0, () => `port "${name}" takes nothing`);
  }
  for (const group of [
    declaration.actions,
    declaration.statistics,
    declaration.reasons,
    presets,
    accepts,
    ports,
  ]) {
    for (const name of Object.keys(group)) demand(NAME.test(name), () => `"${name}" is no name`);
  }
}

/** `detail` in a chip file chooses a level, so that a parameter of that name can mean nothing else. */
function checkLevels({ form }: Parameter): void {
  const levels = form.kind === 'choice' ? form.choices : [];
  demand(
    ['fast', 'detailed'].every((level) => levels.includes(level)) && levels.length === 2,
    () => 'parameter "detail" is no choice between fast and detailed',
  );
}

function checkFallback(name: string, { form, fallback }: Parameter): void {
  if (fallback === undefined) return;
  const fits = ((): boolean => {
    switch (form.kind) {
      case 'choice':
        return typeof fallback === 'string' && form.choices.includes(fallback);
      case 'flag':
        return typeof fallback === 'boolean';
      case 'integer':
        return Number.isSafeInteger(fallback) && Number(fallback) >= form.min && Number(fallback) <= form.max;
      case 'quantity':
        return typeof fallback === 'number' && fallback >= form.min && fallback <= form.max;
    }
  })();
  demand(fits, () => `the default of "${name}", ${String(fallback)}, is not one of its values`);
}
