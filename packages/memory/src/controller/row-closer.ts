import type { DeviceTiming } from '../device/device-timing.ts';
import type { ChannelCommands } from './channel-commands.ts';
import type { ControllerPolicy } from './controller-policy.ts';

/**
 * When a row is closed though nobody asked for another one. `closed-cap`: once a row had its column accesses, the next one
 * precharges its bank, and where none comes a precharge does as soon as it is allowed. `closed`: the same once no request that
 * waits is for the row.
 */
export class RowCloser {
  /** Banks of which the row is to be closed. */
  watched = 0;
  readonly #timing: DeviceTiming;
  readonly #commands: ChannelCommands;
  readonly #policy: ControllerPolicy['rowPolicy'];
  readonly #cap: number;
  readonly #hasPrecharge: boolean;
  /** Column accesses since the row was opened. */
  readonly #accesses: Int32Array;
  /** Whether the row is to be closed and no precharge was asked for yet. */
  readonly #isWatched: Uint8Array;

  constructor(timing: DeviceTiming, commands: ChannelCommands, policy: ControllerPolicy) {
    this.#timing = timing;
    this.#commands = commands;
    this.#policy = policy.rowPolicy;
    this.#cap = policy.rowCap;
    this.#hasPrecharge = commands.readPrecharge >= 0 && commands.writePrecharge >= 0;
    this.#accesses = new Int32Array(timing.banks);
    this.#isWatched = new Uint8Array(timing.banks);
  }

  /** Whether the access that is about to be issued is to precharge its bank. */
  closesWith(bank: number, hasHits: boolean): boolean {
    if (this.#policy === 'open' || !this.#hasPrecharge) return false;
    return this.#policy === 'closed' ? !hasHits : (this.#accesses[bank] ?? 0) >= this.#cap;
  }

  /** A column access that left the row open. */
  accessed(bank: number, hasHits: boolean): void {
    if (this.#policy === 'open') return;
    const accesses = (this.#accesses[bank] ?? 0) + 1;
    this.#accesses[bank] = accesses;
    const isDone = this.#policy === 'closed' ? !hasHits : accesses >= this.#cap;
    if (!isDone || this.#isWatched[bank] !== 0) return;
    this.#isWatched[bank] = 1;
    this.watched++;
  }

  closed(bank: number): void {
    if (this.#policy === 'open') return;
    this.#accesses[bank] = 0;
    if (this.#isWatched[bank] === 1) this.watched--;
    this.#isWatched[bank] = 0;
  }

  /**
   * Puts the precharges that are allowed at `tick` on the list of urgent commands.
   *
   * @returns Whether there were any.
   */
  due(tick: number, urgent: number[]): boolean {
    let any = false;
    for (let bank = 0; bank < this.#isWatched.length; bank++) {
      if (this.#isWatched[bank] !== 1) continue;
      if (this.#timing.earliest(this.#commands.precharge, bank) > tick) continue;
      urgent.push(this.#commands.precharge, bank);
      this.#isWatched[bank] = 2;
      this.watched--;
      any = true;
    }
    return any;
  }

  /** Of each bank: accesses of its row, and whether it is to be closed. */
  save(): readonly number[] {
    return [...this.#accesses, ...this.#isWatched];
  }

  load(state: readonly number[]): void {
    const banks = this.#accesses.length;
    this.watched = 0;
    for (let bank = 0; bank < banks; bank++) {
      this.#accesses[bank] = state[bank] ?? 0;
      this.#isWatched[bank] = state[banks + bank] ?? 0;
      if (this.#isWatched[bank] === 1) this.watched++;
    }
  }

  /** First tick at which a precharge is allowed of a row that is to be closed. */
  next(): number {
    let first = Infinity;
    for (let bank = 0; bank < this.#isWatched.length; bank++) {
      if (this.#isWatched[bank] !== 1) continue;
      first = Math.min(first, this.#timing.earliest(this.#commands.precharge, bank));
    }
    return first;
  }
}
