import type { ResolvedPart } from '@systole/chip';
import { SystoleError } from '@systole/core';
import { tensorBytes } from '@systole/trace';
import type { KvAppendOperator, Operator, TensorUse, TraceBlock, TraceHeader } from '@systole/trace';
import { formatQuantity } from '@systole/units';
import { inDependencyOrder } from '../operators.ts';
import { bytesIn } from './tier-homes.ts';
import type { TierHomes } from './tier-homes.ts';
import type { TierContents, TierOccupancy, TierReport } from './tier-report.ts';

/** Steps that are kept of a run; of a longer one, every second of them is dropped, again and again. */
const MOST_STEPS = 256;

/** Bytes by which shares of caches, which are no whole bytes, may seem too large. */
const ROUNDING = 2;

interface Cache {
  /** Tokens that it holds at the most. */
  readonly slots: number;
  /** Bytes of a slot of all sequences. */
  readonly each: number;
}

interface Tier {
  readonly memory: string;
  readonly capacity: number;
  readonly weights: number;
  readonly window: number;
  /** Of each byte of the caches, how much lives here. */
  readonly kvShare: number;
  peak: TierOccupancy['peak'] | undefined;
  overTime: { step: number; bytes: number }[];
}

/** What lives somewhere while an operator runs, in the first instance of its block. */
interface Moment {
  readonly operator: Operator;
  /** Bytes of caches, all tiers together. */
  readonly kv: number;
  /** Bytes of activations, by memory. */
  readonly activations: ReadonlyMap<string, number>;
}

/**
 * What lives in each tier at each operator: weights, caches as they grow, activations from the operator that makes them to the last
 * one of the block that takes them. Blocks are told in order.
 */
export class TierLedger {
  readonly #homes: TierHomes;
  readonly #activationHome: (use: TensorUse) => ResolvedPart;
  readonly #tiers: readonly Tier[];
  readonly #caches: ReadonlyMap<string, Cache>;
  /** Slots that hold something, by the cache and the first instance of its block. */
  readonly #filled = new Map<string, number>();
  readonly #told = new WeakSet<TraceBlock>();
  readonly #moved = new Map<string, number>();
  /** Bytes of all caches. */
  #kv = 0;
  #every = 1;

