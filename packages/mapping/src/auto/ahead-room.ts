import { tensorBytes } from '@systole/trace';
import type { AttentionOperator } from '@systole/trace';
import type { Picoseconds } from '@systole/units';
import type { Homes } from './homes.ts';

const PS_PER_SECOND = 1e12;

/** Steps in which what is fetched of a growing cache grows, so that the stretch before recurs for many tokens. */
const CACHE_STEPS = 16;

/** Bytes of the buffer for what is fetched ahead: the other half of the room is for streams of the stretch that runs. */
function roomOf({ streamRoom }: Homes): number {
  return Math.floor(streamRoom / 2);
}

/**
 * Bytes of weights that may be fetched in `ps`. Where cores in the memory wait for the fetching to end before they can go on, it must
 * not last longer than what it hides behind; a memory that only delivers has to deliver it anyway.
 */
export function weightsAhead(ps: Picoseconds, homes: Homes): number {
  const room = roomOf(homes);
  if (homes.flash === undefined) return room;
  const { bandwidth = 0, minimumLatency } = homes.flash.part.facts;
  return Math.min(room, Math.floor((bandwidth * Math.max(0, ps - minimumLatency)) / PS_PER_SECOND));
}

/**
 * Bytes of the keys of earlier tokens that may be fetched in `ps`. Only where their memory would have nothing to do: one that
 * delivers the weights too is busy anyway.
 */
export function cacheAhead(operator: AttentionOperator, ps: Picoseconds, homes: Homes): number {
  const { kv, weights, buffer } = homes;
  const keys = operator.inputs[1];
  const isApart = kv.name !== weights.name && kv.name !== buffer.name;
  if (keys === undefined || !isApart || operator.sequences * operator.kvHeads === 1) return 0;
  const room = roomOf(homes);
  const { queries, context } = operator;
  const earlier = tensorBytes(keys) * Math.max(0, 1 - queries / context);
  const hidden = ((kv.facts.bandwidth ?? 0) * ps) / PS_PER_SECOND;
  const step = Math.max(1, Math.floor(room / CACHE_STEPS));
  return Math.floor(Math.min(room, earlier, hidden) / step) * step;
}
