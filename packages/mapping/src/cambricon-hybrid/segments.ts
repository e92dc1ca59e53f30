import type { Operator, TraceBlock } from '@systole/trace';
import { inDependencyOrder } from '../operators.ts';

export type Entry = readonly [index: number, operator: Operator];

/** Operators that run in one stretch. */
export interface Segment {
  /** Attention follows the context and is simulated anew for each; the rest is the same for every token. */
  readonly isAttention: boolean;
  readonly entries: readonly Entry[];
}

/** Operators in one segment at the most, which bounds what is simulated at once. */
const MAX_OPERATORS = 256;

const ATTENTION: ReadonlySet<string> = new Set(['attention-scores', 'softmax', 'attention-context']);

/** A block in segments, which run one after another. */
export function segmentsOf(block: TraceBlock): readonly Segment[] {
  const segments: { isAttention: boolean; entries: Entry[] }[] = [];
  for (const entry of inDependencyOrder(block)) {
    const isAttention = ATTENTION.has(entry[1].kind);
    const last = segments.at(-1);
    if (last?.isAttention === isAttention && last.entries.length < MAX_OPERATORS) last.entries.push(entry);
    else segments.push({ isAttention, entries: [entry] });
  }
  return segments;
}
