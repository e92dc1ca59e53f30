import type { Operator, TensorUse } from './operator.ts';
import { OPERATOR_FIELDS } from './operator-fields.ts';

const keys = new WeakMap<Operator, string>();

/**
 * A text that is equal for two operators exactly when they ask for the same work by themselves: the same kind, fields,
 * formats and roles of operands. Names and dependencies do not count; the sizes of operands follow from the fields.
 */
export function operatorKey(operator: Operator): string {
  let key = keys.get(operator);
  if (key === undefined) {
    key = operator.kind;
    for (const field of Object.keys(OPERATOR_FIELDS[operator.kind])) {
      key += ` ${String(Reflect.get(operator, field))}`;
    }
    key += ` < ${uses(operator.inputs)} > ${uses(operator.outputs)}`;
    keys.set(operator, key);
  }
  return key;
}

function uses(list: readonly TensorUse[]): string {
  return list.map(({ format, role }) => `${format}/${role}`).join(' ');
}
