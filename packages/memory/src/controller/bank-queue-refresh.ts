import { SystoleError } from '@systole/core';
import type { DeviceTiming } from '../device/device-timing.ts';
import { evaluateGap } from '../device/gap.ts';
import type { ChannelCommands } from './channel-commands.ts';
import type { ControllerPolicy } from './controller-policy.ts';
import { perBankGroups } from './refresh-timer.ts';

/** More than this cannot wait: the device asks for refreshes faster than it allows them. */
const MOST_WAITING = 4096;

/**
 * The refreshes of `bank-queues`, which take turns: rank by rank, so that each rank has one every nREFI and no two at once, or
 * bank by bank, the bank groups in turn. What falls due waits in order.
 */
export class BankQueueRefresh {
  /** Tick at which the next falls due; Infinity where there is none. */
  next: number;
  /** Refreshes that are due and not yet issued. */
  waiting = 0;
  /** Place of the refresh in the standard's commands. */
  readonly command: number;
  readonly #interval: number;
  /** Banks of one refresh, and the first of each in the order of their turns. */
  readonly #width: number;
  readonly #turns: Int32Array;
  #turn = 0;

  constructor(timing: DeviceTiming, commands: ChannelCommands, policy: ControllerPolicy['refresh']) {
    const { device, banks } = timing;
    const isPerBank = policy === 'per-bank';
    this.command = isPerBank ? commands.refreshBank : commands.refreshAll;
    const refresh = device.standard.commands[this.command];
    if (policy === 'none') {
      this.#interval = Infinity;
      this.#width = banks;
      this.#turns = new Int32Array(1);
    } else {
      if (refresh === undefined) {
        throw new SystoleError({
          code: 'parameter/out-of-range',
          message: `${device.standard.name} has no refresh of ${isPerBank ? 'single banks' : 'all banks'}`,
          place: { path: 'policy.refresh' },
          hint: isPerBank ? 'Use "all-bank".' : 'Use "per-bank" or "none".',
        });
      }
      const nodes = isPerBank ? banks : timing.nodesOf(refresh.scope);
      const period = evaluateGap(isPerBank ? 'nREFIpb' : 'nREFI', device.timings) * timing.ticksPerClock;
      const sharers = isPerBank ? perBankGroups(timing) : nodes;
      this.#interval = Math.max(1, Math.floor(period / sharers));
      this.#width = banks / nodes;
      this.#turns = isPerBank
        ? turnsOfBanks(timing, sharers)
        : Int32Array.from({ length: nodes }, (_, node) => node * this.#width);
    }
    // Tick n of the controller is the n-th: the first refresh falls due when an interval has passed.
    this.next = this.#interval + 1;
  }

  /** Lets wait what falls due in this tick. */
  begin(tick: number): void {
    while (tick >= this.next) {
      this.next += this.#interval;
      this.waiting++;
      if (this.waiting > MOST_WAITING) refuse();
    }
  }

  /** First bank of the refresh that waits longest. */
  get first(): number {
    return this.#turns[this.#turn] ?? 0;
  }

  /** Banks of a refresh. */
  get width(): number {
    return this.#width;
  }

  /** The refresh that waited longest was issued. */
  issued(): void {
    this.waiting--;
    this.#turn = this.#turn + 1 === this.#turns.length ? 0 : this.#turn + 1;
  }
}

/** Bank group by bank group, then the next bank of each, then the next rank; pseudo channels that share a period in turn. */
function turnsOfBanks(timing: DeviceTiming, sharers: number): Int32Array {
  const { bankGroup, bank } = timing.device.counts;
  const perRank = bankGroup * bank;
  const perSharer = timing.banks / sharers;
  return Int32Array.from({ length: timing.banks }, (_, turn) => {
    const inSharer = Math.floor(turn / sharers);
    const inRank = inSharer % perRank;
    const place = inSharer - inRank + (inRank % bankGroup) * bank + Math.floor(inRank / bankGroup);
    return (turn % sharers) * perSharer + place;
  });
}

function refuse(): never {
  throw new SystoleError({
    code: 'parameter/out-of-range',
    message: 'refreshes fall due faster than the device allows them',
    place: { path: 'device.timings.nREFI' },
    hint: 'Let nREFI be longer than nRFC plus nRP, times the ranks.',
  });
}
