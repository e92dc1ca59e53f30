/** A stream of requests as `reference/streams.json` gives it. */
export interface ReferenceStream {
  readonly kind: string;
  readonly n: number;
  readonly tx_bytes: number;
  readonly region_log2_tx: number;
  /** Of kinds that need it. */
  readonly row_stride_bytes?: number;
  readonly seed?: number;
}

/** A case of Ramulator 2.1 in the layout of `reference/streams.json`. Figures that are left out are not compared. */
export interface RamulatorCase {
  readonly id: string;
  readonly peer: 'ramulator2.1';
  readonly config: {
    readonly standard: string;
    readonly org_preset: string;
    readonly timing_preset: string;
    readonly scheduler: string;
    readonly refresh: string;
    readonly row_policy: string;
    readonly row_policy_cap?: number;
    readonly addr_mapper: string;
    readonly read_queue: number;
    readonly write_queue: number;
    readonly channels: number;
  };
  readonly stream: ReferenceStream;
  readonly expected: {
    readonly cycles_CK?: number;
    readonly row_hits?: number;
    readonly row_misses?: number;
    readonly row_conflicts?: number;
    readonly reads_forwarded?: number;
    readonly writes_coalesced?: number;
    /** null where nothing was read. */
    readonly avg_read_latency_CK?: number | null;
    readonly commands?: Readonly<Record<string, number>>;
  };
}
