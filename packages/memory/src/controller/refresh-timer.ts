import { evaluateGap } from '../device/gap.ts';
import type { DeviceTiming } from '../device/device-timing.ts';
import type { ChannelCommands } from './channel-commands.ts';
import type { ControllerPolicy } from './controller-policy.ts';

/** When which banks are to be refreshed. */
export class RefreshTimer {
  /** Tick at which the next refresh falls due; Infinity where there is none. */
  next: number;
  /** Banks of one refresh of all banks. */
  readonly width: number;
  readonly #interval: number;
  readonly #command: number;
  readonly #banks: number;
  /** Banks that are refreshed at one time, the same in each of so many groups. */
  readonly #groups: number;
  readonly #isPerBank: boolean;
  #nextBank = 0;

  constructor(timing: DeviceTiming, commands: ChannelCommands, policy: ControllerPolicy['refresh']) {
    const { device, banks } = timing;
    this.#banks = banks;
    const refreshAll = device.standard.commands[commands.refreshAll];
    this.width = refreshAll === undefined ? banks : banks / timing.nodesOf(refreshAll.scope);
    this.#isPerBank = policy === 'per-bank';
    this.#command = this.#isPerBank ? commands.refreshBank : commands.refreshAll;
    const name = this.#isPerBank ? 'nREFIpb' : 'nREFI';
    this.#interval =
      policy === 'none' ? Infinity : Math.ceil(evaluateGap(name, device.timings) * timing.ticksPerClock);
    this.next = this.#interval;
    this.#groups = this.#isPerBank ? perBankGroups(timing) : 1;
  }

  /** Puts what falls due at `next` on the list of urgent commands: a command and a bank each. */
  due(urgent: number[]): void {
    this.next += this.#interval;
    if (!this.#isPerBank) {
      for (let bank = 0; bank < this.#banks; bank += this.width) urgent.push(this.#command, bank);
      return;
    }
    const group = this.#banks / this.#groups;
    for (let first = 0; first < this.#banks; first += group)
      urgent.push(this.#command, first + this.#nextBank);
    this.#nextBank = (this.#nextBank + 1) % group;
  }

  /** When it falls due next, in ticks from `tick` on, and for which bank; -1 where nothing is refreshed. */
  save(tick: number): readonly number[] {
    return [this.next === Infinity ? -1 : this.next - tick, this.#nextBank];
  }

  load([left = -1, bank = 0]: readonly number[], tick: number): void {
    this.next = left < 0 ? Infinity : tick + left;
    this.#nextBank = bank;
  }

  /** The first of the banks that a refresh of all banks around this one is for. */
  firstOf(bank: number): number {
    return bank - (bank % this.width);
  }
}

/**
 * The interval of single banks is that of all banks, shared by the banks of the channel or, where it is too long for that, by
 * those of each pseudo channel. Ranks are refreshed each by itself.
 */
export function perBankGroups(timing: DeviceTiming): number {
  const { timings } = timing.device;
  const pseudoChannels = timing.nodesOf('pseudoChannel');
  const ranks = timing.nodesOf('rank');
  if (ranks > pseudoChannels) return ranks;
  const all = timings['nREFI'] ?? 0;
  const one = timings['nREFIpb'] ?? 0;
  const round = (one * timing.banks) / pseudoChannels;
  return pseudoChannels > 1 && round > all * 0.75 ? pseudoChannels : 1;
}
