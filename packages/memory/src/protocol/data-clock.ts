/** The data clock (WCK) of each rank, which stops some time after the last burst and has to be started again. */
export class DataClock {
  readonly #afterRead: number;
  readonly #afterWrite: number;
  /** Until when it runs. */
  readonly #runs: Float64Array;
  readonly #since: Float64Array;

  /** @param hold Ticks that it runs on after a read, and after a write; Infinity where it always runs. */
  constructor(ranks: number, hold: { readonly afterRead: number; readonly afterWrite: number }) {
    this.#afterRead = hold.afterRead;
    this.#afterWrite = hold.afterWrite;
    this.#runs = new Float64Array(ranks).fill(hold.afterRead === Infinity ? Infinity : -1);
    this.#since = new Float64Array(ranks);
  }

  /** Started, it runs until the column command that it was started for. */
  start(rank: number, tick: number): void {
    this.#runs[rank] = Infinity;
    this.#since[rank] = tick;
  }

  /** Ticks for which it had stopped when a column command came; 0 where it ran. */
  use(rank: number, tick: number, isRead: boolean): number {
    const lapsed = Math.max(0, tick - (this.#runs[rank] ?? 0));
    this.#runs[rank] = tick + (isRead ? this.#afterRead : this.#afterWrite);
    return lapsed;
  }

  /** When it was last started. */
  since(rank: number): number {
    return this.#since[rank] ?? 0;
  }
}
