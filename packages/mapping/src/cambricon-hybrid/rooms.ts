import { SystoleError } from '@systole/core';
import { tensorBytes } from '@systole/trace';
import type { TraceBlock } from '@systole/trace';
import { formatQuantity } from '@systole/units';
import { staysInSram } from './drafts.ts';
import { stripeBytes } from './site.ts';
import type { Site } from './site.ts';

/** In how many steps the room of activations grows. */
const ACTIVATION_STEPS = 64;
/** Groups in which the room for the NPU's share is filled and emptied, where it holds as many stripes. */
const GROUPS = 4;

/** How the SRAM is divided for what is fetched ahead, in bytes. Activations keep what they need twice. */
export interface Rooms {
  /** The keys before attention, the values during it. */
  readonly keys: number;
  readonly values: number;
  /** The NPU's share of what follows attention, fetched while that runs. */
  readonly weights: number;
  /** The NPU's share of products that run: groups of pages, of which some arrive while others are used. */
  readonly window: number;
  /** Pages on every channel that make up one such group. */
  readonly groupStripes: number;
  /** Groups that have room at once. */
  readonly groups: number;
}

/** Divides the SRAM. Throws `capacity/exceeded` where the SRAM does not even hold two stripes. */
export function roomsOf(block: TraceBlock, site: Site): Rooms {
  const { buffer, prefetch } = site;
  const capacity = buffer.facts.capacity ?? 0;
  let largest = 0;
  for (const { inputs, outputs } of block.operators) {
    for (const use of [...inputs, ...outputs]) {
      if (use.role !== 'activation') continue;
      const bytes = tensorBytes(use);
      if (staysInSram(site, bytes)) largest = Math.max(largest, bytes);
    }
  }
  // In steps, so that scores which grow with the context do not change every stretch.
  const step = Math.ceil(capacity / ACTIVATION_STEPS);
  const activations = Math.ceil((2 * largest) / step) * step;
  const free = Math.max(0, capacity - activations);
  const stripe = stripeBytes(site);
  const stripes = Math.floor(free / 2 / stripe);
  if (stripes < 2) throw tooSmall(site, 4 * stripe + activations);
  const groupStripes = Math.max(1, Math.floor(stripes / GROUPS));
  return {
    keys: prefetch ? Math.floor((free * 3) / 8) : 0,
    values: prefetch ? Math.floor(free / 8) : 0,
    weights: prefetch ? Math.floor(free / 2) : 0,
    window: prefetch ? Math.floor(free / 2) : 0,
    groupStripes,
    groups: Math.floor(stripes / groupStripes),
  };
}

function tooSmall({ buffer, flash }: Site, needed: number): SystoleError {
  const { capacity = 0 } = buffer.facts;
  return new SystoleError({
    code: 'capacity/exceeded',
    message: `"${buffer.name}" has ${formatQuantity(capacity, 'data')}, and weights that are read from "${flash.part.name}" need ${formatQuantity(needed, 'data')} of it, ${formatQuantity(needed - capacity, 'data')} more`,
    place: { path: `components.${buffer.name}` },
    hint: `Two pages of each of ${flash.shape.channels} channels have half of it, beside activations: raise its capacity, or use fewer channels.`,
  });
}
