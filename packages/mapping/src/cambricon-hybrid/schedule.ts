import { operatorKey } from '@systole/trace';
import type { AttentionOperator, MatmulOperator, Operator, TraceBlock } from '@systole/trace';
import type { MappedTask, Stretch } from '../mapping.ts';
import { OPERATOR_KINDS } from '../operators.ts';
import { PipelineBuilder } from '../pipeline.ts';
import { attentionDrafts, cacheBytes } from './attention-drafts.ts';
import { shareChain } from './chain.ts';
import type { ChainProduct, SharedChain } from './chain.ts';
import { contiguous } from './drafts.ts';
import type { Draft } from './drafts.ts';
import { otherDrafts } from './other-drafts.ts';
import { chainProduct, productDrafts, rowBytesOf } from './product-drafts.ts';
import { roomsOf } from './rooms.ts';
import type { Rooms } from './rooms.ts';
import { segmentsOf } from './segments.ts';
import type { Segment } from './segments.ts';
import { stripeBytes } from './site.ts';
import type { Site } from './site.ts';

const PS_PER_SECOND = 1e12;
/** In how many steps what is fetched ahead grows with the context, so that stretches recur. */
const AHEAD_STEPS = 8;
/** Pieces in which keys are fetched ahead. */
const CACHE_PIECES = 16;
/** Stripes under way at once in what is fetched for the next stretch. */
const UNDER_WAY = 8;

/** What a segment finds in the SRAM when it starts, and what it fetches for the next one. */
interface Fetched {
  readonly cache: number;
  readonly weights: number;
}

const NOTHING: Fetched = { cache: 0, weights: 0 };

/** Schedules blocks, and remembers how it shared what it has seen. */
export class Scheduler {
  readonly #site: Site;
  readonly #shared = new Map<string, SharedChain>();

  constructor(site: Site) {
    this.#site = site;
  }

