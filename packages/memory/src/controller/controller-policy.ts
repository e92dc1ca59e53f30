/** How a controller queues and orders requests, apart from what the device demands. */
export interface ControllerPolicy {
  /**
   * `shared-queues`: one read and one write queue for all banks, first-ready first-come.
   * `bank-queues`: requests go from read and write queues through a command queue for each bank.
   */
  readonly kind: 'shared-queues' | 'bank-queues';
  /** Of `shared-queues`: `fr-fcfs` may close a row that still has queued hits, `fr-fcfs-row-hit` does not. */
  readonly scheduler: 'fr-fcfs' | 'fr-fcfs-row-hit';
  /** `closed-cap` closes a row after `rowCap` column accesses; `closed` when no queued request hits it. */
  readonly rowPolicy: 'open' | 'closed' | 'closed-cap';
  readonly rowCap: number;
  readonly refresh: 'none' | 'all-bank' | 'per-bank';
  readonly readQueue: number;
  readonly writeQueue: number;
  /** Of `bank-queues`: entries of a command queue. */
  readonly commandQueue: number;
  /** Of `bank-queues`: what has a command queue of its own; each bank where left out. */
  readonly commandQueueOf?: 'bank' | 'rank';
  /** Share of the write queue above which writes are drained, and below which reads go on. */
  readonly writeHighWatermark: number;
  readonly writeLowWatermark: number;
  /**
   * Fields of a burst address. `order` lists them from the most significant on; fields may be split, as in
   * `row columnHigh bank bankGroup pseudoChannel columnLow(2) channel`. The names RoBaRaCoCh, ChRaBaRoCo and MOP4CLXOR are
   * short for those of the usual simulators.
   */
  readonly addressMapping: string;
}

/** What most simulators and studies take: queues of 32, row hits first, rows left open, refresh of all banks. */
export const defaultPolicy: ControllerPolicy = {
  kind: 'shared-queues',
  scheduler: 'fr-fcfs-row-hit',
  rowPolicy: 'open',
  rowCap: 4,
  refresh: 'all-bank',
  readQueue: 32,
  writeQueue: 32,
  commandQueue: 8,
  writeHighWatermark: 0.8,
  writeLowWatermark: 0.2,
  addressMapping: 'RoBaRaCoCh',
};
