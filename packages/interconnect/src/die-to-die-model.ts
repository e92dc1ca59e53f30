import { ClockDomain, share, SystoleError } from '@systole/core';
import type { ComponentModel, Host, ModelContext, Token, Transaction } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { CreditWindow } from './credit-window.ts';
import type { DieToDieParameters } from './die-to-die-parameters.ts';
import type { FlitRates } from './die-to-die-parameters.ts';
import { directionOf } from './direction.ts';
import { ceilDivide } from './whole-division.ts';

const BITS_PER_BYTE = 8;

/**
 * Two directions of flits, each first in, first out; with half duplex they share the wires. A transfer is a whole number
 * of flits, and waits for credits where the receiver has room for a limited number of them.
 */
export class DieToDieModel implements ComponentModel {
  readonly #host: Host;
  /** A clock whose cycle is one byte on the wires, for exact times. */
  readonly #bytes: ClockDomain;
  readonly #flitBytes: number;
  readonly #payload: number;
  readonly #latency: Picoseconds;
  readonly #isHalf: boolean;
  readonly #reasons: Readonly<Record<'transfer' | 'credits' | 'latency', number>>;
  readonly #statistics: Readonly<Record<'bytesIn' | 'bytesOut' | 'flits', number>>;
  readonly #bit: number;
  /** When the wires of each direction are free. */
  readonly #freeAt: [Picoseconds, Picoseconds] = [0, 0];
  readonly #windows: readonly [CreditWindow, CreditWindow];

  constructor(context: ModelContext<DieToDieParameters>, rates: FlitRates) {
    const { values, reason, statistic } = context;
    this.#host = context.host;
    this.#bytes = new ClockDomain(rates.raw);
    this.#flitBytes = rates.flitBytes;
    this.#payload = rates.payloadBytes;
    this.#latency = Math.ceil(values.latency);
    this.#isHalf = values.duplex === 'half';
    this.#reasons = {
      transfer: reason('transfer'),
      credits: reason('credits'),
      latency: reason('latency'),
    };
    this.#statistics = {
      bytesIn: statistic('bytesIn'),
      bytesOut: statistic('bytesOut'),
      flits: statistic('flits'),
    };
    this.#bit = context.action('bit');
    const timeOf = (flits: number): Picoseconds => this.#bytes.duration(flits * this.#flitBytes);
    const loop = timeOf(1) + this.#latency + Math.ceil(values.creditLatency ?? values.latency);
    const window = (): CreditWindow => new CreditWindow(values.credits, loop, timeOf);
    this.#windows = [window(), window()];
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const host = this.#host;
    const direction = directionOf(transaction);
    const wires = this.#isHalf ? 0 : direction;
    const bytes = share(transaction.bytes, chunk, chunks);
    const flits = ceilDivide(bytes, this.#payload);
    const bits = flits * this.#flitBytes * BITS_PER_BYTE;
    if (bits > Number.MAX_SAFE_INTEGER) throw tooManyBits(bits);
    const from = Math.max(host.now, this.#freeAt[wires]);
    const { start, firstOut, end, stalled } =
      flits === 0
        ? { start: from, firstOut: from, end: from, stalled: 0 }
        : this.#windows[direction].send(flits, from);
    this.#freeAt[wires] = end;

    // A wait for the first credit is service of this transfer too: the wires are kept for it.
    host.spend(token, this.#reasons.credits, start - from + stalled);
    host.spend(token, this.#reasons.transfer, end - start - stalled);
    host.spend(token, this.#reasons.latency, this.#latency);
    // A flit is checked as a whole before any of it is passed on.
    host.finish(token, from, firstOut + this.#latency, end + this.#latency);
    host.occupy(end - start - stalled);
    host.count(this.#statistics.bytesIn, bytes);
    host.count(this.#statistics.bytesOut, bytes);
    host.count(this.#statistics.flits, flits);
    host.act(this.#bit, bits);
  }

  save(now: Picoseconds): readonly number[] {
    const [there, back] = this.#windows.map((window) => window.save(now));
    const wires = this.#freeAt.map((freeAt) => Math.max(0, freeAt - now));
    return [...wires, there?.length ?? 0, ...(there ?? []), ...(back ?? [])];
  }

  load(state: readonly number[], now: Picoseconds): void {
    const [there = 0, back = 0, length = 0, ...bursts] = state;
    this.#freeAt[0] = now + there;
    this.#freeAt[1] = now + back;
    this.#windows[0].load(bursts.slice(0, length), now);
    this.#windows[1].load(bursts.slice(length), now);
  }
}

function tooManyBits(bits: number): SystoleError {
  return new SystoleError({
    code: 'limit/exceeded',
    message: `a transfer of ${bits} bits on the wires: more than 2^53 - 1 cannot be counted exactly`,
    hint: 'Make several transfers of it, or flits that hold more payload.',
  });
}
