import { param } from '@systole/core';
import { operatorKey } from '@systole/trace';
import type { Operator, TraceBlock, TraceHeader } from '@systole/trace';
import { formatQuantity } from '@systole/units';
import { defineMapping } from '../mapping.ts';
import type { MappedTask, Plan, Stretch } from '../mapping.ts';
import { inDependencyOrder, OPERATOR_KINDS } from '../operators.ts';
import { occupancyInWords } from '../tiers/occupancy-in-words.ts';
import type { TierHomes } from '../tiers/tier-homes.ts';
import { TierLedger } from '../tiers/tier-ledger.ts';
import { tierOption } from '../tiers/tier-option.ts';
import type { Draft } from './draft.ts';
import { otherDrafts } from './function-drafts.ts';
import { attentionDrafts, matmulDrafts } from './product-drafts.ts';
import { dealt, findSite, homeOf, place } from './site.ts';
import type { Site } from './site.ts';

/** Operators in one stretch at the most, which bounds what is simulated at once. */
const MOST_OPERATORS = 256;

/** What follows the context, and so is simulated anew for each token. */
const GROWING: ReadonlySet<string> = new Set([
  'kv-append',
  'attention-scores',
  'softmax',
  'attention-context',
]);

type Entry = readonly [index: number, operator: Operator];

/**
 * What an expert writes for an NPU of one array, one vector unit, an SRAM and one memory: weights stream once for a step, in tiles
 * of one size; the next product's come in while the vector unit works; caches stream likewise.
 */
export const weightStationary = defineMapping({
  name: 'weight-stationary',
  summary: 'An NPU of one array: weights and caches stream in tiles of one size, ahead of what needs them.',
  citations: [],
  options: {
    tile: param.quantity('data', 'Tile of weights or of the cache on its way; less where the SRAM is small', {
      min: '1 KiB',
      max: '1 GiB',
      default: '256 KiB',
    }),
    tiers: tierOption,
  },
  plan(chip, header, { tile, tiers }): Plan {
    const found = findSite(chip, tile);
    if (tiers !== undefined) return tieredPlan(dealt(found, header, tiers), header);
    const site = found;
    return {
      placement: place(site, header),
      decisions: [
        `weights and caches in ${site.memory.name}, in tiles of ${formatQuantity(site.tileBytes, 'data')}`,
        `products on ${site.array.name}, all functions on ${site.vector.name}`,
        `activations in ${site.buffer.name} up to ${formatQuantity(site.activationRoom, 'data')} each`,
        'tiles of two operators at once: one is computed while those of the next come in',
      ],
      stretchesOf: (block) => stretchesOf(block, site),
    };
  },
});

function tieredPlan(site: Site & { readonly tiers: TierHomes }, header: TraceHeader): Plan {
  const { chip, tiers, array, vector, buffer } = site;
  const ledger = new TierLedger(tiers, chip.partsOf('memory'), header, (use) => homeOf(site, use));
  return {
    placement: tiers.placement,
    get decisions() {
      return [
        ...tiers.decisions,
        `tiles of ${formatQuantity(site.tileBytes, 'data')}, products on ${array.name}, all functions on ${vector.name}`,
        `activations in ${buffer.name} up to ${formatQuantity(site.activationRoom, 'data')} each`,
        ...occupancyInWords(ledger.report),
      ];
    },
    get tiers() {
      return ledger.report;
    },
    stretchesOf(block) {
      ledger.account(block);
      return stretchesOf(block, site);
    },
  };
}

function stretchesOf(block: TraceBlock, site: Site): readonly Stretch[] {
  const segments: Entry[][] = [];
  let grows = false;
  for (const entry of inDependencyOrder(block)) {
    const isGrowing = block.phase === 'decode' && GROWING.has(entry[1].kind);
    const last = segments.at(-1);
    if (last === undefined || isGrowing !== grows || last.length >= MOST_OPERATORS) segments.push([entry]);
    else last.push(entry);
    grows = isGrowing;
  }
  return segments.map((entries) => ({ key: keyOf(entries), tasks: () => tasksOf(entries, site) }));
}

/** Where new keys and values are written makes no difference to the cost. */
function keyOf(entries: readonly Entry[]): string {
  const places = new Map(entries.map(([, { id }], place) => [id, place]));
  return entries
    .map(([index, operator]) => {
      const after = operator.after.map((id) => places.get(id)).filter((place) => place !== undefined);
      const key = operatorKey(operator.kind === 'kv-append' ? { ...operator, position: 0 } : operator);
      return `${index} ${key} after ${after.join(' ')}`;
    })
    .join('\n');
}

function draftsOf(operator: Operator, site: Site): readonly Draft[] {
  switch (operator.kind) {
    case 'matmul':
    case 'lm-head':
      return matmulDrafts(operator, site);
    case 'attention-scores':
    case 'attention-context':
      return attentionDrafts(operator, site);
    default:
      return otherDrafts(operator, site);
  }
}

/** Numbers the tasks of a segment. Tiles come in for two streams at once: the third waits until the first has ended. */
function tasksOf(entries: readonly Entry[], site: Site): readonly MappedTask[] {
  const tasks: MappedTask[] = [];
  const done = new Map<string, { readonly isStore: boolean; readonly tasks: readonly number[] }>();
  const streams: number[] = [];
  for (const [index, operator] of entries) {
    const base = tasks.length;
    const before = operator.after.flatMap((id) => done.get(id) ?? []);
    const waits = before.flatMap((producer) => producer.tasks);
    // A cache is read when it has been written.
    const stores = before.filter(({ isStore }) => isStore).flatMap((producer) => producer.tasks);
    const drafts = draftsOf(operator, site);
    for (const { name, chunks, stages, gate, after, streams: isStream, background } of drafts) {
      const all = background === true ? [] : [...waits, ...after.map((place) => base + place)];
      const room = isStream ? streams.slice(-2, -1) : [];
      const runsAhead = gate > 0 && all.length > 0;
      if (isStream) streams.push(tasks.length);
      tasks.push({
        name: `${operator.id}: ${name}`,
        tag: OPERATOR_KINDS.indexOf(operator.kind),
        operator: index,
        chunks,
        delay: 0,
        after: [...new Set([...(runsAhead ? stores : all), ...room])],
        stages: runsAhead
          ? stages.map((stage, place) => (place === gate ? { ...stage, after: all } : stage))
          : stages,
      });
    }
    done.set(operator.id, {
      isStore: operator.kind === 'kv-append',
      tasks: drafts.flatMap(({ background }, place) => (background === true ? [] : [base + place])),
    });
  }
  return tasks;
}
