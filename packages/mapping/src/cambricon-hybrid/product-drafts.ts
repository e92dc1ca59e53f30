import type { MatmulOperator } from '@systole/trace';
import { PipelineBuilder } from '../pipeline.ts';
import { coreTime } from '../in-flash/flash-device.ts';
import type { ChainProduct, Share } from './chain.ts';
import { bitsOf, functionDraft, store } from './drafts.ts';
import type { Draft } from './drafts.ts';
import { stripeBytes } from './site.ts';
import type { Site } from './site.ts';

function widths(operator: MatmulOperator) {
  const [input, weight] = operator.inputs;
  const [output] = operator.outputs;
  return {
    bytes: { weight: bitsOf(weight) / 8, input: bitsOf(input) / 8, result: bitsOf(output) / 8 },
    formats: { format: weight?.format ?? 'int8', activationFormat: input?.format ?? 'int8' },
  };
}

/** Bytes of the weights of one output. */
export function rowBytesOf(operator: MatmulOperator): number {
  return operator.inner * widths(operator).bytes.weight;
}

/** What has to be known of a product for sharing it. */
export function chainProduct(operator: MatmulOperator, site: Site, after: readonly number[]): ChainProduct {
  const { flash, array } = site;
  const { bytes, formats } = widths(operator);
  const { format } = formats;
  // Where the cores do not know the format, the flash itself will say so.
  const rate = flash.cores.facts.macsPerSecond?.[format] ?? Infinity;
  return {
    rows: operator.columns,
    columns: operator.inner,
    vectors: operator.rows,
    bytes,
    pageCompute: coreTime(flash, rate, bytes.weight),
    arrayRate: array.facts.macsPerSecond?.[format] ?? Infinity,
    after,
  };
}

/**
 * A product with weights: the flash computes on its pages round by round, while the NPU reads the other rows raw in the gaps of
 * the channels, whole stripes of pages, and computes on them; then the partial sums of all channels and tiles are added.
 * `ahead` of the NPU's rows are in the SRAM already; the others come in groups of `groupStripes` stripes, which may arrive before the
 * input does.
 * Several activation rows pass one after another in the flash, and together on the NPU.
 */
export function productDrafts(
  operator: MatmulOperator,
  site: Site,
  { tile, rounds, npuRows }: Share,
  ahead: number,
  groupStripes: number,
): readonly Draft[] {
  const { chip, buffer, array } = site;
  const { shape, part: flash } = site.flash;
  const { rows, inner, columns, bias } = operator;
  const { bytes, formats } = widths(operator);
  const drafts: Draft[] = [];
  if (rounds > 0) {
    const inputBytes = Math.ceil((tile.width * bytes.input) / shape.channels);
    const resultBytes = Math.ceil(tile.height * bytes.result);
    const sent = inputBytes * shape.channels * rounds * rows;
    const returned = resultBytes * shape.channels * rounds * rows;
    drafts.push({
      name: 'in the flash',
      chunks: 1,
      after: [],
      gate: 0,
      stages: new PipelineBuilder(chip)
        .at(buffer.name, { kind: 'read', bytes: Math.ceil(inner * bytes.input) * rows })
        .move(buffer.name, flash.name, Math.ceil(inner * bytes.input) * rows)
        .at(flash.name, {
          kind: 'page-compute',
          bytes: sent + returned,
          ...formats,
          macs: rows * inner * (columns - npuRows),
          dims: {
            rounds: rounds * rows,
            channels: shape.channels,
            cores: shape.cores,
            inputBytes,
            resultBytes,
          },
        })
        .move(flash.name, buffer.name, returned)
        .at(buffer.name, { kind: 'write', bytes: returned }).stages,
    });
  }
  const rowBytes = rowBytesOf(operator);
  const multiply = (
    name: string,
    part: number,
    chunks: number,
    feed: PipelineBuilder,
    gate: number,
    isGroup = false,
  ): void => {
    const bytesIn = Math.ceil(part * rowBytes);
    feed.at(array.name, {
      kind: 'matmul',
      bytes: bytesIn,
      ...formats,
      macs: rows * inner * part,
      dims: { m: rows, k: inner, n: part, split: 1 },
    });
    store(feed, site, array.name, Math.ceil(rows * part * bytes.result));
    drafts.push({ name, chunks, after: [], gate, stages: feed.stages, isGroup });
  };
  const held = Math.min(ahead, npuRows);
  if (held > 0) {
    const chunks = Math.min(held, Math.max(1, Math.ceil((held * rowBytes) / stripeBytes(site))));
    const feed = new PipelineBuilder(chip);
    feed.at(buffer.name, { kind: 'read', bytes: Math.ceil(held * rowBytes) });
    multiply('on the NPU, fetched ahead', held, chunks, feed, 0);
  }
  // Without a pattern the pages come from planes that have no core, and so are free.
  for (const { part, stripes, first } of groupsOf(npuRows - held, rowBytes, site, groupStripes)) {
    const wanted = Math.ceil(part * rowBytes);
    // Whole stripes: the NPU's rows are laid out on pages of all channels, and a row may go on in the next group.
    const raw = rowBytes > stripeBytes(site) ? wanted : stripes * stripeBytes(site);
    const feed = new PipelineBuilder(chip)
      .at(flash.name, { kind: 'read', bytes: raw, dims: { startPage: first } }, { slots: 1 })
      .move(flash.name, buffer.name, raw)
      .at(buffer.name, { kind: 'write', bytes: raw }, { slots: 1 });
    const gate = site.prefetch ? feed.stages.length : 0;
    feed.at(buffer.name, { kind: 'read', bytes: wanted });
    multiply('on the NPU', part, 1, feed, gate, true);
  }
  const computed = drafts.map((_, index) => index);
  const add = (part: number, partial: number): void => {
    const elements = rows * part;
    const read = Math.ceil(elements * partial * bytes.result);
    const written = Math.ceil(elements * bytes.result);
    const parameters = bias ? Math.ceil(part * bytes.weight) : 0;
    const terms = partial + (bias ? 1 : 0);
    drafts.push(
      functionDraft(site, 'accumulate', { elements, terms }, { read, written, parameters }, computed),
    );
  };
  if (columns > npuRows) add(columns - npuRows, Math.ceil(inner / tile.width) * shape.channels);
  // The NPU's rows come out of the array whole, so that only a bias is left to add.
  if (npuRows > 0 && bias) add(npuRows, 1);
  return drafts;
}

/** Pages after which their count starts again: more than there are planes of a channel. */
const TURN = 65_536;

/** Rows that the NPU reads, in groups of at most `most` stripes; a group is one chunk, and a stripe of it holds a row at least. */
function groupsOf(
  rows: number,
  rowBytes: number,
  site: Site,
  most: number,
): readonly { readonly part: number; readonly stripes: number; readonly first: number }[] {
  const all = Math.min(rows, Math.ceil((rows * rowBytes) / stripeBytes(site)));
  const groups = Math.ceil(all / most);
  return Array.from({ length: groups }, (_, group) => {
    const [low, high] = [group, group + 1].map((edge) => Math.min(all, edge * most));
    const stripes = (high ?? 0) - (low ?? 0);
    const part = Math.floor((rows * (high ?? 0)) / all) - Math.floor((rows * (low ?? 0)) / all);
    // Where in the dies it begins, which wraps round.
    return { part, stripes, first: (low ?? 0) % TURN };
  });
}
