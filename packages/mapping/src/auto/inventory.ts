import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import { SystoleError } from '@systole/core';
import { findFormat } from '@systole/numerics';

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

/** Multiply-accumulates per second that a unit does in a format; 0 where it does not compute in it. */
export function macRate(part: ResolvedPart, format: string): number {
  const name = findFormat(format)?.name ?? format;
  return part.facts.macsPerSecond?.[name] ?? 0;
}

/** The wider of two formats, in which they are multiplied: the narrower operand is converted as it enters. */
export function widerFormat(left: string, right: string): string {
  const bits = (name: string): number => {
    const format = findFormat(name);
    return format?.containerBits ?? format?.bits ?? 0;
  };
  return bits(right) > bits(left) ? right : left;
}