  /** `activationHome` says where an activation lives. */
  constructor(
    homes: TierHomes,
    memories: readonly ResolvedPart[],
    header: TraceHeader,
    activationHome: (use: TensorUse) => ResolvedPart,
  ) {
    const { plan, demand } = homes;
    this.#homes = homes;
    this.#activationHome = activationHome;
    this.#tiers = memories.map(({ name: memory, facts }) => ({
      memory,
      capacity: facts.capacity ?? 0,
      weights: bytesIn([...plan.layers, ...plan.single, ...plan.vectors, ...plan.tables], memory),
      window: plan.migration?.to === memory ? plan.migration.window : 0,
      kvShare: demand.kv === 0 ? 0 : bytesIn(plan.kv, memory) / demand.kv,
      peak: undefined,
      overTime: [],
    }));
    this.#caches = new Map(
      header.tensors.flatMap((tensor) => {
        if (tensor.role !== 'kv') return [];
        const slots = tensor.shape[1] ?? 1;
        return [[tensor.tensor, { slots, each: tensorBytes(tensor) / slots }]];
      }),
    );
  }

  /** Tells of all instances of a block, once. Throws `capacity/exceeded`, naming the operator, when a tier overflows. */
  account(block: TraceBlock): void {
    if (this.#told.has(block)) return;
    this.#told.add(block);
    const order = inDependencyOrder(block).map(([, operator]) => operator);
    const { moments, growth } = this.#momentsOf(order, block);
    for (const tier of this.#tiers) this.#check(tier, moments, growth, block);
    for (const tier of this.#tiers) this.#keep(tier, moments, growth, block);
    this.#kv += growth * block.repeat;
    for (const operator of order) {
      for (const use of operator.inputs) this.#move(use, block.repeat);
    }
  }

  get report(): TierReport {
    const { plan } = this.#homes;
    const { migration } = plan;
    return {
      policy: plan.policy,
      occupancy: this.#tiers.flatMap(({ memory, capacity, peak, overTime }) =>
        peak === undefined ? [] : [{ memory, capacity, peak, overTime }],
      ),
      transfers: [...this.#moved].map(([from, bytes]) => ({
        what: 'weights',
        from,
        to: migration?.to ?? '',
        bytes,
      })),
      ...(migration === undefined ? {} : { migration }),
    };
  }

  /** Each operator of the first instance, and by how much an instance makes the caches grow. */
  #momentsOf(
    order: readonly Operator[],
    block: TraceBlock,
  ): { readonly moments: readonly Moment[]; readonly growth: number } {
    const lives = livesOf(order);
    const live = new Map<string, { readonly memory: string; readonly bytes: number }>();
    const hold = (use: TensorUse): void => {
      const bytes = Math.max(tensorBytes(use), live.get(use.tensor)?.bytes ?? 0);
      live.set(use.tensor, { memory: this.#activationHome(use).name, bytes });
    };
    for (const use of lives.arriving) hold(use);
    const grown = order.map((operator) => (operator.kind === 'kv-append' ? this.#grow(operator, block) : 0));
    let growth = 0;
    const moments = order.map((operator, index): Moment => {
      for (const use of operator.outputs) if (use.role === 'activation') hold(use);
      growth += grown[index] ?? 0;
      const activations = new Map<string, number>();
      for (const { memory, bytes } of live.values()) {
        activations.set(memory, (activations.get(memory) ?? 0) + bytes);
      }
      for (const { tensor } of operator.inputs) if (lives.last.get(tensor) === index) live.delete(tensor);
      return { operator, kv: this.#kv + growth, activations };
    });
    return { moments, growth };
  }

  /** Bytes by which one instance of an operator makes its caches grow. What was in them before the run comes to light here. */
  #grow({ outputs, position, tokens }: KvAppendOperator, { first, repeat }: TraceBlock): number {
    let bytes = 0;
    for (const { tensor } of outputs) {
      const cache = this.#caches.get(tensor);
      if (cache === undefined) continue;
      const { slots, each } = cache;
      const key = `${tensor} from ${first}`;
      const before = this.#filled.get(key) ?? Math.min(slots, position);
      if (!this.#filled.has(key)) this.#kv += before * each * repeat;
      const after = Math.min(slots, Math.max(before, position + tokens));
      this.#filled.set(key, after);
      bytes += (after - before) * each;
    }
    return bytes;
  }

  #contents({ weights, window, kvShare, memory }: Tier, { kv, activations }: Moment): TierContents {
    return { weights, window, kv: Math.round(kv * kvShare), activations: activations.get(memory) ?? 0 };
  }

  #check(tier: Tier, moments: readonly Moment[], growth: number, block: TraceBlock): void {
    const { memory, capacity, kvShare } = tier;
    let first: { readonly instance: number; readonly moment: Moment } | undefined;
    for (const moment of moments) {
      const free = capacity - total(this.#contents(tier, moment));
      const step = growth * kvShare;
      const instance =
        free < -ROUNDING ? 0 : step === 0 ? Infinity : Math.floor((free + ROUNDING) / step) + 1;
      if (instance < block.repeat && instance < (first?.instance ?? Infinity)) first = { instance, moment };
    }
    if (first === undefined) return;
    const { instance, moment } = first;
    const contents = this.#contents(tier, { ...moment, kv: moment.kv + instance * growth });
    const parts = Object.entries(contents)
      .filter(([, bytes]) => bytes > 0)
      .map(([what, bytes]) => `${what} ${formatQuantity(Math.ceil(bytes), 'data')}`);
    const needed = Math.ceil(total(contents));
    throw new SystoleError({
      code: 'capacity/exceeded',
      message:
        `tier "${memory}" overflows at operator "${nameOf(moment.operator, block.first + instance)}" of step ${block.step}: ` +
        `${parts.join(' + ')} = ${formatQuantity(needed, 'data')}, it has ${formatQuantity(capacity, 'data')}, ` +
        `which is ${formatQuantity(needed - capacity, 'data')} short`,
      place: { path: `components.${memory}` },
      hint: 'Take a shorter prompt, a smaller batch, narrower formats, or give this memory more capacity.',
    });
  }

  #keep(tier: Tier, moments: readonly Moment[], growth: number, block: TraceBlock): void {
    let most = 0;
    for (const moment of moments) {
      const kv = moment.kv + (block.repeat - 1) * growth;
      const contents = this.#contents(tier, { ...moment, kv });
      const bytes = total(contents);
      most = Math.max(most, bytes);
      if (bytes <= (tier.peak?.bytes ?? 0)) continue;
      const operator = nameOf(moment.operator, block.first + block.repeat - 1);
      tier.peak = { ...contents, bytes, step: block.step, operator };
    }
    const last = tier.overTime.at(-1);
    if (last?.step === block.step) last.bytes = Math.max(last.bytes, most);
    else if (block.step % this.#every === 0) tier.overTime.push({ step: block.step, bytes: most });
    if (tier.overTime.length <= MOST_STEPS) return;
    this.#every *= 2;
    for (const each of this.#tiers) {
      each.overTime = each.overTime.filter(({ step }) => step % this.#every === 0);
    }
  }

  #move(use: TensorUse, times: number): void {
    for (const { home, bytes } of this.#homes.arrivals(use, tensorBytes(use))) {
      this.#moved.set(home.name, (this.#moved.get(home.name) ?? 0) + bytes * times);
    }
  }
}

/** Activations that are there when a block begins, and the last operator that takes each; none for what is left to later blocks. */
function livesOf(order: readonly Operator[]): {
  readonly arriving: readonly TensorUse[];
  readonly last: ReadonlyMap<string, number>;
} {
  const arriving: TensorUse[] = [];
  const made = new Set<string>();
  const last = new Map<string, number>();
  for (const [index, { inputs, outputs }] of order.entries()) {
    for (const use of inputs) {
      if (use.role !== 'activation') continue;
      if (!made.has(use.tensor)) arriving.push(use);
      last.set(use.tensor, index);
    }
    for (const { tensor } of outputs) {
      made.add(tensor);
      last.delete(tensor);
    }
  }
  return { arriving, last };
}

function total({ weights, window, kv, activations }: TierContents): number {
  return weights + window + kv + activations;
}

function nameOf({ id }: Operator, instance: number): string {
  return id.replaceAll('{i}', String(instance));
}
