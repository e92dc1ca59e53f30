import { BASE_UNITS } from '@systole/units';
import { readParameter } from '../parameter.ts';
import type { Parameter, ParameterKind } from '../parameter.ts';
import type { Preset } from '../component.ts';
import { CONFIDENCES } from '../source.ts';
import type { Source } from '../source.ts';
import { isEntries, keysOf } from './inspection.ts';
import type { Entries, Inspection } from './inspection.ts';

type Path = readonly string[];

/** Keys of a component in a chip file that are no parameters of its type. */
const TAKEN: ReadonlySet<string> = new Set(['type', 'preset', 'attach']);

/** The key by which a chip file chooses a level of detail, and what a parameter of that name may choose. */
const DETAIL = 'detail';
const LEVELS: readonly unknown[] = ['fast', 'detailed'];

const PARAMETER_KEYS = keysOf<Parameter>({
  form: true,
  help: true,
  fallback: true,
  optional: true,
  source: true,
});
const SOURCE_KEYS = keysOf<Source>({ source: true, confidence: true, note: true });
const PRESET_KEYS = keysOf<Preset>({ help: true, values: true, source: true });

type FormOf<K extends ParameterKind['kind']> = Extract<ParameterKind, { readonly kind: K }>;

const FORM_KEYS: Readonly<Record<ParameterKind['kind'], readonly string[]>> = {
  quantity: keysOf<FormOf<'quantity'>>({ kind: true, dimension: true, min: true, max: true }),
  integer: keysOf<FormOf<'integer'>>({ kind: true, min: true, max: true, powerOfTwo: true }),
  choice: keysOf<FormOf<'choice'>>({ kind: true, choices: true }),
  flag: keysOf<FormOf<'flag'>>({ kind: true }),
};

/** Looks at declared parameters: of a component, or the options of a mapping. */
export function inspectParameters(value: unknown, path: Path, inspection: Inspection): void {
  inspection.named(value, path, 'parameters by name', (parameter, at, name) => {
    if (TAKEN.has(name)) {
      inspection.add(
        at,
        `a parameter cannot be called "${name}"`,
        'A chip file means something else by this key.',
      );
    }
    if (name === DETAIL && !choosesLevel(parameter)) {
      inspection.add(
        at,
        'the parameter "detail" is no choice of fast and detailed',
        "Write param.choice(['fast', 'detailed'], …), or call it something else.",
      );
    }
    inspectParameter(parameter, at, inspection);
  });
}

function choosesLevel(parameter: unknown): boolean {
  const form = property(parameter, 'form');
  const choices = property(form, 'choices');
  if (property(form, 'kind') !== 'choice' || !Array.isArray(choices)) return false;
  return choices.length === LEVELS.length && LEVELS.every((level, at) => choices[at] === level);
}

function property(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

/** Looks at where a figure comes from. */
export function inspectSource(value: unknown, path: Path, inspection: Inspection): void {
  const source = inspection.entries(value, path, '{ source, confidence }', SOURCE_KEYS);
  if (source === undefined) return;
  inspection.text(source['source'], [...path, 'source'], 'where the figure comes from');
  inspection.oneOf(source['confidence'], CONFIDENCES, [...path, 'confidence']);
  if (source['note'] !== undefined) inspection.text(source['note'], [...path, 'note'], 'text');
}

function inspectParameter(value: unknown, path: Path, inspection: Inspection): void {
  const parameter = inspection.entries(
    value,
    path,
    'a parameter, as param.quantity and its like make them',
    PARAMETER_KEYS,
  );
  if (parameter === undefined) return;
  inspection.text(parameter['help'], [...path, 'help'], 'help, in words');
  inspection.flag(parameter['optional'], [...path, 'optional']);
  if (parameter['source'] !== undefined) inspectSource(parameter['source'], [...path, 'source'], inspection);
  const before = inspection.problems.length;
  inspectForm(parameter['form'], [...path, 'form'], inspection);
  const { fallback } = parameter;
  if (fallback === undefined || inspection.problems.length > before) return;
  const problem = fallbackProblem(toParameter(parameter), fallback);
  if (problem !== undefined) inspection.add([...path, 'fallback'], problem);
}

function inspectForm(value: unknown, path: Path, inspection: Inspection): void {
  const form = inspection.entries(value, path, 'a form: what values the parameter takes');
  if (form === undefined) return;
  const { kind } = form;
  if (!inspection.oneOf(kind, Object.keys(FORM_KEYS), [...path, 'kind'])) return;
  inspection.entries(form, path, 'a form', FORM_KEYS[kind as keyof typeof FORM_KEYS]);
  if (kind === 'quantity')
    inspection.oneOf(form['dimension'], Object.keys(BASE_UNITS), [...path, 'dimension']);
  if (kind === 'quantity' || kind === 'integer') inspectRange(form, path, inspection);
  if (kind === 'integer' && form['powerOfTwo'] !== undefined) {
    inspection.flag(form['powerOfTwo'], [...path, 'powerOfTwo']);
  }
  if (kind !== 'choice') return;
  const { choices } = form;
  inspection.texts(choices, [...path, 'choices'], 'a list of names');
  if (Array.isArray(choices) && choices.length === 0)
    inspection.add([...path, 'choices'], 'there is none to choose from');
}

function inspectRange({ kind, min, max }: Entries, path: Path, inspection: Inspection): void {
  const isWhole = kind === 'integer';
  const lowest = isWhole ? -Number.MAX_SAFE_INTEGER : -Number.MAX_VALUE;
  const isRange =
    inspection.number(min, [...path, 'min'], lowest, isWhole) &&
    inspection.number(max, [...path, 'max'], lowest, isWhole);
  if (isRange && min > max)
    inspection.add([...path, 'max'], `it is ${max}, which is below the least, ${min}`);
}

/** The form has been looked at, so that this is what it says it is. */
function toParameter(parameter: Entries): Parameter {
  return parameter as unknown as Parameter;
}

/** What is wrong with a default, which is in base units. */
function fallbackProblem(parameter: Parameter, fallback: unknown): string | undefined {
  const { form } = parameter;
  if (form.kind !== 'quantity') {
    const result = readParameter(parameter, fallback);
    return result.ok ? undefined : result.message;
  }
  const isInRange = typeof fallback === 'number' && fallback >= form.min && fallback <= form.max;
  return isInRange
    ? undefined
    : `expected a number from ${form.min} to ${form.max}, in base units, got ${String(fallback)}`;
}

/** Looks at presets: named values for parameters that there are. */
export function inspectPresets(
  value: unknown,
  parameters: unknown,
  path: Path,
  inspection: Inspection,
): void {
  const declared = isEntries(parameters) ? parameters : {};
  inspection.named(value, path, 'presets by name', (preset, at) => {
    const found = inspection.entries(preset, at, 'a preset: { help, values, source }', PRESET_KEYS);
    if (found === undefined) return;
    inspection.text(found['help'], [...at, 'help'], 'help, in words');
    inspectSource(found['source'], [...at, 'source'], inspection);
    const values = inspection.entries(
      found['values'],
      [...at, 'values'],
      'values of parameters',
      Object.keys(declared),
    );
    for (const [name, written] of Object.entries(values ?? {})) {
      const parameter = declared[name];
      // A parameter that is wrong itself has been complained of.
      if (
        !isEntries(parameter) ||
        inspection.problems.some(({ place }) => place?.path?.startsWith(`parameters.${name}`))
      )
        continue;
      const result = readParameter(toParameter(parameter), written);
      if (!result.ok) inspection.add([...at, 'values', name], result.message, result.hint);
    }
  });
}
