import { SystoleError } from '@systole/core';
import type { Bytes } from '@systole/units';

/** A mapping table in flash, of which the controller holds a part: reads of what it does not hold cost a flash read. */
export interface MappingTableSpec {
  /** Entries that are held. */
  readonly cachedEntries: number;
  /** Entries of one page of the table, and what is moved of such a page. */
  readonly entriesPerPage: number;
  readonly readBytes: Bytes;
}

/** A page that waits until its entry has been read. */
export interface WaitingPage {
  readonly slot: number;
  readonly page: number;
  readonly bytes: Bytes;
}

/** Which entries the controller holds (the least recently used goes first), and which are on their way. */
export class MappingTable {
  readonly spec: MappingTableSpec;
  /** By logical page, in the order of use. */
  readonly #held = new Set<number>();
  readonly #arriving = new Map<number, WaitingPage[]>();

  /** Throws `parameter/out-of-range` for a table without entries. */
  constructor(spec: MappingTableSpec) {
    for (const [name, value] of Object.entries(spec)) {
      if (Number.isSafeInteger(value) && value >= 1) continue;
      throw new SystoleError({
        code: 'parameter/out-of-range',
        message: `mappingTable.${name}: ${value}`,
        place: { path: `mappingTable.${name}` },
        hint: 'Give a whole number from 1 on.',
      });
    }
    this.spec = spec;
  }

  /** Whether the entry of a logical page is held; it is then the one used last. */
  finds(page: number): boolean {
    if (!this.#held.delete(page)) return false;
    this.#held.add(page);
    return true;
  }

  /**
   * Lets a page wait for its entry. Returns the page of the table that must be read for it, or -1 where that is under way.
   */
  wait(waiting: WaitingPage): number {
    const tablePage = Math.floor(waiting.page / this.spec.entriesPerPage);
    const others = this.#arriving.get(tablePage);
    if (others !== undefined) {
      others.push(waiting);
      return -1;
    }
    this.#arriving.set(tablePage, [waiting]);
    return tablePage;
  }

  /** A page of the table has arrived: the entries that were waited for are held from now on. Returns who waited. */
  arrived(tablePage: number): readonly WaitingPage[] {
    const waiting = this.#arriving.get(tablePage) ?? [];
    this.#arriving.delete(tablePage);
    for (const { page } of waiting) {
      this.#held.add(page);
      if (this.#held.size <= this.spec.cachedEntries) continue;
      for (const oldest of this.#held) {
        this.#held.delete(oldest);
        break;
      }
    }
    return waiting;
  }
}
