import { param } from '@systole/core';
import { elementsOf, operatorKey } from '@systole/trace';
import type { Operator, PersistentTensor, TraceHeader } from '@systole/trace';
import { findFormat, storageBytes } from '@systole/numerics';
import { defineMapping } from '../mapping.ts';
import type { MappedTask, Plan } from '../mapping.ts';
import { inDependencyOrder, OPERATOR_KINDS } from '../operators.ts';
import { checkCapacity } from '../placement.ts';
import type { Placement } from '../placement.ts';
import { findSite } from './site.ts';
import type { Site } from './site.ts';
import { attentionDrafts, matmulDrafts, otherDrafts } from './tasks.ts';
import type { Draft } from './tasks.ts';

/**
 * Cambricon-LLM (Yu et al., MICRO 2024): weights in flash whose dies compute on their own pages, shared with an NPU that reads
 * raw pages in the gaps of the channels; the KV cache in DRAM; operators one after another.
 */
export const cambriconHybrid = defineMapping({
  name: 'cambricon-hybrid',
  summary: 'Weights in flash that computes, shared with an NPU that reads in the gaps; KV cache in DRAM.',
  citations: ['Yu et al.: Cambricon-LLM, MICRO 2024, arXiv 2409.15654'],
  options: {
    tileWidth: param.integer('Inputs of a tile; 0 for the next power of two to the least traffic', {
      min: 0,
      max: 1 << 24,
      default: 0,
    }),
  },
  plan(chip, header, { tileWidth }): Plan {
    const site = findSite(chip, tileWidth);
    const placement = place(site, header);
    return {
      placement,
      decisions: [
        'weights: in the flash; norms, biases and the KV cache: in the DRAM',
        `products: ${site.shape.channels} channels × ${site.shape.cores} cores, a page a core a round, shared with the NPU`,
        tileWidth === 0
          ? 'tile: the next power of two to the least traffic'
          : `tile: ${tileWidth} inputs wide`,
        'attention and all other functions: on the NPU',
        'operators one after another',
      ],
      stretchesOf: (block) =>
        inDependencyOrder(block).map(([index, operator]) => ({
          key: `${index} ${keyOf(operator)}`,
          tasks: () => number(index, operator, draftsOf(operator, site)),
        })),
    };
  },
});

/** The place of new keys and values in the cache makes no difference to the cost. */
function keyOf(operator: Operator): string {
  return operatorKey(operator.kind === 'kv-append' ? { ...operator, position: 0 } : operator);
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

function number(index: number, operator: Operator, drafts: readonly Draft[]): readonly MappedTask[] {
  const tag = OPERATOR_KINDS.indexOf(operator.kind);
  return drafts.map((draft) => ({
    ...draft,
    name: `${operator.id}: ${draft.name}`,
    tag,
    delay: 0,
    operator: index,
  }));
}

function place(site: Site, header: TraceHeader): readonly Placement[] {
  const bytes = { weights: 0, vectors: 0, cache: 0 };
  for (const tensor of header.tensors) {
    const size = sizeOf(tensor);
    if (tensor.role === 'kv') bytes.cache += size;
    else if (tensor.layout === 'vector') bytes.vectors += size;
    else bytes.weights += size;
  }
  const at = (part: { name: string; facts: { capacity?: number } }) => ({
    memory: part.name,
    capacity: part.facts.capacity ?? 0,
  });
  const placement: readonly Placement[] = [
    { ...at(site.flash), what: 'weights', bytes: bytes.weights },
    { ...at(site.dram), what: 'norms and biases', bytes: bytes.vectors },
    { ...at(site.dram), what: 'KV cache', bytes: bytes.cache },
  ];
  checkCapacity(
    placement,
    'Use more flash or DRAM, narrower formats (--weights int8 --kv int8), or a smaller model.',
  );
  return placement;
}

function sizeOf({ format, shape, repeat }: PersistentTensor): number {
  const known = findFormat(format);
  return known === undefined ? 0 : storageBytes(known, elementsOf(shape)) * repeat;
}
