import { ClockDomain, ModelFault } from '@systole/core';
import type { ComponentModel, Host, ModelContext, SegmentConsumer } from '@systole/core';
import { findFormat, storageBytes } from '@systole/numerics';
import type { NumberFormat } from '@systole/numerics';
import type { Bytes, Picoseconds } from '@systole/units';
import type { PimBankParameters } from './pim-bank-parameters.ts';

const BITS_PER_BYTE = 8;

/** The arithmetic beside the banks of a memory. It keeps no time of its own: the memory asks it how fast it may go. */
export class PimBankModel implements ComponentModel, SegmentConsumer {
  readonly accumulators: number;
  readonly #name: string;
  readonly #host: Host;
  readonly #clock: ClockDomain;
  readonly #lanes: number;
  readonly #format: NumberFormat;
  readonly #resultBytes: Bytes;
  readonly #drain: Picoseconds;
  readonly #mac: number;
  readonly #busy: number;
  readonly #segments: number;

  constructor(context: ModelContext<PimBankParameters>) {
    const { values } = context;
    this.accumulators = values.accumulators;
    this.#name = context.name;
    this.#host = context.host;
    this.#clock = new ClockDomain(values.clock);
    this.#lanes = values.lanes;
    this.#format = this.#formatNamed(values.format);
    // Without an adder tree every lane keeps a part of the sum, and all parts are read.
    const parts = values.adderTree ? 1 : values.lanes;
    this.#resultBytes = storageBytes(this.#formatNamed(values.resultFormat), parts);
    this.#drain = this.#clock.duration(values.pipelineDepth);
    this.#mac = context.action('mac');
    this.#busy = context.action('busy');
    this.#segments = context.statistic('segments');
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

  interval(segment: Bytes, format: string): Picoseconds {
    return this.#clock.duration(Math.ceil(this.macsPerSegment(segment, format) / this.#lanes));
  }

  drain(format: string): Picoseconds {
    this.#check(format);
    return this.#drain;
  }

  resultBytes(format: string): Bytes {
    this.#check(format);
    return this.#resultBytes;
  }

  macsPerSegment(segment: Bytes, format: string): number {
    this.#check(format);
    const { bits, containerBits = bits } = this.#format;
    return Math.floor((segment * BITS_PER_BYTE) / containerBits);
  }

  supports(format: string): boolean {
    return findFormat(format)?.name === this.#format.name;
  }

  consume(segments: number, segment: Bytes, format: string, useful: number, busy: Picoseconds): void {
    const done = segments * this.macsPerSegment(segment, format);
    if (useful > done) {
      throw new ModelFault(
        this.#name,
        `${segments} segments hold ${done} MACs, and ${useful} are asked of them`,
      );
    }
    const host = this.#host;
    host.macs(useful, done - useful);
    host.act(this.#mac, done);
    host.act(this.#busy, busy);
    host.occupy(busy);
    host.count(this.#segments, segments);
  }

  /** Between segments nothing is kept: the memory reads the sums before it is done. */
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
