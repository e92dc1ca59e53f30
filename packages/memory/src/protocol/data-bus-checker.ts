import type { BankNodes } from './bank-nodes.ts';

/** Bursts that are remembered of a bus: more than are ever on their way between a command and its data. */
const REMEMBERED = 16;

/** A burst that another one met on the bus, or came too close to. Overwritten by the next. */
export interface MetBurst {
  rule: 'data-bus' | 'tCS' | 'tCCD_R' | '';
  tick: number;
  command: number;
  bank: number;
  missing: number;
}

/** In ticks. */
export interface BusTimes {
  readonly readLatency: number;
  readonly writeLatency: number;
  readonly burst: number;
  /** Idle time between bursts of two ranks of which one reads. */
  readonly rankSwitch: number;
  /** From read to read of two stack levels. */
  readonly stackSwitch: number;
}

/** Follows what is on each data bus of a channel, from the bursts themselves. */
export class DataBusChecker {
  /** The worst that the last burst met; `rule` is empty where it met nothing. */
  readonly met: MetBurst = { rule: '', tick: 0, command: 0, bank: 0, missing: 0 };
  readonly #nodes: BankNodes;
  readonly #times: BusTimes;
  readonly #starts: Float64Array;
  readonly #ticks: Float64Array;
  readonly #banks: Int32Array;
  readonly #commands: Int16Array;
  readonly #isRead: Uint8Array;
  readonly #heads: Int32Array;

  constructor(nodes: BankNodes, times: BusTimes) {
    this.#nodes = nodes;
    this.#times = times;
    const buses = nodes.ranks / nodes.ranksPerBus;
    this.#heads = new Int32Array(buses);
    this.#starts = new Float64Array(buses * REMEMBERED).fill(-1e15);
    this.#ticks = new Float64Array(buses * REMEMBERED).fill(-1e15);
    this.#banks = new Int32Array(buses * REMEMBERED);
    this.#commands = new Int16Array(buses * REMEMBERED);
    this.#isRead = new Uint8Array(buses * REMEMBERED);
  }

  /** Puts the burst of a column command on its bus. */
  add(tick: number, command: number, bank: number, isRead: boolean): void {
    const { readLatency, writeLatency, burst, rankSwitch, stackSwitch } = this.#times;
    const nodes = this.#nodes;
    const rank = nodes.rankOf(bank);
    const stack = nodes.stackOf(bank);
    const bus = Math.floor(rank / nodes.ranksPerBus);
    const start = tick + (isRead ? readLatency : writeLatency);
    const { met } = this;
    met.rule = '';
    met.missing = 0;
    const first = bus * REMEMBERED;
    for (let index = first; index < first + REMEMBERED; index++) {
      const other = this.#starts[index] ?? 0;
      const otherBank = this.#banks[index] ?? 0;
      const wasRead = this.#isRead[index] === 1;
      const isOtherRank = nodes.rankOf(otherBank) !== rank;
      const idle = isOtherRank && (isRead || wasRead) ? rankSwitch : 0;
      const overlap = burst - Math.abs(start - other);
      if (overlap > 0) this.#meet('data-bus', index, overlap + idle);
      else if (overlap + idle > 0) this.#meet('tCS', index, overlap + idle);
      if (isOtherRank || !isRead || !wasRead || nodes.stackOf(otherBank) === stack) continue;
      const early = stackSwitch - (tick - (this.#ticks[index] ?? 0));
      if (early > 0) this.#meet('tCCD_R', index, early);
    }
    const head = this.#heads[bus] ?? 0;
    const at = first + head;
    this.#starts[at] = start;
    this.#ticks[at] = tick;
    this.#banks[at] = bank;
    this.#commands[at] = command;
    this.#isRead[at] = isRead ? 1 : 0;
    this.#heads[bus] = (head + 1) % REMEMBERED;
  }

  #meet(rule: 'data-bus' | 'tCS' | 'tCCD_R', index: number, missing: number): void {
    const { met } = this;
    if (missing <= met.missing) return;
    met.rule = rule;
    met.tick = this.#ticks[index] ?? 0;
    met.command = this.#commands[index] ?? 0;
    met.bank = this.#banks[index] ?? 0;
    met.missing = missing;
  }
}
