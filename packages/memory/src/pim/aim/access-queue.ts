/** Reads or writes of single banks that wait, in the order in which they came. */
export class AccessQueue {
  length = 0;
  bank: Int32Array;
  row: Int32Array;
  /** 1 for a write. */
  write: Uint8Array;
  /** Clock at which it came. */
  arrived: Float64Array;

  constructor(capacity: number) {
    this.bank = new Int32Array(capacity);
    this.row = new Int32Array(capacity);
    this.write = new Uint8Array(capacity);
    this.arrived = new Float64Array(capacity);
  }

  push(bank: number, row: number, write: number, arrived: number): void {
    const at = this.length++;
    this.bank[at] = bank;
    this.row[at] = row;
    this.write[at] = write;
    this.arrived[at] = arrived;
  }

  removeAt(index: number): void {
    this.bank.copyWithin(index, index + 1, this.length);
    this.row.copyWithin(index, index + 1, this.length);
    this.write.copyWithin(index, index + 1, this.length);
    this.arrived.copyWithin(index, index + 1, this.length);
    this.length--;
  }

  includesBank(bank: number): boolean {
    for (let i = 0; i < this.length; i++) if (this.bank[i] === bank) return true;
    return false;
  }
}
