import { Stream } from './stream.ts';
import type { StreamPace } from './stream.ts';
import { Xorshift } from './xorshift.ts';

/** The region that a stream goes over. */
export interface StreamRegion {
  readonly burstBytes: number;
  /** Bursts of the region, a power of two. */
  readonly bursts: number;
}

/** One burst after another from the start of the region on, and around. */
export class SequentialStream extends Stream {
  readonly #bytes: number;
  readonly #capacity: number;
  readonly #stride: number;
  #next = 0;

  constructor(pace: StreamPace, region: StreamRegion, isWrite: boolean, stride: number) {
    super(pace);
    this.#bytes = region.burstBytes;
    this.#capacity = region.bursts * region.burstBytes;
    this.#stride = stride % this.#capacity;
    this.isWrite = isWrite;
  }

  protected override move(): void {
    const next = this.#next;
    this.address = next - (next % this.#bytes);
    const after = next + this.#stride;
    this.#next = after >= this.#capacity ? after - this.#capacity : after;
  }
}

/** Bursts anywhere in the region. With `block` above 1, each of them is the first of that many that follow one another. */
export class RandomStream extends Stream {
  readonly #bytes: number;
  readonly #mask: number;
  readonly #block: number;
  readonly #random: Xorshift;
  #start = 0;
  #left = 0;

  constructor(pace: StreamPace, region: StreamRegion, isWrite: boolean, seed: number, block: number) {
    super(pace);
    this.#bytes = region.burstBytes;
    this.#mask = region.bursts - 1;
    this.#block = block;
    this.#random = new Xorshift(seed);
    this.isWrite = isWrite;
  }

  protected override move(): void {
    if (this.#left === 0) {
      const drawn = (this.#random.next() & this.#mask) >>> 0;
      this.#start = drawn - (drawn % this.#block);
      this.#left = this.#block;
    }
    this.address = (this.#start + this.#block - this.#left) * this.#bytes;
    this.#left--;
  }
}

/** Reads from the start of the region on, and writes from its middle on, so many of each in turn. */
export class SequentialMixStream extends Stream {
  readonly #bytes: number;
  readonly #middle: number;
  readonly #reads: number;
  readonly #period: number;
  #read = 0;
  #written = 0;
  #phase = 0;

  constructor(pace: StreamPace, region: StreamRegion, reads: number, writes: number) {
    super(pace);
    this.#bytes = region.burstBytes;
    this.#middle = (region.bursts / 2) * region.burstBytes;
    this.#reads = reads;
    this.#period = reads + writes;
  }

  protected override move(): void {
    this.isWrite = this.#phase >= this.#reads;
    this.address = this.isWrite ? this.#middle + this.#written++ * this.#bytes : this.#read++ * this.#bytes;
    this.#phase = this.#phase + 1 === this.#period ? 0 : this.#phase + 1;
  }
}

/** Bursts anywhere, and of each a draw whether it is written. */
export class RandomMixStream extends Stream {
  readonly #bytes: number;
  readonly #mask: number;
  readonly #writes: number;
  readonly #period: number;
  readonly #random: Xorshift;

  constructor(pace: StreamPace, region: StreamRegion, reads: number, writes: number, seed: number) {
    super(pace);
    this.#bytes = region.burstBytes;
    this.#mask = region.bursts - 1;
    this.#writes = writes;
    this.#period = reads + writes;
    this.#random = new Xorshift(seed);
  }

  protected override move(): void {
    this.address = ((this.#random.next() & this.#mask) >>> 0) * this.#bytes;
    this.isWrite = this.#random.next() % this.#period < this.#writes;
  }
}

/** Several sequential streams in turn, each in its own part of the region. */
export class InterleavedStream extends Stream {
  readonly #bytes: number;
  readonly #part: number;
  readonly #streams: number;
  #stream = 0;
  #offset = 0;

  constructor(pace: StreamPace, region: StreamRegion, isWrite: boolean, streams: number) {
    super(pace);
    this.#bytes = region.burstBytes;
    this.#part = Math.floor(region.bursts / streams) * region.burstBytes;
    this.#streams = streams;
    this.isWrite = isWrite;
  }

  protected override move(): void {
    this.address = this.#stream * this.#part + this.#offset;
    this.#stream++;
    if (this.#stream < this.#streams) return;
    this.#stream = 0;
    this.#offset += this.#bytes;
  }
}
