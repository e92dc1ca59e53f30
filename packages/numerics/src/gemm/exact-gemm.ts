import { ExactAccumulator } from '../accumulate/exact-accumulator.ts';
import { boundsOf } from './bounds.ts';
import { kernelOf } from './exact-kernels.ts';
import type { ExactPlan } from './exact-plan.ts';
import { planExact } from './exact-plan.ts';
import type { Panels } from './panels.ts';
import { PANEL_ROWS } from './panels.ts';
import type { ProductSink } from './product-sink.ts';

/** Scales that are left out of packed elements: constant over `length` terms of the reduction. */
export interface Segments {
  readonly length: number;
  readonly perRow: number;
  /** Whether every scale is a power of two, so that scaling loses nothing. */
  readonly isPowerOfTwo: boolean;
  /** rows x perRow, each exact. */
  readonly a: Float64Array;
  readonly b: Float64Array;
}

const TILE = PANEL_ROWS * PANEL_ROWS;
/** Panels of the second operand that stay in the cache while all of the first passes by. */
const BLOCK_PANELS = 8;

/** The plan for packed operands, by the bounds of what they hold. */
export function planFor(a: Panels, b: Panels, chunkLimit: number = a.depth): ExactPlan {
  const [boundsA, boundsB] = [boundsOf(a.values), boundsOf(b.values)];
  if (boundsA === undefined || boundsB === undefined) {
    return {
      kind: 'bins',
      cost: 0,
      bins: 1,
      chunk: Math.min(a.depth, chunkLimit),
      snaps: new Float64Array(0),
    };
  }
  return planExact(boundsA, boundsB, a.depth, chunkLimit);
}

/** All sums of row i of a by row j of b, exactly, into the sink at i x (rows of b) + j. */
export function multiplyExactly(
  a: Panels,
  b: Panels,
  plan: ExactPlan,
  sink: ProductSink,
  segments?: Segments,
): void {
  const panelsA = Math.ceil(a.rows / PANEL_ROWS);
  const panelsB = Math.ceil(b.rows / PANEL_ROWS);
  const visit =
    plan.kind === 'accumulator'
      ? accumulatedTile(a, b, sink, segments)
      : binnedTile(a, b, plan, sink, segments);
  for (let block = 0; block < panelsB; block += BLOCK_PANELS) {
    const end = Math.min(block + BLOCK_PANELS, panelsB);
    for (let i = 0; i < panelsA; i++) for (let j = block; j < end; j++) visit(i, j);
  }
}

type Tile = (panelA: number, panelB: number) => void;

function binnedTile(
  a: Panels,
  b: Panels,
  { bins, chunk, snaps }: ExactPlan & { kind: 'bins' },
  sink: ProductSink,
  segments: Segments | undefined,
): Tile {
  const kernel = kernelOf(bins);
  const out = new Float64Array(bins * TILE);
  const { depth } = a;
  const isOneChunk = segments === undefined && chunk >= depth;
  const sums = Array.from({ length: isOneChunk && bins <= 2 ? 0 : TILE }, () => new ExactAccumulator());
  return (panelA, panelB) => {
    if (isOneChunk) {
      kernel(a.values, panelA, b.values, panelB, depth, 0, depth, snaps, out);
    } else {
      const step = segments === undefined ? chunk : segments.length;
      for (let from = 0, segment = 0; from < depth; from += step, segment++) {
        const to = Math.min(from + step, depth);
        kernel(a.values, panelA, b.values, panelB, depth, from, to, snaps, out);
        for (const [at, sum] of sums.entries()) {
          const scale = segments === undefined ? 1 : scaleAt(segments, panelA, panelB, at, segment);
          for (let bin = 0; bin < bins; bin++) {
            const part = out[bin * TILE + at] ?? 0;
            if (segments === undefined || segments.isPowerOfTwo) sum.add(part * scale);
            else sum.addProduct(part, scale);
          }
        }
      }
    }
    for (let at = 0; at < TILE; at++) {
      const i = panelA * PANEL_ROWS + (at >> 2);
      const j = panelB * PANEL_ROWS + (at & 3);
      const sum = sums[at];
      const isInside = i < a.rows && j < b.rows;
      const index = i * b.rows + j;
      if (sum === undefined) {
        if (!isInside) continue;
        if (bins === 1) sink.put(index, out[at] ?? 0);
        else sink.putParts(index, out[at] ?? 0, out[TILE + at] ?? 0);
        continue;
      }
      if (isOneChunk) for (let bin = 0; bin < bins; bin++) sum.add(out[bin * TILE + at] ?? 0);
      if (isInside) sink.putExact(index, sum);
      sum.clear();
    }
  };
}

function scaleAt(
  { a, b, perRow }: Segments,
  panelA: number,
  panelB: number,
  at: number,
  segment: number,
): number {
  const scaleA = a[(panelA * PANEL_ROWS + (at >> 2)) * perRow + segment] ?? 0;
  return scaleA * (b[(panelB * PANEL_ROWS + (at & 3)) * perRow + segment] ?? 0);
}

function accumulatedTile(a: Panels, b: Panels, sink: ProductSink, segments: Segments | undefined): Tile {
  if (segments !== undefined) throw new TypeError('segments are planned in bins');
  const sum = new ExactAccumulator();
  const { depth } = a;
  return (panelA, panelB) => {
    for (let at = 0; at < TILE; at++) {
      const row = at >> 2;
      const column = at & 3;
      const i = panelA * PANEL_ROWS + row;
      const j = panelB * PANEL_ROWS + column;
      if (i >= a.rows || j >= b.rows) continue;
      sum.clear();
      const baseA = panelA * depth * PANEL_ROWS + row;
      const baseB = panelB * depth * PANEL_ROWS + column;
      for (let k = 0; k < depth * PANEL_ROWS; k += PANEL_ROWS) {
        sum.addProduct(a.values[baseA + k] ?? 0, b.values[baseB + k] ?? 0);
      }
      sink.putExact(i * b.rows + j, sum);
    }
  };
}
