/** How many results equal those of reference vectors bit for bit: plain data, of which a table is a view. */
export interface ExactnessReport {
  readonly systole: 'exactness/1';
  /** What was validated: `numerics`. */
  readonly name: string;
  readonly rows: readonly ExactnessRow[];
  readonly compared: number;
  readonly wrong: number;
  /** Files that are read and were not there, and files that are none of those. */
  readonly missing: readonly string[];
  readonly skipped: readonly string[];
}

export interface ExactnessRow {
  readonly file: string;
  readonly format: string;
  readonly operation: string;
  readonly compared: number;
  readonly wrong: number;
  /** The first that is wrong. */
  readonly firstWrong?: string;
}
