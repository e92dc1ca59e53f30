import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import { SystoleError } from '@systole/core';
import { checkCapacity } from '@systole/mapping';
import type { Placement } from '@systole/mapping';
import { tensorBytes } from '@systole/trace';
import type { TensorUse, TraceHeader } from '@systole/trace';

/** Of the buffer, the most that one activation may take: an operator has two going in and one coming out. */
const ACTIVATIONS_AT_ONCE = 3;

/** The components that work is placed on. */
export interface Site {
  readonly chip: ResolvedChip;
  /** Holds weights and caches. */
  readonly memory: ResolvedPart;
  /** Holds activations. */
  readonly buffer: ResolvedPart;
  /** Does the products, as transactions of this kind. */
  readonly unit: ResolvedPart;
  readonly unitKind: 'matmul' | 'dot';
  readonly placement: readonly Placement[];
}

/**
 * Chooses the components, and checks that weights and caches fit. Throws `mapping/missing-unit` for a chip that lacks one of
 * them, and `capacity/exceeded`.
 */
export function findSite(chip: ResolvedChip, header: TraceHeader): Site {
  const memories = chip
    .partsOf('memory')
    .filter(
      ({ declaration: { accepts } }) => Object.hasOwn(accepts, 'read') && Object.hasOwn(accepts, 'write'),
    );
  const memory = memories.reduce<ResolvedPart | undefined>(
    (best, part) => (capacityOf(part) > (best === undefined ? 0 : capacityOf(best)) ? part : best),
    undefined,
  );
  const buffer = memories
    .filter((part) => part !== memory)
    .reduce<ResolvedPart | undefined>(
      (best, part) => ((part.facts.bandwidth ?? 0) > (best?.facts.bandwidth ?? 0) ? part : best),
      undefined,
    );
  if (memory === undefined || buffer === undefined) {
    throw missing('a memory for weights and one for activations', 'Add a memory/dram and a memory/sram.');
  }
  const unit = chip.partsOf('compute').find((part) => kindOf(part) !== undefined);
  const unitKind = unit === undefined ? undefined : kindOf(unit);
  if (unit === undefined || unitKind === undefined) {
    throw missing('a unit that takes matmul or dot', 'Add a compute/systolic and connect it.');
  }
  const bytes = header.tensors.reduce((sum, tensor) => sum + tensorBytes(tensor) * tensor.repeat, 0);
  const capacity = capacityOf(memory);
  const placement = [{ memory: memory.name, what: 'weights and caches', bytes, capacity }];
  checkCapacity(
    placement,
    `Give "${memory.name}" a higher capacity, or take a smaller model or a narrower format.`,
  );
  return { chip, memory, buffer, unit, unitKind, placement };
}

/** The memory that an operand is read from, or a result written to: by its size alone, so that both agree. */
export function homeOf(use: TensorUse, { memory, buffer }: Site): ResolvedPart {
  if (use.role !== 'activation') return memory;
  return tensorBytes(use) * ACTIVATIONS_AT_ONCE <= capacityOf(buffer) ? buffer : memory;
}

/** The first unit that takes transactions of a kind. Throws `mapping/missing-unit`. */
export function unitFor(kind: string, { chip }: Site): ResolvedPart {
  const part = chip.partsOf('compute').find(({ declaration }) => Object.hasOwn(declaration.accepts, kind));
  if (part !== undefined) return part;
  throw missing(`a unit that takes ${kind}`, 'Add a compute/vector and connect it.');
}

function kindOf({ declaration: { accepts } }: ResolvedPart): 'matmul' | 'dot' | undefined {
  if (Object.hasOwn(accepts, 'matmul')) return 'matmul';
  return Object.hasOwn(accepts, 'dot') ? 'dot' : undefined;
}

function capacityOf(part: ResolvedPart): number {
  return part.facts.capacity ?? 0;
}

function missing(what: string, hint: string): SystoleError {
  return new SystoleError({
    code: 'mapping/missing-unit',
    message: `mapping "template-name" needs ${what}, and the chip has none`,
    place: { path: 'components' },
    hint,
  });
}
