import type { ResolvedPart } from '@systole/chip';
import { SystoleError } from '@systole/core';
import { tensorBytes } from '@systole/trace';
import type { TensorUse, TraceHeader } from '@systole/trace';
import { formatQuantity } from '@systole/units';
import { findFlash } from '../in-flash/flash-device.ts';
import type { FlashDevice } from '../in-flash/flash-device.ts';
import { checkDevice } from '../in-memory/check-device.ts';
import type { Site } from '../in-memory/site.ts';
import { checkCapacity } from '../placement.ts';
import type { Placement } from '../placement.ts';
import { spreadOf, tierHomeOf } from '../tiers/tier-homes.ts';
import type { TierHomes } from '../tiers/tier-homes.ts';
import type { Spread } from '../tiers/spread.ts';
import { findInMemoryDevice } from '../units.ts';
import { bandwidthOf, takes, unitGroups } from './inventory.ts';
import type { Inventory } from './inventory.ts';
import { ACTIVATIONS_AT_ONCE, addressesOf, assignments, widestActivation } from './placing.ts';
import type { Assignment } from './placing.ts';

/** Of what tensors leave free in the buffer: the part for chunks of streamed operands. The rest is for activations. */
const STREAM_SHARE = 1 / 2;

/** Where tensors live, and what room is left in the buffer. */
export interface Homes extends Inventory {
  readonly weights: ResolvedPart;
  /** Norms and biases. */
  readonly vectors: ResolvedPart;
  readonly kv: ResolvedPart;
  /** Takes activations that are too large for the buffer. */
  readonly spill: ResolvedPart;
  /** Bytes of the buffer for chunks of streamed operands. */
  readonly streamRoom: number;
  /** The largest activation that stays in the buffer, in bytes. */
  readonly largestActivation: number;
  /** The memory that computes, where its banks can work with weights and caches. */
  readonly site?: Site;
  /** Why there is none. */
  readonly noSite: string;
  /** The flash that computes with the weights that it holds. */
  readonly flash?: FlashDevice;
  /** Why there is none, where the chip has a flash of that kind. */
  readonly noFlash?: string;
  readonly placement: readonly Placement[];
  readonly decisions: readonly string[];
  /** Where they are dealt to tiers: what lies where. */
  readonly tiers?: TierHomes;
  /** Where the first instance of each weight and cache begins in its memory, by its name. */
  readonly addresses: ReadonlyMap<string, number>;
}

/**
 * Places weights and caches: of all assignments to memories that fit, the one whose traffic for a token takes the least time
 * at the bandwidth of the memories (that of the banks or of the cores in a flash, where these compute). Throws
 * `capacity/exceeded` when none fits.
 */
export function placeTensors(inventory: Inventory, header: TraceHeader): Homes {
  const { chip, memories, buffer } = inventory;
  const { site, noSite } = findSite(inventory, header);
  const found = findFlash(chip);
  const { flash } = found;
  const computing = {
    ...(site === undefined ? {} : { banks: site.device }),
    ...(flash === undefined ? {} : { flash }),
  };
  const all = assignments(inventory, header, computing);
  const best = leastTime(all.filter(({ placement }) => fits(placement, buffer)));
  if (best === undefined) throw shortage(all, inventory);
  const { streamRoom, largestActivation } = roomsOf(buffer, best.placement);
  const spill = spillOf(memories, buffer, best, header);
  const isBanks =
    site !== undefined && [best.weights, best.kv].some(({ name }) => name === site.device.part.name);
  const isFlash = flash !== undefined && best.weights.name === flash.part.name;
  const shown = (bytes: number): string => formatQuantity(bytes, 'data');
  const apart = best.vectors.name === best.weights.name ? '' : `norms and biases in ${best.vectors.name}, `;
  return {
    ...inventory,
    weights: best.weights,
    vectors: best.vectors,
    kv: best.kv,
    spill,
    streamRoom,
    largestActivation,
    ...(isBanks ? { site } : {}),
    noSite,
    ...(isFlash ? { flash } : {}),
    ...noFlashOf(inventory, found, best.weights),
    placement: best.placement,
    addresses: addressesOf(best, header, isBanks ? computing : {}),
    decisions: [
      `weights in ${best.weights.name}, ${apart}caches in ${best.kv.name}`,
      `activations in ${buffer.name} up to ${shown(largestActivation)} each, larger ones in ${spill.name}; ${shown(streamRoom)} for chunks of streamed operands`,
    ],
  };
}

/** Why the cores in a flash are not used, where the chip has such a flash. */
function noFlashOf(
  { memories }: Inventory,
  found: ReturnType<typeof findFlash>,
  weights: ResolvedPart,
): Pick<Homes, 'noFlash'> {
  if (!memories.some((memory) => takes(memory, 'page-compute'))) return {};
  if (found.flash === undefined) return { noFlash: found.why };
  const { name } = found.flash.part;
  return name === weights.name
    ? {}
    : { noFlash: `the weights are in "${weights.name}", where a token takes less time than in "${name}"` };
}

