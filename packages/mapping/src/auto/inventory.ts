import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import { SystoleError } from '@systole/core';
import { findFormat } from '@systole/numerics';
import type { OperandFormats } from './product-work.ts';

/** Units of one kind that can share an operator: the same declaration with the same values. */
export interface UnitGroup {
  readonly units: readonly ResolvedPart[];
  /** Such as `array` or `array0 … array3`. */
  readonly name: string;
}

/** What a chip has, by what its declarations and facts say. */
export interface Inventory {
  readonly chip: ResolvedChip;
  /** Memories that can be read and written, in the order of the chip. */
  readonly memories: readonly ResolvedPart[];
  /** The memory of the highest bandwidth: activations and chunks on their way go through it. */
  readonly buffer: ResolvedPart;
}

/** Takes stock of a chip. Throws `mapping/missing-unit` when it has no memory that can be read and written. */
export function takeInventory(chip: ResolvedChip): Inventory {
  const memories = chip.partsOf('memory').filter((part) => takes(part, 'read') && takes(part, 'write'));
  const buffer = memories.reduce<ResolvedPart | undefined>(
    (best, part) => (best === undefined || bandwidthOf(part) > bandwidthOf(best) ? part : best),
    undefined,
  );
  if (buffer === undefined) {
    throw new SystoleError({
      code: 'mapping/missing-unit',
      message: 'mapping "auto" needs a memory that can be read and written, and the chip has none',
      place: { path: 'components' },
      hint: 'Add a memory/sram or a memory/dram and connect it.',
    });
  }
  return { chip, memories, buffer };
}

/** Whether a component takes transactions of this kind. */
export function takes(part: ResolvedPart, kind: string): boolean {
  return Object.hasOwn(part.declaration.accepts, kind);
}

/** Peak bytes per second of a memory's ports. */
export function bandwidthOf(part: ResolvedPart): number {
  return part.facts.bandwidth ?? 0;
}

/** All units that take `kind`, those that are alike together. */
export function unitGroups(chip: ResolvedChip, kind: string): readonly UnitGroup[] {
  const groups = new Map<string, ResolvedPart[]>();
  for (const part of chip.partsOf('compute')) {
    if (!takes(part, kind)) continue;
    const key = JSON.stringify([part.declaration.type, part.values]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [part]);
    else group.push(part);
  }
  return [...groups.values()].map((units) => ({ units, name: nameOf(units) }));
}

function nameOf(units: readonly ResolvedPart[]): string {
  const first = units[0]?.name ?? '';
  return units.length === 1 ? first : `${first} … ${units.at(-1)?.name ?? ''}`;
}

/**
 * Multiply-accumulates per second that a unit does with stored operands of one format and activations of another; 0 where it does
 * not take them.
 */
export function operandRate(
  part: ResolvedPart,
  { format, activationFormat = format }: OperandFormats,
): number {
  const named = (name: string): string => findFormat(name)?.name ?? name;
  const { macsPerSecond = {}, wideMacsPerSecond = {} } = part.facts;
  const stored = macsPerSecond[named(format)] ?? 0;
  const activation = named(activationFormat);
  if (Object.hasOwn(macsPerSecond, activation)) return stored;
  return Math.min(stored, wideMacsPerSecond[activation] ?? 0);
}

/** What a unit takes, and what it is given, in words. */
export function formatRefusal(
  part: ResolvedPart,
  { format, activationFormat = format }: OperandFormats,
): string {
  const { macsPerSecond = {}, wideMacsPerSecond = {} } = part.facts;
  const wide = Object.keys(wideMacsPerSecond);
  const passes = wide.length > 0 ? ` (activations of ${wide.join(', ')} too)` : '';
  const given = activationFormat === format ? format : `${format} with activations of ${activationFormat}`;
  return (
    `it computes in ${Object.keys(macsPerSecond).join(', ')}${passes}, and the operands are ${given}: ` +
    'give it the format, or the model (--weights, --kv, --activations)'
  );
}
