import type { BankNodes } from './bank-nodes.ts';

const CLOSED = -1;
/** Opened by a command without a row. */
const ANY_ROW = -2;

/** Which row of each bank is open, and what each state forbids. Answers name the rule that is broken, or are empty. */
export class BankStates {
  /** Ticks by which the last second half of an activate came too late. */
  late = 0;
  /** The command that had last changed the state of the bank before the one that was asked about; -1 where there was none. */
  commandBefore = -1;
  tickBefore = -1;
  readonly #nodes: BankNodes;
  readonly #splitWithin: number | undefined;
  readonly #rows: Int32Array;
  /** 1 while the second half of an activate is missing. */
  readonly #isSplit: Uint8Array;
  readonly #ticks: Float64Array;
  readonly #commands: Int16Array;
  /** By rank: the bank whose activate waits for its second half, or -1. */
  readonly #waiting: Int32Array;

  /** @param splitWithin Ticks from the first to the second half of an activate, at most; nothing where it is one command. */
  constructor(nodes: BankNodes, splitWithin?: number) {
    this.#nodes = nodes;
    this.#splitWithin = splitWithin;
    this.#rows = new Int32Array(nodes.banks).fill(CLOSED);
    this.#isSplit = new Uint8Array(nodes.banks);
    this.#ticks = new Float64Array(nodes.banks).fill(-1);
    this.#commands = new Int16Array(nodes.banks).fill(-1);
    this.#waiting = new Int32Array(nodes.ranks).fill(-1);
  }

  activate(bank: number, row: number, tick: number, command: number): string {
    const isSplit = this.#splitWithin !== undefined;
    const wasOpen = this.#rows[bank] !== CLOSED;
    const rank = this.#nodes.rankOf(bank);
    const isPending = isSplit && (this.#waiting[rank] ?? -1) >= 0;
    this.#rows[bank] = row < 0 ? ANY_ROW : row;
    this.#note(bank, tick, command);
    if (isSplit) {
      this.#isSplit[bank] = 1;
      this.#waiting[rank] = bank;
    }
    if (wasOpen) return 'bank-closed';
    return isPending ? 'split-activate' : '';
  }

  completeActivate(bank: number, tick: number, command: number): string {
    const rank = this.#nodes.rankOf(bank);
    this.late = 0;
    const isExpected = this.#isSplit[bank] === 1 && this.#waiting[rank] === bank;
    const late = tick - (this.#ticks[bank] ?? 0) - (this.#splitWithin ?? 0);
    this.#isSplit[bank] = 0;
    this.#waiting[rank] = -1;
    this.#note(bank, tick, command);
    if (!isExpected) return 'split-activate';
    if (late <= 0) return '';
    this.late = late;
    return 'tAAD';
  }

  access(bank: number, row: number): string {
    this.#recall(bank);
    const open = this.#rows[bank] ?? CLOSED;
    if (open === CLOSED) return 'row-open';
    if (this.#isSplit[bank] === 1) return 'split-activate';
    return row >= 0 && open !== ANY_ROW && open !== row ? 'row-open' : '';
  }

  /** A precharge of a closed bank is allowed, and does nothing. */
  close(bank: number, tick: number, command: number): void {
    this.#rows[bank] = CLOSED;
    if (this.#isSplit[bank] === 1) {
      this.#isSplit[bank] = 0;
      this.#waiting[this.#nodes.rankOf(bank)] = -1;
    }
    this.#note(bank, tick, command);
  }

  closeRank(rank: number, tick: number, command: number): void {
    const { banksPerRank } = this.#nodes;
    for (let bank = rank * banksPerRank; bank < (rank + 1) * banksPerRank; bank++) {
      this.close(bank, tick, command);
    }
  }

  refreshRank(rank: number, tick: number, command: number): string {
    const { banksPerRank } = this.#nodes;
    let [open, openTick, openCommand] = [-1, -1, -1];
    for (let bank = rank * banksPerRank; bank < (rank + 1) * banksPerRank; bank++) {
      this.#note(bank, tick, command);
      if (this.#rows[bank] === CLOSED) continue;
      [open, openTick, openCommand] = [bank, this.tickBefore, this.commandBefore];
    }
    if (open < 0) return '';
    this.tickBefore = openTick;
    this.commandBefore = openCommand;
    return 'banks-closed';
  }

  refreshBank(bank: number, tick: number, command: number): string {
    this.#note(bank, tick, command);
    return this.#rows[bank] === CLOSED ? '' : 'banks-closed';
  }

  #recall(bank: number): void {
    this.tickBefore = this.#ticks[bank] ?? -1;
    this.commandBefore = this.#commands[bank] ?? -1;
  }

  #note(bank: number, tick: number, command: number): void {
    this.#recall(bank);
    this.#ticks[bank] = tick;
    this.#commands[bank] = command;
  }
}
