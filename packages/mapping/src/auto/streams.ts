import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import type { Stage } from '@systole/core';
import { PipelineBuilder } from '../pipeline.ts';
import type { Homes } from './homes.ts';
import type { Piece } from './piece.ts';
import type { Streamed } from './product-work.ts';
import { dealt } from '../tiers/spread.ts';

/** Chunks of a stream that half of the room for streams holds at the least. */
export const CHUNKS_AHEAD = 2;

const PS_PER_SECOND = 1e12;

/** One operand in a memory, or part of it. */
export interface Source {
  readonly home: ResolvedPart;
  readonly bytes: number;
}

/** Work of one unit: what goes in, what it is asked for, what comes out. */
export interface UnitTask {
  readonly name: string;
  readonly chunks: number;
  readonly unit: ResolvedPart;
  /** The operand that is there before the operator starts, such as weights; read once. */
  readonly streamed: Streamed;
  /** The activations that it waits for. */
  readonly awaited: Source;
  /** Bytes that the unit reads before it, over all chunks, the operands that it takes several times counted so often. */
  readonly fed: number;
  readonly result: Source;
  readonly transaction: Stage['transaction'];
  /** The share of the room for streams that is its own: 1, or less where several units work at once. */
  readonly share: number;
}

/**
 * A streamed operand on its way: memory, interconnect, buffer, interconnect, unit. Loads run ahead of what the unit waits for,
 * as far as there is room. Operands that live in the buffer are read where they are; activations that do not are loaded
 * chunk by chunk beside the streamed operand.
 */
export function unitPiece(task: UnitTask, homes: Homes): Piece {
  const { chip, buffer } = homes;
  const { name, chunks, unit, streamed, awaited, fed, result } = task;
  const pipeline = new PipelineBuilder(chip);
  const isElsewhere = ({ home, bytes }: Source): boolean => home.name !== buffer.name && bytes > 0;
  const parts = partsOf(streamed);
  const loaded = [...parts, awaited].filter(isElsewhere).reduce((sum, { bytes }) => sum + bytes, 0);
  const chunk = Math.max(1, Math.ceil(loaded / chunks));
  const held = heldAhead(chunk, task, homes);
  for (const part of parts.filter(isElsewhere)) {
    const { home, bytes } = part;
    const own = streamed.spread === undefined ? chunk : Math.max(1, Math.ceil(bytes / chunks));
    pipeline
      .at(home.name, readOf(part), { slots: readsAhead(home, own) })
      .move(home.name, buffer.name, bytes);
  }
  if (isElsewhere(awaited)) {
    const { home, bytes } = awaited;
    pipeline.at(home.name, { kind: 'read', bytes }).move(home.name, buffer.name, bytes);
  }
  if (loaded > 0) pipeline.at(buffer.name, { kind: 'write', bytes: loaded }, { slots: held });
  const isAhead = awaited.home.name === buffer.name || awaited.bytes === 0;
  const gate = isAhead ? pipeline.stages.length : 0;
  pipeline
    .at(buffer.name, { kind: 'read', bytes: fed })
    .move(buffer.name, unit.name, fed)
    .at(unit.name, task.transaction);
  writeResult(pipeline, unit, result);
  const room = Math.ceil(loaded / chunks) * Math.min(chunks, held);
  return { name, chunks, stages: pipeline.stages, gate, after: [], room };
}

/** A stream from its memory into the buffer. */
export function streamIn(streamed: UnitTask['streamed'], { chip, buffer }: Homes): PipelineBuilder {
  const { home, bytes } = streamed;
  return new PipelineBuilder(chip)
    .at(home.name, readOf(streamed))
    .move(home.name, buffer.name, bytes)
    .at(buffer.name, { kind: 'write', bytes });
}

/** Where results go: through the interconnect into their memory. */
export function writeResult(pipeline: PipelineBuilder, unit: ResolvedPart, result: Source): void {
  if (result.bytes === 0) return;
  pipeline
    .move(unit.name, result.home.name, result.bytes)
    .at(result.home.name, { kind: 'write', bytes: result.bytes });
}

/** The parts of a streamed operand in its memories: one, unless it is dealt to several. */
function partsOf({ home, bytes, base, spread }: Streamed): readonly Streamed[] {
  if (spread !== undefined) return dealt(bytes, spread);
  return [{ home, bytes, ...(base === undefined ? {} : { base }) }];
}

/**
 * Chunks of a stream that are being read at once. A memory that takes long to answer is asked for as much at once as it
 * delivers meanwhile.
 */
function readsAhead({ facts }: ResolvedPart, chunk: number): number {
  const { bandwidth = 0, minimumLatency } = facts;
  return 2 + Math.round((bandwidth * minimumLatency) / PS_PER_SECOND / chunk);
}

/**
 * Chunks of a stream in the buffer before the gate: half of the room for streams, so that that of the next operator has the
 * other half.
 */
function heldAhead(chunk: number, { share }: UnitTask, homes: Homes): number {
  return Math.max(2, Math.floor((homes.streamRoom / 2 / chunk) * share));
}

/** A contiguous read of a tensor, or of a part of it. */
function readOf({ base, bytes }: Pick<Streamed, 'base' | 'bytes'>): Stage['transaction'] {
  if (base === undefined) return { kind: 'read', bytes };
  const pattern = {
    base,
    run: bytes,
    stride: bytes,
    runs: 1,
    order: 'sequential',
    layout: 'interleaved',
  } as const;
  return { kind: 'read', bytes, pattern };
}

/** A lower bound in ps for streaming an operand in from where it lies; its memories deliver side by side. */
export function streamBound({ home, bytes, spread }: Streamed): number {
  const parts = spread === undefined ? [{ home, bytes }] : dealt(bytes, spread);
  return Math.max(...parts.map((part) => transferBound(part.home, part.bytes)));
}

/** A lower bound in ps for moving `bytes` through the ports of a memory, from its facts. */
export function transferBound(memory: ResolvedPart, bytes: number): number {
  const { bandwidth = Infinity } = memory.facts;
  return (bytes * PS_PER_SECOND) / bandwidth;
}

/** Whether data can go from one component to another; the reason when it cannot. */
export function reach(chip: ResolvedChip, from: ResolvedPart, to: ResolvedPart): string | undefined {
  if (from.name === to.name) return undefined;
  try {
    chip.route(from.name, to.name);
    return undefined;
  } catch {
    return `nothing joins "${from.name}" and "${to.name}": connect them, or put a crossbar between`;
  }
}
