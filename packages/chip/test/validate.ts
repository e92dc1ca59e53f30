import { expect } from 'vitest';

type Schema = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function schemaOf(value: unknown): Schema {
  if (!isObject(value)) throw new Error('expected a schema');
  return value;
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('expected a list');
  return value;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

/** What each keyword says of a value; only the keywords that the chip schema uses. */
const KEYWORDS: Readonly<
  Record<string, (argument: unknown, value: unknown, schema: Schema, root: Schema) => boolean>
> = {
  $ref: (reference, value, _schema, root) => {
    const path = String(reference).split('/').slice(1);
    const target = path.reduce<unknown>(
      (at, step) => schemaOf(at)[step.replaceAll('~1', '/').replaceAll('~0', '~')],
      root,
    );
    return isValid(schemaOf(target), value, root);
  },
  type: (types, value) =>
    [types].flat().some((type) => (type === 'integer' ? Number.isInteger(value) : type === typeOf(value))),
  const: (constant, value) => value === constant,
  enum: (choices, value) => listOf(choices).includes(value),
  anyOf: (choices, value, _schema, root) =>
    listOf(choices).some((choice) => isValid(schemaOf(choice), value, root)),
  pattern: (pattern, value) => typeof value !== 'string' || new RegExp(String(pattern), 'u').test(value),
  minLength: (least, value) => typeof value !== 'string' || value.length >= Number(least),
  maxLength: (most, value) => typeof value !== 'string' || value.length <= Number(most),
  minimum: (least, value) => typeof value !== 'number' || value >= Number(least),
  maximum: (most, value) => typeof value !== 'number' || value <= Number(most),
  maxItems: (most, value) => !Array.isArray(value) || value.length <= Number(most),
  items: (items, value, _schema, root) =>
    !Array.isArray(value) || value.every((item) => isValid(schemaOf(items), item, root)),
  minProperties: (least, value) => !isObject(value) || Object.keys(value).length >= Number(least),
  maxProperties: (most, value) => !isObject(value) || Object.keys(value).length <= Number(most),
  required: (names, value) =>
    !isObject(value) || listOf(names).every((name) => Object.hasOwn(value, String(name))),
  properties: (properties, value, _schema, root) =>
    !isObject(value) ||
    Object.entries(schemaOf(properties)).every(
      ([name, property]) => !Object.hasOwn(value, name) || isValid(schemaOf(property), value[name], root),
    ),
  propertyNames: (names, value, _schema, root) =>
    !isObject(value) || Object.keys(value).every((name) => isValid(schemaOf(names), name, root)),
  additionalProperties: (additional, value, schema, root) =>
    !isObject(value) ||
    Object.keys(value)
      .filter((name) => !Object.hasOwn(schemaOf(schema['properties'] ?? {}), name))
      .every((name) => additional !== false && isValid(schemaOf(additional), value[name], root)),
};

const ANNOTATIONS = new Set(['$schema', '$defs', 'title', 'description', 'default', 'examples']);

/** Whether a value fits a schema. Fails the test for a keyword that it does not know. */
export function isValid(schema: Schema, value: unknown, root: Schema = schema): boolean {
  return Object.entries(schema).every(([keyword, argument]) => {
    if (ANNOTATIONS.has(keyword)) return true;
    const check = KEYWORDS[keyword];
    expect(check, `the validator knows the keyword ${keyword}`).toBeDefined();
    return check?.(argument, value, schema, root) ?? false;
  });
}
