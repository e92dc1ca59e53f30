import { ClockDomain } from '@systole/core';
import type { ComponentModel, Host, ModelContext, Token, Transaction, Values } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { checkedCount } from '../matmul.ts';
import { LANE_WIDTHS, requireLanes } from './lane-formats.ts';
import type { LaneUse } from './lane-formats.ts';
import type { SimdMacParameters } from './simd-mac-parameters.ts';
import { readSimdWork, simdCycles } from './simd-work.ts';

/**
 * Lanes that multiply and accumulate: chunks in the order of their arrival, pipelined, so that a chunk enters as soon as
 * the one before has entered. Lanes that a chunk does not fill are idle, and cost nothing.
 */
export class SimdMacModel implements ComponentModel {
  readonly #host: Host;
  readonly #values: Values<SimdMacParameters>;
  readonly #clock: ClockDomain;
  readonly #compute: number;
  readonly #drain: number;
  readonly #cycles: number;
  readonly #macs: ReadonlyMap<number, number>;
  #freeAt: Picoseconds = 0;
  /** The transaction whose formats are at hand: its chunks come one after the other. */
  #transaction: Transaction | undefined;
  #lanes: LaneUse = { lanes: 1, bits: 1, passes: 1 };

  constructor({ host, values, action, statistic, reason }: ModelContext<SimdMacParameters>) {
    this.#host = host;
    this.#values = values;
    this.#clock = new ClockDomain(values.clock);
    this.#compute = reason('compute');
    this.#drain = reason('drain');
    this.#cycles = statistic('cycles');
    this.#macs = new Map(LANE_WIDTHS.map((bits) => [bits, action(`mac${bits}`)]));
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const host = this.#host;
    const { arrangement, pipelineDepth } = this.#values;
    if (transaction !== this.#transaction) {
      this.#lanes = requireLanes(transaction, this.#values);
      this.#transaction = transaction;
    }
    const { lanes, bits, passes } = this.#lanes;
    const work = readSimdWork(transaction, chunk, chunks);
    const { batches, width, k, useful } = work;
    const single = simdCycles(work, lanes, arrangement);
    if (single === 0) {
      host.finish(token, host.now, host.now, host.now);
      return;
    }
    const cycles = single * passes;
    const slots = checkedCount(cycles * lanes, 'slots for multiply-accumulates') / passes;
    const entering = this.#clock.duration(cycles);
    const start = Math.max(host.now, this.#freeAt);
    const last = start + this.#clock.duration(cycles + pipelineDepth);
    const ofFirst = (arrangement === 'inner' ? Math.ceil(k / lanes) : k) * passes;
    const first = start + this.#clock.duration(Math.min(cycles, ofFirst) + pipelineDepth);
    this.#freeAt = start + entering;

    host.spend(token, this.#compute, entering);
    host.spend(token, this.#drain, last - start - entering);
    host.finish(token, start, first, last);
    host.occupy(this.#clock.edge(cycles));
    host.macs(useful, slots - useful);
    host.act(this.#macs.get(bits) ?? -1, batches * width * k * passes);
    host.count(this.#cycles, cycles);
  }

  save(now: Picoseconds): readonly number[] {
    return [Math.max(0, this.#freeAt - now)];
  }

  load(state: readonly number[], now: Picoseconds): void {
    this.#freeAt = now + (state[0] ?? 0);
  }
}
