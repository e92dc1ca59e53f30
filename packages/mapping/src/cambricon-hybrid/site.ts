import { SystoleError } from '@systole/core';
import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import type { FlashShape } from './tiling.ts';

/** The parts of a chip that this mapping works with, and its options. */
export interface Site {
  readonly chip: ResolvedChip;
  readonly flash: ResolvedPart;
  readonly shape: FlashShape;
  /** Holds the KV cache, norms and biases. */
  readonly dram: ResolvedPart;
  /** The NPU's SRAM. */
  readonly buffer: ResolvedPart;
  readonly array: ResolvedPart;
  readonly vector: ResolvedPart;
  /** 0 for the tile that moves least. */
  readonly tileWidth: number;
}

const NAME = 'cambricon-hybrid';

function missing(what: string, hint: string): SystoleError {
  return new SystoleError({
    code: 'mapping/missing-unit',
    message: `mapping "${NAME}" needs ${what}, and the chip has none`,
    place: { path: 'components' },
    hint,
  });
}

function accepting(chip: ResolvedChip, kind: string, what: string, hint: string): ResolvedPart {
  const part = chip.parts.find(({ declaration }) => Object.hasOwn(declaration.accepts, kind));
  if (part === undefined) throw missing(what, hint);
  return part;
}

function numberOf(part: ResolvedPart, name: string): number {
  const value = part.values[name];
  if (typeof value === 'number') return value;
  throw missing(`a flash with the parameter "${name}"`, `"${part.name}" does not declare it.`);
}

/** Finds the parts. Throws `mapping/missing-unit`. */
export function findSite(chip: ResolvedChip, tileWidth: number): Site {
  const flash = accepting(
    chip,
    'page-compute',
    'a flash that computes',
    'Add a memory/nand with an attached core.',
  );
  if (flash.attached === undefined)
    throw missing('a flash that computes', 'Attach a compute/flash-core to it.');
  const others = chip
    .partsOf('memory')
    .filter((part) => part !== flash)
    .sort((a, b) => (b.facts.capacity ?? 0) - (a.facts.capacity ?? 0));
  const [dram] = others;
  const buffer = others.at(-1);
  if (dram === undefined || buffer === undefined || dram === buffer) {
    throw missing(
      'a DRAM for the KV cache and an SRAM',
      'Add a memory/dram and a memory/sram and connect them.',
    );
  }
  const dies = numberOf(flash, 'chipsPerChannel') * numberOf(flash, 'diesPerChip');
  return {
    chip,
    flash,
    shape: {
      channels: numberOf(flash, 'channels'),
      cores: dies * numberOf(flash, 'coresPerDie'),
      pageBytes: numberOf(flash, 'pageBytes'),
      pageTime: numberOf(flash, 'tR') + numberOf(flash, 'correctionTime'),
      channelRate: (numberOf(flash, 'channelRate') * numberOf(flash, 'channelPins')) / 8,
    },
    dram,
    buffer,
    array: accepting(chip, 'matmul', 'a MAC array', 'Add a compute/systolic or compute/simd-mac.'),
    vector: accepting(chip, 'softmax', 'a vector unit', 'Add a compute/vector.'),
    tileWidth,
  };
}
