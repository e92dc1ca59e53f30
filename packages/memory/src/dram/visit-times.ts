import type { Picoseconds } from '@systole/units';
import { CLOSED } from './channel.ts';
import type { Channel } from './channel.ts';
import type { ColumnPace } from './column-pace.ts';
import type { Geometry, Timing } from './timing.ts';
import type { VisitPool } from './visit-pool.ts';

/** When the next command of each held visit may be issued. */
export class VisitTimes {
  /** Of the direction that is being served. */
  pace: ColumnPace;
  /** When the last column access so far has left the data bus, as seen from the command side. */
  busEnd: Picoseconds = 0;
  readonly #geometry: Geometry;
  readonly #timing: Timing;
  readonly #pool: VisitPool;

  constructor(geometry: Geometry, timing: Timing, pool: VisitPool, pace: ColumnPace) {
    this.#geometry = geometry;
    this.#timing = timing;
    this.#pool = pool;
    this.pace = pace;
  }

  /** A bank of a visit: of its first bank group, and of those after it. */
  bankOf(visit: number, slot: number): number {
    const { groups, banksPerGroup } = this.#geometry;
    const pool = this.#pool;
    return (((pool.group[visit] ?? 0) + slot) % groups) * banksPerGroup + (pool.bank[visit] ?? 0);
  }

  /** The rank and stack level of a visit, counted over all ranks. */
  sectionOf(visit: number): number {
    return Math.floor((this.#pool.bank[visit] ?? 0) / this.#geometry.sectionBanks);
  }

  /** A bank group of a visit, counted over all ranks and stack levels. */
  columnGroupOf(visit: number, slot: number): number {
    const { groups } = this.#geometry;
    return this.sectionOf(visit) * groups + (((this.#pool.group[visit] ?? 0) + slot) % groups);
  }

  /** The first of the visit's banks that does not have its row open, or -1. */
  closedSlot(channel: Channel, visit: number): number {
    const width = this.#pool.width[visit] ?? 0;
    const row = this.#pool.row[visit] ?? 0;
    for (let slot = 0; slot < width; slot++) {
      if (channel.openRow[this.bankOf(visit, slot)] !== row) return slot;
    }
    return -1;
  }

  /** The earliest first access such that every access of the visit keeps every gap. */
  columnTime(channel: Channel, visit: number): Picoseconds {
    const { groups } = this.#geometry;
    const pool = this.#pool;
    const rotation = pool.rotation[visit] ?? 1;
    const width = pool.width[visit] ?? 0;
    const first = pool.group[visit] ?? 0;
    const base = this.sectionOf(visit) * groups;
    const opened = this.pace.isWrite ? channel.writeAt : channel.readAt;
    const groupNext = this.pace.isWrite ? channel.groupWrite : channel.groupRead;
    const next = this.pace.isWrite ? channel.nextWrite : channel.nextRead;
    let time = Math.max(pool.admitted[visit] ?? 0, next[this.sectionOf(visit)] ?? 0, this.busEnd);
    for (let slot = 0; slot < width; slot++) {
      const offset = this.pace.offset(slot, rotation);
      const bank = this.bankOf(visit, slot);
      time = Math.max(
        time,
        (opened[bank] ?? 0) - offset,
        (groupNext[base + ((first + slot) % groups)] ?? 0) - offset,
      );
    }
    return time;
  }

  /** The earliest activate for one bank, after the precharge that it may need. */
  bankReady(channel: Channel, visit: number, bank: number): Picoseconds {
    const admitted = this.#pool.admitted[visit] ?? 0;
    if (channel.openRow[bank] === CLOSED) return Math.max(admitted, channel.readyAt[bank] ?? 0);
    const precharge = Math.max(admitted, channel.prechargeAt[bank] ?? 0);
    return Math.max(precharge + this.#timing.tRP, channel.cycleAt[bank] ?? 0);
  }

  /** The earliest activate of one bank, after the precharge that it may need, that no other activate forbids. */
  activateTime(channel: Channel, visit: number, slot: number): Picoseconds {
    const bank = this.bankOf(visit, slot);
    return Math.max(
      this.bankReady(channel, visit, bank),
      channel.activateFrom(this.sectionOf(visit)),
      channel.groupActivate[this.columnGroupOf(visit, slot)] ?? 0,
    );
  }
}
