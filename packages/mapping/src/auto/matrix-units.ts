import type { ResolvedPart } from '@systole/chip';
import { formatQuantity } from '@systole/units';
import type { Homes } from './homes.ts';
import { formatRefusal, operandRate, takes, unitGroups } from './inventory.ts';
import type { UnitGroup } from './inventory.ts';
import type { ProductWork } from './product-work.ts';
import { dimsOf } from './product-pieces.ts';
import { CHUNKS_AHEAD, reach } from './streams.ts';
import { largestChunk, tileOf } from './tiling.ts';

/** The units that take matrix or dot products, and which of them. */
export function matrixGroups({ chip }: Homes): readonly (readonly [UnitGroup, 'matmul' | 'dot'])[] {
  return [
    ...unitGroups(chip, 'matmul').map((group) => [group, 'matmul'] as const),
    ...unitGroups(chip, 'dot').flatMap((group) => {
      const first = group.units[0];
      // A unit that takes matrix products needs no dot products beside them.
      return first === undefined || takes(first, 'matmul') ? [] : [[group, 'dot'] as const];
    }),
  ];
}

/** Why units of a group cannot do some products; `undefined` when they can. */
export function refuse(
  { units }: UnitGroup,
  kind: string,
  works: readonly ProductWork[],
  homes: Homes,
): string | undefined {
  const unit = units[0];
  const work = works[0];
  if (unit === undefined || work === undefined) return 'there is nothing to do';
  if (operandRate(unit, work.formats) === 0) return formatRefusal(unit, work.formats);
  const form = unit.declaration.accepts[kind];
  for (const { count, product } of works) {
    for (const [name, size] of Object.entries(dimsOf(kind, count, product, 1, unit))) {
      const most = form?.dims[name]?.max ?? 0;
      if (size > most) return `a ${kind} takes ${name} of ${most} at most, and this is ${size}`;
    }
  }
  for (const { right, left, result } of works) {
    const way =
      reach(homes.chip, right.home, homes.buffer) ??
      reach(homes.chip, left.home, homes.buffer) ??
      reach(homes.chip, homes.buffer, unit) ??
      reach(homes.chip, unit, result.home);
    if (way !== undefined) return way;
  }
  return roomRefusal(units, kind, works, homes);
}

/** Whether the buffer is too small for two chunks of the least size, with what they are multiplied with. */
function roomRefusal(
  units: readonly ResolvedPart[],
  kind: string,
  works: readonly ProductWork[],
  homes: Homes,
): string | undefined {
  const { buffer, streamRoom, largestActivation } = homes;
  const shown = (bytes: number): string => formatQuantity(bytes, 'data');
  const tile = tileOf(units[0], kind);
  const streamed = works.filter(({ right }) => right.home.name !== buffer.name);
  const canCut = unitGroups(homes.chip, 'accumulate').length > 0;
  const inner = ({ count, product }: ProductWork): number =>
    count === 1 && canCut ? Math.min(product.k, tile.rows) : product.k;
  const column = streamed.reduce((most, work) => Math.max(most, inner(work) * work.rightElement), 0);
  const row = streamed.reduce((most, work) => Math.max(most, inner(work) * work.leftElement), 0);
  const chunk = largestChunk(units.length, homes);
  const has = `"${buffer.name}" has room for`;
  // Half of what is free is for chunks, a third of the other half for one activation.
  if (column > chunk) {
    const more = Math.ceil(column * CHUNKS_AHEAD * units.length * 4 - streamRoom * 2);
    return `the smallest chunk of its right operand takes ${shown(column)}, and ${has} chunks of ${shown(chunk)}: give it ${shown(more)} more`;
  }
  if (row > largestActivation) {
    const more = Math.ceil((row - largestActivation) * 6);
    return `the smallest part of its left operand takes ${shown(row)}, and ${has} ${shown(largestActivation)}: give it ${shown(more)} more`;
  }
  return undefined;
}
