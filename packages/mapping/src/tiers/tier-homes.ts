import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import { SystoleError } from '@systole/core';
import { tensorBytes } from '@systole/trace';
import type { TensorUse, TraceHeader } from '@systole/trace';
import { formatQuantity } from '@systole/units';
import type { Placement } from '../placement.ts';
import { largestOf } from './spread.ts';
import type { Spread, SpreadPart } from './spread.ts';
import { keepingRoom } from './reachable-tiers.ts';
import type { KeptRoom } from './reachable-tiers.ts';
import { overflowInTime } from './overflow-in-time.ts';
import { tensorGroups } from './tensor-groups.ts';
import type { TensorGroup, TensorGroups } from './tensor-groups.ts';
import { planTiers } from './tier-plan.ts';
import type { Tier, TierPlan, TierPolicy, TierShare, TierShortage } from './tier-plan.ts';

/** Where tensors live when they are dealt to tiers. */
export interface TierHomes extends TensorGroups {
  readonly plan: TierPlan;
  /** The parts of a tensor in memories, by its name; where weights migrate, those of the layers are all in the working tier. */
  readonly spreads: ReadonlyMap<string, Spread>;
  /** The memory that holds most of a group, where there are tensors of it. */
  mainOf(group: TensorGroup): ResolvedPart | undefined;
  readonly placement: readonly Placement[];
  readonly decisions: readonly string[];
  /** Of a weight that migrates: what of `bytes` bytes comes from where; empty for others. */
  arrivals(use: TensorUse, bytes: number): readonly SpreadPart[];
}

const NAMES: Readonly<Record<TensorGroup, string>> = {
  single: 'other matrices',
  layers: 'matrices of the layers',
  vectors: 'norms and biases',
  tables: 'tables',
  kv: 'KV cache',
};
const GROUPS = ['kv', 'layers', 'single', 'vectors', 'tables'] as const;

const shown = (bytes: number): string => formatQuantity(bytes, 'data');

/**
 * Deals the tensors of a trace to memories, the fastest first. Throws `capacity/exceeded`, which names the operator at which a cache
 * that grows finds no room, where it is the growing that needs too much.
 */
export function dealToTiers(
  policy: TierPolicy,
  tiers: readonly Tier[],
  chip: ResolvedChip,
  header: TraceHeader,
  activations: KeptRoom,
): TierHomes {
  const sorted = tensorGroups(header);
  const kept = planTiers(policy, keepingRoom(tiers, activations), sorted.demand);
  // Where nothing can be kept free, the accounting finds the operator that has no room.
  const plan = 'what' in kept ? planTiers(policy, tiers, sorted.demand) : kept;
  if ('what' in plan) throw shortageOf(plan, tiers, sorted, header);
  const spreadOf = (shares: readonly TierShare[]): Spread =>
    shares.map(({ memory, bytes }) => ({ home: chip.part(memory), bytes }));
  const { migration } = plan;
  const ofGroup: Readonly<Record<TensorGroup, Spread>> = {
    kv: spreadOf(plan.kv),
    layers: spreadOf(
      migration === undefined ? plan.layers : [{ memory: migration.to, bytes: sorted.demand.layers }],
    ),
    single: spreadOf(plan.single),
    vectors: spreadOf(plan.vectors),
    tables: spreadOf(plan.tables),
  };
  const sources = migration === undefined ? [] : spreadOf(migration.from);
  return {
    ...sorted,
    plan,
    spreads: spreadsOf(sorted, ofGroup, policy === 'balance', header),
    mainOf: (group) => largestOf(ofGroup[group])?.home,
    placement: placementOf(plan),
    decisions: decisionsOf(plan, sorted),
    arrivals(use, bytes) {
      if (migration === undefined || sorted.groups.get(use.tensor) !== 'layers') return [];
      const coming = Math.floor(bytes * (migration.bytes / migration.of));
      const whole = sources.reduce((sum, part) => sum + part.bytes, 0);
      let rest = coming;
      return sources.flatMap(({ home, bytes: share }, index): readonly SpreadPart[] => {
        const mine =
          index === sources.length - 1 ? rest : Math.min(rest, Math.floor(coming * (share / whole)));
        rest -= mine;
        return mine > 0 ? [{ home, bytes: mine }] : [];
      });
    },
  };
}

/**
 * The parts of each tensor: in proportion to those of its group where tiers are balanced. Otherwise one after the other, the largest
 * first, so that but one tensor between two tiers has parts in both.
 */
