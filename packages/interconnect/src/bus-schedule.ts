/** A transfer that waits for the bus or is on it. */
export interface BusTransfer {
  readonly token: number;
  /** Bursts that it has in all, and those not yet granted. */
  readonly bursts: number;
  left: number;
  /** Cycles of its last burst, which may be shorter than the others. */
  readonly lastCycles: number;
  /** The cycle of its first grant, or -1. */
  startCycle: number;
}

/**
 * Who has the bus when: round robin over the masters that have something to send, a burst each, without pre-emption.
 * Cycles count from the start of a busy stretch.
 *
 * Only a last burst may be shorter than `burstCycles`, and a last burst ends its transfer. So up to and with the first end
 * of a transfer all grants but the last are `burstCycles` apart, and neither the next end nor the state at a given cycle
 * needs a loop over bursts: both are closed forms in the number of masters.
 */
export class BusSchedule {
  /** The cycle at which the next burst may be granted: the end of the last one that was. */
  cycle = 0;
  /** The transfer whose last burst has been granted; it ends at `cycle`. */
  ending: BusTransfer | undefined;
  readonly #burstCycles: number;
  readonly #masters: number;
  readonly #queues: BusTransfer[][];
  /** Masters that have something left to grant, ascending. */
  readonly #active: number[] = [];
  #lastMaster: number;

  /** `lastMaster` was granted last, so that the one after it comes first. */
  constructor(masters: number, burstCycles: number, lastMaster: number) {
    this.#masters = masters;
    this.#burstCycles = burstCycles;
    this.#lastMaster = lastMaster;
    this.#queues = Array.from({ length: masters }, () => []);
  }

  get lastMaster(): number {
    return this.#lastMaster;
  }

  get isIdle(): boolean {
    return this.#active.length === 0 && this.ending === undefined;
  }

  add(master: number, transfer: BusTransfer): void {
    const queue = this.#queues[master];
    if (queue === undefined) throw new RangeError(`master ${master} of ${this.#masters}`);
    queue.push(transfer);
    if (queue.length === 1) this.#activate(master);
  }

  /** Cycle of the next end of a transfer if nothing else arrives. There must be one. */
  nextEnd(): number {
    if (this.ending !== undefined) return this.cycle;
    const { grants, lastCycles } = this.#untilEnd();
    return this.cycle + (grants - 1) * this.#burstCycles + lastCycles;
  }

  /** Grants all bursts that start before `cycle`, which is not past the next end. */
  grantBefore(cycle: number): void {
    if (this.ending !== undefined || this.#active.length === 0 || cycle <= this.cycle) return;
    this.#grant(Math.ceil((cycle - this.cycle) / this.#burstCycles));
  }

  /** Grants all bursts up to the next end, which has come. */
  grantToEnd(): void {
    if (this.ending === undefined && this.#active.length > 0) this.#grant(Infinity);
  }

  #grant(wanted: number): void {
    const { grants: most, lastCycles } = this.#untilEnd();
    const grants = Math.min(most, wanted);
    const masters = this.#active.length;
    const rounds = Math.floor(grants / masters);
    const extra = grants - rounds * masters;
    const lastTurn = (extra === 0 ? masters : extra) - 1;
    const first = this.#firstInTurn();
    for (let turn = 0; turn < masters; turn++) {
      const granted = rounds + (turn < extra ? 1 : 0);
      const head = this.#queues[this.#active[(first + turn) % masters] ?? 0]?.[0];
      if (head === undefined || granted === 0) continue;
      if (head.startCycle < 0) head.startCycle = this.cycle + turn * this.#burstCycles;
      head.left -= granted;
      if (head.left === 0) this.ending = head;
    }
    this.#lastMaster = this.#active[(first + lastTurn) % masters] ?? 0;
    const isEnd = grants === most;
    this.cycle += (isEnd ? grants - 1 : grants) * this.#burstCycles + (isEnd ? lastCycles : 0);
  }

  /** Takes the transfer that has ended, so that its master's next one may be granted. */
  takeEnded(): BusTransfer | undefined {
    const { ending } = this;
    if (ending === undefined) return undefined;
    this.ending = undefined;
    const queue = this.#queues[this.#lastMaster];
    queue?.shift();
    if (queue?.length === 0) this.#active.splice(this.#active.indexOf(this.#lastMaster), 1);
    return ending;
  }

  /** Grants up to and with the next last burst, and the length of that burst. */
  #untilEnd(): { grants: number; lastCycles: number } {
    const masters = this.#active.length;
    const first = this.#firstInTurn();
    let grants = Infinity;
    let lastCycles = 0;
    for (let turn = 0; turn < masters; turn++) {
      const head = this.#queues[this.#active[(first + turn) % masters] ?? 0]?.[0];
      if (head === undefined) continue;
      const needed = (head.left - 1) * masters + turn + 1;
      if (needed < grants) {
        grants = needed;
        lastCycles = head.lastCycles;
      }
    }
    return { grants, lastCycles };
  }

  /** The place among the active masters of the one whose turn it is: the first after the last that was granted. */
  #firstInTurn(): number {
    const index = this.#active.findIndex((master) => master > this.#lastMaster);
    return index < 0 ? 0 : index;
  }

  #activate(master: number): void {
    const index = this.#active.findIndex((other) => other > master);
    this.#active.splice(index < 0 ? this.#active.length : index, 0, master);
  }
}
