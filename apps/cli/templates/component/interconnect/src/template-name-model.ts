import { ClockDomain, share, SystoleError } from '@systole/core';
import type { ComponentModel, Host, ModelContext, Token, Transaction } from '@systole/core';
import type { Bytes, Picoseconds } from '@systole/units';
import type { TemplateNameParameters } from './template-name.ts';

const BITS_PER_BYTE = 8;
const MAX_COPIES = 8192;

/** One line that a transfer has to itself, in the order of arrival; the next one enters while the last bytes are on their way. */
export class TemplateNameModel implements ComponentModel {
  readonly #name: string;
  readonly #host: Host;
  readonly #clock: ClockDomain;
  readonly #stations: number;
  readonly #width: Bytes;
  readonly #hopCycles: number;
  readonly #moving: number;
  readonly #waiting: number;
  readonly #bytesIn: number;
  readonly #bytesOut: number;
  readonly #bitHop: number;
  /** When the line is free: all that a later transfer can feel of the earlier ones. */
  #freeAt: Picoseconds = 0;

  constructor({ name, host, values, action, statistic, reason }: ModelContext<TemplateNameParameters>) {
    this.#name = name;
    this.#host = host;
    this.#clock = new ClockDomain(values.clock);
    this.#stations = values.stations;
    this.#width = values.width;
    this.#hopCycles = values.hopCycles;
    this.#moving = reason('transfer');
    this.#waiting = reason('hops');
    this.#bytesIn = statistic('bytesIn');
    this.#bytesOut = statistic('bytesOut');
    this.#bitHop = action('bit-hop');
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const host = this.#host;
    const { hops, copies } = this.#wayOf(transaction);
    const bytes = share(transaction.bytes, chunk, chunks);
    const bitHops = bytes * copies * BITS_PER_BYTE * hops;
    if (!Number.isSafeInteger(bitHops)) {
      throw new SystoleError({
        code: 'limit/exceeded',
        message: `${this.#name}: ${bitHops} bit hops in one chunk are more than can be counted exactly`,
        hint: 'Cut the transfer into more chunks.',
      });
    }
    const beats = Math.ceil((bytes * copies) / this.#width);
    const way = hops * this.#hopCycles;
    const busy = this.#clock.duration(beats);
    const start = Math.max(host.now, this.#freeAt);
    const last = start + this.#clock.duration(beats + way);
    this.#freeAt = start + busy;
    host.spend(token, this.#moving, busy);
    host.spend(token, this.#waiting, last - start - busy);
    host.occupy(busy);
    host.count(this.#bytesIn, bytes);
    host.count(this.#bytesOut, bytes * copies);
    host.act(this.#bitHop, bitHops);
    host.finish(token, start, start + this.#clock.duration(Math.min(beats, 1) + way), last);
  }

  save(now: Picoseconds): readonly number[] {
    return [Math.max(0, this.#freeAt - now)];
  }

  load([left = 0]: readonly number[], now: Picoseconds): void {
    this.#freeAt = now + left;
  }

  /** Hops between the outermost stations that take part, after what was asked for has been checked. */
  #wayOf({ kind, bytes, dims = {} }: Transaction): { readonly hops: number; readonly copies: number } {
    const { source = 0, sources = 1, target = 0, targets = 1, copies = 1 } = dims;
    const stations = this.#stations;
    if (kind !== 'transfer') throw this.#invalid(`there is no transaction "${kind}"`, 'Ask for transfer.');
    const isStation = (at: number): boolean => Number.isSafeInteger(at) && at >= 0 && at < stations;
    const isRange = (count: number): boolean =>
      Number.isSafeInteger(count) && count >= 1 && count <= stations;
    if (![source, target].every(isStation) || ![sources, targets].every(isRange)) {
      throw this.#invalid(
        `a transfer from ${sources} stations at ${source} to ${targets} at ${target}, of ${stations}`,
        'Raise the parameter stations, or give its connections fewer lanes.',
      );
    }
    const isCount = Number.isSafeInteger(copies) && copies >= 1 && copies <= MAX_COPIES;
    if (!Number.isSafeInteger(bytes) || bytes < 0 || !isCount) {
      throw this.#invalid(`a transfer of ${bytes} bytes in ${copies} copies`, 'Both are whole numbers.');
    }
    const ends = [this.#ends(source, sources), this.#ends(target, targets)];
    const first = Math.min(...ends.map(([low]) => low));
    const last = Math.max(...ends.map(([, high]) => high));
    return { hops: last - first, copies };
  }

  /** The lowest and the highest station of a range; one that goes past the last station has all of the line. */
  #ends(from: number, count: number): readonly [low: number, high: number] {
    return from + count > this.#stations ? [0, this.#stations - 1] : [from, from + count - 1];
  }

  #invalid(message: string, hint: string): SystoleError {
    return new SystoleError({ code: 'argument/invalid', message: `${this.#name}: ${message}`, hint });
  }
}
