import type { ModelContext } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { SegmentUnit } from '../segment-unit.ts';
import type { PimBankParameters } from './pim-bank-parameters.ts';

/** The arithmetic beside the banks of a memory, whose segments are column accesses. */
export class PimBankModel extends SegmentUnit {
  readonly accumulators: number;
  readonly #mac: number;
  readonly #busy: number;
  readonly #segments: number;

  constructor({ name, host, values, action, statistic }: ModelContext<PimBankParameters>) {
    const { lanes, adderTree } = values;
    // Without an adder tree every lane keeps a part of the sum, and all parts are read.
    const arithmetic = { ...values, macsPerCycle: lanes, resultParts: adderTree ? 1 : lanes };
    super(name, host, arithmetic, 'segments');
    this.accumulators = values.accumulators;
    this.#mac = action('mac');
    this.#busy = action('busy');
    this.#segments = statistic('segments');
  }

  protected charge(segments: number, macs: number, busy: Picoseconds): void {
    this.host.act(this.#mac, macs);
    this.host.act(this.#busy, busy);
    this.host.count(this.#segments, segments);
  }
}
