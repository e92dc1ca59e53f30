import type { ModelContext } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import type { DramStandard } from '../../device/standard.ts';
import type { dramParameters } from '../parameters.ts';
import { DetailedChannel } from './detailed-channel.ts';
import type { BankStanding, ChannelPart, ExclusiveWork, TimedListener } from './detailed-channel.ts';
import { deviceOfValues, policyOfValues } from './device-of-values.ts';

/** What controllers count. */
export interface RowCounts {
  rowHits: number;
  rowMisses: number;
  rowConflicts: number;
  activates: number;
}

/** The command buses of a memory, each with the channels that share it. Channels are counted as the component does. */
export class ChannelBuses {
  readonly #added = new Set<DetailedChannel>();
  readonly #buses: readonly DetailedChannel[];
  readonly #channelsPerBus: number;
  /** Places of the commands that open rows. */
  readonly #activates: readonly number[];
  readonly #counted: RowCounts = { rowHits: 0, rowMisses: 0, rowConflicts: 0, activates: 0 };

  constructor(
    { values, host }: ModelContext<typeof dramParameters>,
    standard: DramStandard,
    goesBack: (channel: number, time: Picoseconds) => Picoseconds,
    onCommand?: TimedListener,
  ) {
    const device = deviceOfValues(values, standard);
    const policy = policyOfValues(values);
    this.#channelsPerBus = values.pseudoChannels;
    this.#buses = Array.from(
      { length: values.channels / values.pseudoChannels },
      (_, bus) =>
        new DetailedChannel(bus, device, values.bankGroups, policy, {
          wakeAt: (time) => host.wakeAt(Math.max(time, host.now), bus),
          goesBack: (place, time) => goesBack(bus * values.pseudoChannels + place, time),
          onCommand,
        }),
    );
    this.#activates = standard.commands.flatMap(({ effect }, index) =>
      effect === 'activate' || effect === 'activate-first' ? [index] : [],
    );
  }

  run(bus: number, now: Picoseconds): void {
    this.#buses[bus]?.run(now);
  }

  /** Adds work for a channel, at the present. Channels of one bus that have work at once take turns from `begin` on. */
  add(channel: number, work: ChannelPart | ExclusiveWork, now: Picoseconds): void {
    const bus = this.#busOf(channel);
    if (!this.#added.has(bus)) bus.run(now);
    this.#added.add(bus);
    bus.add(this.#placeOf(channel), work);
  }

  /** Lets the work that was added begin. */
  begin(now: Picoseconds): void {
    for (const bus of this.#added) bus.begin(now);
    this.#added.clear();
  }

  /** Gives a channel to exclusive work, with its refreshes. Returns whether one of them waited. */
  lend(channel: number): boolean {
    return this.#busOf(channel).lend(this.#placeOf(channel));
  }

  /** Exclusive work has closed, and refreshed, all banks of a channel at these times; at none where -1. */
  note(channel: number, closedAt: Picoseconds, refreshedAt: Picoseconds): void {
    this.#busOf(channel).note(this.#placeOf(channel), closedAt, refreshedAt);
  }

  release(channel: number, end: Picoseconds): void {
    this.#busOf(channel).release(this.#placeOf(channel), end);
  }

  standingOf(channel: number): BankStanding {
    return this.#busOf(channel).standingOf(this.#placeOf(channel));
  }

  openBanks(channel: number): number {
    return this.#busOf(channel).openBanks(this.#placeOf(channel));
  }

  save(now: Picoseconds): readonly number[] {
    return this.#buses.flatMap((bus) => {
      const state = bus.save(now);
      return [state.length, ...state];
    });
  }

  load(state: readonly number[], now: Picoseconds): void {
    let at = 0;
    for (const bus of this.#buses) {
      const length = state[at] ?? 0;
      bus.load(state.slice(at + 1, at + 1 + length), now);
      at += 1 + length;
    }
    this.takeCounts();
  }

  /** What the controllers have counted since this was asked last. */
  takeCounts(): RowCounts {
    const now: RowCounts = { rowHits: 0, rowMisses: 0, rowConflicts: 0, activates: 0 };
    for (const { activity } of this.#buses) {
      now.rowHits += activity.rowHits;
      now.rowMisses += activity.rowMisses;
      now.rowConflicts += activity.rowConflicts;
      for (const command of this.#activates) now.activates += activity.commands[command] ?? 0;
    }
    const before = this.#counted;
    const since: RowCounts = {
      rowHits: now.rowHits - before.rowHits,
      rowMisses: now.rowMisses - before.rowMisses,
      rowConflicts: now.rowConflicts - before.rowConflicts,
      activates: now.activates - before.activates,
    };
    Object.assign(before, now);
    return since;
  }

  #busOf(channel: number): DetailedChannel {
    const bus = this.#buses[Math.floor(channel / this.#channelsPerBus)];
    if (bus === undefined) throw new RangeError(`no channel ${channel}`);
    return bus;
  }

  #placeOf(channel: number): number {
    return channel % this.#channelsPerBus;
  }
}
