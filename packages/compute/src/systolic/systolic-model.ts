import { ClockDomain, SystoleError } from '@systole/core';
import type { ComponentModel, Host, ModelContext, Token, Transaction, Values } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { chunkOf, readMatmul } from '../matmul.ts';
import type { Matmul, MatmulChunk } from '../matmul.ts';
import { readOperands } from '../operand-formats.ts';
import type { OperandRules } from '../operand-formats.ts';
import { systolicCycles } from './systolic-cycles.ts';
import type { SystolicArray, SystolicCycles } from './systolic-cycles.ts';
import type { SystolicParameters } from './systolic-parameters.ts';

/** A matmul, and the passes of each of its multiply-accumulates. */
interface SystolicMatmul extends Matmul {
  readonly passes: number;
}

/** What an array is asked for. Throws `argument/invalid` where it computes no such thing, or not in these formats. */
export function readSystolic(transaction: Transaction, rules: OperandRules): SystolicMatmul {
  const { kind } = transaction;
  if (kind !== 'matmul') {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `a systolic array computes no "${kind}"`,
      hint: 'It takes matmul.',
    });
  }
  const { passes } = readOperands(transaction, rules, 'a systolic array');
  return { ...readMatmul(transaction), passes };
}

/**
 * A systolic array: chunks in the order of their arrival, each a matmul of its own. When tiles are double-buffered, the
 * next chunk loads its first tile as soon as the last tile of the current one is in use, and its waves enter behind.
 */
export class SystolicModel implements ComponentModel {
  readonly #host: Host;
  readonly #values: Values<SystolicParameters>;
  readonly #overlaps: boolean;
  readonly #clock: ClockDomain;
  readonly #fill: number;
  readonly #compute: number;
  readonly #drain: number;
  readonly #actions: Readonly<Record<'mac' | 'padding' | 'fill' | 'drain' | 'shift', number>>;
  readonly #statistics: Readonly<
    Record<'folds' | 'leftReads' | 'rightReads' | 'resultWrites' | 'partialReads', number>
  >;
  /** When the next waves may enter, and when the PEs can take the next tile. */
  #streamFreeAt: Picoseconds = 0;
  #tileFreeAt: Picoseconds = 0;
  /** The transaction whose sizes and passes are at hand: its chunks come one after the other. */
  #transaction: Transaction | undefined;
  #array: SystolicArray;
  #matmul: SystolicMatmul = { m: 1, k: 1, n: 1, split: 'm', useful: 1, passes: 1 };

  constructor({ host, values, action, statistic, reason }: ModelContext<SystolicParameters>) {
    this.#host = host;
    this.#values = values;
    this.#array = values;
    this.#overlaps = values.doubleBuffered && values.dataflow !== 'output-stationary';
    this.#clock = new ClockDomain(values.clock);
    this.#fill = reason('fill');
    this.#compute = reason('compute');
    this.#drain = reason('drain');
    this.#actions = {
      mac: action('mac'),
      padding: action('padding'),
      fill: action('fill'),
      drain: action('drain'),
      shift: action('shift'),
    };
    this.#statistics = {
      folds: statistic('folds'),
      leftReads: statistic('leftReads'),
      rightReads: statistic('rightReads'),
      resultWrites: statistic('resultWrites'),
      partialReads: statistic('partialReads'),
    };
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    if (transaction !== this.#transaction) {
      this.#matmul = readSystolic(transaction, this.#values);
      this.#array = { ...this.#values, passes: this.#matmul.passes };
      this.#transaction = transaction;
    }
    const part = chunkOf(this.#matmul, chunk, chunks);
    const { now } = this.#host;
    if (part.m === 0 || part.n === 0) {
      this.#host.finish(token, now, now, now);
      return;
    }
    const cost = systolicCycles(part, this.#array);
    if (this.#overlaps) this.#overlap(token, cost);
    else this.#follow(token, cost);
    this.#host.occupy(this.#clock.edge(cost.folds * cost.stream));
    this.#count(part, cost, this.#matmul.passes);
  }

  save(now: Picoseconds): readonly number[] {
    return [Math.max(0, this.#streamFreeAt - now), Math.max(0, this.#tileFreeAt - now)];
  }

  load(state: readonly number[], now: Picoseconds): void {
    this.#streamFreeAt = now + (state[0] ?? 0);
    this.#tileFreeAt = now + (state[1] ?? 0);
  }

  /** One tile in the array at a time: it is idle before anything enters. */
  #follow(token: Token, { folds, fill, drain, cycles, firstResult }: SystolicCycles): void {
    const start = Math.max(this.#host.now, this.#streamFreeAt);
    const last = start + this.#clock.duration(cycles);
    this.#streamFreeAt = last;
    this.#tileFreeAt = last;
    const first = Math.min(last, start + this.#clock.duration(firstResult));
    this.#explain(token, start, first, last, this.#clock.edge(folds * fill), this.#clock.edge(folds * drain));
  }

  /** A tile loads while waves of the one before pass: loads and waves each wait for their own place to be free. */
  #overlap(token: Token, cost: SystolicCycles): void {
    const { folds, fill, stream, drain, interval, firstResult } = cost;
    const clock = this.#clock;
    const load = clock.duration(fill);
    const streamFreeAt = this.#streamFreeAt;
    // The load need not start before the waves can follow it.
    const start = Math.max(this.#host.now, this.#tileFreeAt, streamFreeAt - load);
    // Rounded once along either way, so that pieces are never faster than the whole.
    const after = (cycles: number): Picoseconds =>
      Math.max(start + clock.duration(fill + cycles), streamFreeAt + clock.duration(cycles));
    const waves = (folds - 1) * interval;
    const last = after(waves + stream + drain);
    this.#streamFreeAt = after(waves + stream);
    this.#tileFreeAt = after(waves);
    const first = Math.min(last, after(firstResult - fill));
    const waits = clock.edge((folds - 1) * (interval - stream));
    this.#explain(token, start, first, last, load + waits, clock.edge(drain));
  }

  #explain(
    token: Token,
    start: Picoseconds,
    first: Picoseconds,
    last: Picoseconds,
    fill: Picoseconds,
    drain: Picoseconds,
  ): void {
    const host = this.#host;
    host.spend(token, this.#fill, fill);
    host.spend(token, this.#compute, last - start - fill - drain);
    host.spend(token, this.#drain, drain);
    host.finish(token, start, first, last);
  }

  #count(part: MatmulChunk, cost: SystolicCycles, passes: number): void {
    const host = this.#host;
    host.macs(part.useful, cost.slots - part.useful);
    host.act(this.#actions.mac, cost.macs * passes);
    host.act(this.#actions.padding, (cost.slots - cost.macs) * passes);
    host.act(this.#actions.fill, cost.loads);
    host.act(this.#actions.drain, cost.resultWrites);
    host.act(this.#actions.shift, cost.shifts);
    host.count(this.#statistics.folds, cost.folds);
    host.count(this.#statistics.leftReads, cost.leftReads);
    host.count(this.#statistics.rightReads, cost.rightReads);
    host.count(this.#statistics.resultWrites, cost.resultWrites);
    host.count(this.#statistics.partialReads, cost.partialReads);
  }
}
