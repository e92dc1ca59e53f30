import { SystoleError } from '@systole/core';
import type { AccessPattern, ComponentModel, Host, ModelContext, Token, Transaction } from '@systole/core';
import type { Bytes, Picoseconds } from '@systole/units';
import { bankWords } from './bank-words.ts';
import { sharesBefore } from './shares.ts';
import type { sttMramParameters } from './stt-mram.ts';

const BITS_PER_BYTE = 8;
const PS_PER_SECOND = 1e12;

/**
 * Chunks enter the port in the order of their arrival; each bank takes the accesses that fall to it one after the other, so
 * that a read waits behind the long writes of its bank and of no other.
 */
export class SttMramModel implements ComponentModel {
  readonly #name: string;
  readonly #host: Host;
  readonly #values: ModelContext<typeof sttMramParameters>['values'];
  readonly #bankFreeAt: Float64Array;
  #portFreeAt = 0;
  readonly #reasons: { port: number; read: number; write: number; conflict: number };
  readonly #statistics: { read: number; write: number };
  readonly #actions: { read: number; write: number };

  constructor({ name, host, values, action, statistic, reason }: ModelContext<typeof sttMramParameters>) {
    this.#name = name;
    this.#host = host;
    this.#values = values;
    this.#bankFreeAt = new Float64Array(values.banks);
    this.#reasons = {
      port: reason('port'),
      read: reason('read'),
      write: reason('write'),
      conflict: reason('conflict'),
    };
    this.#statistics = { read: statistic('reads'), write: statistic('writes') };
    this.#actions = { read: action('read-bit'), write: action('write-bit') };
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const { kind, bytes } = transaction;
    if (kind !== 'read' && kind !== 'write') {
      throw this.#invalid(`there is no transaction "${kind}"`, 'Ask for read or write.');
    }
    const { width, banks, portRate, readCycle, writeCycle } = this.#values;
    const cycle = kind === 'read' ? readCycle : writeCycle;
    const pattern = this.#patternOf(transaction);
    const low = sharesBefore(bytes, chunk, chunks);
    const high = sharesBefore(bytes, chunk + 1, chunks);
    const host = this.#host;
    const start = Math.max(host.now, this.#portFreeAt);
    if (high === low) return host.finish(token, start, start, start);

    const { ofBank, total } = bankWords(pattern, low, high, width, banks);
    const transfer = Math.ceil(((high - low) * PS_PER_SECOND) / portRate);
    this.#portFreeAt = start + transfer;
    let last = start + Math.max(transfer, cycle);
    for (const [bank, words] of ofBank.entries()) {
      if (words === 0) continue;
      const begin = Math.max(start, this.#bankFreeAt[bank] ?? 0);
      const end = begin + words * cycle;
      this.#bankFreeAt[bank] = end;
      last = Math.max(last, end);
    }
    // Had they been spread evenly over free banks, the accesses would have taken this long.
    const service = last - start;
    const sensing = Math.min(service, Math.ceil(total / banks) * cycle);
    const waiting = Math.min(service - sensing, Math.max(0, transfer - sensing));
    host.spend(token, this.#reasons[kind], sensing);
    host.spend(token, this.#reasons.port, waiting);
    host.spend(token, this.#reasons.conflict, service - sensing - waiting);
    host.occupy(total * cycle);
    host.count(this.#statistics[kind], total);
    host.act(this.#actions[kind], total * width * BITS_PER_BYTE);
    host.finish(token, start, Math.min(last, start + cycle), last);
  }

  save(now: Picoseconds): readonly number[] {
    return [this.#portFreeAt, ...this.#bankFreeAt].map((time) => Math.max(0, time - now));
  }

  load([port = 0, ...banks]: readonly number[], now: Picoseconds): void {
    this.#portFreeAt = now + port;
    for (let bank = 0; bank < this.#bankFreeAt.length; bank++)
      this.#bankFreeAt[bank] = now + (banks[bank] ?? 0);
  }

  /** The pattern, checked. Without one, the data lies in one piece at the beginning. */
  #patternOf({ bytes, kind, pattern }: Transaction): AccessPattern {
    const run: Bytes = Math.max(1, bytes);
    const piece = { base: 0, run, stride: run, runs: 1, order: 'sequential', layout: 'interleaved' } as const;
    const asked = pattern ?? piece;
    const end = asked.base + asked.stride * (asked.runs - 1) + asked.run;
    const sizes = [bytes, asked.base, asked.stride, asked.run - 1, asked.runs - 1, end];
    const isWhole = sizes.every((size) => Number.isSafeInteger(size) && size >= 0);
    if (!isWhole || (pattern !== undefined && asked.run * asked.runs !== bytes)) {
      throw this.#invalid(
        `a ${kind} of ${bytes} bytes as ${asked.runs} runs of ${asked.run} bytes, ${asked.stride} bytes apart, from ${asked.base} on`,
        'Base and stride are whole numbers from 0 on, run and runs from 1 on, and run x runs is the size.',
      );
    }
    // What has no address may be more than fits: it streams through.
    if (pattern === undefined || end <= this.#values.capacity) return asked;
    throw new SystoleError({
      code: 'capacity/exceeded',
      message: `${this.#name}: a ${kind} reaches byte ${end} of a memory of ${this.#values.capacity} bytes`,
      hint: 'Place less data in this memory, or raise its capacity.',
    });
  }

  #invalid(message: string, hint: string): SystoleError {
    return new SystoleError({ code: 'argument/invalid', message: `${this.#name}: ${message}`, hint });
  }
}
