import { SystoleError } from '@systole/core';
import { checkedCount } from '../matmul.ts';
import type { MatmulShape } from '../matmul.ts';

/** Which of the three matrices stays in the array while the other two stream through it. */
export const DATAFLOWS = ['weight-stationary', 'output-stationary', 'input-stationary'] as const;

export type Dataflow = (typeof DATAFLOWS)[number];

/** The shape of a systolic array, and what it keeps in place. */
export interface SystolicArray {
  readonly rows: number;
  readonly columns: number;
  readonly dataflow: Dataflow;
  /** Multiply-accumulates of one PE in a cycle, over neighbours along k. Default 1. */
  readonly macsPerPe?: number;
  /** Whether the next stationary tile loads while the current one computes. Default no. */
  readonly doubleBuffered?: boolean;
  /** Pieces in which an element of the left matrix is multiplied, one after the other. Default 1. */
  readonly passes?: number;
}

/** What a matmul costs on a systolic array. Cycles unless said otherwise. */
export interface SystolicCycles {
  /** Tiles of the stationary matrix along the rows and along the columns of the array, and in all pieces of them. */
  readonly rowFolds: number;
  readonly columnFolds: number;
  readonly folds: number;
  /** Of a fold: loading the stationary tile; streaming; until the last wave has crossed the array. */
  readonly fill: number;
  readonly stream: number;
  readonly drain: number;
  /** From the start of one fold to the start of the next. */
  readonly interval: number;
  /** From the first element in to the last result out. */
  readonly cycles: number;
  /** Number of the last cycle, the first being 0: what SCALE-Sim prints as total cycles. */
  readonly lastCycle: number;
  /** Cycles until the first result that is final, folds over k one after the other. */
  readonly firstResult: number;
  /** Multiply-accumulates of the matmul: m x k x n. */
  readonly macs: number;
  /** Multiply-accumulates that the PEs could do while streams pass: macs, and the padding of folds that are not full. */
  readonly slots: number;
  /** Share of the array that stationary tiles fill, over all folds. */
  readonly mappingEfficiency: number;
  /** macs over what the PEs could do in all cycles. */
  readonly utilisation: number;
  /** Elements read from the buffers before the array, by matrix. */
  readonly leftReads: number;
  readonly rightReads: number;
  /** Results and partial sums written behind it; partial sums read back there to be added to. */
  readonly resultWrites: number;
  readonly partialReads: number;
  /** Stationary elements loaded into PEs. */
  readonly loads: number;
  /** Words that PEs hand to their neighbours while streams pass. */
  readonly shifts: number;
}

/** How a matmul lies on the array: what the rows, the columns and the cycles of a fold run over. */
interface Extent {
  readonly alongRows: number;
  readonly alongColumns: number;
  readonly streamed: number;
}

/**
 * The cycles and buffer accesses of a matmul on a systolic array, in closed form. With R rows, C columns, p MACs a PE, a
 * fold is one stationary tile:
 *
 * | dataflow          | folds                        | stream T     | fill |
 * | output-stationary | ceil(m/R) x ceil(n/C)        | ceil(k/p)    | 0    |
 * | weight-stationary | ceil(k/(R p)) x ceil(n/C)    | m            | R    |
 * | input-stationary  | ceil(k/(R p)) x ceil(m/C)    | n            | R    |
 *
 * and takes fill + T + R + C - 2 cycles, full or not: the skew of the operands makes the last PE start R + C - 2 cycles
 * after the first. Folds follow one another (Samajdar et al., SCALE-Sim, ISPASS 2020). With `doubleBuffered` each PE holds
 * the tile that comes next: the waves of the next fold enter behind those of the current one, as soon as these have
 * entered (T) and the next tile is there (R), so that only the first fill and the last drain are seen.
 *
 * An element of the left matrix in `passes` pieces (an activation of 16 bits in two halves of 8) is as many elements one
 * after the other: where it streams, T is `passes` times as long and the pieces are added up on their way; where it stays,
 * each piece is a tile of its own.
 *
 * Throws `argument/invalid` for a size that is no positive whole number, and `limit/exceeded` for counts past 2^53 - 1.
 */
