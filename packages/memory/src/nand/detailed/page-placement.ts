import { SystoleError } from '@systole/core';
import type { FlashSpec } from './flash-spec.ts';
import type { PageAddress } from './lane-map.ts';

/**
 * Where logical pages lie. They go round the channels, then the chips, the dies, the planes; within a plane,
 * `striped` puts them in the order of their addresses, `first-touch` in the order in which they are first asked for. What
 * is written goes to the next page of its plane in any case, block after block and round again (from the middle of the plane
 * on where data lies in the order of addresses, so that blocks that are read are not those that are erased): cleaning is not
 * modelled.
 */
export class PagePlacement {
  readonly #spec: FlashSpec;
  readonly #isFirstTouch: boolean;
  readonly #planes: number;
  readonly #rows: number;
  /** Rows of planes that are taken, and the rows of logical pages that do not lie in the order of addresses. */
  readonly #frontier: Float64Array;
  readonly #placed = new Map<number, number>();

  constructor(spec: FlashSpec, placement: 'striped' | 'first-touch') {
    this.#spec = spec;
    this.#isFirstTouch = placement === 'first-touch';
    this.#planes = spec.channels * spec.chipsPerChannel * spec.diesPerChip * spec.planesPerDie;
    this.#rows = spec.blocksPerPlane * spec.pagesPerBlock;
    const middle = Math.floor(spec.blocksPerPlane / 2) * spec.pagesPerBlock;
    this.#frontier = new Float64Array(this.#planes).fill(this.#isFirstTouch ? 0 : middle);
  }

  /** Pages of all planes. */
  get pages(): number {
    return this.#planes * this.#rows;
  }

  /** Where a logical page is read. Throws `capacity/exceeded` for one beyond the last. */
  read(page: number): PageAddress {
    this.#demand(page);
    const placed = this.#placed.get(page);
    if (placed !== undefined) return this.#at(page, placed);
    if (!this.#isFirstTouch) return this.#at(page, Math.floor(page / this.#planes));
    return this.#at(page, this.#next(page));
  }

  /** Where a logical page is written. */
  write(page: number): PageAddress {
    this.#demand(page);
    return this.#at(page, this.#next(page));
  }

  /** Where a page of the mapping table lies: in the order of their numbers, from the last block of each plane on. */
  table(tablePage: number): PageAddress {
    const { pagesPerBlock } = this.#spec;
    const behind = Math.floor(tablePage / this.#planes) % this.#rows;
    const block = Math.floor(behind / pagesPerBlock);
    const row = this.#rows - (block + 1) * pagesPerBlock + (behind % pagesPerBlock);
    return this.#at(tablePage, row);
  }

  #next(page: number): number {
    const plane = page % this.#planes;
    const row = this.#frontier[plane] ?? 0;
    this.#frontier[plane] = (row + 1) % this.#rows;
    this.#placed.set(page, row);
    return row;
  }

  #at(page: number, row: number): PageAddress {
    const { channels, chipsPerChannel, diesPerChip, planesPerDie, pagesPerBlock } = this.#spec;
    const behindChannel = Math.floor(page / channels);
    const chip = behindChannel % chipsPerChannel;
    const behindChip = Math.floor(behindChannel / chipsPerChannel);
    return {
      channel: page % channels,
      die: chip * diesPerChip + (behindChip % diesPerChip),
      plane: Math.floor(behindChip / diesPerChip) % planesPerDie,
      block: Math.floor(row / pagesPerBlock),
      page: row % pagesPerBlock,
    };
  }

  #demand(page: number): void {
    if (page < this.pages) return;
    throw new SystoleError({
      code: 'capacity/exceeded',
      message: `a request reaches page ${page} of ${this.pages}`,
      hint: 'Ask for lower addresses, or give the memory more channels, dies or blocks.',
    });
  }
}
