import { operatorKey } from '@systole/trace';
import type { AttentionOperator, Operator, TraceHeader } from '@systole/trace';
import { writeOffset } from '../in-memory/storage.ts';
import { defineMapping } from '../mapping.ts';
import type { OperatorDecision, Plan } from '../mapping.ts';
import { TierLedger } from '../tiers/tier-ledger.ts';
import { tierOption } from '../tiers/tier-option.ts';
import { occupancyInWords } from '../tiers/occupancy-in-words.ts';
import { appendsToBanks, bankAppend, bankEmbedding, bankWays } from './bank-ways.ts';
import { Chooser } from './chooser.ts';
import { FeedMeter } from './feed.ts';
import { flashWays } from './flash-ways.ts';
import { appendWays, biasPieces, embeddingWays, functionWays } from './functions.ts';
import { homeOf, placeTensors } from './homes.ts';
import type { Homes } from './homes.ts';
import { takeInventory } from './inventory.ts';
import { attentionWork, matmulWork, QUERY_GROUPS } from './operands.ts';
import type { Ahead, Piece, Ways } from './piece.ts';
import { productWays } from './products.ts';
import { arrivalPieces, dealTensors } from './tiered-homes.ts';
import { cacheAhead, weightsAhead } from './ahead-room.ts';
import { positionlessKey, scheduleBlock } from './schedule.ts';
import type { Builder } from './schedule.ts';

/**
 * A mapping for any chip: places tensors by capacity and traffic, finds the units that can do each operator, chooses among them
 * and among tilings by simulated time, and overlaps loads with compute.
 */
export const auto = defineMapping({
  name: 'auto',
  summary: 'Any chip: units and tilings chosen by simulated time, loads overlapped with compute.',
  citations: [],
  options: { tiers: tierOption },
  plan(chip, header, { tiers }): Plan {
    const inventory = takeInventory(chip);
    const homes =
      tiers === undefined ? placeTensors(inventory, header) : dealTensors(inventory, header, tiers);
    const ledger = ledgerOf(homes, header);
    const feeds = new FeedMeter();
    const builder = new OperatorBuilder(homes, feeds);
    return {
      placement: homes.placement,
      get decisions() {
        const found = ledger === undefined ? [] : occupancyInWords(ledger.report);
        return [...homes.decisions, ...inWords(builder.decisions), ...found];
      },
      get explain() {
        return builder.decisions;
      },
      get tiers() {
        return ledger?.report;
      },
      stretchesOf(block) {
        ledger?.account(block);
        return scheduleBlock(block, builder, homes.streamRoom);
      },
    };
  },
});

/** Builds the tasks of operators, and remembers how it decided to do them. */
class OperatorBuilder implements Builder {
  readonly #homes: Homes;
  readonly #chooser: Chooser;

  constructor(homes: Homes, feeds: FeedMeter) {
    this.#homes = homes;
    this.#chooser = new Chooser(homes, (operator) => waysOf(operator, homes, feeds));
  }

  get decisions(): readonly OperatorDecision[] {
    return this.#chooser.decisions;
  }

