import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import type { Tier } from './tier-plan.ts';

const PS_PER_SECOND = 1e12;

/** The memories that data can go to and from `buffer`, and the buffer itself with `room`, as tiers: the fastest first. */
export function reachableTiers(
  chip: ResolvedChip,
  memories: readonly ResolvedPart[],
  buffer: ResolvedPart,
  room: number,
): readonly Tier[] {
  return memories
    .filter((part) => part === buffer || (joins(chip, part, buffer) && joins(chip, buffer, part)))
    .map((part) => {
      const { capacity = 0, bandwidth = 0, minimumLatency } = part.facts;
      const latency = minimumLatency / PS_PER_SECOND;
      const isBuffer = part === buffer;
      const own = isBuffer ? Math.max(0, room) : capacity;
      return { memory: part.name, capacity, room: own, bandwidth, latency };
    })
    .sort((a, b) => b.bandwidth - a.bandwidth);
}

/** Room that is kept for activations: in the fastest tier that has it, but not in the buffer. */
export interface KeptRoom {
  readonly bytes: number;
  readonly buffer: string;
}

export function keepingRoom(tiers: readonly Tier[], { bytes, buffer }: KeptRoom): readonly Tier[] {
  const chosen = tiers.find(({ memory, room }) => memory !== buffer && room >= bytes);
  return tiers.map((tier) => (tier === chosen ? { ...tier, room: tier.room - bytes } : tier));
}

function joins(chip: ResolvedChip, from: ResolvedPart, to: ResolvedPart): boolean {
  try {
    chip.route(from.name, to.name);
    return true;
  } catch {
    return false;
  }
}
