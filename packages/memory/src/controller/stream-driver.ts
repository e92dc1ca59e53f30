import { SystoleError } from '@systole/core';
import type { AddressMapping } from '../device/address-mapping.ts';
import type { ChannelController } from './channel-controller.ts';
import type { RequestSource } from './request-source.ts';

/** Requests between two reports of progress. */
const REPORT_EVERY = 2 ** 16;

/** So many ticks that were visited without a request being done, while some wait, are no progress. */
const PATIENCE = 2 ** 18;

/** Offers a stream to the controllers of the channels and moves time on, from one tick at which something may happen to the next. */
export class StreamDriver {
  readonly #controllers: readonly ChannelController[];
  readonly #mapping: AddressMapping;
  readonly #source: RequestSource;
  readonly #burstBytes: number;
  readonly #onProgress: ((requests: number, tick: number) => void) | undefined;
  /** Next tick of each channel. */
  readonly #next: Float64Array;
  #hasRequest: boolean;
  #isDecoded = false;
  #taken = 0;
  #visits = 0;
  #doneBefore = -1;

  constructor(
    controllers: readonly ChannelController[],
    mapping: AddressMapping,
    source: RequestSource,
    burstBytes: number,
    onProgress?: (requests: number, tick: number) => void,
  ) {
    this.#controllers = controllers;
    this.#mapping = mapping;
    this.#source = source;
    this.#burstBytes = burstBytes;
    this.#onProgress = onProgress;
    this.#next = new Float64Array(controllers.length).fill(1);
    this.#hasRequest = source.next();
  }

  /** @returns The tick at which the last request is done; 0 where there is none. */
  run(): number {
    const [only, ...others] = this.#controllers;
    let tick = 0;
    for (;;) {
      const retry = this.#hasRequest ? this.#offer(tick) : Infinity;
      if (!this.#hasRequest && this.#waiting() === 0) {
        const done = this.#lastDone();
        this.#finish(done);
        return done;
      }
      if (++this.#visits % PATIENCE === 0) this.#checkProgress();
      let next = retry;
      if (only !== undefined && others.length === 0) {
        const time = this.#next[0] ?? Infinity;
        tick = time < next ? time : next;
        if (tick === Infinity) stuck();
        if (tick === time) this.#next[0] = only.advance(tick);
        continue;
      }
      for (let channel = 0; channel < this.#next.length; channel++) {
        next = Math.min(next, this.#next[channel] ?? Infinity);
      }
      if (next === Infinity) stuck();
      tick = next;
      for (let channel = 0; channel < this.#next.length; channel++) {
        if (this.#next[channel] !== tick) continue;
        this.#next[channel] = this.#controllers[channel]?.advance(tick) ?? Infinity;
      }
    }
  }

  #checkProgress(): void {
    const waiting = this.#waiting();
    if (waiting > 0 && this.#taken - waiting === this.#doneBefore) stuck();
    this.#doneBefore = this.#taken - waiting;
  }

  /** Runs the ticks in which the last data is still on its way: refreshes and precharges go on. */
  #finish(done: number): void {
    this.#controllers.forEach((controller, channel) => {
      let tick = this.#next[channel] ?? Infinity;
      while (tick <= done) tick = controller.advance(tick);
    });
  }

  /**
   * Offers requests after a tick until one is refused.
   *
   * @returns The tick after which it makes sense to offer again though no command was issued; Infinity where that is not known.
   */
  #offer(tick: number): number {
    const source = this.#source;
    const mapping = this.#mapping;
    while (this.#hasRequest) {
      if (source.earliest > tick) return source.earliest;
      if (source.waitsForAll) {
        if (this.#waiting() > 0) return Infinity;
        const done = this.#lastDone();
        if (done > tick) return done;
      }
      if (!this.#isDecoded) {
        mapping.decode(source.address / this.#burstBytes);
        this.#isDecoded = true;
      }
      const { channel } = mapping;
      const controller = this.#controllers[channel];
      if (controller === undefined) throw new RangeError(`no channel ${channel}`);
      if (!controller.offer(mapping.bank, mapping.row, mapping.column, source.isWrite, tick)) return Infinity;
      if ((this.#next[channel] ?? 0) > tick + 1) this.#next[channel] = tick + 1;
      this.#isDecoded = false;
      this.#taken++;
      if (this.#onProgress !== undefined && this.#taken % REPORT_EVERY === 0)
        this.#onProgress(this.#taken, tick);
      this.#hasRequest = source.next();
    }
    return Infinity;
  }

  #waiting(): number {
    let waiting = 0;
    for (const controller of this.#controllers) waiting += controller.waiting;
    return waiting;
  }

  #lastDone(): number {
    let last = 0;
    for (const controller of this.#controllers) last = Math.max(last, controller.lastDone);
    return last;
  }
}

function stuck(): never {
  throw new SystoleError({
    code: 'parameter/out-of-range',
    message:
      'requests wait, and nothing will ever happen: the timing of the device allows no further command',
    place: { path: 'device.timings' },
    hint: 'Check that refreshes leave time for requests: nREFI well above nRFC, nREFIpb above nRFCpb.',
  });
}
