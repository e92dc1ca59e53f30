import type { Operator, TensorUse } from './operator.ts';
import { OPERATOR_FIELDS } from './operator-fields.ts';
import type { TraceBlock } from './trace.ts';

// Generated blocks share their operators, read ones do not; either way the long part is made once.
const bodies = new WeakMap<readonly Operator[], string>();

/**
 * A text that is equal for two blocks exactly when they ask for the same work: the same operators in the same order,
 * with equal fields, shapes, formats and roles, depending on one another and sharing tensors in the same way, as often.
 * The step, the index of the first instance, the ids of operators and the names of tensors do not count.
 */
export function blockKey(block: TraceBlock): string {
  let body = bodies.get(block.operators);
  if (body === undefined) {
    body = describeBody(block.operators);
    bodies.set(block.operators, body);
  }
  return `${JSON.stringify([block.name, block.phase, block.repeat])}${body}`;
}

function describeBody(operators: readonly Operator[]): string {
  const indexes = new Map(operators.map((operator, index) => [operator.id, index]));
  const tensors = new Map<string, number>();

  function describeUse(use: TensorUse): unknown {
    const number = tensors.get(use.tensor) ?? tensors.size;
    tensors.set(use.tensor, number);
    return [number, use.shape, use.format, use.role];
  }

  const described = operators.map((operator) => [
    operator.kind,
    Object.keys(OPERATOR_FIELDS[operator.kind]).map((field): unknown => Reflect.get(operator, field)),
    operator.after.map((id) => indexes.get(id)).sort(ascending),
    operator.inputs.map(describeUse),
    operator.outputs.map(describeUse),
  ]);
  return JSON.stringify(described);
}

function ascending(a = -1, b = -1): number {
  return a - b;
}
