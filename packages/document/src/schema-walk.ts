import { z } from 'zod';
import type { DocumentPath } from './path.ts';

type Schema = z.core.$ZodType;

/**
 * The names that a schema knows for the keys of the mapping `value` at `path`. Branches of a union that a fixed value
 * in the mapping rules out (`kind: "add"`) do not count. Empty when the schema does not tell, as for a record.
 */
export function knownKeys(schema: Schema, path: DocumentPath, value: unknown): readonly string[] {
  const names = new Set<string>();
  for (const branch of schemasAt(schema, path)) {
    if (branch instanceof z.ZodObject && !isRuledOut(branch, value)) {
      for (const name of Object.keys(branch.shape)) names.add(name);
    }
  }
  return [...names];
}

/** Whether what a schema takes as a number at `path` has to be a whole one; zod does not say so in its issue. */
export function wantsInteger(schema: Schema, path: DocumentPath): boolean {
  const numbers = schemasAt(schema, path).filter((branch) => branch instanceof z.ZodNumber);
  return numbers.length > 0 && numbers.every((branch) => branch.isInt);
}

// All branches that could stand at a path, without what only wraps them.
function schemasAt(schema: Schema, path: DocumentPath): readonly Schema[] {
  let reached: readonly Schema[] = flatten(schema, new Set());
  for (const step of path) {
    const seen = new Set<Schema>();
    reached = reached.flatMap((branch) => children(branch, step)).flatMap((child) => flatten(child, seen));
  }
  return reached;
}

function isRuledOut(schema: z.ZodObject, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(schema.shape).some(
    ([name, field]) =>
      field instanceof z.ZodLiteral &&
      Object.hasOwn(value, name) &&
      !field.values.has(Reflect.get(value, name)),
  );
}

// Opens whatever only wraps or chooses. `seen` ends the recursion of a schema that contains itself.
function flatten(schema: Schema, seen: Set<Schema>): readonly Schema[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const inner = unwrap(schema);
  return inner.length === 0 ? [schema] : inner.flatMap((part) => flatten(part, seen));
}

function unwrap(schema: Schema): readonly Schema[] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodNonOptional ||
    schema instanceof z.ZodCatch
  ) {
    return [schema.def.innerType];
  }
  if (schema instanceof z.ZodPipe) return [schema.def.in];
  if (schema instanceof z.ZodLazy) return [schema.def.getter()];
  if (schema instanceof z.ZodUnion) return schema.def.options;
  if (schema instanceof z.ZodIntersection) return [schema.def.left, schema.def.right];
  return [];
}

function children(schema: Schema, step: string | number): readonly Schema[] {
  if (schema instanceof z.ZodObject) {
    const name = String(step);
    if (Object.hasOwn(schema.shape, name)) return [schema.shape[name]];
    return schema.def.catchall === undefined ? [] : [schema.def.catchall];
  }
  if (schema instanceof z.ZodRecord) return [schema.def.valueType];
  if (schema instanceof z.ZodArray) return [schema.def.element];
  if (schema instanceof z.ZodTuple) {
    const item = schema.def.items[Number(step)] ?? schema.def.rest;
    return item === null ? [] : [item];
  }
  return [];
}
