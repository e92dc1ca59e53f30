import { SystoleError } from '@systole/core';
import { formatQuantity } from '@systole/units';

/** How much of a memory a group of tensors takes, padding of the layout included. */
export interface Placement {
  readonly memory: string;
  /** Such as `weights` or `KV cache`. */
  readonly what: string;
  readonly bytes: number;
  readonly capacity: number;
}

/**
 * Checks that everything that is placed in a memory fits. Throws `capacity/exceeded`, saying what needs how much, what
 * there is, by how much it falls short and what would help.
 */
export function checkCapacity(placements: readonly Placement[], hint: string): void {
  const memories = new Map<string, Placement[]>();
  for (const placement of placements) {
    const group = memories.get(placement.memory);
    if (group === undefined) memories.set(placement.memory, [placement]);
    else group.push(placement);
  }
  for (const [memory, group] of memories) {
    const capacity = group[0]?.capacity ?? 0;
    const needed = group.reduce((sum, placement) => sum + placement.bytes, 0);
    if (needed <= capacity) continue;
    const parts = group.map(({ what, bytes }) => `${what} ${formatQuantity(bytes, 'data')}`).join(' + ');
    throw new SystoleError({
      code: 'capacity/exceeded',
      message:
        `the model does not fit: ${parts} = ${formatQuantity(needed, 'data')}, memory "${memory}" has ` +
        `${formatQuantity(capacity, 'data')}, which is ${formatQuantity(needed - capacity, 'data')} short`,
      place: { path: `components.${memory}` },
      hint,
    });
  }
}
