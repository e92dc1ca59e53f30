import { ScopedGaps } from '../scoped-gaps.ts';
import * as command from './hbm-pim-commands.ts';
import { COMMAND_FORMS, hbmPimGaps, openingDelay } from './hbm-pim-commands.ts';
import type { HbmPimDevice } from './hbm-pim-device.ts';

export const CLOSED = -1;

/**
 * The banks of the rank that works, as its controller sees them: open rows, what may come when, and whether banks act one by
 * one or all together. In the all-bank modes banks 0 and 1 stand for all even and all odd ones.
 */
export class HbmPimBanks {
  readonly count: number;
  readonly open: Int32Array;
  /** From when on a bank that was closed or refreshed can be opened, as far as its state goes. */
  readonly idleAt: Float64Array;
  openCount = 0;
  isAllBank = false;

  readonly #device: HbmPimDevice;
  readonly #gaps: ScopedGaps;
  readonly #openingDelay: number;
  readonly #activatedAt: Float64Array;
  /** Banks whose row has to be opened for the all-bank mode, those that have been, and the same for leaving it. */
  readonly #entering: ReadonlySet<number>;
  readonly #entered = new Set<number>();
  readonly #left = new Set<number>();

  constructor(device: HbmPimDevice) {
    const { bankGroups, banksPerGroup } = device;
    this.#device = device;
    this.count = bankGroups * banksPerGroup;
    this.open = new Int32Array(this.count).fill(CLOSED);
    this.idleAt = new Float64Array(this.count);
    this.#activatedAt = new Float64Array(this.count).fill(-Infinity);
    this.#openingDelay = openingDelay(device);
    const tree = { ranks: 1, groups: bankGroups, banks: banksPerGroup };
    this.#gaps = new ScopedGaps(COMMAND_FORMS, hbmPimGaps(device), tree);
    this.#entering = enterBanks(device);
  }

  /** When a command may go to a bank, as far as gaps and the bank's state go; Infinity for a bank that has no commands of its own. */
  readyAt(kind: number, bank: number): number {
    if (kind === command.ACT) {
      if (this.isAllBank && bank > 1) return Infinity;
      const ready = this.#gaps.readyAt(this.#form(kind), bank);
      return Math.max(ready, this.idleAt[bank] ?? 0);
    }
    return this.#gaps.readyAt(kind === command.PRE ? kind : this.#form(kind), bank);
  }

  #form(kind: number): number {
    if (!this.isAllBank) return kind;
    return kind === command.ACT ? command.ACT_ALL : kind === command.RD ? command.RD_ALL : command.WR_ALL;
  }

  /** Whether an access comes as soon after the activate of its bank as it may. */
  isJustOpen(kind: number, bank: number, now: number): boolean {
    const { nRCDRD, nRCDWR } = this.#device.timings;
    const delay = this.isAllBank ? this.#openingDelay : 0;
    return now === (this.#activatedAt[bank] ?? 0) + (kind === command.RD ? nRCDRD : nRCDWR) + delay;
  }

  activate(bank: number, row: number, column: number, now: number): void {
    this.#gaps.note(this.#form(command.ACT), bank, now);
    this.open[bank] = row;
    this.#activatedAt[bank] = now;
    this.openCount += 1;
    const { rows, burstsPerRow } = this.#device;
    if (this.isAllBank || row !== rows.enter || column !== burstsPerRow - 1) return;
    if (this.#entering.has(bank)) this.#entered.add(bank);
    if (this.#entered.size < this.#entering.size) return;
    this.#entered.clear();
    this.isAllBank = true;
  }

  precharge(bank: number, now: number): void {
    this.#gaps.note(command.PRE, bank, now);
    const row = this.open[bank];
    this.open[bank] = CLOSED;
    this.openCount -= 1;
    this.idleAt[bank] = now + this.#device.timings.nRP;
    if (!this.isAllBank || row !== this.#device.rows.leave || bank > 1) return;
    this.#left.add(bank);
    if (this.#left.size < 2) return;
    this.#left.clear();
    this.isAllBank = false;
  }

  access(kind: number, bank: number, now: number): void {
    this.#gaps.note(this.#form(kind), bank, now);
  }

  refresh(now: number): void {
    this.#gaps.note(command.REF, 0, now);
    this.idleAt.fill(now + this.#device.timings.nRFC);
  }
}

/** Banks 0 and 1 of the first and of the middle bank group. */
export function enterBanks({ bankGroups, banksPerGroup }: HbmPimDevice): ReadonlySet<number> {
  const middle = Math.floor(bankGroups / 2) * banksPerGroup;
  return new Set([0, 1, middle, middle + 1]);
}
