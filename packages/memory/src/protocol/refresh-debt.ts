import type { BankNodes } from './bank-nodes.ts';

/** In ticks. */
export interface RefreshTimes {
  /** tREFI. */
  readonly interval: number;
  /** From one refresh of a bank to the next where banks are refreshed in turn; tREFI where that is longer. */
  readonly bankInterval: number;
  /** Refreshes that may be put off, and as many may be made in advance. */
  readonly postponed: number;
}

/** How far each rank, or each bank, has been refreshed. */
export class RefreshDebt {
  readonly #nodes: BankNodes;
  readonly #interval: number;
  readonly #bankInterval: number;
  readonly #postponed: number;
  /** Until when the refreshes so far suffice, none being put off. */
  readonly #covered: Float64Array;

  constructor(nodes: BankNodes, { interval, bankInterval, postponed }: RefreshTimes) {
    this.#nodes = nodes;
    this.#interval = interval;
    this.#bankInterval = Math.max(interval, bankInterval);
    this.#postponed = postponed;
    this.#covered = new Float64Array(nodes.banks).fill(interval);
  }

  /** Ticks since a bank had to be refreshed at the latest; 0 where it did not. Says so once, and then forgives an interval. */
  overdue(bank: number, tick: number): number {
    const limit = (this.#covered[bank] ?? 0) + this.#postponed * this.#interval;
    // Also where nothing is ever refreshed: Infinity.
    if (!(tick > limit)) return 0;
    this.#covered[bank] = tick - this.#postponed * this.#interval + this.#interval;
    return tick - limit;
  }

  refreshRank(rank: number, tick: number): void {
    const { banksPerRank } = this.#nodes;
    for (let bank = rank * banksPerRank; bank < (rank + 1) * banksPerRank; bank++) {
      this.#extend(bank, tick, this.#interval);
    }
  }

  refreshBank(bank: number, tick: number): void {
    this.#extend(bank, tick, this.#bankInterval);
  }

  #extend(bank: number, tick: number, interval: number): void {
    const most = tick + (this.#postponed + 1) * interval;
    this.#covered[bank] = Math.min((this.#covered[bank] ?? 0) + interval, most);
  }
}
