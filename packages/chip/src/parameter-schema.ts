import { describeForm, formatParameter } from '@systole/core';
import type { Parameter, ParameterKind } from '@systole/core';
import { unitsOf } from '@systole/units';
import type { Dimension } from '@systole/units';

/** A JSON Schema, as plain data. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/**
 * The schema of one parameter: the plain value, or a figure that holds it. Ranges of quantities stand in the
 * description, since a schema cannot compare values that are written with units.
 */
export function parameterSchema(parameter: Parameter): JsonSchema {
  const { form, help, fallback } = parameter;
  const value = valueSchema(form);
  return {
    description: `${help}. Takes ${describeForm(form)}.`,
    ...(fallback === undefined ? {} : { default: writtenDefault(parameter) }),
    anyOf: [
      value,
      {
        type: 'object',
        properties: {
          value,
          source: { $ref: '#/$defs/source' },
          confidence: { $ref: '#/$defs/confidence' },
          note: { $ref: '#/$defs/note' },
          override: { $ref: '#/$defs/override' },
        },
        required: ['value'],
        additionalProperties: false,
      },
    ],
  };
}

function writtenDefault(parameter: Parameter): unknown {
  return parameter.form.kind === 'quantity' && parameter.form.dimension !== 'ratio'
    ? formatParameter(parameter, parameter.fallback)
    : parameter.fallback;
}

function valueSchema(form: ParameterKind): JsonSchema {
  switch (form.kind) {
    case 'quantity':
      return quantitySchema(form.dimension, form.min, form.max);
    case 'integer': {
      if (form.powerOfTwo !== true) return { type: 'integer', minimum: form.min, maximum: form.max };
      const powers: number[] = [];
      for (let power = 1; power <= form.max; power *= 2) if (power >= form.min) powers.push(power);
      return { enum: powers };
    }
    case 'choice':
      return { enum: [...form.choices] };
    case 'flag':
      return { type: 'boolean' };
  }
}

/** The schema of a quantity: a number and one of the units of its dimension; a ratio may be a plain number. */
export function quantitySchema(dimension: Dimension, min: number, max: number): JsonSchema {
  const units = unitsOf(dimension);
  const unit = units
    .map(escapePattern)
    .sort((a, b) => b.length - a.length)
    .join('|');
  const text = {
    type: 'string',
    maxLength: 64,
    pattern: `^\\s*[+-]?(\\d+(\\.\\d+)?|\\.\\d+)([eE][+-]?\\d+)?\\s*(${unit})${dimension === 'ratio' ? '?' : ''}\\s*$`,
  };
  if (dimension !== 'ratio') return text;
  return { anyOf: [{ type: 'number', minimum: min, maximum: max }, text] };
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
