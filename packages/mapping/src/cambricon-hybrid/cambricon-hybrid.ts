import { param } from '@systole/core';
import { findFormat, storageBytes } from '@systole/numerics';
import { elementsOf } from '@systole/trace';
import type { PersistentTensor, TraceHeader } from '@systole/trace';
import { defineMapping } from '../mapping.ts';
import type { Plan } from '../mapping.ts';
import { checkCapacity } from '../placement.ts';
import type { Placement } from '../placement.ts';
import { Scheduler } from './schedule.ts';
import { findSite } from './site.ts';
import type { Site } from './site.ts';

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
    prefetch: param.flag('Whether the NPU fetches weights and keys ahead, as far as its SRAM has room', {
      default: true,
    }),
  },
  plan(chip, header, { tileWidth, prefetch }): Plan {
    const site = findSite(chip, tileWidth, prefetch);
    const scheduler = new Scheduler(site);
    const placement = place(site, header);
    return {
      placement,
      decisions: [
        'weights: in the flash; norms, biases and the KV cache: in the DRAM',
        `products: ${site.flash.shape.channels} channels × ${site.flash.shape.cores} cores, a page a core a round, shared with the NPU`,
        tileWidth === 0
          ? 'tile: the next power of two to the least traffic'
          : `tile: ${tileWidth} inputs wide`,
        'attention and all other functions: on the NPU',
        prefetch
          ? 'the NPU fetches weights and keys ahead, as far as its SRAM has room'
          : 'nothing is fetched ahead',
      ],
      stretchesOf: (block) => scheduler.stretchesOf(block),
    };
  },
});

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
    { ...at(site.flash.part), what: 'weights', bytes: bytes.weights },
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
