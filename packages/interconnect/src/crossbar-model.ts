import { ClockDomain, share, SystoleError } from '@systole/core';
import type { ComponentModel, Host, ModelContext, Token, Transaction } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import type { CrossbarParameters } from './crossbar.ts';
import { readTransfer } from './transfer.ts';
import type { Transfer } from './transfer.ts';
import { ceilDivide } from './whole-division.ts';
import { bitsOf } from './width.ts';

/**
 * Ports on two sides, any to any. A transfer holds all its ports, first come first served, from when the last of them
 * is free until its last byte has passed; the latency of the fabric delays it and holds nothing.
 */
export class CrossbarModel implements ComponentModel {
  readonly #host: Host;
  readonly #clock: ClockDomain;
  readonly #widthBits: number;
  readonly #multicasts: boolean;
  readonly #latency: Picoseconds;
  readonly #transfer: number;
  readonly #wait: number;
  readonly #bytesIn: number;
  readonly #bytesOut: number;
  readonly #bit: number;
  /** When each port is free. */
  readonly #inputs: Float64Array;
  readonly #outputs: Float64Array;
  /** The transaction whose sizes are at hand: its chunks come one after the other. */
  #transaction: Transaction | undefined;
  #sizes: Transfer = { source: 0, sources: 1, target: 0, targets: 1, copies: 1 };

  constructor(context: ModelContext<CrossbarParameters>) {
    const { values } = context;
    this.#host = context.host;
    this.#clock = new ClockDomain(values.clock);
    this.#widthBits = bitsOf(values.width);
    this.#multicasts = values.multicast;
    this.#latency = this.#clock.duration(values.latency);
    this.#transfer = context.reason('transfer');
    this.#wait = context.reason('latency');
    this.#bytesIn = context.statistic('bytesIn');
    this.#bytesOut = context.statistic('bytesOut');
    this.#bit = context.action('bit');
    this.#inputs = new Float64Array(values.inputs);
    this.#outputs = new Float64Array(values.outputs);
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const host = this.#host;
    if (transaction !== this.#transaction) {
      this.#sizes = readTransfer(transaction, this.#inputs.length, this.#outputs.length);
      this.#transaction = transaction;
    }
    const { source, sources, target, targets, copies } = this.#sizes;
    const bytes = share(transaction.bytes, chunk, chunks);
    const bitsOut = bitsOf(bytes) * copies;
    // Without multicast the fabric takes every copy from the input anew.
    const bitsIn = this.#multicasts ? bitsOf(bytes) : bitsOut;
    const cycles = Math.max(
      ceilDivide(bitsIn, sources * this.#widthBits),
      ceilDivide(bitsOut, targets * this.#widthBits),
    );
    const duration = this.#clock.duration(cycles);
    const free = Math.max(latest(this.#inputs, source, sources), latest(this.#outputs, target, targets));
    const start = Math.max(host.now, free);
    const end = start + duration;
    hold(this.#inputs, source, sources, end);
    hold(this.#outputs, target, targets, end);

    host.spend(token, this.#transfer, duration);
    host.spend(token, this.#wait, this.#latency);
    const firstBeat = this.#clock.duration(Math.min(1, cycles));
    host.finish(token, start, start + firstBeat + this.#latency, end + this.#latency);
    host.occupy(portTime(duration, sources + targets));
    host.count(this.#bytesIn, bytes);
    host.count(this.#bytesOut, bytes * copies);
    host.act(this.#bit, bitsOut);
  }

  save(now: Picoseconds): readonly number[] {
    return [...this.#inputs, ...this.#outputs].map((freeAt) => Math.max(0, freeAt - now));
  }

  load(state: readonly number[], now: Picoseconds): void {
    const { length } = this.#inputs;
    for (let port = 0; port < length; port++) this.#inputs[port] = now + (state[port] ?? 0);
    for (let port = 0; port < this.#outputs.length; port++) {
      this.#outputs[port] = now + (state[length + port] ?? 0);
    }
  }
}

function latest(freeAt: Float64Array, first: number, count: number): Picoseconds {
  let time = 0;
  for (let port = first; port < first + count; port++)
    time = Math.max(time, freeAt[port % freeAt.length] ?? 0);
  return time;
}

function hold(freeAt: Float64Array, first: number, count: number, until: Picoseconds): void {
  for (let port = first; port < first + count; port++) freeAt[port % freeAt.length] = until;
}

function portTime(duration: Picoseconds, ports: number): number {
  if (Number.isSafeInteger(duration * ports)) return duration * ports;
  throw new SystoleError({
    code: 'time/overflow',
    message: `a transfer of ${duration} ps over ${ports} ports is past 2^53 - 1 ps of port time`,
    hint: 'Cut the transfer into more chunks.',
  });
}
