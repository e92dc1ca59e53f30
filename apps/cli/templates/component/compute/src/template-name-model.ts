import { ClockDomain, share, SystoleError } from '@systole/core';
import type { ComponentModel, Host, ModelContext, Token, Transaction } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import type { TemplateNameParameters } from './template-name.ts';

/** A product that the lanes are asked for. */
export interface Dot {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** Multiply-accumulates that the operator asks for: all, or fewer, as under the mask of attention. */
  readonly useful: number;
}

/** Reads what is asked of lanes that compute in `format`. Throws `argument/invalid` and `limit/exceeded`. */
export function readDot({ kind, dims = {}, macs, format: asked }: Transaction, format: string): Dot {
  const { rows = 0, inner = 0, columns = 0 } = dims;
  if (kind !== 'dot' || ![rows, inner, columns].every((size) => Number.isSafeInteger(size) && size >= 1)) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `the lanes take no ${kind} of ${rows} x ${inner} x ${columns}`,
      hint: 'Ask for dot, with rows, inner and columns as whole numbers from 1 on.',
    });
  }
  if (asked !== undefined && asked !== format) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `lanes of ${format} are given operands of ${asked}`,
      hint: `Set the parameter format to ${asked}, or run the workload in ${format}.`,
    });
  }
  const all = rows * inner * columns;
  if (!Number.isSafeInteger(all)) {
    throw new SystoleError({
      code: 'limit/exceeded',
      message: `${all} multiply-accumulates in one transaction are more than can be counted exactly`,
      hint: 'Make several transactions of it.',
    });
  }
  const useful = macs ?? all;
  if (Number.isSafeInteger(useful) && useful >= 0 && useful <= all) return { rows, inner, columns, useful };
  throw new SystoleError({
    code: 'argument/invalid',
    message: `a product of ${all} multiply-accumulates is asked for ${useful} useful ones`,
    hint: 'Give macs as a whole number of at most rows x inner x columns, or leave it out.',
  });
}

/** Lanes that work on chunks in the order of their arrival; the next one enters while the last sums are on their way. */
export class TemplateNameModel implements ComponentModel {
  readonly #host: Host;
  readonly #clock: ClockDomain;
  readonly #lanes: number;
  readonly #depth: number;
  readonly #format: string;
  readonly #multiplying: number;
  readonly #waiting: number;
  readonly #cycles: number;
  readonly #mac: number;
  readonly #padding: number;
  /** When the lanes are free: all that a later transaction can feel of the earlier ones. */
  #freeAt: Picoseconds = 0;

  constructor({ host, values, action, statistic, reason }: ModelContext<TemplateNameParameters>) {
    this.#host = host;
    this.#clock = new ClockDomain(values.clock);
    this.#lanes = values.lanes;
    this.#depth = values.depth;
    this.#format = values.format;
    this.#multiplying = reason('multiply');
    this.#waiting = reason('depth');
    this.#cycles = statistic('cycles');
    this.#mac = action('mac');
    this.#padding = action('padding');
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const host = this.#host;
    const { rows, inner, columns, useful } = readDot(transaction, this.#format);
    // The columns of a row take the lanes in turns; in each turn the elements of the row pass, one a cycle.
    const total = rows * Math.ceil(columns / this.#lanes) * inner;
    const steps = total * this.#lanes;
    if (!Number.isSafeInteger(steps)) {
      throw new SystoleError({
        code: 'limit/exceeded',
        message: `${steps} steps of lanes in one transaction are more than can be counted exactly`,
        hint: 'Make several transactions of it.',
      });
    }
    // A chunk is a share of the cycles: the next one goes on where this one stopped.
    const cycles = share(total, chunk, chunks);
    const done = share(useful, chunk, chunks);
    const idle = share(steps - useful, chunk, chunks);
    const busy = this.#clock.duration(cycles);
    const start = Math.max(host.now, this.#freeAt);
    const first = start + this.#clock.duration(Math.min(cycles, inner) + this.#depth);
    const last = start + this.#clock.duration(cycles + this.#depth);
    this.#freeAt = start + busy;
    host.spend(token, this.#multiplying, busy);
    host.spend(token, this.#waiting, last - start - busy);
    host.occupy(busy);
    host.count(this.#cycles, cycles);
    host.macs(done, idle);
    host.act(this.#mac, done);
    host.act(this.#padding, idle);
    host.finish(token, start, first, last);
  }

  save(now: Picoseconds): readonly number[] {
    return [Math.max(0, this.#freeAt - now)];
  }

  load([left = 0]: readonly number[], now: Picoseconds): void {
    this.#freeAt = now + left;
  }
}
