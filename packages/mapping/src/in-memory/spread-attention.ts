import type { AttentionOperator } from '@systole/trace';
import { bytesOf } from '../units.ts';
import { cacheFormat, queryGroups } from './attention.ts';
import type { Draft, Site } from './site.ts';
import { accumulateTask } from './vector.ts';
import { passTask } from './vmm.ts';

/** How lists that need no vector in common are dealt over channels, each list to `width` channels of its own. */
interface Deal {
  /** Channels of one list. */
  readonly width: number;
  /** Channels in use, and how often they are used one after the other. */
  readonly channels: number;
  readonly rounds: number;
}

function deal(lists: number, channels: number): Deal {
  const width = Math.max(1, Math.floor(channels / lists));
  const atOnce = Math.min(lists, Math.floor(channels / width));
  return { width, channels: atOnce * width, rounds: Math.ceil(lists / atOnce) };
}

/**
 * Scores with the sequences dealt over the channels: the keys of a sequence are in all banks of its own channels, so that each
 * channel multiplies another sequence's query at the same time. With one sequence that is all channels.
 */
export function spreadScoresTasks(operator: AttentionOperator, site: Site): readonly Draft[] {
  const { device } = site;
  const { sequences, heads, kvHeads, headDim } = operator;
  const format = cacheFormat(operator);
  const headBytes = headDim * bytesOf(format);
  const segments = Math.ceil(headBytes / device.segmentBytes);
  const sharing = heads / kvHeads;
  const passes = Math.min(sharing, Math.max(1, Math.floor(device.vectorBuffer / headBytes)));
  const turns = Math.ceil(sharing / passes);
  const together = Math.max(1, Math.min(kvHeads, Math.floor(device.vectorBuffer / (headBytes * passes))));
  const { width, channels, rounds } = deal(sequences, device.channels);
  const lanes = width * device.banks;
  const drafts: Draft[] = [];
  for (const group of queryGroups(operator, lanes)) {
    for (let head = 0; head < kvHeads; head += together) {
      const keyHeads = Math.min(together, kvHeads - head);
      drafts.push(
        passTask(
          {
            name: 'scores',
            times: group.queries * turns * rounds,
            vectorBytes: keyHeads * passes * headBytes,
            // One sequence has all channels, and they all hear its query.
            broadcast: sequences === 1,
            channels,
            groups: Math.ceil(group.context / lanes) * keyHeads,
            segments,
            passes,
            groupStride: segments * device.segmentBytes,
            macs: sequences * group.keys * keyHeads * sharing * headDim,
            format,
            resultBytes: bytesOf(operator.outputs[0]?.format ?? format),
          },
          site,
        ),
      );
    }
  }
  return drafts;
}

/**
 * Context with the key heads of all sequences dealt over the channels. Where there are fewer heads than channels the tokens of
 * a head are divided among several channels, whose partial sums are added by the vector unit, as are those of contexts that
 * do not fit a vector buffer.
 */
export function spreadContextTasks(operator: AttentionOperator, site: Site): readonly Draft[] {
  const { device } = site;
  const { sequences, heads, kvHeads, headDim } = operator;
  const format = cacheFormat(operator);
  const element = bytesOf(format);
  const sharing = heads / kvHeads;
  const bufferElements = Math.floor(device.vectorBuffer / element);
  const passes = Math.min(sharing, bufferElements);
  const turns = Math.ceil(sharing / passes);
  const tileTokens = Math.max(1, Math.floor(bufferElements / passes));
  const { width, channels, rounds } = deal(sequences * kvHeads, device.channels);
  const resultBytes = bytesOf(operator.outputs[0]?.format ?? format);
  const reserved = Math.ceil(site.maxContext / width) * element;
  const groupStride = Math.ceil(reserved / device.segmentBytes) * device.segmentBytes;
  const drafts: Draft[] = [];
  let mostTiles = 1;
  for (const group of queryGroups(operator, width * (device.segmentBytes / element))) {
    const context = Math.ceil(group.context / width);
    const fullTiles = Math.floor(context / tileTokens);
    const rest = context - fullTiles * tileTokens;
    const macs = sequences * group.keys * heads * headDim;
    // Useful MACs are charged to tiles by their share of the context; the last tile takes the rest.
    const inTiles = Math.floor(macs * ((fullTiles * tileTokens) / context));
    const add = (name: string, tokens: number, tiles: number, useful: number): void => {
      drafts.push(
        passTask(
          {
            name,
            times: group.queries * rounds * tiles * turns,
            vectorBytes: tokens * passes * element,
            broadcast: false,
            channels,
            groups: Math.ceil(headDim / device.banks),
            segments: Math.ceil((tokens * element) / device.segmentBytes),
            passes,
            groupStride,
            macs: useful,
            format,
            resultBytes,
          },
          site,
        ),
      );
    };
    if (fullTiles > 0) add('context', tileTokens, fullTiles, rest > 0 ? inTiles : macs);
    if (rest > 0) add('context of the last tokens', rest, 1, macs - inTiles);
    mostTiles = Math.max(mostTiles, fullTiles + (rest > 0 ? 1 : 0));
  }
  if (mostTiles * width > 1) {
    const outputs = sequences * operator.queries * heads * headDim;
    drafts.push(accumulateTask(outputs, mostTiles * width, 0, resultBytes, element, site));
  }
  return drafts;
}
