import type { Bytes, BytesPerSecond } from '@systole/units';

/**
 * How tensors are dealt to the memories of a chip: `fill`, the fastest first, each as far as it has room; `balance`, so that
 * all deliver side by side and end together, as far as there is room; `migrate`, as `fill`, but what of the repeated layers has
 * no room in the working tier is brought there a layer ahead of its use.
 */
export const TIER_POLICIES = ['fill', 'balance', 'migrate'] as const;

export type TierPolicy = (typeof TIER_POLICIES)[number];

/** A memory that tensors may be dealt to. */
export interface Tier {
  readonly memory: string;
  readonly capacity: Bytes;
  /** Of the capacity, what weights and caches may take. */
  readonly room: Bytes;
  readonly bandwidth: BytesPerSecond;
  /** Seconds from a request to its first data. */
  readonly latency: number;
}

/** What of a group of tensors lives in one memory. */
export interface TierShare {
  readonly memory: string;
  readonly bytes: Bytes;
}

/** Tensors that have to be placed, all instances together, caches at the end of the run. */
export interface TierDemand {
  /** Matrices that there is one of, such as that of the head. */
  readonly single: Bytes;
  /** Matrices of all layers. */
  readonly layers: Bytes;
  /** Matrices of one layer. */
  readonly layer: Bytes;
  /** Norms and biases. */
  readonly vectors: Bytes;
  readonly tables: Bytes;
  readonly kv: Bytes;
  /** Tensors, each of which is streamed by itself: instances of matrices, and of caches. */
  readonly streams: { readonly single: number; readonly layers: number; readonly kv: number };
}

/** Weights that are brought to the working tier a layer ahead of their use. */
export interface Migration {
  /** The working tier. */
  readonly to: string;
  /** Of each layer, bytes that come, and out of how many. */
  readonly bytes: Bytes;
  readonly of: Bytes;
  /** Room for them in the working tier: for the layer in use and the next one. */
  readonly window: Bytes;
  /** Where they live, all layers together. */
  readonly from: readonly TierShare[];
}

/** Where everything lives: plain data. Each group's shares add up to its demand, and no tier holds more than its room. */
export interface TierPlan {
  readonly policy: TierPolicy;
  /** The fastest first. */
  readonly tiers: readonly Tier[];
  readonly single: readonly TierShare[];
  readonly layers: readonly TierShare[];
  readonly vectors: readonly TierShare[];
  readonly tables: readonly TierShare[];
  readonly kv: readonly TierShare[];
  readonly migration?: Migration;
}

/**
 * What keeps tensors from being dealt: all of them together, the window of what migrates, or what is to lie beside and below
 * that.
 */
export interface TierShortage {
  readonly what: 'tensors' | 'window' | 'rest';
  readonly needed: Bytes;
  readonly room: Bytes;
}

/** Deals tensors to tiers, which are given the fastest first. */
export function planTiers(
  policy: TierPolicy,
  tiers: readonly Tier[],
  demand: TierDemand,
): TierPlan | TierShortage {
  const needed = demand.single + demand.layers + demand.vectors + demand.tables + demand.kv;
  const room = tiers.reduce((sum, tier) => sum + tier.room, 0);
  if (needed > room) return { what: 'tensors', needed, room };
  switch (policy) {
    case 'fill':
      return filled(tiers, demand);
    case 'balance':
      return balanced(tiers, demand);
    case 'migrate':
      return migrated(tiers, demand);
  }
}

/** Halvings that find a time to less than the rounding of doubles. */
const HALVINGS = 100;

/** The room that is left in tiers, and taking from it. */
class Rooms {
  readonly #tiers: readonly Tier[];
  readonly #free: number[];

  constructor(tiers: readonly Tier[]) {
    this.#tiers = tiers;
    this.#free = tiers.map(({ room }) => room);
  }

  free(index: number): number {
    return this.#free[index] ?? 0;
  }

  take(index: number, bytes: number): void {
    this.#free[index] = this.free(index) - bytes;
  }

