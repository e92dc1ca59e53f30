import type { Picoseconds } from '@systole/units';
import type { Channel } from './channel.ts';
import type { Geometry, Timing } from './timing.ts';
import type { VisitPool } from './visit-pool.ts';
import type { VisitTimes } from './visit-times.ts';

/** What the accesses of visits leave behind in their banks, and when their rows are closed. */
export class VisitRows {
  readonly #geometry: Geometry;
  readonly #timing: Timing;
  readonly #pool: VisitPool;
  readonly #times: VisitTimes;

  constructor(geometry: Geometry, timing: Timing, pool: VisitPool, times: VisitTimes) {
    this.#geometry = geometry;
    this.#timing = timing;
    this.#pool = pool;
    this.#times = times;
  }

  /** What the last access of a bank, at `last`, holds back in its bank and its group. */
  noteBank(channel: Channel, visit: number, slot: number, last: Picoseconds): void {
    const { isWrite, groupGap, toPrecharge } = this.#times.pace;
    const group = this.#times.columnGroupOf(visit, slot);
    const bank = this.#times.bankOf(visit, slot);
    if (isWrite) {
      channel.groupWrite[group] = last + groupGap;
      channel.groupRead[group] = last + this.#timing.writeToReadL;
    } else {
      channel.groupRead[group] = last + groupGap;
    }
    channel.prechargeAt[bank] = Math.max(channel.prechargeAt[bank] ?? 0, last + toPrecharge);
  }

  /** Precharges the rows of a visit that no held visit hits; those of the last ones unless what comes after them does. */
  closeRows(
    channel: Channel,
    first: number,
    width: number,
    bankInGroup: number,
    row: number,
    isLast: boolean,
  ): void {
    const { groups, banksPerGroup, sectionBanks } = this.#geometry;
    const { isWrite, groupGap } = this.#times.pace;
    const section = Math.floor(bankInGroup / sectionBanks);
    const groupNext = isWrite ? channel.groupWrite : channel.groupRead;
    for (let slot = 0; slot < width; slot++) {
      const group = (first + slot) % groups;
      if (this.#pool.wants(group, bankInGroup, row, groups)) continue;
      const bank = group * banksPerGroup + bankInGroup;
      const ready = (channel.prechargeAt[bank] ?? 0) + this.#timing.tRP;
      channel.readyAt[bank] = Math.max(ready, channel.cycleAt[bank] ?? 0);
      if (isLast) channel.holdBank(bank, (groupNext[section * groups + group] ?? 0) - groupGap);
      else channel.closeBank(bank);
    }
  }

  /** Leaves those rows of a visit open that an earlier stream is just closing. */
  askFor(channel: Channel, visit: number): void {
    const pool = this.#pool;
    const width = pool.width[visit] ?? 0;
    for (let slot = 0; slot < width; slot++) {
      channel.askFor(this.#times.bankOf(visit, slot), pool.row[visit] ?? 0, pool.admitted[visit] ?? 0);
    }
  }
}
