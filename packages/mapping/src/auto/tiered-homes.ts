import type { TensorUse, TraceHeader } from '@systole/trace';
import { tensorBytes } from '@systole/trace';
import { formatQuantity } from '@systole/units';
import { reachableTiers } from '../tiers/reachable-tiers.ts';
import { dealToTiers } from '../tiers/tier-homes.ts';
import type { TensorGroup } from '../tiers/tensor-groups.ts';
import type { TierPolicy } from '../tiers/tier-plan.ts';
import { transfersOf } from '../tiers/migration-stages.ts';
import { roomsOf, spillOf } from './homes.ts';
import type { Homes } from './homes.ts';
import type { Inventory } from './inventory.ts';
import type { Piece } from './piece.ts';
import { ACTIVATIONS_AT_ONCE, usableBuffer, widestActivation } from './placing.ts';

/**
 * Deals weights and caches to all memories of a chip. Nothing is computed inside of a memory then, since what it holds of a matrix
 * is but a part. Throws `capacity/exceeded` when there is no room.
 */
export function dealTensors(inventory: Inventory, header: TraceHeader, policy: TierPolicy): Homes {
  const { chip, memories, buffer } = inventory;
  const room = usableBuffer(buffer, header, false);
  const needed = ACTIVATIONS_AT_ONCE * widestActivation(header);
  // The rest of the buffer is for chunks and activations, half and half.
  const isRoomy = needed <= ((buffer.facts.capacity ?? 0) - Math.max(0, room)) / 2;
  const all = reachableTiers(chip, memories, buffer, room);
  const kept = { bytes: isRoomy ? 0 : needed, buffer: buffer.name };
  const tiers = dealToTiers(policy, all, chip, header, kept);
  const { placement } = tiers;
  const rooms = roomsOf(buffer, placement);
  const spill = spillOf(memories, buffer, { placement }, header);
  const mainOf = (group: TensorGroup): Homes['weights'] => tiers.mainOf(group) ?? buffer;
  const shown = (bytes: number): string => formatQuantity(bytes, 'data');
  return {
    ...inventory,
    weights: tiers.mainOf('layers') ?? mainOf('single'),
    vectors: mainOf('vectors'),
    kv: mainOf('kv'),
    spill,
    ...rooms,
    noSite: 'tensors are dealt to several memories, and banks compute with whole ones',
    noFlash: 'tensors are dealt to several memories, and the cores of a flash compute with whole ones',
    tiers,
    placement,
    addresses: new Map(),
    decisions: [
      ...tiers.decisions,
      `activations in ${buffer.name} up to ${shown(rooms.largestActivation)} each, larger ones in ${spill.name}; ${shown(rooms.streamRoom)} for chunks of streamed operands`,
    ],
  };
}

/** Brings what of a weight migrates for the layer after the one that is being worked on. */
export function arrivalPieces(use: TensorUse | undefined, { chip, tiers }: Homes): readonly Piece[] {
  const to = tiers?.plan.migration?.to;
  if (use === undefined || tiers === undefined || to === undefined) return [];
  return transfersOf(tiers.arrivals(use, tensorBytes(use)), to, chip).map(({ name, chunks, stages }) => ({
    name: `of the next layer, ${name}`,
    chunks,
    stages,
    gate: 0,
    after: [],
    room: 0,
    background: true,
  }));
}
