import type { MatmulOperator } from '@systole/trace';
import { PipelineBuilder } from '../pipeline.ts';
import { bytesOf } from '../units.ts';
import type { Draft, Site } from './site.ts';
import { accumulateTask } from './vector.ts';

/** What one pass of a vector over the banks does; the shape of one `segment-stream`. */
export interface Pass {
  readonly name: string;
  /** How often the pass is made: once a vector (or a piece of one). */
  readonly times: number;
  /** Bytes of the vector that each channel's buffer receives. */
  readonly vectorBytes: number;
  /** Whether all channels receive the same vector. */
  readonly broadcast: boolean;
  readonly channels: number;
  /** Sums that the busiest lane forms in one pass, before `passes`. */
  readonly groups: number;
  /** Column accesses for one sum. */
  readonly segments: number;
  /** Vectors that are multiplied with each opened row. */
  readonly passes: number;
  /** Distance in a bank between what two sums are formed from. */
  readonly groupStride: number;
  /** Useful MACs of all passes. */
  readonly macs: number;
  readonly format: string;
  /** Bytes of one sum as it returns to the ASIC. */
  readonly resultBytes: number;
}

/**
 * A vector goes from the ASIC's SRAM over the channels into their vector buffers; the banks stream their rows past it; the
 * sums return. One chunk a pass: the vector buffer holds one vector, so a pass and the next vector's arrival take turns.
 */
export function passTask(pass: Pass, site: Site): Draft {
  const { chip, device, buffer } = site;
  const { times, channels } = pass;
  const vectorBytes = pass.vectorBytes * times;
  const arriving = vectorBytes * channels;
  const sent = pass.broadcast ? vectorBytes : arriving;
  const sums = pass.groups * pass.passes * channels * device.banks * times;
  const returned = sums * pass.resultBytes;
  const pipeline = new PipelineBuilder(chip)
    .at(buffer.name, { kind: 'read', bytes: sent })
    .move(buffer.name, device.part.name, sent, pass.broadcast ? channels : 1)
    .at(
      device.part.name,
      { kind: 'vector-write', bytes: arriving, format: pass.format, dims: { vectorBytes, channels } },
      { slots: 1 },
    )
    .at(device.part.name, {
      kind: 'segment-stream',
      bytes: returned,
      format: pass.format,
      macs: pass.macs,
      dims: {
        channels,
        banks: device.banks,
        groups: pass.groups * times,
        segments: pass.segments,
        passes: pass.passes,
        groupStride: pass.groupStride,
      },
    })
    .move(device.part.name, buffer.name, returned)
    .at(buffer.name, { kind: 'write', bytes: returned });
  return { name: pass.name, chunks: times, stages: pipeline.stages };
}

/**
 * A matrix of `inner` × `columns`, its output rows spread over all banks of all channels so that every MAC works at once.
 * A row longer than the vector buffer is cut into tiles, each laid out densely on its own; the tiles' partial sums are
 * added on the ASIC. Several activation rows (prefill, batch) pass one after another.
 */
export function matmulTasks(operator: MatmulOperator, site: Site): readonly Draft[] {
  const { device } = site;
  const { rows, inner, columns, bias } = operator;
  const format = weightFormat(operator);
  const element = bytesOf(format);
  const tileElements = Math.floor(device.vectorBuffer / element);
  const fullTiles = Math.floor(inner / tileElements);
  const restElements = inner - fullTiles * tileElements;
  const common = {
    broadcast: true,
    channels: device.channels,
    groups: Math.ceil(columns / device.lanes),
    passes: 1,
    format,
    resultBytes: bytesOf(operator.outputs[0]?.format ?? format),
  };
  const passOf = (name: string, elements: number, tiles: number): Pass => {
    const segments = Math.ceil((elements * element) / device.segmentBytes);
    return {
      ...common,
      name,
      times: tiles * rows,
      vectorBytes: elements * element,
      segments,
      groupStride: segments * device.segmentBytes,
      macs: elements * columns * tiles * rows,
    };
  };
  const drafts: Draft[] = [];
  if (fullTiles > 0) drafts.push(passTask(passOf('full tiles', tileElements, fullTiles), site));
  if (restElements > 0) drafts.push(passTask(passOf('last tile', restElements, 1), site));
  const tiles = fullTiles + (restElements > 0 ? 1 : 0);
  if (tiles > 1 || bias) {
    drafts.push(accumulateTask(rows * columns, tiles, bias ? columns : 0, common.resultBytes, element, site));
  }
  return drafts;
}

function weightFormat(operator: MatmulOperator): string {
  return operator.inputs.find(({ role }) => role === 'weight')?.format ?? 'bf16';
}
