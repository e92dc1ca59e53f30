import { SystoleError } from '@systole/core';
import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import { findFlash } from '../in-flash/flash-device.ts';
import type { FlashDevice } from '../in-flash/flash-device.ts';

/** The parts of a chip that this mapping works with, and its options. */
export interface Site {
  readonly chip: ResolvedChip;
  /** Holds the weights, and computes on them. */
  readonly flash: FlashDevice;
  /** Holds the KV cache, norms and biases. */
  readonly dram: ResolvedPart;
  /** The NPU's SRAM. */
  readonly buffer: ResolvedPart;
  readonly array: ResolvedPart;
  readonly vector: ResolvedPart;
  /** Inputs of a tile; 0 for the tile that moves least. */
  readonly tileWidth: number;
  /** Whether weights and the cache are fetched ahead, as far as the SRAM has room. */
  readonly prefetch: boolean;
}

/** Bytes of a page on every channel: what the NPU reads at least, so that all channels are alike. */
export function stripeBytes({ flash: { shape } }: Site): number {
  return shape.channels * shape.pageBytes;
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

/** Finds the parts. Throws `mapping/missing-unit`. */
export function findSite(chip: ResolvedChip, tileWidth: number, prefetch: boolean): Site {
  const found = findFlash(chip);
  if (found.flash === undefined) {
    throw missing(
      'a flash that computes',
      `Add a memory/nand with an attached compute/flash-core: ${found.why}.`,
    );
  }
  const { flash } = found;
  const others = chip
    .partsOf('memory')
    .filter((part) => part !== flash.part)
    .sort((a, b) => (b.facts.capacity ?? 0) - (a.facts.capacity ?? 0));
  const [dram] = others;
  const buffer = others.at(-1);
  if (dram === undefined || buffer === undefined || dram === buffer) {
    throw missing(
      'a DRAM for the KV cache and an SRAM',
      'Add a memory/dram and a memory/sram and connect them.',
    );
  }
  return {
    chip,
    flash,
    dram,
    buffer,
    array: accepting(chip, 'matmul', 'a MAC array', 'Add a compute/systolic or compute/simd-mac.'),
    vector: accepting(chip, 'softmax', 'a vector unit', 'Add a compute/vector.'),
    tileWidth,
    prefetch,
  };
}
