import { PIM_REASONS } from '../pim-result.ts';
import type { PimReason } from '../pim-result.ts';

/** What an access is for. */
export const ACCESS_PURPOSES = [
  /** A read of the park row. */
  'park',
  /** A write that changes the mode. */
  'mode',
  'microcode',
  /** A burst of the vector to its register. */
  'vector',
  /** A burst of weights that is multiplied and summed. */
  'mac',
  /** A burst of an operand of an element-wise operation. */
  'operand',
  /** Sums or results from the registers to the banks. */
  'result-write',
  /** Results from a bank to the host. */
  'result-read',
  /** Plain memory. */
  'host',
] as const;

export type AccessPurpose = (typeof ACCESS_PURPOSES)[number];

/** Accesses to neighbouring bursts of a row, in order. */
export interface AccessRun {
  readonly write: boolean;
  readonly bank: number;
  readonly row: number;
  readonly column: number;
  readonly count: number;
  readonly purpose: AccessPurpose;
  /** Whether nothing that comes later is issued before the last of these. */
  readonly barrier: boolean;
}

const REASONS: Readonly<Record<AccessPurpose, PimReason>> = {
  park: 'mode-switch',
  mode: 'mode-switch',
  microcode: 'mode-switch',
  vector: 'vector-write',
  mac: 'compute',
  operand: 'compute',
  'result-write': 'result-read',
  'result-read': 'result-read',
  host: 'memory-access',
};

/** The place in PIM_REASONS that the time of an access counts under, by place of its purpose in ACCESS_PURPOSES. */
export const PURPOSE_REASONS: Int32Array = Int32Array.from(ACCESS_PURPOSES, (purpose) =>
  PIM_REASONS.indexOf(REASONS[purpose]),
);
