import { ClockDomain, share, SystoleError } from '@systole/core';
import type { AccessPattern, ComponentModel, Host, ModelContext, Token, Transaction } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { shareStart } from '../share-start.ts';
import { bankLoad } from './bank-load.ts';
import type { sramParameters } from './parameters.ts';
import { figuresInUse } from './sram-figures.ts';

const READ = 0;
const WRITE = 1;
const BITS_PER_BYTE = 8;

/** SRAM: each port serves chunks in the order in which they arrive; the latency delays a chunk and not the next one. */
export class SramModel implements ComponentModel {
  readonly #name: string;
  readonly #host: Host;
  readonly #clock: ClockDomain;
  readonly #width: number;
  readonly #banks: number;
  readonly #capacity: number;
  readonly #latency: number;
  readonly #interval: number;
  readonly #writePort: number;
  readonly #freeAt = new Float64Array(2);
  readonly #reasons: { readonly access: number; readonly latency: number };
  readonly #statistics: { readonly reads: number; readonly writes: number; readonly conflictCycles: number };
  readonly #actions: { readonly readBit: number; readonly writeBit: number };

  constructor(context: ModelContext<typeof sramParameters>) {
    const { values } = context;
    this.#name = context.name;
    this.#host = context.host;
    this.#clock = new ClockDomain(values.clock);
    this.#width = values.width;
    this.#banks = values.banks;
    this.#capacity = values.capacity;
    const { latency, interval } = figuresInUse(values);
    this.#latency = latency;
    this.#interval = interval;
    // Of a double buffer, the half that is filled and the half that is read each have their own port.
    this.#writePort = values.ports === 'single' && values.buffers === 1 ? READ : WRITE;
    this.#reasons = { access: context.reason('access'), latency: context.reason('latency') };
    this.#statistics = {
      reads: context.statistic('reads'),
      writes: context.statistic('writes'),
      conflictCycles: context.statistic('conflictCycles'),
    };
    this.#actions = { readBit: context.action('read-bit'), writeBit: context.action('write-bit') };
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const isWrite = transaction.kind === 'write';
    if (!isWrite && transaction.kind !== 'read') {
      throw this.#invalid(`there is no transaction "${transaction.kind}"`, 'Ask for read or write.');
    }
    const host = this.#host;
    const port = isWrite ? this.#writePort : READ;
    const pattern = this.#patternOf(transaction);
    const low = shareStart(transaction.bytes, chunk, chunks);
    const high = low + share(transaction.bytes, chunk, chunks);
    const start = Math.max(host.now, this.#freeAt[port] ?? 0);
    if (high === low) return host.finish(token, start, start, start);
    const { accesses, busiest } = bankLoad(pattern, low, high, this.#width, this.#banks);
    const cycles = busiest * this.#interval;
    const access = this.#clock.duration(cycles);
    const last = start + this.#clock.duration(cycles + this.#latency);
    const first = start + this.#clock.duration(this.#interval + this.#latency);
    this.#freeAt[port] = start + access;
    host.spend(token, this.#reasons.access, access);
    host.spend(token, this.#reasons.latency, last - start - access);
    host.occupy(access);
    host.count(isWrite ? this.#statistics.writes : this.#statistics.reads, accesses);
    const even = Math.ceil(accesses / this.#banks) * this.#interval;
    host.count(this.#statistics.conflictCycles, cycles - even);
    host.act(
      isWrite ? this.#actions.writeBit : this.#actions.readBit,
      accesses * this.#width * BITS_PER_BYTE,
    );
    host.finish(token, start, first, last);
  }

  save(now: Picoseconds): readonly number[] {
    return Array.from(this.#freeAt, (time) => Math.max(0, time - now));
  }

  load(state: readonly number[], now: Picoseconds): void {
    for (let port = 0; port < this.#freeAt.length; port++) this.#freeAt[port] = now + (state[port] ?? 0);
  }

  /** The pattern, checked; one without an address streams through and may be longer than the memory is large. */
  #patternOf(transaction: Transaction): AccessPattern {
    const { bytes, kind, pattern } = transaction;
    if (!Number.isSafeInteger(bytes) || bytes < 0) {
      throw this.#invalid(`a ${kind} of ${bytes} bytes`, 'Sizes are whole numbers of bytes, not below zero.');
    }
    if (pattern === undefined) {
      const run = Math.max(1, bytes);
      return { base: 0, run, stride: run, runs: 1, order: 'sequential', layout: 'interleaved' };
    }
    const { base, run, stride, runs } = pattern;
    const end = base + stride * (runs - 1) + run;
    const isWhole = [base, run, stride, runs, run * runs, end].every(Number.isSafeInteger);
    if (!isWhole || base < 0 || run < 1 || stride < 0 || runs < 1 || run * runs !== bytes) {
      throw this.#invalid(
        `a ${kind} of ${bytes} bytes as ${runs} runs of ${run} bytes, ${stride} bytes apart, from ${base} on`,
        'Base and stride are whole numbers from 0 on, run and runs from 1 on, and run x runs is the size.',
      );
    }
    if (end <= this.#capacity) return pattern;
    throw new SystoleError({
      code: 'capacity/exceeded',
      message: `${this.#name}: a ${kind} reaches byte ${end} of a memory of ${this.#capacity} bytes`,
      hint: 'Place less data in this memory, or raise its capacity.',
    });
  }

  #invalid(message: string, hint: string): SystoleError {
    return new SystoleError({ code: 'argument/invalid', message: `${this.#name}: ${message}`, hint });
  }
}