function spreadsOf(
  { groups }: TensorGroups,
  ofGroup: Readonly<Record<TensorGroup, Spread>>,
  isBalanced: boolean,
  { tensors }: TraceHeader,
): ReadonlyMap<string, Spread> {
  if (isBalanced) return new Map([...groups].map(([name, group]) => [name, ofGroup[group]]));
  const left = new Map(
    Object.entries(ofGroup).map(([group, spread]): [string, SpreadPart[]] => [group, [...spread]]),
  );
  const sized = tensors.map((tensor) => ({ tensor, bytes: tensorBytes(tensor) * tensor.repeat }));
  const spreads = new Map<string, Spread>();
  for (const { tensor, bytes } of sized.toSorted((a, b) => b.bytes - a.bytes)) {
    const parts: SpreadPart[] = [];
    const free = left.get(groups.get(tensor.tensor) ?? '') ?? [];
    let rest = bytes;
    for (let first = free[0]; rest > 0 && first !== undefined; first = free[0]) {
      const mine = Math.min(rest, first.bytes);
      parts.push({ home: first.home, bytes: mine });
      rest -= mine;
      if (mine === first.bytes) free.shift();
      else free[0] = { home: first.home, bytes: first.bytes - mine };
    }
    spreads.set(tensor.tensor, parts);
  }
  return spreads;
}

/** The memory of an operand that is dealt to tiers: the one that holds most of it. */
export function tierHomeOf({ tensor }: TensorUse, { spreads }: TierHomes): ResolvedPart | undefined {
  return largestOf(spreads.get(tensor) ?? [])?.home;
}

/** The parts of an operand, where it has more than one. */
export function spreadOf({ tensor }: TensorUse, { spreads }: TierHomes): Spread | undefined {
  const spread = spreads.get(tensor) ?? [];
  return spread.length > 1 ? spread : undefined;
}

function placementOf(plan: TierPlan): readonly Placement[] {
  return plan.tiers.flatMap(({ memory, room }) => {
    const held = GROUPS.map((group) => ({
      what: NAMES[group],
      bytes: bytesIn(plan[group], memory),
    }));
    const { migration } = plan;
    if (migration?.to === memory) held.push({ what: 'window of what migrates', bytes: migration.window });
    return held
      .filter(({ bytes }) => bytes > 0)
      .map(({ what, bytes }): Placement => ({ memory, what, bytes, capacity: room }));
  });
}

/** Bytes of some shares in one memory. */
export function bytesIn(shares: readonly TierShare[], memory: string): number {
  return shares.reduce((sum, share) => (share.memory === memory ? sum + share.bytes : sum), 0);
}

function decisionsOf(plan: TierPlan, { demand }: TensorGroups): readonly string[] {
  const lines = GROUPS.flatMap((group): readonly string[] => {
    const shares = plan[group].map(({ memory, bytes }) => `${shown(bytes)} in ${memory}`);
    return demand[group] === 0 ? [] : [`${NAMES[group]}: ${shares.join(', ')}`];
  });
  const { migration } = plan;
  if (migration === undefined) return [`tiers by ${plan.policy}`, ...lines];
  const from = migration.from.map(({ memory }) => memory).join(', ');
  return [
    `tiers by ${plan.policy}`,
    ...lines,
    `${shown(migration.bytes)} of the ${shown(migration.of)} of a layer migrate from ${from} to ${migration.to}, a layer ahead`,
  ];
}

const HELP =
  'Take a narrower format (--weights int8, --kv int8), a smaller batch or context, or add a tier with more room.';

function shortageOf(
  { what, needed, room }: TierShortage,
  tiers: readonly Tier[],
  sorted: TensorGroups,
  header: TraceHeader,
): SystoleError {
  const list = tiers.map((tier) => `"${tier.memory}" ${shown(tier.room)}`).join(', ');
  const place = { path: `components.${tiers.at(-1)?.memory ?? ''}` };
  if (what !== 'tensors') {
    const why =
      what === 'window'
        ? `two layers take ${shown(needed)}, and no tier has more than ${shown(room)} of room`
        : `beside two layers in the working tier, ${shown(needed)} have ${shown(room)} of room`;
    return new SystoleError({
      code: 'capacity/exceeded',
      message: `weights cannot migrate: ${why} (${list})`,
      place,
      hint: `Deal them to the tiers instead (mapping option tiers: balance). ${HELP}`,
    });
  }
  const { demand } = sorted;
  const weights = demand.single + demand.layers + demand.vectors + demand.tables;
  const when = overflowInTime(header, room - (needed - demand.kv));
  const overflow =
    when === undefined
      ? ''
      : `; at operator "${when.operator}" of step ${when.step} the caches take ${shown(when.bytes)}, beside the weights there is room for ${shown(room - weights)}`;
  return new SystoleError({
    code: 'capacity/exceeded',
    message:
      `the model does not fit the tiers: weights ${shown(weights)} + KV cache ${shown(demand.kv)} = ` +
      `${shown(needed)}, tiers have ${shown(room)} of room (${list}), which is ${shown(needed - room)} short${overflow}`,
    place,
    hint: HELP,
  });
}
