import { operatorMacs } from '@systole/trace';
import type { AttentionOperator } from '@systole/trace';
import { PipelineBuilder } from '../pipeline.ts';
import { contiguous, store, sumBytes } from './drafts.ts';
import type { Draft } from './drafts.ts';
import type { Site } from './site.ts';

/** Pieces in which the cache passes through the NPU, so that reading and computing overlap. */
const PIECES = 16;

/** Bytes of the cache that an operator reads. */
export function cacheBytes(operator: AttentionOperator): number {
  return sumBytes(operator.inputs.filter(({ role }) => role === 'kv'));
}

/**
 * Attention on the NPU: the cache streams through the array, query heads that share it at once. `ahead` of its bytes are in the
 * SRAM already; of the others `room` bytes may come in before the array can take them.
 */
export function attentionDrafts(
  operator: AttentionOperator,
  site: Site,
  ahead: number,
  room: number,
): readonly Draft[] {
  const { chip, dram, array, buffer } = site;
  const { sequences, queries, heads, kvHeads, headDim, context } = operator;
  const cache = cacheBytes(operator);
  const written = sumBytes(operator.outputs);
  const m = queries * (heads / kvHeads);
  const [k, n] =
    operator.kind === 'attention-scores'
      ? [headDim, context * kvHeads * sequences]
      : [context, headDim * kvHeads * sequences];
  const cached = operator.inputs.find(({ role }) => role === 'kv');
  const activation = operator.inputs.find(({ role }) => role === 'activation');
  const macs = operatorMacs(operator);
  const drafts: Draft[] = [];
  const multiply = (name: string, from: number, to: number, feed: PipelineBuilder, gate: number): void => {
    const portion = (whole: number): number => Math.floor((whole * to) / n) - Math.floor((whole * from) / n);
    feed.at(array.name, {
      kind: 'matmul',
      bytes: portion(cache),
      format: cached?.format ?? 'int8',
      activationFormat: activation?.format ?? cached?.format ?? 'int8',
      macs: portion(macs),
      dims: { m, k, n: to - from, split: 1 },
    });
    store(feed, site, array.name, portion(written));
    drafts.push({ name, chunks: Math.min(PIECES, to - from), stages: feed.stages, after: [], gate });
  };
  // Columns whose bytes are in the SRAM.
  const held = ahead >= cache ? n : Math.floor((n * ahead) / cache);
  if (held > 0) {
    const feed = new PipelineBuilder(chip);
    feed.at(buffer.name, { kind: 'read', bytes: Math.floor((cache * held) / n) });
    multiply(`${operator.kind}, fetched ahead`, 0, held, feed, 0);
  }
  if (held < n) {
    const bytes = cache - Math.floor((cache * held) / n);
    const slots = Math.floor(room / Math.ceil(bytes / Math.min(PIECES, n - held)));
    const feed = new PipelineBuilder(chip);
    feed.at(dram.name, { kind: 'read', bytes, pattern: contiguous(bytes) });
    if (slots >= 2) {
      feed.move(dram.name, buffer.name, bytes).at(buffer.name, { kind: 'write', bytes }, { slots });
      const gate = feed.stages.length;
      feed.at(buffer.name, { kind: 'read', bytes });
      multiply(operator.kind, held, n, feed, gate);
    } else {
      multiply(operator.kind, held, n, feed.move(dram.name, array.name, bytes), 0);
    }
  }
  return drafts;
}
