/** Requests that wait in a channel, the oldest first, each with the command that it needs next. */
export class RequestWindow {
  length = 0;
  barriers = 0;
  /** Place of the oldest in the arrays. */
  head = 0;
  readonly kinds: Int32Array;
  readonly banks: Int32Array;
  readonly rows: Int32Array;
  readonly commands: Int32Array;
  readonly capacity: number;

  /** How many need each command next; those that need none are barriers. */
  readonly counts: Int32Array;

  constructor(capacity: number, commands: number) {
    this.capacity = capacity;
    this.counts = new Int32Array(commands);
    const places = 8 * capacity;
    this.kinds = new Int32Array(places);
    this.banks = new Int32Array(places);
    this.rows = new Int32Array(places);
    this.commands = new Int32Array(places);
  }

  push(kind: number, bank: number, row: number, command: number): void {
    if (this.head + this.length === this.kinds.length) this.#moveDown();
    const at = this.head + this.length++;
    this.kinds[at] = kind;
    this.banks[at] = bank;
    this.rows[at] = row;
    this.commands[at] = command;
    if (command < 0) this.barriers++;
    else this.counts[command] = (this.counts[command] ?? 0) + 1;
  }

  /** Another command is what the request needs next. */
  change(at: number, command: number): void {
    const { commands, counts } = this;
    const before = commands[at] ?? 0;
    counts[before] = (counts[before] ?? 0) - 1;
    counts[command] = (counts[command] ?? 0) + 1;
    commands[at] = command;
  }

  /** Takes out the one at a place of the arrays. Mostly it is one of the oldest: those before it move up. */
  remove(at: number): void {
    const { kinds, banks, rows, commands, counts, head } = this;
    const command = commands[at] ?? 0;
    if (command < 0) this.barriers--;
    else counts[command] = (counts[command] ?? 0) - 1;
    for (let i = at; i > head; i--) {
      kinds[i] = kinds[i - 1] ?? 0;
      banks[i] = banks[i - 1] ?? 0;
      rows[i] = rows[i - 1] ?? 0;
      commands[i] = commands[i - 1] ?? 0;
    }
    this.head++;
    this.length--;
  }

  #moveDown(): void {
    const end = this.head + this.length;
    for (const array of [this.kinds, this.banks, this.rows, this.commands])
      array.copyWithin(0, this.head, end);
    this.head = 0;
  }
}
