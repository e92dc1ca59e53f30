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

  constructor(
    timing: DeviceTiming,
    commands: ChannelCommands,
    policy: ControllerPolicy,
    openRow: Int32Array,
  ) {
    this.#commands = commands;
    this.#openRow = openRow;
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
      this.refresh.due(this.#list);
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
