import type { Bytes, BytesPerSecond, Femtojoules, Picoseconds } from '@systole/units';
import type { LatencySummary } from '../../controller/stream-result.ts';
import type { RangeOf } from './flash-spec.ts';
import type { BusTimes, OperationCounts, OperationTimes } from './flash-statistics.ts';

/** What a stream of requests took in a flash memory. Latencies are in ps, from the arrival of a request at the host. */
export interface FlashResult {
  /** From the first request to the last answer. */
  readonly time: Picoseconds;
  readonly requests: number;
  readonly reads: number;
  readonly writes: number;
  readonly bytes: Bytes;
  readonly bandwidth: BytesPerSecond;
  readonly readLatency: LatencySummary;
  readonly writeLatency: LatencySummary;
  readonly counts: Readonly<OperationCounts>;
  /** Reads of the mapping table, which are among the reads of `counts`. */
  readonly mappingReads: number;
  /** Where the time of page reads, programs and erases went, summed over them. */
  readonly operationTimes: Readonly<Record<'read' | 'program' | 'erase', Readonly<OperationTimes>>>;
  /** What data buses did or waited for, summed over channels. */
  readonly bus: Readonly<BusTimes>;
  readonly energy: FlashEnergyResult;
  /** Channel after channel, chip after chip: shares of the time that the array of a die was at work. */
  readonly dies: readonly DieUse[];
}

/** Shares of the time. */
export interface DieUse {
  readonly channel: number;
  readonly die: number;
  readonly read: number;
  readonly program: number;
  readonly erase: number;
}

/** Energy by what took it. Sources disagree by a factor of two, so each figure is a range. */
export interface FlashEnergyResult {
  readonly read: RangeOf<Femtojoules>;
  readonly program: RangeOf<Femtojoules>;
  readonly erase: RangeOf<Femtojoules>;
  readonly transfer: RangeOf<Femtojoules>;
  readonly idle: RangeOf<Femtojoules>;
  readonly total: RangeOf<Femtojoules>;
  readonly source: string;
}
