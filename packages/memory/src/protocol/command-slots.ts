/** Slots of the command bus, or of the row and of the column bus. */
export class CommandSlots {
  /** Ticks by which the last command came before its bus was free, and the command that still held it. */
  missing = 0;
  tick = 0;
  command = -1;
  bank = 0;
  /** Whether the last command started at the other half of a clock period than those before it. */
  isHalfWrong = false;
  readonly #busOf: Uint8Array;
  readonly #startsWhole: Uint8Array;
  /** Of each bus: when it is free, and the command that holds it until then. */
  readonly #free = new Float64Array(2);
  readonly #ticks = new Float64Array(2);
  readonly #commands = new Int32Array(2).fill(-1);
  readonly #banks = new Int32Array(2);
  #half = -1;

  /**
   * @param busOf Bus of each command.
   * @param startsWhole 1 for commands that all start at the same half of a clock period; which one, the first says.
   */
  constructor(busOf: Uint8Array, startsWhole: Uint8Array) {
    this.#busOf = busOf;
    this.#startsWhole = startsWhole;
  }

  add(tick: number, command: number, bank: number, length: number): void {
    const bus = this.#busOf[command] ?? 0;
    this.missing = Math.max(0, (this.#free[bus] ?? 0) - tick);
    this.tick = this.#ticks[bus] ?? 0;
    this.command = this.#commands[bus] ?? -1;
    this.bank = this.#banks[bus] ?? 0;
    this.#free[bus] = tick + length;
    this.#ticks[bus] = tick;
    this.#commands[bus] = command;
    this.#banks[bus] = bank;
    this.isHalfWrong = false;
    if (this.#startsWhole[command] !== 1) return;
    const half = tick % 2;
    if (this.#half < 0) this.#half = half;
    this.isHalfWrong = half !== this.#half;
  }
}