/** For activations that are too large for the buffer: the fastest other memory that has room for them, or the largest. */
export function spillOf(
  memories: readonly ResolvedPart[],
  buffer: ResolvedPart,
  { placement }: Pick<Assignment, 'placement'>,
  header: TraceHeader,
): ResolvedPart {
  const needed = ACTIVATIONS_AT_ONCE * widestActivation(header);
  const free = ({ name, facts }: ResolvedPart): number =>
    placement.reduce(
      (left, { memory, bytes }) => (memory === name ? left - bytes : left),
      facts.capacity ?? 0,
    );
  const roomy = memories.filter((memory) => memory.name !== buffer.name && free(memory) >= needed);
  const size = ({ facts }: ResolvedPart): number => facts.capacity ?? 0;
  return roomy.length > 0
    ? roomy.reduce((a, b) => (bandwidthOf(b) > bandwidthOf(a) ? b : a))
    : memories.reduce((a, b) => (size(b) > size(a) ? b : a));
}

/** The memory that an operand is read from, or a result written to. */
export function homeOf(use: TensorUse, homes: Homes): ResolvedPart {
  const tier = homes.tiers === undefined ? undefined : tierHomeOf(use, homes.tiers);
  if (tier !== undefined) return tier;
  if (use.role === 'weight') return use.shape.length > 1 ? homes.weights : homes.vectors;
  if (use.role === 'kv') return homes.kv;
  return tensorBytes(use) <= homes.largestActivation ? homes.buffer : homes.spill;
}

/** The memories of an operand that is dealt to several. */
export function spreadOfUse(use: TensorUse, { tiers }: Homes): Spread | undefined {
  return tiers === undefined ? undefined : spreadOf(use, tiers);
}

/** What of the buffer is left beside the tensors in it: room for chunks of streams, and for each activation. */
export function roomsOf(
  buffer: ResolvedPart,
  placement: readonly Placement[],
): Pick<Homes, 'streamRoom' | 'largestActivation'> {
  const held = placement
    .filter(({ memory }) => memory === buffer.name)
    .reduce((sum, { bytes }) => sum + bytes, 0);
  const free = Math.max(0, (buffer.facts.capacity ?? 0) - held);
  const streamRoom = Math.floor(free * STREAM_SHARE);
  return { streamRoom, largestActivation: Math.floor((free - streamRoom) / ACTIVATIONS_AT_ONCE) };
}

function findSite(
  { chip, buffer }: Inventory,
  header: TraceHeader,
): { readonly site?: Site; readonly noSite: string } {
  const host = chip.parts.find((part) => part.attached !== undefined);
  if (host === undefined) return { noSite: 'no memory of the chip computes' };
  if (!takes(host, 'segment-stream') || !takes(host, 'vector-write')) {
    return { noSite: `"${host.name}" takes no streams of vectors past its rows` };
  }
  const vector = unitGroups(chip, 'accumulate')[0]?.units[0];
  if (vector === undefined) return { noSite: `no unit adds the partial sums that "${host.name}" returns` };
  try {
    const device = findInMemoryDevice(chip, 'auto');
    checkDevice(chip, device, header);
    const reserved = header.tensors.filter(({ role }) => role === 'kv').map(({ shape }) => shape[1] ?? 1);
    const maxContext = Math.max(1, ...reserved);
    return { site: { chip, device, buffer, vector, maxContext, headConcatenation: true }, noSite: '' };
  } catch (error) {
    if (error instanceof SystoleError) return { noSite: error.problems[0]?.message ?? error.message };
    throw error;
  }
}

function fits(placement: readonly Placement[], buffer: ResolvedPart): boolean {
  const free = new Map(placement.map(({ memory, capacity }) => [memory, capacity]));
  for (const { memory, bytes } of placement) free.set(memory, (free.get(memory) ?? 0) - bytes);
  return bandwidthOf(buffer) > 0 && [...free.values()].every((bytes) => bytes >= 0);
}

function leastTime(options: readonly Assignment[]): Assignment | undefined {
  return options.reduce<Assignment | undefined>(
    (best, option) => (best === undefined || option.ps < best.ps ? option : best),
    undefined,
  );
}

/** The error of the assignment that comes nearest to fitting. */
function shortage(options: readonly Assignment[], { memories }: Inventory): SystoleError {
  const excess = ({ placement }: Assignment): number => {
    const needed = new Map<string, number>();
    for (const { memory, bytes, capacity } of placement) {
      needed.set(memory, (needed.get(memory) ?? -capacity) + bytes);
    }
    return [...needed.values()].reduce((sum, bytes) => sum + Math.max(0, bytes), 0);
  };
  const nearest = options.reduce((a, b) => (excess(b) < excess(a) ? b : a));
  const names = memories.map(({ name }) => name).join(', ');
  try {
    checkCapacity(
      nearest.placement,
      `No assignment of weights and caches to ${names} fits; part of the buffer stays free for activations and chunks. ` +
        'Take a narrower format (--weights int8, --kv int8), a smaller batch or context, or a larger memory.',
    );
  } catch (error) {
    if (error instanceof SystoleError) return error;
  }
  return new SystoleError({
    code: 'mapping/missing-unit',
    message: 'mapping "auto" needs a memory with a bandwidth, and the chip has none',
    place: { path: 'components' },
    hint: 'Add a memory/sram or a memory/dram and connect it.',
  });
}
