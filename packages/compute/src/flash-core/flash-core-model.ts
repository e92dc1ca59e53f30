import { ClockDomain, ModelFault } from '@systole/core';
import type { ComponentModel, Host, ModelContext, SegmentConsumer } from '@systole/core';
import { findFormat, storageBytes } from '@systole/numerics';
import type { NumberFormat } from '@systole/numerics';
import type { Bytes, Picoseconds } from '@systole/units';
import type { FlashCoreParameters } from './flash-core-parameters.ts';

const BITS_PER_BYTE = 8;

/** The arithmetic in the dies of a flash memory. It keeps no time of its own: the memory asks it how fast pages may come. */
export class FlashCoreModel implements ComponentModel, SegmentConsumer {
  readonly accumulators: number;
  readonly #name: string;
  readonly #host: Host;
  readonly #clock: ClockDomain;
  readonly #macsPerCycle: number;
  readonly #format: NumberFormat;
  readonly #resultBytes: Bytes;
  readonly #drain: Picoseconds;
  readonly #busy: number;
  readonly #mac: number;
  readonly #pages: number;

  constructor(context: ModelContext<FlashCoreParameters>) {
    const { values } = context;
    this.#name = context.name;
    this.#host = context.host;
    this.#clock = new ClockDomain(values.clock);
    this.#macsPerCycle = values.macsPerCycle;
    this.#format = this.#formatNamed(values.format);
    this.#resultBytes = storageBytes(this.#formatNamed(values.resultFormat), 1);
    this.accumulators = Math.floor(values.outputBuffer / this.#resultBytes);
    this.#drain = this.#clock.duration(values.pipelineDepth);
    this.#busy = context.action('busy');
    this.#mac = context.statistic('macs');
    this.#pages = context.statistic('pages');
  }

  accept(): never {
    throw new ModelFault(
      this.#name,
      'it takes no transactions: it works through the memory that it is attached to',
    );
  }

  consumer(): SegmentConsumer {
    return this;
  }

  interval(page: Bytes, format: string): Picoseconds {
    return this.#clock.duration(Math.ceil(this.macsPerSegment(page, format) / this.#macsPerCycle));
  }

  drain(format: string): Picoseconds {
    this.#check(format);
    return this.#drain;
  }

  resultBytes(format: string): Bytes {
    this.#check(format);
    return this.#resultBytes;
  }

  macsPerSegment(page: Bytes, format: string): number {
    this.#check(format);
    const { bits, containerBits = bits } = this.#format;
    return Math.floor((page * BITS_PER_BYTE) / containerBits);
  }

  supports(format: string): boolean {
    return findFormat(format)?.name === this.#format.name;
  }

  consume(pages: number, page: Bytes, format: string, useful: number, busy: Picoseconds): void {
    const done = pages * this.macsPerSegment(page, format);
    if (useful > done) {
      throw new ModelFault(this.#name, `${pages} pages hold ${done} MACs, and ${useful} are asked of them`);
    }
    const host = this.#host;
    host.macs(useful, done - useful);
    host.act(this.#busy, busy);
    host.occupy(busy);
    host.count(this.#mac, done);
    host.count(this.#pages, pages);
  }

  /** Between rounds nothing is kept: the memory has moved the results before it is done. */
  save(): readonly number[] {
    return [];
  }

  load(): void {}

  #formatNamed(name: string): NumberFormat {
    const format = findFormat(name);
    if (format === undefined) throw new ModelFault(this.#name, `there is no number format "${name}"`);
    return format;
  }

  #check(format: string): void {
    if (!this.supports(format)) {
      throw new ModelFault(this.#name, `it computes in ${this.#format.name}, and is given ${format}`);
    }
  }
}
