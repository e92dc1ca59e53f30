import type { ModelContext } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { SegmentUnit } from '../segment-unit.ts';
import type { FlashCoreParameters } from './flash-core-parameters.ts';

/** The arithmetic in the dies of a flash memory, whose segments are pages. */
export class FlashCoreModel extends SegmentUnit {
  readonly accumulators: number;
  readonly #busy: number;
  readonly #macs: number;
  readonly #pages: number;

  constructor({ name, host, values, action, statistic }: ModelContext<FlashCoreParameters>) {
    super(name, host, { ...values, resultParts: 1 }, 'pages');
    this.accumulators = Math.floor(values.outputBuffer / this.sumBytes);
    this.#busy = action('busy');
    this.#macs = statistic('macs');
    this.#pages = statistic('pages');
  }

  protected charge(pages: number, macs: number, busy: Picoseconds): void {
    this.host.act(this.#busy, busy);
    this.host.count(this.#macs, macs);
    this.host.count(this.#pages, pages);
  }
}
