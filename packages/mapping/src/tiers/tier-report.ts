import type { Bytes } from '@systole/units';
import type { Migration, TierPolicy } from './tier-plan.ts';

/** What lives in a tier at some time, in bytes. */
export interface TierContents {
  readonly weights: Bytes;
  /** Room for weights that migrate. */
  readonly window: Bytes;
  readonly kv: Bytes;
  readonly activations: Bytes;
}

/** How full a tier gets. */
export interface TierOccupancy {
  readonly memory: string;
  readonly capacity: Bytes;
  /** When it is fullest: the first time that it is. */
  readonly peak: TierContents & { readonly bytes: Bytes; readonly step: number; readonly operator: string };
  /** The most of each step, in order; of a long run, every so-manieth step. */
  readonly overTime: readonly { readonly step: number; readonly bytes: Bytes }[];
}

/** Bytes that were moved from one tier to another during a run. */
export interface TierTransfer {
  readonly what: 'weights';
  readonly from: string;
  readonly to: string;
  readonly bytes: Bytes;
}

/** What became of the tiers of a run: plain data. */
export interface TierReport {
  readonly policy: TierPolicy;
  readonly occupancy: readonly TierOccupancy[];
  readonly transfers: readonly TierTransfer[];
  readonly migration?: Migration;
}
