import type { SharedPart } from './access-part.ts';
import type { BusSnapshot, DetailedChannel } from './detailed-channel.ts';

/** What was asked of a bus at a time: a part and its place on the bus each. */
interface Asked {
  readonly time: number;
  readonly parts: readonly (readonly [place: number, part: SharedPart])[];
}

/**
 * Buses that stand alike and have been asked for the same: the first of them is simulated for all. When they are asked for
 * different things, those that differ go on from the last time at which nothing was held, and repeat what came since.
 */
export class BusClass {
  members: readonly number[];
  readonly channel: DetailedChannel;
  /** What the controller had counted when that was asked last. */
  counted = { rowHits: 0, rowMisses: 0, rowConflicts: 0, activates: 0 };
  #since: BusSnapshot | undefined;
  #asked: Asked[] = [];

  constructor(members: readonly number[], channel: DetailedChannel) {
    this.members = members;
    this.channel = channel;
  }

  /** Where it stands at the present, if nothing is held. */
  rest(now: number): BusSnapshot | undefined {
    if (!this.channel.isIdle) return undefined;
    this.#since = this.channel.snapshot(now);
    this.#asked.length = 0;
    return this.#since;
  }

  /** Asks for parts, each with its place on the bus. */
  ask(parts: Asked['parts'], now: number): void {
    if (this.members.length > 1) this.#asked.push({ time: now, parts });
    for (const [place, part] of parts) this.channel.add(place, part);
    this.channel.begin(now);
  }

  /** Makes a class of some of the members, which `channel` is simulated for from now on. */
  split(members: readonly number[], channel: DetailedChannel, now: number): BusClass {
    const { members: before } = this;
    const other = new BusClass(members, channel);
    this.members = before.filter((bus) => !members.includes(bus));
    const since = this.#since;
    if (since === undefined) return other;
    channel.resume(since);
    other.#since = since;
    for (const { time, parts } of this.#asked) {
      const copies = parts.map(([place, part]): [number, SharedPart] => {
        return [place, part.split(part.channels.filter((_, index) => members.includes(before[index] ?? -1)))];
      });
      other.#asked.push({ time, parts: copies });
      channel.run(time);
      for (const [place, part] of copies) channel.add(place, part);
      channel.begin(time);
    }
    channel.run(now);
    for (const { parts } of other.#asked) for (const [, part] of parts) part.goOn();
    return other;
  }
}
