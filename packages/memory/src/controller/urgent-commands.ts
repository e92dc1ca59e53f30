import { SystoleError } from '@systole/core';
import type { DeviceTiming } from '../device/device-timing.ts';
import type { ChannelCommands } from './channel-commands.ts';
import type { ControllerPolicy } from './controller-policy.ts';
import { RefreshTimer } from './refresh-timer.ts';
import { CLOSED } from './request-queue.ts';
import { RowCloser } from './row-closer.ts';

/** More commands than this cannot wait: the device asks for refreshes faster than it allows them. */
const MOST_URGENT = 4096;

/** Commands that are no request's, and go before requests: refreshes, and precharges of the row policy. */
export class UrgentCommands {
  readonly refresh: RefreshTimer;
  readonly closer: RowCloser;
  readonly #commands: ChannelCommands;
  readonly #openRow: Int32Array;
  /** A command and a bank each, from #head on. */
  readonly #list: number[] = [];
  #head = 0;
  /** 1 for banks whose refreshes are somebody else's. */
  readonly #isLent: Uint8Array;

  constructor(
    timing: DeviceTiming,
    commands: ChannelCommands,
    policy: ControllerPolicy,
    openRow: Int32Array,
  ) {
    this.#commands = commands;
    this.#openRow = openRow;
    this.#isLent = new Uint8Array(openRow.length);
    this.refresh = new RefreshTimer(timing, commands, policy.refresh);
    this.closer = new RowCloser(timing, commands, policy);
  }

  get isEmpty(): boolean {
    return this.#list.length === this.#head;
  }

  /** The oldest command that waits. */
  get wanted(): number {
    return this.#list[this.#head] ?? -1;
  }

  get bank(): number {
    return this.#list[this.#head + 1] ?? 0;
  }

  /**
   * Adds what falls due in a tick.
   *
   * @returns Whether anything changed.
   * @throws SystoleError where refreshes fall due faster than they are possible.
   */
  begin(tick: number): boolean {
    let isChanged = false;
    if (tick >= this.refresh.next) {
      const waiting = this.#list.length;
      this.refresh.due(this.#list);
      this.#dropLent(waiting);
      if (this.#list.length - this.#head > MOST_URGENT)
        refuseRefresh(this.wanted === this.#commands.refreshBank);
      isChanged = true;
    }
    if (this.closer.watched > 0 && this.closer.due(tick, this.#list)) isChanged = true;
    // A bank that was closed meanwhile needs no precharge.
    while (!this.isEmpty && this.wanted === this.#commands.precharge && this.#openRow[this.bank] === CLOSED) {
      this.drop();
      isChanged = true;
    }
    return isChanged;
  }

  /** Tick at which something falls due next. */
  next(): number {
    const { refresh, closer } = this;
    return closer.watched > 0 ? Math.min(refresh.next, closer.next()) : refresh.next;
  }

  /** The command that is to be issued first: rows that are open are closed before a refresh. */
  command(): number {
    const { wanted, bank } = this;
    const commands = this.#commands;
    if (wanted === commands.refreshBank && this.#openRow[bank] !== CLOSED) return commands.precharge;
    if (wanted !== commands.refreshAll) return wanted;
    const first = this.refresh.firstOf(bank);
    for (let each = first; each < first + this.refresh.width; each++) {
      if (this.#openRow[each] !== CLOSED) return commands.prechargeAll;
    }
    return wanted;
  }

  /**
   * Leaves the refreshes of banks `first` to `end` to somebody else.
   *
   * @returns Whether one of them waited, which is left to them too.
   */
  lend(first: number, end: number): boolean {
    this.#isLent.fill(1, first, end);
    const waiting = this.#list.length;
    this.#dropLent(this.#head);
    return this.#list.length < waiting;
  }

  /** Takes them back. */
  takeBack(first: number, end: number): void {
    this.#isLent.fill(0, first, end);
  }

  /** Drops the refreshes of lent banks from place `from` of the list on. */
  #dropLent(from: number): void {
    const list = this.#list;
    const { refreshAll, refreshBank } = this.#commands;
    let kept = from;
    for (let at = from; at < list.length; at += 2) {
      const command = list[at] ?? 0;
      const bank = list[at + 1] ?? 0;
      if ((command === refreshAll || command === refreshBank) && this.#isLent[bank] === 1) continue;
      list[kept] = command;
      list[kept + 1] = bank;
      kept += 2;
    }
    list.length = kept;
  }

  /** What is due and what waits, in ticks from `tick` on. */
  save(tick: number): readonly number[] {
    const waiting = this.#list.slice(this.#head);
    return [...this.refresh.save(tick), ...this.closer.save(), waiting.length, ...waiting];
  }

  /** Takes what `save` gave. Returns how much of it that was. */
  load(state: readonly number[], tick: number): number {
    const closing = 2;
    const waiting = closing + 2 * this.#openRow.length;
    const count = state[waiting] ?? 0;
    this.refresh.load(state.slice(0, closing), tick);
    this.closer.load(state.slice(closing, waiting));
    this.#list.length = 0;
    this.#head = 0;
    this.#list.push(...state.slice(waiting + 1, waiting + 1 + count));
    return waiting + 1 + count;
  }

  /** The oldest command was issued, or is no longer needed. */
  drop(): void {
    this.#head += 2;
    if (this.#head < this.#list.length) return;
    this.#list.length = 0;
    this.#head = 0;
  }
}

function refuseRefresh(isPerBank: boolean): never {
  const [interval, time] = isPerBank ? ['nREFIpb', 'nRFCpb'] : ['nREFI', 'nRFC'];
  throw new SystoleError({
    code: 'parameter/out-of-range',
    message: `refreshes fall due, every ${interval}, faster than the device allows them`,
    place: { path: `device.timings.${interval}` },
    hint: `Let the banks have more time between two refreshes than ${time} plus nRP.`,
  });
}
