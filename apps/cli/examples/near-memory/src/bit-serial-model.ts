import { ClockDomain } from '@systole/core';
import type { ComponentModel, Host, ModelContext, Token, Transaction } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { chunkOf, readWork } from './bit-serial-work.ts';
import type { Work } from './bit-serial-work.ts';
import type { bitSerialParameters, BitSerialValues } from './bit-serial.ts';

/** The cycles of a product: filling tables, and taking in weights; and those of its first row. */
export interface Cycles {
  readonly table: number;
  readonly bits: number;
  readonly total: number;
  readonly row: number;
}

/**
 * For every row and every `depth` of its elements the tables are filled once; then the weights of every `columns` results go
 * past them, one bit a cycle.
 */
export function cyclesOf(
  { m, k, n, bits }: Work,
  { columns, depth, tableCycles }: Pick<BitSerialValues, 'columns' | 'depth' | 'tableCycles'>,
): Cycles {
  const folds = Math.ceil(k / depth);
  const perRow = folds * Math.ceil(n / columns) * bits;
  return {
    table: m * folds * tableCycles,
    bits: m * perRow,
    total: m * (folds * tableCycles + perRow),
    row: folds * tableCycles + perRow,
  };
}

/** One product after the other, in the order of their arrival; the next begins while the last sums of one are on their way. */
export class BitSerialModel implements ComponentModel {
  readonly #host: Host;
  readonly #values: BitSerialValues;
  readonly #clock: ClockDomain;
  readonly #reasons: { readonly table: number; readonly bits: number; readonly pipeline: number };
  readonly #statistics: { readonly left: number; readonly right: number };
  readonly #bit: number;
  #freeAt = 0;

  constructor({ host, values, action, statistic, reason }: ModelContext<typeof bitSerialParameters>) {
    this.#host = host;
    this.#values = values;
    this.#clock = new ClockDomain(values.clock);
    this.#reasons = { table: reason('table'), bits: reason('bits'), pipeline: reason('pipeline') };
    this.#statistics = { left: statistic('leftReads'), right: statistic('rightReads') };
    this.#bit = action('bit');
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const work = chunkOf(readWork(transaction), transaction.dims?.['split'] ?? 0, chunk, chunks);
    const host = this.#host;
    const start = Math.max(host.now, this.#freeAt);
    const { m, k, n, useful } = work;
    if (m * n === 0) return host.finish(token, start, start, start);

    const { columns, depth, pipelineDepth } = this.#values;
    const cycles = cyclesOf(work, this.#values);
    const filled = start + this.#clock.duration(cycles.table);
    const busy = start + this.#clock.duration(cycles.total);
    const last = start + this.#clock.duration(cycles.total + pipelineDepth);
    this.#freeAt = busy;
    host.spend(token, this.#reasons.table, filled - start);
    host.spend(token, this.#reasons.bits, busy - filled);
    host.spend(token, this.#reasons.pipeline, last - busy);
    host.occupy(busy - start);
    host.count(this.#statistics.left, m * k);
    host.count(this.#statistics.right, m * k * n);
    host.macs(useful, (cycles.bits / work.bits) * columns * depth - useful);
    host.act(this.#bit, cycles.bits * columns * depth);
    host.finish(token, start, start + this.#clock.duration(cycles.row + pipelineDepth), last);
  }

  save(now: Picoseconds): readonly number[] {
    return [Math.max(0, this.#freeAt - now)];
  }

  load([left = 0]: readonly number[], now: Picoseconds): void {
    this.#freeAt = now + left;
  }
}
