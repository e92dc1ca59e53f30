import { ClockDomain, ModelFault } from '@systole/core';
import type { ComponentModel, Host, SegmentConsumer } from '@systole/core';
import { findFormat, storageBytes } from '@systole/numerics';
import type { NumberFormat } from '@systole/numerics';
import type { Bytes, Picoseconds } from '@systole/units';
import { activationPasses, storedFormat, takenOperands } from './operand-formats.ts';
import type { OperandRules } from './operand-formats.ts';

const BITS_PER_BYTE = 8;

/** What sets the arithmetic of a unit that works through a memory. */
export interface SegmentArithmetic extends OperandRules {
  readonly clock: number;
  /** Multiply-accumulates of one place in a cycle. */
  readonly macsPerCycle: number;
  /** Cycles from the last segment until the sum is there. */
  readonly pipelineDepth: number;
  readonly resultFormat: string;
  /** Elements of `resultFormat` that make up one sum as it is read. */
  readonly resultParts: number;
  readonly inputBuffer?: Bytes | undefined;
}

/**
 * Arithmetic in or beside a memory, in many places at once. It keeps no time of its own: the memory asks it how fast
 * segments may come, and tells it which it consumed.
 */
export abstract class SegmentUnit implements ComponentModel, SegmentConsumer {
  abstract readonly accumulators: number;
  readonly takes: string;
  readonly inputBuffer: Bytes | undefined;
  protected readonly host: Host;
  protected readonly sumBytes: Bytes;
  readonly #name: string;
  readonly #segments: string;
  readonly #rules: OperandRules;
  readonly #clock: ClockDomain;
  readonly #macsPerCycle: number;
  readonly #drain: Picoseconds;
  /** Looked up once for a name: the memory asks for each chunk. */
  readonly #stored = new Map<string, NumberFormat | undefined>();
  readonly #passes = new Map<string, number | undefined>();

  /** `segments` is what the memory's segments are called in messages. */
  constructor(name: string, host: Host, arithmetic: SegmentArithmetic, segments: string) {
    const { clock, macsPerCycle, pipelineDepth, resultFormat, resultParts, inputBuffer } = arithmetic;
    const result = findFormat(resultFormat);
    if (result === undefined) throw new ModelFault(name, `there is no number format "${resultFormat}"`);
    this.host = host;
    this.takes = takenOperands(arithmetic);
    this.inputBuffer = inputBuffer;
    this.sumBytes = storageBytes(result, resultParts);
    this.#name = name;
    this.#segments = segments;
    this.#rules = arithmetic;
    this.#clock = new ClockDomain(clock);
    this.#macsPerCycle = macsPerCycle;
    this.#drain = this.#clock.duration(pipelineDepth);
  }

  /** Counts what `segments` cost, `macs` multiply-accumulates in `busy` ps × place. */
  protected abstract charge(segments: number, macs: number, busy: Picoseconds): void;

  accept(): never {
    throw new ModelFault(
      this.#name,
      'it takes no transactions: it works through the memory that it is attached to',
    );
  }

  consumer(): SegmentConsumer {
    return this;
  }

  interval(segment: Bytes, format: string, activationFormat = format): Picoseconds {
    const cycles = Math.ceil(this.macsPerSegment(segment, format) / this.#macsPerCycle);
    const passes = this.#passesOf(format, activationFormat);
    if (passes === undefined) throw this.#refusal(`activations of ${activationFormat}`);
    return this.#clock.duration(cycles * passes);
  }

  drain(format: string): Picoseconds {
    this.#require(format);
    return this.#drain;
  }

  resultBytes(format: string): Bytes {
    this.#require(format);
    return this.sumBytes;
  }

  macsPerSegment(segment: Bytes, format: string): number {
    const { bits, containerBits = bits } = this.#require(format);
    return Math.floor((segment * BITS_PER_BYTE) / containerBits);
  }

  supports(format: string, activationFormat = format): boolean {
    return this.#storedOf(format) !== undefined && this.#passesOf(format, activationFormat) !== undefined;
  }

  consume(segments: number, segment: Bytes, format: string, useful: number, busy: Picoseconds): void {
    const done = segments * this.macsPerSegment(segment, format);
    if (useful > done) {
      throw new ModelFault(
        this.#name,
        `${segments} ${this.#segments} hold ${done} MACs, and ${useful} are asked of them`,
      );
    }
    this.host.macs(useful, done - useful);
    this.host.occupy(busy);
    this.charge(segments, done, busy);
  }

  /** Nothing is kept from one transaction to the next: the memory reads the sums before it is done. */
  save(): readonly number[] {
    return [];
  }

  load(): void {}

  #storedOf(name: string): NumberFormat | undefined {
    if (!this.#stored.has(name)) this.#stored.set(name, storedFormat(name, this.#rules));
    return this.#stored.get(name);
  }

  #passesOf(format: string, activationFormat: string): number | undefined {
    const key = `${format} ${activationFormat}`;
    if (!this.#passes.has(key)) {
      this.#passes.set(key, activationPasses(activationFormat, this.#require(format), this.#rules));
    }
    return this.#passes.get(key);
  }

  #require(name: string): NumberFormat {
    const format = this.#storedOf(name);
    if (format === undefined) throw this.#refusal(name);
    return format;
  }

  /** The memory asks `supports` first, so this is a fault of its model. */
  #refusal(what: string): ModelFault {
    return new ModelFault(this.#name, `it computes in ${this.#rules.format}, and is given ${what}`);
  }
}