  pieces(operator: Operator): readonly Piece[] {
    return withArrivals(
      withBias(this.#chooser.choose(operator).pieces(), operator, this.#homes),
      operator,
      this.#homes,
    );
  }

  ahead(operator: Operator, room: number): Ahead | undefined {
    const ahead = this.#chooser.choose(operator).ahead?.(room);
    if (ahead === undefined) return undefined;
    const pieces = withBias(ahead.pieces, operator, this.#homes);
    return { ...ahead, pieces: withArrivals(pieces, operator, this.#homes) };
  }

  aheadRoom(operator: Operator, meanwhile: readonly Operator[]): number {
    const homes = this.#homes;
    const ps = meanwhile.reduce((sum, earlier) => sum + this.#chooser.leastTimeOf(earlier), 0);
    if (operator.kind !== 'attention-scores') return weightsAhead(ps, homes);
    return cacheAhead(operator, ps, homes);
  }

  aheadKey(operator: Operator): string {
    const right = operator.inputs[1]?.tensor ?? '';
    return operator.kind === 'attention-scores'
      ? `keys at ${this.#homes.addresses.get(right) ?? 0}`
      : this.key(operator);
  }

  key(operator: Operator): string {
    return keyOf(operator, this.#homes);
  }
}

function waysOf(operator: Operator, homes: Homes, feeds: FeedMeter): Ways {
  switch (operator.kind) {
    case 'matmul':
    case 'lm-head': {
      const works = matmulWork(operator, homes);
      return joined(
        productWays(works, homes, feeds),
        flashWays(works, homes, feeds),
        bankWays(operator, homes),
      );
    }
    case 'attention-scores':
    case 'attention-context':
      return joined(attentionWays(operator, homes, feeds), bankWays(operator, homes));
    case 'kv-append': {
      const { site } = homes;
      if (site === undefined || !appendsToBanks(homes)) return appendWays(operator, homes);
      return only(`append:${homes.kv.name}`, homes.kv.name, 'in the layout of the banks', () =>
        bankAppend(operator, site),
      );
    }
    case 'embedding': {
      const { site } = homes;
      const isBanks = site !== undefined && site.device.part.name === homes.weights.name;
      if (!isBanks) return embeddingWays(operator, homes);
      return only(`rows:${homes.weights.name}`, homes.weights.name, 'in the layout of the banks', () =>
        bankEmbedding(operator, site),
      );
    }
    default:
      return functionWays(operator, homes);
  }
}

/** Attention with its queries in groups of several sizes, where that makes a difference. */
function attentionWays(operator: AttentionOperator, homes: Homes, feeds: FeedMeter): Ways {
  const groupings = new Map<number, Ways>();
  for (const least of QUERY_GROUPS) {
    const works = attentionWork(operator, homes, least);
    if (!groupings.has(works.length)) groupings.set(works.length, productWays(works, homes, feeds));
  }
  const all = [...groupings.values()];
  return {
    candidates: all.flatMap(({ candidates }) => candidates),
    // The units are the same for each.
    refusals: all[0]?.refusals ?? [],
  };
}

function joined(...ways: readonly Ways[]): Ways {
  return {
    candidates: ways.flatMap(({ candidates }) => candidates),
    refusals: ways.flatMap(({ refusals }) => refusals),
  };
}

function only(id: string, unit: string, tiling: string, pieces: () => readonly Piece[]): Ways {
  const probe = (): { readonly pieces: readonly Piece[]; readonly scale: number } => ({
    pieces: pieces(),
    scale: 1,
  });
  return { candidates: [{ id, unit, tiling, bound: 0, pieces, probe }], refusals: [] };
}

/** The bias is added by the vector unit after the product, unless the banks' tasks do so with their partial sums. */
function withBias(pieces: readonly Piece[], operator: Operator, homes: Homes): readonly Piece[] {
  if (operator.kind !== 'matmul' && operator.kind !== 'lm-head') return pieces;
  const isDone = pieces.some(({ name }) => name === 'accumulate');
  const bias = isDone ? [] : biasPieces(operator, homes);
  return [...pieces, ...bias.map((piece) => ({ ...piece, after: pieces.map((_, index) => index) }))];
}

/** What migrates comes in beside the operator that has just used what came before. */
function withArrivals(pieces: readonly Piece[], operator: Operator, homes: Homes): readonly Piece[] {
  const isProduct = operator.kind === 'matmul' || operator.kind === 'lm-head';
  return isProduct ? [...pieces, ...arrivalPieces(operator.inputs[1], homes)] : pieces;
}

function ledgerOf(homes: Homes, header: TraceHeader): TierLedger | undefined {
  const { tiers, memories } = homes;
  return tiers && new TierLedger(tiers, memories, header, (use) => homeOf(use, homes));
}

function keyOf(operator: Operator, homes: Homes): string {
  const { site } = homes;
  // Two operators of one shape read their weights at addresses of their own.
  const right = operator.inputs[1]?.tensor ?? '';
  const key =
    operator.kind !== 'kv-append' || site === undefined || !appendsToBanks(homes)
      ? positionlessKey(operator)
      : operatorKey({ ...operator, position: writeOffset(operator, site) });
  return `${key} at ${homes.addresses.get(right) ?? 0}`;
}

/** One line for each kind of operator and unit that does it. */
function inWords(decisions: readonly OperatorDecision[]): readonly string[] {
  const units = new Map<string, Set<string>>();
  for (const { kind, unit } of decisions) {
    const kinds = units.get(unit) ?? new Set<string>();
    kinds.add(kind);
    units.set(unit, kinds);
  }
  return [...units].map(([unit, kinds]) => `on ${unit}: ${[...kinds].join(', ')}`);
}
