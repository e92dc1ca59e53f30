import { CONFIDENCES } from '@systole/core';
import type { Catalogue, ComponentDeclaration } from '@systole/core';
import { MAX_CONNECTIONS, MAX_COMPONENTS, MAX_ENTRIES, MAX_LANES } from './form.ts';
import { parameterSchema, quantitySchema } from './parameter-schema.ts';
import type { JsonSchema } from './parameter-schema.ts';
import { CHIP_FORMAT, RESERVED_KEYS } from './spec.ts';

const NAME = '^[a-z][a-z0-9-]{0,63}$';
const RESERVED: ReadonlySet<string> = new Set(RESERVED_KEYS);

/**
 * The form of chip files as JSON Schema (2020-12), for editors: every component type of the catalogue with its
 * parameters, their help, units, ranges and defaults. It accepts whatever `parseChip` accepts of quantities, figures and
 * keys, except that it wants whole numbers and flags unquoted; references, connections and combinations of values are
 * beyond it.
 */
export function chipJsonSchema(catalogue: Catalogue): JsonSchema {
  const { components } = catalogue;
  const scalar = { type: ['string', 'number', 'boolean'] };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Systole chip',
    description: 'A chip: memories, compute units and interconnects, and how they are joined.',
    type: 'object',
    properties: {
      systole: { const: CHIP_FORMAT, description: 'The form of this file.' },
      name: { type: 'string', pattern: NAME, description: 'Lower-case letters, digits and hyphens.' },
      summary: { type: 'string', minLength: 1, description: 'The chip in a sentence.' },
      clock: {
        ...quantitySchema('frequency', 1, 1e12),
        description: 'The clock that results are counted in.',
        examples: ['1 GHz'],
      },
      mapping: {
        description: 'How operators are put on components; auto when left out.',
        default: 'auto',
        anyOf: [
          { type: 'string', minLength: 1 },
          {
            type: 'object',
            properties: { name: { type: 'string', minLength: 1 } },
            required: ['name'],
            additionalProperties: scalar,
            maxProperties: MAX_ENTRIES,
          },
        ],
      },
      citations: {
        description: 'Full citations under the short names by which figures refer to them.',
        type: 'object',
        propertyNames: { pattern: NAME },
        additionalProperties: { type: 'string', minLength: 1 },
        maxProperties: MAX_ENTRIES,
      },
      components: {
        description: 'The components by name.',
        type: 'object',
        propertyNames: { pattern: NAME },
        additionalProperties: { $ref: '#/$defs/component' },
        minProperties: 1,
        maxProperties: MAX_COMPONENTS,
      },
      connections: {
        description: 'What is joined to what. A connection carries both ways.',
        type: 'array',
        items: { $ref: '#/$defs/connection' },
        maxItems: MAX_CONNECTIONS,
      },
    },
    required: ['systole', 'name', 'clock', 'components'],
    additionalProperties: false,
    $defs: {
      source: {
        type: 'string',
        minLength: 1,
        description: 'A key of the citations (a single lower-case word), or the citation itself.',
      },
      confidence: { enum: [...CONFIDENCES], description: 'How far the figure can be trusted.' },
      note: {
        type: 'string',
        minLength: 1,
        description:
          'The reason for an inference, the points of a calibration, or what the reader should know.',
      },
      override: { type: 'boolean', description: 'Set from outside the chip, as by the command line.' },
      connection: {
        type: 'object',
        properties: {
          from: { type: 'string', minLength: 1, description: 'A component, or component.port.' },
          to: { type: 'string', minLength: 1, description: 'A component, or component.port.' },
          lanes: { type: 'integer', minimum: 1, maximum: MAX_LANES, default: 1 },
        },
        required: ['from', 'to'],
        additionalProperties: false,
        examples: [{ from: 'sram', to: 'xbar', lanes: 2 }],
      },
      component: {
        type: 'object',
        properties: {
          type: {
            enum: components.map(({ type }) => type),
            description: components.map(({ type, summary }) => `${type}: ${summary}`).join('\n'),
          },
        },
        required: ['type'],
        ...(components.length === 0
          ? {}
          : { anyOf: components.map(({ type }) => ({ $ref: `#/$defs/${pointer(type)}` })) }),
      },
      ...Object.fromEntries(
        components.map((declaration) => [declaration.type, componentSchema(declaration)]),
      ),
    },
  };
}

function componentSchema(declaration: ComponentDeclaration): JsonSchema {
  const { type, summary, parameters, presets, inMemory } = declaration;
  const presetNames = Object.keys(presets);
  const preset = {
    enum: presetNames,
    description: presetNames.map((name) => `${name}: ${presets[name]?.help ?? ''}`).join('\n'),
  };
  const ownParameters = Object.entries(parameters).filter(([name]) => !RESERVED.has(name));
  const detail = parameters.detail;
  return {
    description: summary,
    type: 'object',
    properties: {
      type: { const: type },
      ...(presetNames.length === 0
        ? {}
        : { preset: { anyOf: [preset, { type: 'array', items: preset, maxItems: MAX_ENTRIES }] } }),
      ...(inMemory === 'host'
        ? {
            attach: {
              type: 'string',
              pattern: NAME,
              description: 'The in-memory compute unit that works inside this memory.',
            },
          }
        : {}),
      detail: {
        enum: detail === undefined ? ['fast'] : ['fast', 'detailed'],
        description: 'Level of detail.',
        default: detail?.fallback ?? 'fast',
      },
      ...Object.fromEntries(ownParameters.map(([name, parameter]) => [name, parameterSchema(parameter)])),
    },
    required: [
      'type',
      ...ownParameters.flatMap(([name, { fallback, optional }]) =>
        fallback === undefined && !optional && !isPreset(name, declaration) ? [name] : [],
      ),
    ],
    additionalProperties: false,
  };
}

function isPreset(parameter: string, { presets }: ComponentDeclaration): boolean {
  return Object.values(presets).some(({ values }) => Object.hasOwn(values, parameter));
}

/** A key as a JSON Pointer inside a URI fragment writes it. */
function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
