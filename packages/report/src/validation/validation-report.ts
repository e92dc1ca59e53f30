/** How far simulated figures lie from those of a reference, group by group: plain data, of which a table is a view. */
export interface ValidationReport {
  readonly systole: 'validation/1';
  /** What was validated: `memory`. */
  readonly name: string;
  readonly rows: readonly ValidationRow[];
  readonly cases: readonly ValidationCase[];
  /** Work done per second of processor time, by what was done. Everything else is the same each time; these are not. */
  readonly rates: Readonly<Record<string, { readonly unit: string; readonly perSecond: number }>>;
}

/** Like figures together. Errors are shares of the reference, without their sign. */
export interface ValidationRow {
  readonly peer: string;
  readonly group: string;
  readonly cases: number;
  readonly median: number;
  readonly p95: number;
  readonly worst: number;
  /** The case that is the furthest off. */
  readonly worstCase: string;
  /** Bounds, and how many cases are within each; none where a group is shown alone. */
  readonly bounds: readonly ValidationBound[];
  /** Whether all bounds do; absent where there is none. */
  readonly holds?: boolean;
}

/** At least the share `of` of the cases are within the error `within`. */
export interface ValidationBound {
  readonly within: number;
  readonly of: number;
  readonly cases: number;
  readonly holds: boolean;
}

/** One figure of one case. */
export interface ValidationCase {
  readonly id: string;
  readonly peer: string;
  readonly group: string;
  readonly quantity: string;
  readonly simulated: number;
  readonly reference: number;
  /** Share of the reference, with its sign; 1 where the reference has nothing and the simulation something. */
  readonly error: number;
}
