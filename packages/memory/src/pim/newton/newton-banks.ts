import * as command from './newton-commands.ts';
import { newtonBanks } from './newton-device.ts';
import type { NewtonDevice } from './newton-device.ts';

export const CLOSED = -1;

/** Open rows of a channel. Where a bank has one row buffer, the normal one and the one that computes are the same. */
export class NewtonBanks {
  readonly count: number;
  readonly normal: Int32Array;
  readonly compute: Int32Array;
  /** Banks whose row buffer for computing is closed. */
  closed: number;

  readonly #groupSize: number;

  constructor(device: NewtonDevice) {
    this.count = newtonBanks(device);
    this.closed = this.count;
    this.normal = new Int32Array(this.count).fill(CLOSED);
    this.compute = device.rowBuffers === 'dual' ? new Int32Array(this.count).fill(CLOSED) : this.normal;
    this.#groupSize = device.banksPerGroup;
  }

  /** What a row command does. */
  apply(kind: number, bank: number, row: number): void {
    if (kind === command.ACT) this.#setNormal(bank, row);
    else if (kind === command.PRE) this.#setNormal(bank, CLOSED);
    else if (kind === command.PIM_PRE) this.#setCompute(bank, CLOSED);
    else if (kind === command.G_ACT) {
      const first = bank - (bank % this.#groupSize);
      for (let other = first; other < first + this.#groupSize; other += 1) this.#setCompute(other, row);
    }
  }

  /** Banks that have to be closed for a row, and bank groups that it has to be opened in. */
  inWayOf(row: number): { readonly closing: number; readonly groups: number } {
    const size = this.#groupSize;
    let [closing, groups] = [0, 0];
    for (let group = 0; group < this.count; group += size) {
      let open = 0;
      let other = 0;
      for (let bank = group; bank < group + size; bank += 1) {
        if (this.compute[bank] === row) open += 1;
        else if (this.compute[bank] !== CLOSED) other += 1;
      }
      if (open === size) continue;
      closing += other;
      groups += 1;
    }
    return { closing, groups };
  }

  #setNormal(bank: number, row: number): void {
    if (this.normal === this.compute) this.#setCompute(bank, row);
    else this.normal[bank] = row;
  }

  /** A row that is open stays so until it is closed. */
  #setCompute(bank: number, row: number): void {
    const isOpen = this.compute[bank] !== CLOSED;
    if (row === CLOSED) this.closed += isOpen ? 1 : 0;
    else if (isOpen) return;
    else this.closed -= 1;
    this.compute[bank] = row;
  }
}
