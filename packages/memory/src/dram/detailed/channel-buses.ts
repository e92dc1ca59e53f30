import type { ModelContext } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import type { DramStandard } from '../../device/standard.ts';
import type { dramParameters } from '../parameters.ts';
import type { SharedPart } from './access-part.ts';
import { BusClass } from './bus-class.ts';
import { DetailedChannel } from './detailed-channel.ts';
import type { BankStanding, BusSnapshot, ExclusiveWork, TimedListener } from './detailed-channel.ts';
import { deviceOfValues, policyOfValues } from './device-of-values.ts';

/** What controllers count. */
export interface RowCounts {
  rowHits: number;
  rowMisses: number;
  rowConflicts: number;
  activates: number;
}

/** Makes what is asked of channels that are to do the same; undefined where it is nothing. */
export type PartMaker = (channels: readonly number[]) => SharedPart | undefined;

/**
 * The command buses of a memory, each with the channels that share it. Channels are counted as the component does. Buses that
 * stand alike and are asked for the same are simulated once.
 */
export class ChannelBuses {
  readonly #added = new Set<DetailedChannel>();
  readonly #buses: readonly DetailedChannel[];
  readonly #channelsPerBus: number;
  /** Places of the commands that open rows. */
  readonly #activates: readonly number[];
  readonly #isShared: boolean;
  #classes: BusClass[] = [];
  /** The class of each bus. */
  #classOf: BusClass[] = [];
  #counts: RowCounts = { rowHits: 0, rowMisses: 0, rowConflicts: 0, activates: 0 };

  constructor(
    { values, host }: ModelContext<typeof dramParameters>,
    standard: DramStandard,
    goesBack: (channel: number, time: Picoseconds) => Picoseconds,
    onCommand?: TimedListener,
  ) {
    const device = deviceOfValues(values, standard);
    const policy = policyOfValues(values);
    this.#channelsPerBus = values.pseudoChannels;
    // Who listens hears each bus for itself.
    this.#isShared = onCommand === undefined;
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
    this.#separateAll();
  }

