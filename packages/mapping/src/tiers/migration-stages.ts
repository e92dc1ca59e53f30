import type { ResolvedChip } from '@systole/chip';
import type { Stage } from '@systole/core';
import { PipelineBuilder } from '../pipeline.ts';
import type { SpreadPart } from './spread.ts';

/** Bytes of a chunk of weights on their way to another tier. */
const CHUNK = 1024 * 1024;
const MOST_CHUNKS = 64;

/** A transfer between tiers: chunks, and what each passes. */
export interface Transfer {
  readonly name: string;
  readonly chunks: number;
  readonly stages: readonly Stage[];
}

/** Reads parts of a tensor where they lie and writes them into the working tier, each by itself. */
export function transfersOf(
  parts: readonly SpreadPart[],
  to: string,
  chip: ResolvedChip,
): readonly Transfer[] {
  return parts.map(({ home, bytes }) => ({
    name: `${home.name} to ${to}`,
    chunks: Math.max(1, Math.min(MOST_CHUNKS, Math.ceil(bytes / CHUNK))),
    stages: new PipelineBuilder(chip)
      .at(home.name, { kind: 'read', bytes })
      .move(home.name, to, bytes)
      .at(to, { kind: 'write', bytes }).stages,
  }));
}
