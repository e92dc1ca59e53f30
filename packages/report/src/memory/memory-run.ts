import type { Bytes, BytesPerSecond, Femtojoules, Picoseconds } from '@systole/units';

/** What a stream of requests, or a product in its banks, took in one memory: plain data, of which all else is a view. */
export interface MemoryRun {
  readonly systole: 'memory-run/1';
  readonly memory: {
    readonly name: string;
    readonly kind: 'dram' | 'flash' | 'in-memory-compute';
    readonly detail: 'fast' | 'detailed';
    /** Organisation and policy, by name. */
    readonly settings: Readonly<Record<string, string | number | boolean>>;
  };
  /** What was asked of it: the pattern, how many requests, of how many bytes. */
  readonly work: Readonly<Record<string, string | number | boolean>>;
  readonly time: Picoseconds;
  readonly bytes: Bytes;
  readonly bandwidth: BytesPerSecond;
  /** What the data buses could move at most; absent where nothing of that kind bounds the work. */
  readonly peak?: BytesPerSecond;
  /** Requests, row hits, … */
  readonly counts: Readonly<Record<string, number>>;
  /** Commands by name. */
  readonly commands: Readonly<Record<string, number>>;
  readonly latencies: readonly MemoryLatency[];
  /** What the time went into, the largest share first. */
  readonly reasons: readonly MemoryReason[];
  /** What the shares of `reasons` are of, as a sentence. */
  readonly reasonsOf: string;
  readonly energy?: MemoryRunEnergy;
  readonly places?: MemoryPlaces;
  /** How far the fast level may be off. */
  readonly error?: { readonly share: number; readonly basis: string };
  readonly protocol?: MemoryProtocol;
  readonly notes: readonly string[];
}

export interface MemoryLatency {
  /** `read`, `write`. */
  readonly name: string;
  readonly count: number;
  readonly mean: Picoseconds;
  readonly least: Picoseconds;
  readonly p50: Picoseconds;
  readonly p95: Picoseconds;
  readonly p99: Picoseconds;
  readonly most: Picoseconds;
}

export interface MemoryReason {
  readonly name: string;
  readonly share: number;
  /** What that means, as a sentence. */
  readonly because: string;
}

export interface MemoryRunEnergy {
  /** By what it went into. */
  readonly parts: Readonly<Record<string, Femtojoules>>;
  readonly total: Femtojoules;
  /** Between what the total lies, where the source gives a range. */
  readonly least: Femtojoules;
  readonly most: Femtojoules;
  readonly source: string;
  readonly confidence: string;
  readonly warnings: readonly string[];
}

/** How much each bank or die was used. */
export interface MemoryPlaces {
  /** `bank`, `die`. */
  readonly what: string;
  /** What the share of the time is that each has. */
  readonly of: string;
  readonly shares: readonly number[];
  readonly names: readonly string[];
}

export interface MemoryProtocol {
  readonly commands: number;
  readonly violations: number;
  /** The first of them, a sentence each. */
  readonly first: readonly string[];
}
