import type { Stage, Transaction } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';

/** Room for two chunks between stages: one is written while the other is read. */
const DOUBLE_BUFFER = 2;

export interface StageOptions {
  readonly slots?: number;
}

/** Writes down the stages of one pipeline, finding the way between components by the chip's connections. */
export class PipelineBuilder {
  readonly stages: Stage[] = [];
  readonly #chip: ResolvedChip;

  constructor(chip: ResolvedChip) {
    this.#chip = chip;
  }

  /** Adds a stage at the component named `component`. */
  at(component: string, transaction: Transaction, options: StageOptions = {}): this {
    this.stages.push({
      component: this.#chip.indexOf(component),
      transaction,
      slots: options.slots ?? DOUBLE_BUFFER,
    });
    return this;
  }

  /**
   * Adds a stage for every interconnect on the way. `bytes` enter the way; at its last hop they leave in `copies` copies,
   * spread over the lanes of the destination.
   */
  move(from: string, to: string, bytes: number, copies = 1): this {
    const hops = this.#chip.route(from, to);
    for (const [index, hop] of hops.entries()) {
      const isLast = index === hops.length - 1;
      this.stages.push({
        component: hop.component,
        slots: DOUBLE_BUFFER,
        transaction: {
          kind: 'transfer',
          bytes,
          dims: {
            source: hop.source.first,
            sources: hop.source.count,
            target: hop.target.first,
            targets: hop.target.count,
            copies: isLast ? copies : 1,
          },
        },
      });
    }
    return this;
  }
}
