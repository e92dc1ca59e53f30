import type { SRAM_CELLS } from './cacti-table.ts';

/** What one array is: a bank with one port for reads and writes. */
export interface SramArray {
  /** bytes */
  readonly capacity: number;
  /** Bytes of one access. */
  readonly width: number;
  /** Feature size of its process in nm. */
  readonly node: number;
  readonly cell: (typeof SRAM_CELLS)[number];
}

/** The figures of an array, in the order in which they are shown. */
export const SRAM_QUANTITIES = [
  'accessTime',
  'cycleTime',
  'readEnergy',
  'writeEnergy',
  'leakage',
  'gateLeakage',
  'area',
] as const;

export type SramQuantity = (typeof SRAM_QUANTITIES)[number];

/** Times in ns, energies of one access of the width in pJ, leakage (subthreshold, and of gates) in mW, area in mm2. */
export type SramFigures = Readonly<Record<SramQuantity, number>>;

export interface Subarray {
  /** Cells on a bit line. */
  readonly rows: number;
  /** Cells on a word line. */
  readonly columns: number;
}

/** An array, and what a circuit model says of it. */
export interface SramPoint extends SramArray {
  /** Cells of one of the subarrays that the model folded it into. */
  readonly subarray: Subarray;
  readonly figures: SramFigures;
}
