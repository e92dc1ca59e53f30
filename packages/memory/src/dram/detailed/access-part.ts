import type { Picoseconds } from '@systole/units';
import type { BurstCursor } from './burst-cursor.ts';
import type { ChannelPart } from './detailed-channel.ts';

/** What is known of a chunk that is under way, over all of its channels. */
export interface ChunkWork {
  readonly isWrite: boolean;
  /** Channels whose bursts have not all been offered, and bursts that are held. */
  open: number;
  held: number;
  bursts: number;
  start: Picoseconds;
  first: Picoseconds;
  last: Picoseconds;
  /** Bursts of the channel that ended last, and busy time over all channels. */
  busiest: number;
  busy: Picoseconds;
  standby: number;
}

/** What one channel did for a chunk: from its first burst to the end of the last. */
export interface PartService {
  readonly from: Picoseconds;
  readonly until: Picoseconds;
  readonly bursts: number;
}

/** Called whenever a chunk may have ended; with the service of the channels where theirs has. */
export type PartEnd<Work> = (work: Work, channels: readonly number[], part?: PartService) => void;

/** A part for several channels that stand alike. */
export interface SharedPart extends ChannelPart {
  readonly channels: readonly number[];
  /** Leaves some of its channels to a part of their own, which is at its beginning and repeats all until `goOn`. */
  split(channels: readonly number[]): SharedPart;
  goOn(): void;
}

/** What a chunk asks of a channel, for it and for others that stand alike and are asked for the same. */
export class AccessPart<Work extends ChunkWork> implements SharedPart {
  readonly cursor: BurstCursor;
  readonly isWrite: boolean;
  readonly isEmpty: boolean;
  channels: readonly number[];
  from = Infinity;
  until = 0;
  bursts = 0;
  #left = 0;
  #isOffered = false;
  /** Whether it only repeats what was accounted for already. */
  #isRepeated: boolean;
  readonly #work: Work;
  readonly #cursorOf: () => BurstCursor;
  readonly #onEnd: PartEnd<Work>;

  constructor(
    channels: readonly number[],
    work: Work,
    cursorOf: () => BurstCursor,
    onEnd: PartEnd<Work>,
    isRepeated = false,
  ) {
    this.cursor = cursorOf();
    this.isEmpty = !this.cursor.next();
    this.isWrite = work.isWrite;
    this.channels = channels;
    this.#work = work;
    this.#cursorOf = cursorOf;
    this.#onEnd = onEnd;
    this.#isRepeated = isRepeated;
    if (!isRepeated && !this.isEmpty) work.open += channels.length;
  }

  split(channels: readonly number[]): AccessPart<Work> {
    this.channels = this.channels.filter((channel) => !channels.includes(channel));
    return new AccessPart(channels, this.#work, this.#cursorOf, this.#onEnd, true);
  }

  goOn(): void {
    this.#isRepeated = false;
  }

  taken(time: Picoseconds): void {
    this.from = Math.min(this.from, time);
    this.bursts++;
    this.#left++;
    if (this.#isRepeated) return;
    const work = this.#work;
    work.start = Math.min(work.start, time);
    work.held += this.channels.length;
    work.bursts += this.channels.length;
  }

  allTaken(): void {
    this.#isOffered = true;
    if (this.#isRepeated) return;
    this.#work.open -= this.channels.length;
    this.#end();
  }

  moved(time: Picoseconds): void {
    this.#left--;
    this.until = Math.max(this.until, time);
    if (this.#isRepeated) return;
    const work = this.#work;
    work.held -= this.channels.length;
    work.first = Math.min(work.first, time);
    this.#end();
  }

  #end(): void {
    const isEnded = this.#isOffered && this.#left === 0;
    if (isEnded) this.#onEnd(this.#work, this.channels, this);
    else this.#onEnd(this.#work, this.channels);
  }
}