  /**
   * A block in stretches. Products and functions run as their inputs allow, with the NPU's weights coming in ahead. While products
   * run, keys for the attention that follows come in, as far as there is room; while attention runs, weights.
   */
  stretchesOf(block: TraceBlock): readonly Stretch[] {
    const segments = segmentsOf(block);
    const rooms = roomsOf(block, this.#site);
    let held = NOTHING;
    return segments.map((segment, index) => {
      const had = held;
      held = this.#fetchFor(segment, segments[index + 1], had, rooms);
      const fetched = held;
      return {
        key: keyOf(segment, had, fetched, rooms),
        tasks: () => this.#tasksOf(segment, segments[index + 1], had, fetched, rooms),
      };
    });
  }

  /** What is fetched for `next` while `segment` runs. */
  #fetchFor(segment: Segment, next: Segment | undefined, had: Fetched, rooms: Rooms): Fetched {
    if (next === undefined || segment.isAttention === next.isAttention) return NOTHING;
    return next.isAttention
      ? { cache: this.#keysAhead(segment, next, had, rooms), weights: 0 }
      : { cache: 0, weights: this.#weightsAhead(segment, next, had, rooms) };
  }

  #keysAhead(segment: Segment, next: Segment, had: Fetched, rooms: Rooms): number {
    const scores = next.entries.find(([, { kind }]) => kind === 'attention-scores')?.[1];
    if (scores?.kind !== 'attention-scores') return 0;
    // The newest keys are made by the products that run meanwhile.
    const earlier = (cacheBytes(scores) * (scores.context - scores.queries)) / scores.context;
    const rate = (this.#site.dram.facts.bandwidth ?? 0) / PS_PER_SECOND;
    const reachable = Math.min(
      earlier,
      rooms.keys,
      rate * this.#share(segment, had.weights, rooms).chain.time,
    );
    const step = Math.max(1, Math.floor(rooms.keys / AHEAD_STEPS));
    return Math.floor(reachable / step) * step;
  }

  #weightsAhead(segment: Segment, next: Segment, had: Fetched, rooms: Rooms): number {
    const { flash, dram, array } = this.#site;
    const attention = segment.entries.map(([, operator]) => operator).filter(isAttention);
    const bytes = attention.reduce((sum, operator) => sum + cacheBytes(operator), 0);
    const byDram = (bytes - had.cache) / (dram.facts.bandwidth ?? Infinity);
    const macs = attention.reduce((sum, { context, heads, headDim, queries, sequences }) => {
      return sum + context * heads * headDim * queries * sequences;
    }, 0);
    const [format] = attention.flatMap(({ inputs }) => inputs.filter(({ role }) => role === 'kv'));
    const byArray = macs / (array.facts.macsPerSecond?.[format?.format ?? ''] ?? Infinity);
    const { channels, channelRate } = flash.shape;
    const reachable = Math.max(byDram, byArray) * channels * channelRate;
    const stripe = stripeBytes(this.#site);
    const step = Math.max(1, Math.floor(rooms.weights / stripe / AHEAD_STEPS)) * stripe;
    const most = Math.floor(Math.min(reachable, rooms.weights) / step) * step;
    const { npuBytes } = this.#share(next, most, rooms).chain;
    return Math.min(most, Math.floor(npuBytes / stripe) * stripe);
  }

  /** How the products of a segment are shared, of which `ahead` bytes are in the SRAM. */
  #share(segment: Segment, ahead: number, rooms: Rooms) {
    const products = productsOf(segment);
    const { flash, tileWidth } = this.#site;
    const key = `${ahead} ${rooms.window} ${products.map(({ operator, after }) => `${sizeKey(operator)} ${after.join()}`).join(';')}`;
    let chain = this.#shared.get(key);
    if (chain === undefined) {
      const sizes: readonly ChainProduct[] = products.map(({ operator, after }) =>
        chainProduct(operator, this.#site, after),
      );
      chain = shareChain(sizes, { flash: flash.shape, tileWidth, room: rooms.window, ahead });
      this.#shared.set(key, chain);
    }
    return { products, chain };
  }

  #tasksOf(
    segment: Segment,
    next: Segment | undefined,
    had: Fetched,
    fetched: Fetched,
    rooms: Rooms,
  ): readonly MappedTask[] {
    const tasks: MappedTask[] = [];
    const doneBy = new Map<string, readonly number[]>();
    const { products, chain } = this.#share(segment, had.weights, rooms);
    let weightsLeft = had.weights;
    let cacheLeft = had.cache;
    /** The groups of pages so far. */
    const groups: number[] = [];
    const draft = (operator: Operator): readonly Draft[] => {
      if (isMatmul(operator)) {
        const share = chain.shares[products.findIndex((product) => product.operator === operator)];
        if (share === undefined) return [];
        const rowBytes = rowBytesOf(operator);
        const ahead = Math.min(share.npuRows, Math.floor(weightsLeft / rowBytes));
        weightsLeft -= ahead * rowBytes;
        return productDrafts(operator, this.#site, share, ahead, rooms.groupStripes);
      }
      if (isAttention(operator)) {
        const isScores = operator.kind === 'attention-scores';
        const ahead = isScores ? Math.min(cacheLeft, cacheBytes(operator)) : 0;
        cacheLeft -= ahead;
        return attentionDrafts(operator, this.#site, ahead, isScores ? 0 : rooms.values);
      }
      return otherDrafts(operator, this.#site);
    };
    for (const [index, operator] of segment.entries) {
      const waits = operator.after.flatMap((id) => doneBy.get(id) ?? []);
      const base = tasks.length;
      const drafts = draft(operator);
      for (const one of drafts) {
        const opens = one.isGroup === true ? groups.slice(-rooms.groups) : [];
        const opening = opens.length < rooms.groups ? [] : opens.slice(0, 1);
        if (one.isGroup === true) groups.push(tasks.length);
        tasks.push(link(one, operator, index, base, waits, opening));
      }
      doneBy.set(
        operator.id,
        drafts.map((_, place) => base + place),
      );
    }
    const ahead = this.#fetching(next, fetched);
    if (ahead !== undefined) tasks.push(ahead);
    return tasks;
  }

  /** The task that fetches for the next segment. */
  #fetching(next: Segment | undefined, { cache, weights }: Fetched): MappedTask | undefined {
    const { chip, flash, dram, buffer } = this.#site;
    const user = next?.entries.find(([, operator]) =>
      cache > 0 ? operator.kind === 'attention-scores' : isMatmul(operator),
    );
    if (user === undefined || cache + weights === 0) return undefined;
    const [index, operator] = user;
    const pipeline = new PipelineBuilder(chip);
    const bytes = cache + weights;
    if (cache > 0) pipeline.at(dram.name, { kind: 'read', bytes, pattern: contiguous(bytes) });
    else pipeline.at(flash.part.name, { kind: 'read', bytes }, { slots: UNDER_WAY });
    pipeline
      .move(cache > 0 ? dram.name : flash.part.name, buffer.name, bytes)
      .at(buffer.name, { kind: 'write', bytes });
    return {
      name: `${operator.id}: fetched ahead`,
      tag: OPERATOR_KINDS.indexOf(operator.kind),
      operator: index,
      delay: 0,
      chunks: cache > 0 ? CACHE_PIECES : weights / stripeBytes(this.#site),
      after: [],
      stages: pipeline.stages,
    };
  }
}

function isAttention(operator: Operator): operator is AttentionOperator {
  return operator.kind === 'attention-scores' || operator.kind === 'attention-context';
}

function isMatmul(operator: Operator): operator is MatmulOperator {
  return operator.kind === 'matmul' || operator.kind === 'lm-head';
}

function sizeKey({ rows, inner, columns, inputs, outputs }: MatmulOperator): string {
  return `${rows} ${inner} ${columns} ${[...inputs, ...outputs].map(({ format }) => format).join(' ')}`;
}

/** The products of a segment, and which of them each waits for, directly or through functions. */
function productsOf(segment: Segment): readonly { operator: MatmulOperator; after: readonly number[] }[] {
  const products: { operator: MatmulOperator; after: readonly number[] }[] = [];
  const reached = new Map<string, readonly number[]>();
  for (const [, operator] of segment.entries) {
    const after = [...new Set(operator.after.flatMap((id) => reached.get(id) ?? []))];
    if (isMatmul(operator)) {
      reached.set(operator.id, [products.length]);
      products.push({ operator, after });
    } else {
      reached.set(operator.id, after);
    }
  }
  return products;
}

/** The place of new keys and values in the cache makes no difference to the cost. */
function keyOf({ entries }: Segment, had: Fetched, fetched: Fetched, rooms: Rooms): string {
  const places = new Map(entries.map(([, { id }], place) => [id, place]));
  const operators = entries.map(([index, operator]) => {
    const after = operator.after.map((id) => places.get(id)).filter((place) => place !== undefined);
    const key = operatorKey(operator.kind === 'kv-append' ? { ...operator, position: 0 } : operator);
    return `${index} ${key} after ${after.join(' ')}`;
  });
  return [...operators, JSON.stringify([had, fetched, rooms])].join('\n');
}

/** A draft as a task, whose operator waits for `waits`, and its room for `opens`; one that runs ahead starts with its room. */
function link(
  { name, chunks, stages, after, gate }: Draft,
  operator: Operator,
  index: number,
  base: number,
  waits: readonly number[],
  opens: readonly number[],
): MappedTask {
  const all = [...waits, ...after.map((place) => base + place)];
  const runsAhead = gate > 0;
  return {
    name: `${operator.id}: ${name}`,
    tag: OPERATOR_KINDS.indexOf(operator.kind),
    operator: index,
    delay: 0,
    chunks,
    after: runsAhead ? opens : [...all, ...opens],
    stages:
      runsAhead && all.length > 0
        ? stages.map((stage, place) => (place === gate ? { ...stage, after: all } : stage))
        : stages,
  };
}
