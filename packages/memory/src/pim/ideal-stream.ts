/** What a row costs where nothing but rows and column accesses counts, in clock periods. */
export interface RowTiming {
  /** Activate to the first access. */
  readonly open: number;
  /** Access to access. */
  readonly pace: number;
  /** Last access to the precharge, and the precharge itself. */
  readonly toPrecharge: number;
  readonly precharge: number;
  /** Activate to precharge and activate to activate, at least: nRAS and nRC. */
  readonly active: number;
  readonly cycle: number;
}

/** Rows with the same number of column accesses each. */
export interface RowStream {
  readonly rows: number;
  readonly columns: number;
}

/** Clock periods from the activate of a row to that of the next, `columns` accesses being made in it. */
export function rowPeriod(columns: number, timing: RowTiming): number {
  const { open, pace, toPrecharge, precharge, active, cycle } = timing;
  return Math.max(open + (columns - 1) * pace + toPrecharge, active, cycle - precharge) + precharge;
}

/**
 * Clock periods of the ideal row stream: one row after the other, without switching modes, reading results or writing
 * vectors. It ends with the last access.
 */
export function idealStream(stream: Iterable<RowStream>, timing: RowTiming): number {
  let cycles = 0;
  let last = 0;
  for (const { rows, columns } of stream) {
    if (rows <= 0 || columns <= 0) continue;
    cycles += rows * rowPeriod(columns, timing);
    last = rowPeriod(columns, timing) - timing.open - (columns - 1) * timing.pace;
  }
  return cycles - last;
}

/** The ideal stream of accesses as they come: one after the other is counted, whatever lies between them. */
export class IdealRows {
  readonly #timing: RowTiming;
  #done = 0;
  #row = -1;
  #columns = 0;

  constructor(timing: RowTiming) {
    this.#timing = timing;
  }

  access(row: number): void {
    if (row !== this.#row) {
      if (this.#columns > 0) this.#done += rowPeriod(this.#columns, this.#timing);
      this.#row = row;
      this.#columns = 0;
    }
    this.#columns++;
  }

  /** Clock periods to the last access. */
  get cycles(): number {
    if (this.#columns === 0) return this.#done;
    return this.#done + this.#timing.open + (this.#columns - 1) * this.#timing.pace;
  }
}
