import { OPERATOR_FIELDS } from '@systole/trace';
import type { Operator, OperatorKind, TraceBlock } from '@systole/trace';

/** All operator kinds, in a fixed order: a task's tag is an index into it. */
export const OPERATOR_KINDS = Object.freeze(Object.keys(OPERATOR_FIELDS)) as readonly OperatorKind[];

/**
 * The operators of a block, with their index, in an order in which each comes after all that it depends on; otherwise as
 * they stand in the block. A block that was checked has such an order.
 */
export function inDependencyOrder(
  block: TraceBlock,
): readonly (readonly [index: number, operator: Operator])[] {
  const ordered: (readonly [number, Operator])[] = [];
  const done = new Set<string>();
  let waiting = [...block.operators.entries()];
  while (waiting.length > 0) {
    const later: typeof waiting = [];
    for (const entry of waiting) {
      const [, operator] = entry;
      if (operator.after.every((id) => done.has(id))) {
        ordered.push(entry);
        done.add(operator.id);
      } else {
        later.push(entry);
      }
    }
    if (later.length === waiting.length)
      throw new TypeError(`the operators of block "${block.name}" wait for one another`);
    waiting = later;
  }
  return ordered;
}