export function systolicCycles(shape: MatmulShape, array: SystolicArray): SystolicCycles {
  const { m, k, n } = shape;
  const { rows, columns, dataflow, macsPerPe = 1, doubleBuffered = false, passes = 1 } = array;
  for (const [name, size] of Object.entries({ m, k, n, rows, columns, macsPerPe, passes })) {
    checkSize(name, size);
  }
  const { alongRows, alongColumns, streamed: elements } = extentOf(shape, dataflow, macsPerPe);
  const staying = dataflow === 'input-stationary' ? passes : 1;
  const passing = passes / staying;
  const streamed = elements * passing;
  const rowFolds = Math.ceil(alongRows / rows);
  const columnFolds = Math.ceil(alongColumns / columns);
  const folds = rowFolds * columnFolds * staying;
  const isOutput = dataflow === 'output-stationary';

  const fill = isOutput ? 0 : rows;
  const drain = rows + columns - 2;
  const overlaps = doubleBuffered && !isOutput;
  const interval = overlaps ? Math.max(streamed, rows) : fill + streamed + drain;
  const cycles = checkedCount((folds - 1) * interval + fill + streamed + drain, 'cycles');
  const kFolds = isOutput ? 1 : rowFolds * staying;
  const firstResult = (kFolds - 1) * interval + (isOutput ? streamed : fill + rows + passing - 1);

  const steps = folds * streamed * rows * columns;
  // An operand goes on to the right and another one, or the partial sum, goes down.
  const shifts = checkedCount(steps * (isOutput ? 2 * macsPerPe : macsPerPe + 1), 'words handed on in PEs');
  const slots = checkedCount(steps * macsPerPe, 'slots for multiply-accumulates') / passes;
  const macs = m * k * n;
  const loaded = tileElements(shape, dataflow) * staying;
  const resultWrites = m * n * kFolds;
  return {
    rowFolds,
    columnFolds,
    folds,
    fill,
    stream: streamed,
    drain,
    interval,
    cycles,
    lastCycle: cycles - 1,
    firstResult,
    macs,
    slots,
    mappingEfficiency: loaded / (folds * rows * columns * (isOutput ? 1 : macsPerPe)),
    utilisation: macs / (cycles * rows * columns * macsPerPe),
    leftReads: m * k * (dataflow === 'input-stationary' ? staying : columnFolds),
    rightReads: k * n * (isOutput ? rowFolds : dataflow === 'input-stationary' ? columnFolds * staying : 1),
    resultWrites,
    partialReads: resultWrites - m * n,
    loads: isOutput ? 0 : loaded,
    shifts,
  };
}

function extentOf({ m, k, n }: MatmulShape, dataflow: Dataflow, macsPerPe: number): Extent {
  const groups = Math.ceil(k / macsPerPe);
  switch (dataflow) {
    case 'output-stationary':
      return { alongRows: m, alongColumns: n, streamed: groups };
    case 'weight-stationary':
      return { alongRows: groups, alongColumns: n, streamed: m };
    case 'input-stationary':
      return { alongRows: groups, alongColumns: m, streamed: n };
  }
}

/** Elements of the matrix that stays. */
function tileElements({ m, k, n }: MatmulShape, dataflow: Dataflow): number {
  switch (dataflow) {
    case 'output-stationary':
      return m * n;
    case 'weight-stationary':
      return k * n;
    case 'input-stationary':
      return m * k;
  }
}

function checkSize(name: string, size: number): void {
  if (Number.isSafeInteger(size) && size >= 1) return;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `systolic array: expected ${name} to be a whole number of at least 1, got ${size}`,
    hint: 'Give the sizes of the matmul as m, k and n, those of the array as rows and columns.',
  });
}
