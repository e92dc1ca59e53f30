import { ClockDomain, share } from '@systole/core';
import type { ComponentModel, Host, ModelContext, Token, Transaction } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { directionOf } from './direction.ts';
import type { LinkParameters } from './link.ts';

const BITS_PER_BYTE = 8;

/** Two directions, each first in, first out; with half duplex they share the wires. Latency is pipelined. */
export class LinkModel implements ComponentModel {
  readonly #host: Host;
  /** A clock whose cycle is one byte of payload, for exact times. */
  readonly #bytes: ClockDomain;
  readonly #latency: Picoseconds;
  readonly #isHalf: boolean;
  readonly #transfer: number;
  readonly #wait: number;
  readonly #bytesIn: number;
  readonly #bytesOut: number;
  readonly #bit: number;
  /** When the wires of each direction are free. */
  readonly #freeAt: [Picoseconds, Picoseconds] = [0, 0];

  constructor(context: ModelContext<LinkParameters>, payloadRate: number) {
    this.#host = context.host;
    this.#bytes = new ClockDomain(payloadRate);
    this.#latency = Math.ceil(context.values.latency);
    this.#isHalf = context.values.duplex === 'half';
    this.#transfer = context.reason('transfer');
    this.#wait = context.reason('latency');
    this.#bytesIn = context.statistic('bytesIn');
    this.#bytesOut = context.statistic('bytesOut');
    this.#bit = context.action('bit');
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const host = this.#host;
    const direction = directionOf(transaction);
    const wires = this.#isHalf ? 0 : direction;
    const bytes = share(transaction.bytes, chunk, chunks);
    const duration = this.#bytes.duration(bytes);
    const start = Math.max(host.now, this.#freeAt[wires]);
    const end = start + duration;
    this.#freeAt[wires] = end;

    host.spend(token, this.#transfer, duration);
    host.spend(token, this.#wait, this.#latency);
    // The first byte is there when it has been sent and has come the way.
    host.finish(
      token,
      start,
      start + this.#bytes.duration(Math.min(1, bytes)) + this.#latency,
      end + this.#latency,
    );
    host.occupy(duration);
    host.count(this.#bytesIn, bytes);
    host.count(this.#bytesOut, bytes);
    host.act(this.#bit, bytes * BITS_PER_BYTE);
  }

  save(now: Picoseconds): readonly number[] {
    return this.#freeAt.map((freeAt) => Math.max(0, freeAt - now));
  }

  load(state: readonly number[], now: Picoseconds): void {
    this.#freeAt[0] = now + (state[0] ?? 0);
    this.#freeAt[1] = now + (state[1] ?? 0);
  }
}
