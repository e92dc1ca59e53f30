import { ClockDomain, share, SystoleError } from '@systole/core';
import type { ComponentModel, Host, ModelContext, Token, Transaction } from '@systole/core';
import type { Bytes, Picoseconds } from '@systole/units';
import type { TemplateNameParameters } from './template-name.ts';

const BITS_PER_BYTE = 8;

/** One port that serves chunks in the order of their arrival; the latency delays a chunk, and not the next one. */
export class TemplateNameModel implements ComponentModel {
  readonly #name: string;
  readonly #host: Host;
  readonly #clock: ClockDomain;
  readonly #width: Bytes;
  readonly #capacity: Bytes;
  readonly #latency: number;
  readonly #read: { readonly cycles: number; readonly words: number; readonly bit: number };
  readonly #write: { readonly cycles: number; readonly words: number; readonly bit: number };
  readonly #accessing: number;
  readonly #waiting: number;
  /** When the port is free: all that a later transaction can feel of the earlier ones. */
  #freeAt: Picoseconds = 0;

  constructor({ name, host, values, action, statistic, reason }: ModelContext<TemplateNameParameters>) {
    this.#name = name;
    this.#host = host;
    this.#clock = new ClockDomain(values.clock);
    this.#width = values.width;
    this.#capacity = values.capacity;
    this.#latency = values.latency;
    this.#read = { cycles: values.readCycles, words: statistic('reads'), bit: action('read-bit') };
    this.#write = { cycles: values.writeCycles, words: statistic('writes'), bit: action('write-bit') };
    this.#accessing = reason('access');
    this.#waiting = reason('latency');
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const host = this.#host;
    const { cycles, words: counter, bit } = this.#kindOf(transaction);
    const run = this.#runOf(transaction);
    const low = startOf(transaction.bytes, chunk, chunks);
    const high = low + share(transaction.bytes, chunk, chunks);
    // A word that two chunks have a part of is read with the first of them and kept for the second.
    const words = this.#wordsBefore(high, run) - this.#wordsBefore(low, run);
    const busy = this.#clock.duration(words * cycles);
    const start = Math.max(host.now, this.#freeAt);
    const first = start + this.#clock.duration(Math.min(words, 1) * cycles + this.#latency);
    const last = start + this.#clock.duration(words * cycles + this.#latency);
    this.#freeAt = start + busy;
    host.spend(token, this.#accessing, busy);
    host.spend(token, this.#waiting, last - start - busy);
    host.occupy(busy);
    host.count(counter, words);
    host.act(bit, words * this.#width * BITS_PER_BYTE);
    host.finish(token, start, first, last);
  }

  save(now: Picoseconds): readonly number[] {
    return [Math.max(0, this.#freeAt - now)];
  }

  load([left = 0]: readonly number[], now: Picoseconds): void {
    this.#freeAt = now + left;
  }

  /** Words up to byte `position` of a pattern, counted in the order of its runs, each of which begins with a word of its own. */
  #wordsBefore(position: Bytes, run: Bytes): number {
    const whole = Math.floor(position / run);
    return whole * Math.ceil(run / this.#width) + Math.ceil((position - whole * run) / this.#width);
  }

  #kindOf({ kind }: Transaction): { readonly cycles: number; readonly words: number; readonly bit: number } {
    if (kind === 'read') return this.#read;
    if (kind === 'write') return this.#write;
    throw this.#invalid(`there is no transaction "${kind}"`, 'Ask for read or write.');
  }

  /** Bytes of a run, after what was asked for has been checked. Without a pattern, data streams through as one run. */
  #runOf({ kind, bytes, pattern }: Transaction): Bytes {
    if (!Number.isSafeInteger(bytes) || bytes < 0) {
      throw this.#invalid(`a ${kind} of ${bytes} bytes`, 'Sizes are whole numbers of bytes, not below zero.');
    }
    if (pattern === undefined) return Math.max(1, bytes);
    const { base, run, stride, runs } = pattern;
    const end = base + stride * (runs - 1) + run;
    const isWhole = [base, run, stride, runs, run * runs, end].every(Number.isSafeInteger);
    if (!isWhole || base < 0 || stride < 0 || run < 1 || runs < 1 || run * runs !== bytes) {
      throw this.#invalid(
        `a ${kind} of ${bytes} bytes as ${runs} runs of ${run} bytes, ${stride} bytes apart, from ${base} on`,
        'Base and stride are whole numbers from 0 on, run and runs from 1 on, and run x runs is the size.',
      );
    }
    if (end <= this.#capacity) return run;
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

/** Where piece `index` of `count` begins: the sum of the shares before it. */
function startOf(total: number, index: number, count: number): number {
  const quotient = Math.floor(total / count);
  return quotient * index + Math.floor(((total - quotient * count) * index) / count);
}