  run(bus: number, now: Picoseconds): void {
    const of = this.#classOf[bus];
    if (of?.channel === this.#buses[bus]) of?.channel.run(now);
  }

  /**
   * Asks something of every channel, at the present. Channels of one bus take turns.
   *
   * @param spans What is asked of each channel: where texts are the same, so is that. Undefined is not the same as anything.
   */
  offer(spans: readonly (string | undefined)[], now: Picoseconds, partOf: PartMaker): void {
    this.#join(now);
    const shared = this.#channelsPerBus;
    for (const each of this.#classes.slice()) {
      const groups = groupsOf(each.members, (bus) => spanOfBus(spans, bus, shared));
      for (const members of groups) this.#separate(members, now);
      for (const members of groups) {
        const parts: [number, SharedPart][] = [];
        for (let place = 0; place < shared; place++) {
          const part = partOf(members.map((bus) => bus * shared + place));
          if (part !== undefined) parts.push([place, part]);
        }
        if (parts.length > 0) this.#classOf[members[0] ?? 0]?.ask(parts, now);
      }
    }
  }

  /** Adds exclusive work for a channel, at the present; it begins with `begin`. */
  add(channel: number, work: ExclusiveWork, now: Picoseconds): void {
    const bus = Math.floor(channel / this.#channelsPerBus);
    const of = this.#classOf[bus];
    if (of !== undefined && of.members.length > 1) {
      of.channel.run(now);
      of.rest(now);
      for (const member of of.members.slice()) this.#separate([member], now);
    }
    const own = this.#busOf(channel);
    if (!this.#added.has(own)) own.run(now);
    this.#added.add(own);
    own.add(this.#placeOf(channel), work);
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
    const states = new Map(this.#classes.map((each) => [each, each.channel.save(now)]));
    return this.#classOf.flatMap((each) => {
      const state = states.get(each) ?? [];
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
    this.#separateAll();
  }

  /** What the controllers have counted since this was asked last. */
  takeCounts(): RowCounts {
    for (const each of this.#classes) this.#count(each);
    const counts = this.#counts;
    this.#counts = { rowHits: 0, rowMisses: 0, rowConflicts: 0, activates: 0 };
    return counts;
  }

  /** Every bus by itself, with nothing counted. */
  #separateAll(): void {
    this.#classes = this.#buses.map((bus, index) => new BusClass([index], bus));
    this.#classOf = this.#classes.slice();
    for (const each of this.#classes) each.counted = this.#countedBy(each.channel);
    this.#counts = { rowHits: 0, rowMisses: 0, rowConflicts: 0, activates: 0 };
  }

  /** Makes one class of all that stand alike with nothing held. */
  #join(now: Picoseconds): void {
    const resting: (readonly [BusClass, BusSnapshot])[] = [];
    const kept: BusClass[] = [];
    for (const each of this.#classes) {
      each.channel.run(now);
      const stand = each.rest(now);
      const alike =
        stand === undefined || !this.#isShared
          ? undefined
          : resting.find(([, other]) => DetailedChannel.areAlike(stand, other))?.[0];
      if (alike === undefined) {
        kept.push(each);
        if (stand !== undefined) resting.push([each, stand]);
        continue;
      }
      this.#count(each);
      this.#count(alike);
      alike.members = [...alike.members, ...each.members];
      for (const bus of each.members) this.#classOf[bus] = alike;
    }
    this.#classes = kept;
  }

  /** Makes a class of these members alone, which are some of a class. */
  #separate(members: readonly number[], now: Picoseconds): void {
    const [first = 0] = members;
    const of = this.#classOf[first];
    if (of === undefined || of.members.length === members.length) return;
    // The first member of a class is the one that is simulated.
    const leaving = of.members[0] === first ? of.members.filter((bus) => !members.includes(bus)) : members;
    const channel = this.#buses[leaving[0] ?? 0];
    if (channel === undefined) return;
    this.#count(of);
    const other = of.split(leaving, channel, now);
    other.counted = this.#countedBy(channel);
    this.#classes.push(other);
    for (const bus of leaving) this.#classOf[bus] = other;
  }

  #count(of: BusClass): void {
    const { counted, members } = of;
    const now = this.#countedBy(of.channel);
    const counts = this.#counts;
    counts.rowHits += (now.rowHits - counted.rowHits) * members.length;
    counts.rowMisses += (now.rowMisses - counted.rowMisses) * members.length;
    counts.rowConflicts += (now.rowConflicts - counted.rowConflicts) * members.length;
    counts.activates += (now.activates - counted.activates) * members.length;
    of.counted = now;
  }

  #countedBy({ activity }: DetailedChannel): RowCounts {
    const { rowHits, rowMisses, rowConflicts, commands } = activity;
    const activates = this.#activates.reduce((sum, command) => sum + (commands[command] ?? 0), 0);
    return { rowHits, rowMisses, rowConflicts, activates };
  }

  #busOf(channel: number): DetailedChannel {
    const bus = this.#classOf[Math.floor(channel / this.#channelsPerBus)]?.channel;
    if (bus === undefined) throw new RangeError(`no channel ${channel}`);
    return bus;
  }

  #placeOf(channel: number): number {
    return channel % this.#channelsPerBus;
  }
}

/** What is asked of all channels of a bus; of those that are like no other, the bus itself. */
function spanOfBus(spans: readonly (string | undefined)[], bus: number, shared: number): string {
  const own = spans.slice(bus * shared, (bus + 1) * shared);
  return own.includes(undefined) ? `bus ${bus}` : own.join(', ');
}

/** Members with the same key together, in the order of their first. */
function groupsOf(members: readonly number[], keyOf: (bus: number) => string): number[][] {
  const groups = new Map<string, number[]>();
  for (const bus of members) {
    const key = keyOf(bus);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [bus]);
    else group.push(bus);
  }
  return [...groups.values()];
}
