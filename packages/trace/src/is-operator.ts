import type { Operator, TensorUse } from './operator.ts';
import type { FieldForm } from './operator-fields.ts';
import { isOperatorKind, OPERATOR_FIELDS } from './operator-fields.ts';
import { MAX_NAME, MAX_OPERANDS, MAX_PREDECESSORS, MAX_RANK } from './trace-limits.ts';

const ROLES: ReadonlySet<unknown> = new Set(['weight', 'kv', 'activation']);
// kind, id, after, inputs, outputs
const BASE_FIELDS = 5;
const USE_FIELDS = 4;

const FIELD_LISTS: ReadonlyMap<string, readonly (readonly [string, FieldForm])[]> = new Map(
  Object.entries(OPERATOR_FIELDS).map(([kind, fields]) => [kind, Object.entries(fields)]),
);

/**
 * Whether a value is an operator with no key too many or too few. It accepts what the schema accepts, a hundred times
 * as fast, and does not say why not; the schema does.
 */
export function isOperator(value: unknown): value is Operator {
  if (!isRecord(value) || !isOperatorKind(value['kind'])) return false;
  let fields = BASE_FIELDS;
  for (const [field, form] of FIELD_LISTS.get(value['kind']) ?? []) {
    if (form === 'optional-dimension' && !Object.hasOwn(value, field)) continue;
    if (!isField(value[field], form)) return false;
    fields += 1;
  }
  return (
    Object.keys(value).length === fields &&
    isName(value['id']) &&
    isListOf(value['after'], MAX_PREDECESSORS, isName) &&
    isListOf(value['inputs'], MAX_OPERANDS, isTensorUse) &&
    isListOf(value['outputs'], MAX_OPERANDS, isTensorUse)
  );
}

function isField(value: unknown, form: FieldForm): boolean {
  if (form === 'flag') return typeof value === 'boolean';
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= (form === 'position' ? 0 : 1);
}

function isTensorUse(value: unknown): value is TensorUse {
  return (
    isRecord(value) &&
    isName(value['tensor']) &&
    isName(value['format']) &&
    ROLES.has(value['role']) &&
    isListOf(value['shape'], MAX_RANK, isDimension) &&
    value['shape'].length >= 1 &&
    Object.keys(value).length === USE_FIELDS
  );
}

function isDimension(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= MAX_NAME;
}

function isListOf<T>(value: unknown, most: number, is: (element: unknown) => element is T): value is T[] {
  if (!Array.isArray(value) || value.length > most) return false;
  const elements: readonly unknown[] = value;
  return elements.every(is);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
