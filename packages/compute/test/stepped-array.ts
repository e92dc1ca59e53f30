export type Matrix = readonly (readonly number[])[];

export interface SteppedRun {
  readonly product: Matrix;
  /** Number of the cycle in which the last result left, the first cycle being 0. */
  readonly lastCycle: number;
}

interface Operand {
  readonly value: number;
  /** Row of the left matrix. */
  readonly row: number;
  readonly fold: number;
}

interface Weight {
  readonly value: number;
  /** Row of PEs where it stays. */
  readonly home: number;
}

/**
 * A weight-stationary array with two tiles a PE, register by register. Weights enter at the top of their column, that of
 * the bottom row first, and move down a PE a cycle through the spare registers; operands enter at the left and move
 * right, sums move down; both are skewed by a cycle a row and a column. The first operand of a fold makes each PE that it
 * reaches take over its spare weight.
 *
 * Fold `f` starts to load in cycle `loadAt[f]` and to stream in cycle `streamAt[f]`. Starts that are too early are carried
 * out all the same, and give wrong products.
 */
export function stepWeightStationary(
  left: Matrix,
  right: Matrix,
  rows: number,
  columns: number,
  loadAt: readonly number[],
  streamAt: readonly number[],
): SteppedRun {
  const m = left.length;
  const k = right.length;
  const n = right[0]?.length ?? 0;
  const kFolds = Math.ceil(k / rows);
  const product = left.map(() => Array.from({ length: n }, () => 0));
  const grid = <T>(value: T): T[][] =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => value));
  const weight = grid(0);
  const spare = grid<Weight>({ value: 0, home: -1 });
  const operand = grid<Operand | undefined>(undefined);
  const sum = grid(0);
  const end = Math.max(...streamAt) + m + rows + columns;
  let lastCycle = -1;

  for (let cycle = 0; cycle <= end; cycle++) {
    // Operands and sums come from the neighbours' registers of the last cycle: from the far corner to the near one.
    for (let r = rows - 1; r >= 0; r--) {
      for (let c = columns - 1; c >= 0; c--) {
        const here = c === 0 ? entering(cycle, r) : operand[r]?.[c - 1];
        const above = r === 0 ? 0 : (sum[r - 1]?.[c] ?? 0);
        if (here?.row === 0) set(weight, r, c, spare[r]?.[c]?.value ?? 0);
        set(operand, r, c, here);
        set(sum, r, c, above + (here?.value ?? 0) * (weight[r]?.[c] ?? 0));
        if (here !== undefined && r === rows - 1) leave(here, c, cycle);
      }
    }
    // Then the spare registers move on.
    for (let c = 0; c < columns; c++) {
      for (let r = rows - 1; r >= 0; r--) {
        const above = r === 0 ? loading(cycle, c) : spare[r - 1]?.[c];
        if (above !== undefined && above.home >= r) set(spare, r, c, above);
        // What has moved on is no longer on its way here; a weight at home stays.
        if (r > 0 && above !== undefined && above.home >= r) set(spare, r - 1, c, { ...above, home: -1 });
      }
    }
  }
  return { product, lastCycle };

  function entering(cycle: number, r: number): Operand | undefined {
    for (const [fold, start] of streamAt.entries()) {
      const row = cycle - start - r;
      if (row < 0 || row >= m) continue;
      const inner = (fold % kFolds) * rows + r;
      return { value: left[row]?.[inner] ?? 0, row, fold };
    }
    return undefined;
  }

  function loading(cycle: number, c: number): Weight | undefined {
    for (const [fold, start] of loadAt.entries()) {
      const home = rows - 1 - (cycle - start - c);
      if (home < 0 || home >= rows) continue;
      const inner = (fold % kFolds) * rows + home;
      return { value: right[inner]?.[Math.floor(fold / kFolds) * columns + c] ?? 0, home };
    }
    return undefined;
  }

  function leave({ row, fold }: Operand, c: number, cycle: number): void {
    lastCycle = cycle;
    const column = Math.floor(fold / kFolds) * columns + c;
    const line = product[row];
    if (line !== undefined && column < n) line[column] = (line[column] ?? 0) + (sum[rows - 1]?.[c] ?? 0);
  }
}

function set<T>(grid: T[][], r: number, c: number, value: T): void {
  const line = grid[r];
  if (line !== undefined) line[c] = value;
}

/** The product, by its definition. */
export function multiply(left: Matrix, right: Matrix): Matrix {
  return left.map((line) =>
    (right[0] ?? []).map((_, column) =>
      line.reduce((total, value, inner) => total + value * (right[inner]?.[column] ?? 0), 0),
    ),
  );
}
