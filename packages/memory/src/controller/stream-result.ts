import type { Picoseconds } from '@systole/units';

/** Why data did not move: what the next column command waited for while the data bus was idle. */
export const BUS_LIMITS = [
  /** Data moved. */
  'data',
  /** Gap between column commands of one bank group. */
  'bank-group',
  /** Opening and closing rows: nRCD, nRP, nRAS, nRC. */
  'row-cycle',
  /** Activate to activate, and the four-activate window. */
  'activation-window',
  'refresh',
  /** Read to write or write to read, and rank to rank. */
  'turnaround',
  /** Slots of the command bus. */
  'command-bus',
  /** No request was there that could have used the bus. */
  'queue',
  /** First data still on its way, or last data awaited. */
  'latency',
] as const;

export type BusLimit = (typeof BUS_LIMITS)[number];

/** What a stream of requests took in a memory of one or several channels. Numbers are over all channels. */
export interface StreamResult {
  /** Steps of the controllers until every request was done. */
  readonly ticks: number;
  readonly ticksPerClock: number;
  /** ps of all ticks. */
  readonly time: Picoseconds;
  readonly bytes: number;
  readonly reads: number;
  readonly writes: number;
  /** Reads that were answered from the write queue. */
  readonly readsForwarded: number;
  /** Writes to an address that already waited in the write queue. */
  readonly writesMerged: number;
  /** Each request once, by what its first command found. */
  readonly rowHits: number;
  readonly rowMisses: number;
  readonly rowConflicts: number;
  /** Commands by name. */
  readonly commands: Readonly<Record<string, number>>;
  /** Of reads, in ticks from the queue to the end of data. */
  readonly readLatency: LatencySummary;
  readonly writeLatency: LatencySummary;
  readonly residency: StateResidency;
  /** Ticks of (pseudo) channel data buses by what they did or waited for; present where it was asked for. */
  readonly limits?: Readonly<Record<BusLimit, number>>;
  /** Ticks with a row open, and column accesses, by bank of a channel, summed over channels. */
  readonly banks: readonly { readonly open: number; readonly accesses: number; readonly activates: number }[];
}

/** Percentiles come from buckets of 1/64 of a power of two: at most 1.6 % too high. */
export interface LatencySummary {
  readonly count: number;
  readonly mean: number;
  readonly least: number;
  readonly most: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Ticks of ranks (or pseudo channels) in each state, over all of them. */
export interface StateResidency {
  /** With a row open. */
  readonly active: number;
  /** With all rows closed. */
  readonly precharged: number;
  /** In power-down with rows open, and with all closed; not counted in the two above. */
  readonly activePowerDown?: number;
  readonly prechargedPowerDown?: number;
  readonly selfRefresh?: number;
}
