import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import { SystoleError } from '@systole/core';
import { tensorBytes } from '@systole/trace';
import type { TensorUse, TraceHeader } from '@systole/trace';
import { widestActivation } from '../auto/placing.ts';
import { checkCapacity } from '../placement.ts';
import type { Placement } from '../placement.ts';
import { reachableTiers } from '../tiers/reachable-tiers.ts';
import type { Spread } from '../tiers/spread.ts';
import { dealToTiers, spreadOf as spreadOfTiers, tierHomeOf } from '../tiers/tier-homes.ts';
import type { TierHomes } from '../tiers/tier-homes.ts';
import type { Tier, TierPolicy } from '../tiers/tier-plan.ts';

const NAME = 'weight-stationary';

/** An operator has two activations in and one out. */
const ACTIVATIONS = 3;

/** The parts of an NPU, and how its SRAM is divided: half for tiles of weights and caches, half for activations. */
export interface Site {
  readonly chip: ResolvedChip;
  /** Holds weights and caches, and activations that are too large for the buffer. */
  readonly memory: ResolvedPart;
  readonly buffer: ResolvedPart;
  /** Where weights and caches are dealt to several memories: what lies where. */
  readonly tiers?: TierHomes;
  readonly array: ResolvedPart;
  readonly vector: ResolvedPart;
  /** A unit of dot products, where there is one. */
  readonly dots?: ResolvedPart;
  /** Columns and rows of the array's stationary tile. */
  readonly columns: number;
  readonly rows: number;
  /** Bytes of one tile of weights on its way. */
  readonly tileBytes: number;
  /** Bytes of the buffer for the tiles of one operator. */
  readonly streamRoom: number;
  /** The largest activation that stays in the buffer. */
  readonly activationRoom: number;
}

function missing(what: string, hint: string): SystoleError {
  return new SystoleError({
    code: 'mapping/missing-unit',
    message: `mapping "${NAME}" needs ${what}, and the chip has none`,
    place: { path: 'components' },
    hint,
  });
}

function accepting(chip: ResolvedChip, kind: string, what: string, hint: string): ResolvedPart {
  const part = chip.partsOf('compute').find(({ declaration }) => Object.hasOwn(declaration.accepts, kind));
  if (part === undefined) throw missing(what, hint);
  return part;
}

/** Finds the parts. Throws `mapping/missing-unit`. */
export function findSite(chip: ResolvedChip, tileBytes: number): Site {
  const memories = chip
    .partsOf('memory')
    .toSorted((a, b) => (b.facts.capacity ?? 0) - (a.facts.capacity ?? 0));
  const memory = memories[0];
  const buffer = memories.at(-1);
  if (memory === undefined || buffer === undefined || memory === buffer) {
    throw missing('a memory and an SRAM', 'Add a memory/dram and a memory/sram and connect them.');
  }
  const array = accepting(chip, 'matmul', 'a matrix unit', 'Add a compute/systolic and connect it.');
  const { columns, rows } = array.values;
  const half = (buffer.facts.capacity ?? 0) / 2;
  const dots = chip.partsOf('compute').find(({ declaration }) => Object.hasOwn(declaration.accepts, 'dot'));
  return {
    chip,
    memory,
    ...(dots === undefined ? {} : { dots }),
    buffer,
    array,
    vector: accepting(chip, 'softmax', 'a vector unit', 'Add a compute/vector and connect it.'),
    columns: typeof columns === 'number' ? columns : 1,
    rows: typeof rows === 'number' ? rows : 1,
    // Two operators have tiles in the buffer, and each two of them at the least: one is used while the next arrives.
    tileBytes: Math.max(1, Math.min(tileBytes, Math.floor(half / 4))),
    streamRoom: Math.floor(half / 2),
    activationRoom: Math.floor(half / ACTIVATIONS),
  };
}

/** The site with weights and caches dealt to all memories but the buffer. Throws `capacity/exceeded`. */
export function dealt(
  site: Site,
  header: TraceHeader,
  policy: TierPolicy,
): Site & { readonly tiers: TierHomes } {
  const { chip, buffer } = site;
  const memories = chip
    .partsOf('memory')
    .filter(
      ({ declaration: { accepts } }) => Object.hasOwn(accepts, 'read') && Object.hasOwn(accepts, 'write'),
    );
  const widest = widestActivation(header);
  const needed = ACTIVATIONS * widest;
  const tiers = reachableTiers(chip, memories, buffer, 0);
  const kept = { bytes: widest <= site.activationRoom ? 0 : needed, buffer: buffer.name };
  const homes = dealToTiers(policy, tiers, chip, header, kept);
  const free = ({ memory, capacity }: Tier): number =>
    homes.placement.reduce((left, part) => (part.memory === memory ? left - part.bytes : left), capacity);
  // Activations that are too large for the buffer go to the fastest memory with room, or to the one with most.
  const others = tiers.filter(({ memory }) => memory !== buffer.name);
  const spill =
    others.find((tier) => free(tier) >= needed) ??
    others.reduce<Tier | undefined>(
      (best, tier) => (best === undefined || free(tier) > free(best) ? tier : best),
      undefined,
    );
  return { ...site, memory: spill === undefined ? site.memory : chip.part(spill.memory), tiers: homes };
}

/** The memories of an operand, and by what they share it. */
export function spreadOf(site: Site, use: TensorUse): Spread {
  const several = site.tiers === undefined ? undefined : spreadOfTiers(use, site.tiers);
  return several ?? [{ home: homeOf(site, use), bytes: 1 }];
}

/** Where an operand is: weights and caches in the memory, activations in the buffer as long as they fit. */
export function homeOf({ memory, buffer, activationRoom, tiers }: Site, use: TensorUse): ResolvedPart {
  const tier = tiers === undefined ? undefined : tierHomeOf(use, tiers);
  if (tier !== undefined) return tier;
  return use.role === 'activation' && tensorBytes(use) <= activationRoom ? buffer : memory;
}

/** Places weights and caches in the memory. Throws `capacity/exceeded`. */
export function place({ memory }: Site, header: TraceHeader): readonly Placement[] {
  const total = { weight: 0, kv: 0 };
  for (const tensor of header.tensors) total[tensor.role] += tensorBytes(tensor) * tensor.repeat;
  const at = { memory: memory.name, capacity: memory.facts.capacity ?? 0 };
  const placement = [
    { ...at, what: 'weights', bytes: total.weight },
    { ...at, what: 'KV cache', bytes: total.kv },
  ];
  checkCapacity(
    placement,
    'Take a narrower format (--weights int8, --kv int8), a smaller batch or context, or a larger memory.',
  );
  return placement;
}
