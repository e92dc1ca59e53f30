import { SystoleError } from '@systole/core';
import type { Host, ModelContext, Token } from '@systole/core';
import type { Bytes, Picoseconds } from '@systole/units';
import type { dramParameters } from '../parameters.ts';

const BITS_PER_BYTE = 8;

/** What all work of a memory is charged alike: busy channels, refresh, open rows, bits across the pins. */
export class WorkCharges {
  readonly #name: string;
  readonly #host: Host;
  readonly #burstBytes: Bytes;
  /** Of each channel: until when its busy time is counted. */
  readonly #busyUntil: Float64Array;
  readonly #actions: Readonly<Record<'refresh' | 'activeStandby' | 'interfaceBit', number>>;

  constructor(context: ModelContext<typeof dramParameters>) {
    this.#name = context.name;
    this.#host = context.host;
    this.#burstBytes = context.values.burstBytes;
    this.#busyUntil = new Float64Array(context.values.channels);
    this.#actions = {
      refresh: context.action('refresh'),
      activeStandby: context.action('active-standby'),
      interfaceBit: context.action('interface-bit'),
    };
  }

  reset(): void {
    this.#busyUntil.fill(0);
  }

  /** Counts a channel as busy; returns what of it was not counted yet. */
  busy(channel: number, from: Picoseconds, until: Picoseconds): Picoseconds {
    const counted = Math.max(from, this.#busyUntil[channel] ?? 0);
    this.#busyUntil[channel] = Math.max(until, counted);
    return Math.max(0, until - counted);
  }

  /** Charges channels for being at work: `busy` ps x channel, with rows open for `standby` ps x bank. */
  charge(busy: Picoseconds, standby: number): void {
    if (!Number.isSafeInteger(standby)) throw this.#overflow();
    this.#host.occupy(busy);
    this.#host.act(this.#actions.refresh, busy);
    this.#host.act(this.#actions.activeStandby, standby);
  }

  /** Charges bursts for crossing the pins. */
  cross(bursts: number): void {
    this.#host.act(this.#actions.interfaceBit, bursts * this.#burstBytes * BITS_PER_BYTE);
  }

  spend(token: Token, reason: number, time: Picoseconds): void {
    if (time > 0) this.#host.spend(token, reason, time);
  }

  finish(token: Token, start: Picoseconds, first: Picoseconds, last: Picoseconds): void {
    if (last <= Number.MAX_SAFE_INTEGER) this.#host.finish(token, start, first, last);
    else throw this.#overflow();
  }

  #overflow(): SystoleError {
    return new SystoleError({
      code: 'time/overflow',
      message: `${this.#name}: a transaction takes longer than event time can hold`,
      hint: 'Cut the work into shorter stretches.',
    });
  }
}
