import { z } from 'zod';
import type { FieldForm, FieldTable } from './operator-fields.ts';
import { OPERATOR_FIELDS } from './operator-fields.ts';
import {
  MAX_COUNT,
  MAX_NAME,
  MAX_OPERANDS,
  MAX_PREDECESSORS,
  MAX_RANK,
  MAX_TENSORS,
} from './trace-limits.ts';

const name = z.string().min(1).max(MAX_NAME);
const dimension = z.int().min(1);
const position = z.int().min(0);
const count = z.int().min(1).max(MAX_COUNT);

const tensorUse = z.strictObject({
  tensor: name,
  shape: z.array(dimension).min(1).max(MAX_RANK),
  format: name,
  role: z.enum(['weight', 'kv', 'activation']),
});

const base = {
  id: name,
  after: z.array(name).max(MAX_PREDECESSORS),
  inputs: z.array(tensorUse).max(MAX_OPERANDS),
  outputs: z.array(tensorUse).max(MAX_OPERANDS),
};

const FORMS: Readonly<Record<FieldForm, z.ZodType>> = {
  dimension,
  position,
  flag: z.boolean(),
  'optional-dimension': dimension.exactOptional(),
};

function operatorSchema(kind: string, fields: FieldTable): z.ZodObject {
  const own = Object.entries(fields).map(([field, form]) => [field, FORMS[form]] as const);
  return z.strictObject({ kind: z.literal(kind), ...base, ...Object.fromEntries(own) });
}

const kinds = Object.entries(OPERATOR_FIELDS).map(([kind, fields]) => operatorSchema(kind, fields));
const [firstKind, ...otherKinds] = kinds;
if (firstKind === undefined) throw new TypeError('there are no kinds of operators');

/** An operator by its kind. */
export const operatorSchemaByKind = z.discriminatedUnion('kind', [firstKind, ...otherKinds]);

const modelSummary = z.strictObject({
  architecture: name,
  layers: dimension,
  hidden: dimension,
  heads: dimension,
  kvHeads: dimension,
  headDim: dimension,
  vocabulary: dimension,
  maxContext: dimension,
  parameters: dimension,
});

const workload = z.strictObject({
  prompt: dimension,
  generate: dimension,
  batch: dimension,
  weights: name,
  kv: name,
  activations: name,
});

const persistentTensor = z.strictObject({
  tensor: name,
  shape: z.array(dimension).min(1).max(MAX_RANK),
  format: name,
  role: z.enum(['weight', 'kv']),
  repeat: count,
  layout: z.enum(['matrix', 'vector', 'table']).exactOptional(),
});

/** The first line of a trace file. */
export const headerSchema = z.strictObject({
  format: z.literal('systole-trace'),
  version: z.literal(1),
  name,
  model: modelSummary.exactOptional(),
  workload: workload.exactOptional(),
  tensors: z.array(persistentTensor).max(MAX_TENSORS),
  steps: count,
});

/** What a `block` line says; its operators follow on lines of their own. */
export const blockSchema = z.strictObject({
  name,
  step: position.max(MAX_COUNT),
  phase: z.enum(['prefill', 'decode']),
  repeat: count,
  first: position.max(MAX_COUNT),
});

/** What the `end` line says: how many block lines and operator lines there were. */
export const endSchema = z.strictObject({ blocks: position, operators: position });

/** A line that starts a block. */
export const blockLineSchema = z.strictObject({ block: blockSchema });
/** A line that holds an operator. */
export const operatorLineSchema = z.strictObject({ op: operatorSchemaByKind });
/** The last line. */
export const endLineSchema = z.strictObject({ end: endSchema });

/** The JSON Schema (draft 2020-12) of one line of a trace file: header, block, operator or end. */
export function traceJsonSchema(): Record<string, unknown> {
  const line = z.union([headerSchema, blockLineSchema, operatorLineSchema, endLineSchema]);
  return { ...z.toJSONSchema(line, { io: 'input' }), title: 'A line of a Systole trace' };
}