  /** Takes `bytes` from the fastest tiers that have room, from tier `first` on. */
  fill(bytes: number, first = 0): readonly TierShare[] {
    let left = bytes;
    return this.#tiers.flatMap(({ memory }, index): readonly TierShare[] => {
      const taken = index < first ? 0 : Math.min(left, this.free(index));
      this.take(index, taken);
      left -= taken;
      return taken > 0 ? [{ memory, bytes: taken }] : [];
    });
  }

  /**
   * Takes `bytes` for all tiers to deliver them in the least time, in `streams` equal streams one after the other: in a time T each
   * tier delivers (T - latency) x bandwidth of every stream, as far as it has room. A tier that takes longer to begin than the
   * others take for all of it gets none.
   */
  level(bytes: number, streams: number): readonly TierShare[] {
    const within = (seconds: number): number[] =>
      this.#tiers.map(({ latency, bandwidth }, index) =>
        Math.min(this.free(index), Math.floor(streams * bandwidth * Math.max(0, seconds - latency))),
      );
    const total = (taken: readonly number[]): number => taken.reduce((sum, mine) => sum + mine, 0);
    let [low, high] = [0, 1];
    // The tiers have room for all of it, so that some time is long enough.
    while (total(within(high)) < bytes && high < Number.MAX_VALUE / 4) high *= 2;
    for (let step = 0; step < HALVINGS; step++) {
      const middle = (low + high) / 2;
      if (total(within(middle)) < bytes) low = middle;
      else high = middle;
    }
    const taken = within(low);
    let rest = bytes - total(taken);
    for (const [index, mine] of taken.entries()) {
      const more = Math.max(0, Math.min(rest, this.free(index) - mine));
      // What rounding leaves goes to tiers that take part, or to the fastest where none does.
      if (mine === 0 && total(taken) > 0) continue;
      taken[index] = mine + more;
      rest -= more;
    }
    for (const [index, mine] of taken.entries()) this.take(index, mine);
    const shares = this.#tiers.flatMap(({ memory }, index): readonly TierShare[] => {
      const mine = taken[index] ?? 0;
      return mine > 0 ? [{ memory, bytes: mine }] : [];
    });
    return rest === 0 ? shares : merged([...shares, ...this.fill(rest)]);
  }
}

function merged(shares: readonly TierShare[]): readonly TierShare[] {
  const bytes = new Map<string, number>();
  for (const share of shares) bytes.set(share.memory, (bytes.get(share.memory) ?? 0) + share.bytes);
  return [...bytes].map(([memory, sum]) => ({ memory, bytes: sum }));
}

function filled(tiers: readonly Tier[], demand: TierDemand): TierPlan {
  const rooms = new Rooms(tiers);
  return {
    policy: 'fill',
    tiers,
    vectors: rooms.fill(demand.vectors),
    kv: rooms.fill(demand.kv),
    layers: rooms.fill(demand.layers),
    single: rooms.fill(demand.single),
    tables: rooms.fill(demand.tables),
  };
}

function balanced(tiers: readonly Tier[], demand: TierDemand): TierPlan {
  const rooms = new Rooms(tiers);
  const { streams } = demand;
  return {
    policy: 'balance',
    tiers,
    vectors: rooms.fill(demand.vectors),
    kv: rooms.level(demand.kv, streams.kv),
    layers: rooms.level(demand.layers, streams.layers),
    single: rooms.level(demand.single, streams.single),
    tables: rooms.fill(demand.tables),
  };
}

function migrated(tiers: readonly Tier[], demand: TierDemand): TierPlan | TierShortage {
  const rooms = new Rooms(tiers);
  const vectors = rooms.fill(demand.vectors);
  const window = 2 * demand.layer;
  const working = tiers.findIndex((_, index) => rooms.free(index) >= Math.min(window, demand.layers));
  const to = tiers[working]?.memory;
  if (to === undefined) {
    const room = Math.max(0, ...tiers.map((_, index) => rooms.free(index)));
    return { what: 'window', needed: Math.min(window, demand.layers), room };
  }
  // Caches leave the window its room.
  rooms.take(working, Math.min(window, demand.layers));
  const kv = rooms.fill(demand.kv, working);
  rooms.take(working, -Math.min(window, demand.layers));
  const free = rooms.free(working);
  const count = demand.layer === 0 ? 0 : demand.layers / demand.layer;
  if (demand.layers <= free) {
    const layers = demand.layers > 0 ? [{ memory: to, bytes: demand.layers }] : [];
    rooms.take(working, demand.layers);
    return rest({ layers });
  }
  // Resident bytes r of each layer, the rest of two layers beside them: count r + 2 (layer - r) = free.
  const resident = Math.floor((free - window) / (count - 2));
  const bytes = demand.layer - resident;
  rooms.take(working, count * resident + 2 * bytes);
  const from = rooms.fill(count * bytes, working + 1);
  const migration: Migration = { to, bytes, of: demand.layer, window: 2 * bytes, from };
  const stays = resident > 0 ? [{ memory: to, bytes: count * resident }] : [];
  const dealt = from.reduce((sum, share) => sum + share.bytes, 0);
  if (dealt < count * bytes) return { what: 'rest', needed: count * bytes, room: dealt };
  return rest({ layers: [...stays, ...from], migration });

  function rest(found: Pick<TierPlan, 'layers' | 'migration'>): TierPlan | TierShortage {
    const single = rooms.fill(demand.single);
    const tables = rooms.fill(demand.tables);
    const total = [...kv, ...single, ...tables].reduce((sum, share) => sum + share.bytes, 0);
    const needed = demand.kv + demand.single + demand.tables;
    if (total < needed) return { what: 'rest', needed, room: total };
    return { policy: 'migrate', tiers, vectors, kv, single, tables, ...found };
  }
}
