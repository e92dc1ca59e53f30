import * as fc from 'fast-check';
import { readParameter } from '@systole/core';
import type { ComponentDeclaration, Parameter, ParameterValue } from '@systole/core';

/** Values of a component's parameters in base units; `undefined` for what is left out. */
export type ParameterValues = Readonly<Record<string, ParameterValue | undefined>>;

/** Numbers are varied in eighths: from half of what they are to double. They shrink to what they are. */
const EIGHTHS = fc.constantFrom(8, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16);

/**
 * Values that a chip might give to a component: its defaults, or one of its presets, with numbers from half to double,
 * any choice, any flag. What conflicts goes back to what it was. A parameter without any value to start from lies
 * midway, on a logarithmic scale, between the ends of its range.
 */
export function arbitraryValues(declaration: ComponentDeclaration): fc.Arbitrary<ParameterValues> {
  return fc.constantFrom(undefined, ...Object.keys(declaration.presets)).chain((preset) => {
    const base = baseValues(declaration, preset);
    const parameters = Object.entries(declaration.parameters);
    const varied = Object.fromEntries(
      parameters.map(([name, parameter]) => [name, arbitraryValue(parameter, base[name])]),
    );
    return fc
      .record<Record<string, ParameterValue | undefined>>(varied)
      .map((values) => withoutConflicts(declaration, values, base));
  });
}

/** The values of a preset over the defaults; every required parameter has one. */
function baseValues(declaration: ComponentDeclaration, preset: string | undefined): ParameterValues {
  const written = preset === undefined ? {} : (declaration.presets[preset]?.values ?? {});
  return Object.fromEntries(
    Object.entries(declaration.parameters).map(([name, parameter]) => {
      const given = Object.hasOwn(written, name) ? readParameter(parameter, written[name]) : undefined;
      const value = given?.ok === true ? given.value : parameter.fallback;
      return [name, value ?? (parameter.optional ? undefined : midway(parameter))];
    }),
  );
}

function midway({ form }: Parameter): ParameterValue {
  switch (form.kind) {
    case 'choice':
      return form.choices[0] ?? '';
    case 'flag':
      return false;
    default: {
      const middle = Math.round(
        form.min > 0 ? Math.sqrt(form.min) * Math.sqrt(form.max) : Math.sqrt(form.max),
      );
      return clamp(
        form.kind === 'integer' && form.powerOfTwo === true ? powerOfTwo(middle) : middle,
        form.min,
        form.max,
      );
    }
  }
}

function arbitraryValue(
  parameter: Parameter,
  base: ParameterValue | undefined,
): fc.Arbitrary<ParameterValue | undefined> {
  const { form } = parameter;
  switch (form.kind) {
    case 'choice':
      return fc.constantFrom(...fallbackFirst(form.choices, base));
    case 'flag':
      return fc.constantFrom(...fallbackFirst([false, true], base));
    default: {
      // What is absent or zero unless a chip says otherwise is sometimes there.
      if (base === undefined || base === 0) {
        return fc.oneof({ weight: 2, arbitrary: fc.constant(base) }, scaled(form, Number(midway(parameter))));
      }
      return scaled(form, Number(base));
    }
  }
}

/** A counterexample shrinks to the first of its choices: best to what a chip gets that does not say. */
function fallbackFirst<T extends ParameterValue>(
  choices: readonly T[],
  base: ParameterValue | undefined,
): readonly T[] {
  return [...choices.filter((choice) => choice === base), ...choices.filter((choice) => choice !== base)];
}

type NumberForm = Extract<Parameter['form'], { kind: 'integer' | 'quantity' }>;

function scaled(form: NumberForm, base: number): fc.Arbitrary<number> {
  if (form.kind === 'integer' && form.powerOfTwo === true) {
    return fc
      .constantFrom(base, base / 2, base * 2)
      .map((value) => clamp(powerOfTwo(value), form.min, form.max));
  }
  const isInteger = form.kind === 'integer';
  return EIGHTHS.map((eighths) => {
    const value = (base * eighths) / 8;
    return clamp(isInteger ? Math.round(value) : value, form.min, form.max);
  });
}

function powerOfTwo(value: number): number {
  let power = 1;
  while (power * 2 <= value) power *= 2;
  return power;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

function withoutConflicts(
  declaration: ComponentDeclaration,
  values: ParameterValues,
  base: ParameterValues,
): ParameterValues {
  let current = values;
  for (;;) {
    const [conflict] = declaration.conflicts(current);
    if (conflict === undefined || current === base) return current;
    const { parameter } = conflict;
    // A conflict may be with another parameter than the one that is named.
    const isReset = current[parameter] === base[parameter];
    current = isReset ? base : { ...current, [parameter]: base[parameter] };
  }
}
