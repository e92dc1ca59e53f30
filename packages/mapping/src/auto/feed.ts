import { Machine } from '@systole/core';
import type { Transaction } from '@systole/core';
import type { ResolvedPart } from '@systole/chip';

/** A product as a unit is asked for it. */
export interface Product {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** Elements that a unit takes from the buffer before it. */
export interface Feed {
  readonly left: number;
  readonly right: number;
}

/**
 * Asks units how often they read their operands, by letting them do the product alone: what they count as `leftReads` and
 * `rightReads`. A unit that does not count them keeps nothing: it reads the left matrix once for each chunk of columns, and
 * the right one once for each row.
 */
export class FeedMeter {
  readonly #machines = new Map<string, Machine>();
  readonly #known = new Map<string, Feed>();

  feed(unit: ResolvedPart, product: Product, transaction: Transaction, chunks: number): Feed {
    const { m, k, n } = product;
    const counted = Object.hasOwn(unit.declaration.statistics, 'leftReads');
    if (!counted) return { left: m * k * chunks, right: m * k * n };
    const { format = '', activationFormat = '' } = transaction;
    const key = `${unit.name} ${m} ${k} ${n} ${chunks} ${format} ${activationFormat}`;
    let feed = this.#known.get(key);
    if (feed === undefined) {
      feed = this.#measure(unit, transaction, chunks);
      this.#known.set(key, feed);
    }
    return feed;
  }

  #measure(unit: ResolvedPart, transaction: Transaction, chunks: number): Feed {
    let machine = this.#machines.get(unit.name);
    if (machine === undefined) {
      machine = new Machine([unit], 1);
      this.#machines.set(unit.name, machine);
    }
    const stages = [{ component: 0, transaction, slots: 1 }];
    const tally = machine.run([{ name: 'feed', tag: 0, after: [], chunks, delay: 0, stages }]);
    const count = (name: string): number => {
      const column = machine.layout.statistics.findIndex((entry) => entry.name === name);
      return tally.statistics[column] ?? 0;
    };
    return { left: count('leftReads'), right: count('rightReads') };
  }
}
