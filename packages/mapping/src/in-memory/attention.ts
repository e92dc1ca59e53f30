import type { AttentionOperator } from '@systole/trace';
import { bytesOf } from '../units.ts';
import type { Draft, Site } from './site.ts';
import { accumulateTask } from './vector.ts';
import { passTask } from './vmm.ts';

/** Queries that see the same amount of cached context as far as the banks can tell. */
export interface QueryGroup {
  readonly queries: number;
  /** The longest context in the group. */
  readonly context: number;
  /** Keys seen by all queries of the group together. */
  readonly keys: number;
}

/**
 * In a causal prefill each query sees one key more than the one before. Queries whose context takes the same number of
 * `quantum`s cost the same and are grouped.
 */
export function queryGroups(operator: AttentionOperator, quantum: number): readonly QueryGroup[] {
  const { queries, context, causal, window = context } = operator;
  if (!causal || queries === 1) {
    const seen = Math.min(context, window);
    return [{ queries, context: seen, keys: queries * seen }];
  }
  const groups: { queries: number; context: number; keys: number }[] = [];
  for (let query = 0; query < queries; query++) {
    const seen = Math.min(context - queries + query + 1, window);
    const last = groups.at(-1);
    if (last !== undefined && Math.ceil(last.context / quantum) === Math.ceil(seen / quantum)) {
      last.queries++;
      last.context = seen;
      last.keys += seen;
    } else {
      groups.push({ queries: 1, context: seen, keys: seen });
    }
  }
  return groups;
}

/** The number format of the cache that an operator reads. */
export function cacheFormat(operator: AttentionOperator): string {
  return operator.inputs.find(({ role }) => role === 'kv')?.format ?? 'bf16';
}

/**
 * Scores: the key cache is row-major, a token's key in one bank, tokens dealt over all banks, so every bank forms
 * the dot products of its tokens. As many heads as fit the vector buffer are concatenated: their queries are sent together
 * and their keys stand side by side in the row. Query heads that share a key head pass over its opened row in turn.
 */
export function scoresTasks(operator: AttentionOperator, site: Site): readonly Draft[] {
  const { device, headConcatenation } = site;
  const { sequences, heads, kvHeads, headDim } = operator;
  const format = cacheFormat(operator);
  const element = bytesOf(format);
  const headBytes = headDim * element;
  const segments = Math.ceil(headBytes / device.segmentBytes);
  const keyStride = segments * device.segmentBytes;
  // Query heads of one key head; where their vectors do not fit the buffer together, they go in several tasks.
  const sharing = heads / kvHeads;
  const passes = Math.min(sharing, Math.max(1, Math.floor(device.vectorBuffer / headBytes)));
  const turns = Math.ceil(sharing / passes);
  const keyHeadsPerTile = Math.max(
    1,
    Math.min(kvHeads, Math.floor(device.vectorBuffer / (headBytes * passes))),
  );
  const fullTiles = Math.floor(kvHeads / keyHeadsPerTile);
  const restHeads = kvHeads - fullTiles * keyHeadsPerTile;
  const drafts: Draft[] = [];
  for (const group of queryGroups(operator, device.lanes)) {
    const add = (name: string, keyHeads: number, tiles: number): void => {
      drafts.push(
        passTask(
          {
            name,
            times: sequences * group.queries * tiles * turns,
            vectorBytes: keyHeads * passes * headBytes,
            broadcast: true,
            channels: device.channels,
            groups: Math.ceil(group.context / device.lanes) * keyHeads,
            segments,
            passes,
            groupStride: headConcatenation ? keyStride : Math.max(keyStride, device.rowBytes),
            macs: sequences * group.keys * keyHeads * tiles * sharing * headDim,
            format,
            resultBytes: bytesOf(operator.outputs[0]?.format ?? format),
          },
          site,
        ),
      );
    };
    if (fullTiles > 0) add('scores', keyHeadsPerTile, fullTiles);
    if (restHeads > 0) add('scores of the last heads', restHeads, 1);
  }
  return drafts;
}

/**
 * Context: the value cache is column-major, the values of one output element over all tokens in one row, space reserved for
 * the longest context. Each channel takes a head at a time, with the head's weights in its own vector buffer and the head's
 * output elements spread over its banks; a context longer than the buffer is cut, and the partial sums are added
 * on the ASIC.
 */
export function contextTasks(operator: AttentionOperator, site: Site): readonly Draft[] {
  const { device } = site;
  const { sequences, heads, kvHeads, headDim } = operator;
  const format = cacheFormat(operator);
  const element = bytesOf(format);
  const sharing = heads / kvHeads;
  const bufferElements = Math.floor(device.vectorBuffer / element);
  const passes = Math.min(sharing, bufferElements);
  const turns = Math.ceil(sharing / passes);
  const tileTokens = Math.max(1, Math.floor(bufferElements / passes));
  const rounds = Math.floor(kvHeads / device.channels);
  const restHeads = kvHeads - rounds * device.channels;
  const resultBytes = bytesOf(operator.outputs[0]?.format ?? format);
  const reserved = Math.ceil((site.maxContext * element) / device.segmentBytes) * device.segmentBytes;
  const drafts: Draft[] = [];
  let mostTiles = 1;
  for (const group of queryGroups(operator, device.segmentBytes / element)) {
    const add = (name: string, keyHeads: number, repeats: number, tokens: number, tiles: number): void => {
      // Useful MACs are charged to tiles by their share of the longest context; the last tile takes the rest.
      const full = Math.floor(group.context / tileTokens) * tileTokens;
      const inTiles = tokens === tileTokens ? Math.min(full * group.queries, group.keys) : 0;
      const keys = tokens === tileTokens ? inTiles : group.keys - Math.min(full * group.queries, group.keys);
      drafts.push(
        passTask(
          {
            name,
            times: sequences * group.queries * repeats * tiles * turns,
            vectorBytes: tokens * passes * element,
            broadcast: false,
            channels: keyHeads,
            groups: Math.ceil(headDim / device.banks),
            segments: Math.ceil((tokens * element) / device.segmentBytes),
            passes,
            groupStride: reserved,
            macs: sequences * keys * keyHeads * repeats * sharing * headDim,
            format,
            resultBytes,
          },
          site,
        ),
      );
    };
    const fullTiles = Math.floor(group.context / tileTokens);
    const restTokens = group.context - fullTiles * tileTokens;
    for (const [keyHeads, repeats] of [[device.channels, rounds] as const, [restHeads, 1] as const]) {
      if (keyHeads === 0 || repeats === 0) continue;
      if (fullTiles > 0) add('context', keyHeads, repeats, tileTokens, fullTiles);
      if (restTokens > 0) add('context of the last tokens', keyHeads, repeats, restTokens, 1);
    }
    mostTiles = Math.max(mostTiles, fullTiles + (restTokens > 0 ? 1 : 0));
  }
  if (mostTiles > 1) {
    const outputs = sequences * operator.queries * heads * headDim;
    drafts.push(accumulateTask(outputs, mostTiles, 0, resultBytes, element, site));
  }
  return drafts;
}
