import { SystoleError } from '@systole/core';
import type { Bytes, Picoseconds } from '@systole/units';
import type { FlashRequestSource } from './run-flash-requests.ts';

/** A stream of requests of one size. */
export interface FlashStreamSpec {
  readonly pattern: 'sequential' | 'random';
  readonly requests: number;
  readonly bytes: Bytes;
  /** Share of the requests that read; the others write. */
  readonly readShare: number;
  /** Addresses go from 0 to this, in steps of the size. */
  readonly space: Bytes;
  /** Time from one request to the next; 0 for a stream that is always ready. */
  readonly gap: Picoseconds;
  readonly seed: number;
}

const WORD = 2 ** 32;

/** Makes the requests of a stream one by one. Throws `parameter/out-of-range` for a stream that cannot be. */
export class FlashStream implements FlashRequestSource {
  address = 0;
  readonly bytes: Bytes;
  isWrite = false;
  earliest = 0;
  readonly #spec: FlashStreamSpec;
  readonly #slots: number;
  #next = 0;
  #state: number;

  constructor(spec: FlashStreamSpec) {
    const { bytes, gap, readShare, requests, seed, space } = spec;
    demand(Number.isSafeInteger(requests) && requests >= 0, 'requests', requests);
    demand(Number.isSafeInteger(bytes) && bytes >= 1, 'bytes', bytes);
    demand(Number.isSafeInteger(space) && space >= bytes, 'space', space);
    demand(readShare >= 0 && readShare <= 1, 'readShare', readShare);
    demand(Number.isSafeInteger(gap) && gap >= 0, 'gap', gap);
    demand(Number.isSafeInteger(seed) && seed >= 0, 'seed', seed);
    this.#spec = spec;
    this.bytes = bytes;
    this.#slots = Math.floor(space / bytes);
    // Xorshift stays at 0 for ever; near seeds are spread apart.
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x2545f491) >>> 0 || 1;
  }

  next(): boolean {
    const { gap, pattern, readShare, requests } = this.#spec;
    if (this.#next >= requests) return false;
    const index = this.#next++;
    this.earliest = index * gap;
    const slot = pattern === 'sequential' ? index % this.#slots : Math.floor(this.#draw() * this.#slots);
    this.address = slot * this.bytes;
    this.isWrite = readShare < 1 && this.#draw() >= readShare;
    return true;
  }

  /** From 0 to below 1: two words of xorshift, so that large spaces are covered. */
  #draw(): number {
    return (this.#word() + this.#word() / WORD) / WORD;
  }

  #word(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state;
  }
}

function demand(isRight: boolean, name: string, value: number): void {
  if (isRight) return;
  throw new SystoleError({
    code: 'parameter/out-of-range',
    message: `${name} of a stream: ${value}`,
    place: { path: name },
    hint: 'Counts, sizes and seeds are whole numbers, readShare is from 0 to 1, space holds a request.',
  });
}
