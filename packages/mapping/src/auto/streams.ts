import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import type { Stage } from '@systole/core';
import { PipelineBuilder } from '../pipeline.ts';
import type { Homes } from './homes.ts';
import type { Piece } from './piece.ts';

/** Chunks between a memory and the gate: two each being read, under way, and in the buffer. */
export const CHUNKS_AHEAD = 6;

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
  readonly streamed: Source & { readonly base: number };
  /** The activations that it waits for. */
  readonly awaited: Source;
  /** Bytes that the unit reads before it, over all chunks, the operands that it takes several times counted so often. */
  readonly fed: number;
  readonly result: Source;
  readonly transaction: Stage['transaction'];
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
  let loaded = 0;
  const isElsewhere = ({ home, bytes }: Source): boolean => home.name !== buffer.name && bytes > 0;
  if (isElsewhere(streamed)) {
    const { home, bytes, base } = streamed;
    pipeline.at(home.name, readAt(base, bytes)).move(home.name, buffer.name, bytes);
    loaded += bytes;
  }
  if (isElsewhere(awaited)) {
    const { home, bytes } = awaited;
    pipeline.at(home.name, { kind: 'read', bytes }).move(home.name, buffer.name, bytes);
    loaded += bytes;
  }
  if (loaded > 0) pipeline.at(buffer.name, { kind: 'write', bytes: loaded });
  const isAhead = awaited.home.name === buffer.name || awaited.bytes === 0;
  const gate = isAhead ? pipeline.stages.length : 0;
  pipeline
    .at(buffer.name, { kind: 'read', bytes: fed })
    .move(buffer.name, unit.name, fed)
    .at(unit.name, task.transaction);
  writeResult(pipeline, unit, result);
  const room = gate > 0 ? Math.ceil(loaded / chunks) * Math.min(chunks, CHUNKS_AHEAD) : 0;
  return { name, chunks, stages: pipeline.stages, gate, after: [], room };
}

/** Where results go: through the interconnect into their memory. */
export function writeResult(pipeline: PipelineBuilder, unit: ResolvedPart, result: Source): void {
  if (result.bytes === 0) return;
  pipeline
    .move(unit.name, result.home.name, result.bytes)
    .at(result.home.name, { kind: 'write', bytes: result.bytes });
}

/** A contiguous read of a tensor, or of a part of it. */
function readAt(base: number, bytes: number): Stage['transaction'] {
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

/** A lower bound in ps for moving `bytes` through the ports of a memory, from its facts. */
export function transferBound(memory: ResolvedPart, bytes: number): number {
  const { bandwidth = Infinity } = memory.facts;
  return (bytes * 1e12) / bandwidth;
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
