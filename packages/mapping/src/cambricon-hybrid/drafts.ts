import type { Stage } from '@systole/core';
import { findFormat } from '@systole/numerics';
import { tensorBytes } from '@systole/trace';
import type { TensorUse } from '@systole/trace';
import { PipelineBuilder } from '../pipeline.ts';
import type { Site } from './site.ts';

/** A task before it is numbered and charged. */
export interface Draft {
  readonly name: string;
  readonly chunks: number;
  readonly stages: readonly Stage[];
  /** Drafts of the same operator that have to end first. */
  readonly after: readonly number[];
  /**
   * The stage that waits for what the operator waits for, while those before it run ahead. 0 for a task that waits as a whole.
   */
  readonly gate: number;
  /** Whether it takes the room of a group of pages in the SRAM, of which there are so many at once. */
  readonly isGroup?: boolean;
}

/** Activations of at most this share of the SRAM stay in it; larger ones, as a long prompt has, go to the DRAM and back. */
const LARGEST_SHARE = 8;

const ZERO = { base: 0, order: 'sequential', layout: 'interleaved' } as const;

export function contiguous(bytes: number) {
  return { ...ZERO, run: bytes, stride: bytes, runs: 1 };
}

export function sumBytes(uses: readonly TensorUse[]): number {
  return uses.reduce((bytes, use) => bytes + tensorBytes(use), 0);
}

export function bitsOf(use: TensorUse | undefined): number {
  return findFormat(use?.format ?? 'int8')?.bits ?? 8;
}

/** Whether activations of `bytes` are kept in the SRAM between operators. */
export function staysInSram({ buffer }: Site, bytes: number): boolean {
  return bytes * LARGEST_SHARE <= (buffer.facts.capacity ?? 0);
}

/** Brings activations from where they are to `unit`, which stands beside the SRAM. */
export function fetch(pipeline: PipelineBuilder, site: Site, unit: string, bytes: number): void {
  const { buffer, dram } = site;
  if (bytes === 0) return;
  if (staysInSram(site, bytes)) pipeline.at(buffer.name, { kind: 'read', bytes });
  else {
    pipeline.at(dram.name, { kind: 'read', bytes, pattern: contiguous(bytes) }).move(dram.name, unit, bytes);
  }
}

/** Puts results of `unit` where they are kept. */
export function store(pipeline: PipelineBuilder, site: Site, unit: string, bytes: number): void {
  const { buffer, dram } = site;
  if (bytes === 0) return;
  if (staysInSram(site, bytes)) pipeline.at(buffer.name, { kind: 'write', bytes });
  else {
    pipeline.move(unit, dram.name, bytes).at(dram.name, { kind: 'write', bytes, pattern: contiguous(bytes) });
  }
}

/** What a function reads and writes; its parameters (norms, biases) come from the DRAM first. */
export interface FunctionBytes {
  readonly read: number;
  readonly written: number;
  readonly parameters: number;
}

/** A function on the vector unit. */
export function functionDraft(
  site: Site,
  kind: string,
  dims: Readonly<Record<string, number>>,
  bytes: FunctionBytes,
  after: readonly number[],
): Draft {
  const { chip, dram, vector } = site;
  const { read, written, parameters } = bytes;
  const pipeline = new PipelineBuilder(chip);
  if (parameters > 0) {
    pipeline
      .at(dram.name, { kind: 'read', bytes: parameters, pattern: contiguous(parameters) })
      .move(dram.name, vector.name, parameters);
  }
  fetch(pipeline, site, vector.name, read);
  pipeline.at(vector.name, { kind, bytes: read + written, dims });
  store(pipeline, site, vector.name, written);
  return { name: kind, chunks: 1, stages: pipeline.stages, after, gate: 0 };
}
