import { ClockDomain, share, SystoleError } from '@systole/core';
import type { ComponentModel, Host, ModelContext, Token, Transaction } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { operationCounts } from './operation-counts.ts';
import type { OperationCounts } from './operation-counts.ts';
import { isVectorFunction, VECTOR_FUNCTIONS } from './vector-function.ts';
import type { VectorParameters } from './vector-parameters.ts';

/** The function that a transaction asks for. Throws `argument/invalid` for a kind that is none. */
export function countsOf(
  transaction: Transaction,
  values: Parameters<typeof operationCounts>[2],
): OperationCounts {
  const { kind, dims = {} } = transaction;
  if (!isVectorFunction(kind)) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `a vector unit computes no "${kind}"`,
      hint: `It computes ${VECTOR_FUNCTIONS.join(', ')}.`,
    });
  }
  return operationCounts(kind, dims, values);
}

/**
 * A vector unit: one instruction after the other. A chunk is an instruction; it takes the issue overhead, the fill of
 * the pipeline for each pass, and the cycles of whichever lanes have more to do, adders or multipliers.
 */
export class VectorModel implements ComponentModel {
  readonly #host: Host;
  readonly #values: ModelContext<VectorParameters>['values'];
  readonly #clock: ClockDomain;
  readonly #issue: number;
  readonly #fill: number;
  readonly #compute: number;
  readonly #actions: readonly [add: number, multiply: number, compare: number, lookup: number];
  readonly #statistics: readonly [add: number, multiply: number, compare: number, lookup: number];
  #freeAt: Picoseconds = 0;
  /** The transaction whose counts are at hand: its chunks come one after the other. */
  #transaction: Transaction | undefined;
  #counts: OperationCounts | undefined;

  constructor(context: ModelContext<VectorParameters>) {
    this.#host = context.host;
    this.#values = context.values;
    this.#clock = new ClockDomain(context.values.clock);
    this.#issue = context.reason('issue');
    this.#fill = context.reason('fill');
    this.#compute = context.reason('compute');
    const { action, statistic } = context;
    this.#actions = [action('add'), action('multiply'), action('compare'), action('lookup')];
    this.#statistics = [
      statistic('adds'),
      statistic('multiplies'),
      statistic('comparisons'),
      statistic('lookups'),
    ];
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const host = this.#host;
    const { adders, multipliers, issueOverhead, pipelineDepth } = this.#values;
    const counts = this.#countsOf(transaction);
    const adds = share(counts.adds, chunk, chunks);
    const multiplies = share(counts.multiplies, chunk, chunks);
    const comparisons = share(counts.comparisons, chunk, chunks);
    const lookups = share(counts.lookups, chunk, chunks);

    const addCycles = Math.ceil((adds + comparisons + lookups) / adders);
    const multiplyCycles = Math.ceil(multiplies / multipliers);
    const fillCycles = pipelineDepth * counts.passes;
    const busyCycles = Math.max(addCycles, multiplyCycles);
    const clock = this.#clock;
    const issue = clock.edge(issueOverhead);
    const filled = clock.edge(issueOverhead + fillCycles);
    const duration = clock.duration(issueOverhead + fillCycles + busyCycles);

    const start = Math.max(host.now, this.#freeAt);
    const last = start + duration;
    // A function of one pass over its elements streams: its first results are there a cycle after the fill.
    const streams = counts.passes === 1 && counts.macs === 0 && busyCycles > 0;
    const first = streams ? start + clock.duration(issueOverhead + fillCycles + 1) : last;
    this.#freeAt = last;

    host.spend(token, this.#issue, issue);
    host.spend(token, this.#fill, filled - issue);
    host.spend(token, this.#compute, duration - filled);
    host.finish(token, start, first, last);
    host.occupy(clock.edge(addCycles) + clock.edge(multiplyCycles));
    this.#countMacs(transaction, counts, chunk, chunks);
    const done = [adds, multiplies, comparisons, lookups] as const;
    for (const kind of [0, 1, 2, 3] as const) {
      host.act(this.#actions[kind], done[kind]);
      host.count(this.#statistics[kind], done[kind]);
    }
  }

  save(now: Picoseconds): readonly number[] {
    return [Math.max(0, this.#freeAt - now)];
  }

  load(state: readonly number[], now: Picoseconds): void {
    this.#freeAt = now + (state[0] ?? 0);
  }

  #countsOf(transaction: Transaction): OperationCounts {
    if (transaction === this.#transaction && this.#counts !== undefined) return this.#counts;
    const counts = countsOf(transaction, this.#values);
    this.#transaction = transaction;
    this.#counts = counts;
    return counts;
  }

  #countMacs(transaction: Transaction, counts: OperationCounts, chunk: number, chunks: number): void {
    if (counts.macs === 0) return;
    const asked = transaction.macs ?? counts.macs;
    if (!(asked <= counts.macs)) {
      throw new SystoleError({
        code: 'argument/invalid',
        message: `a dot of ${counts.macs} multiply-accumulates is asked for ${asked} useful ones`,
        hint: 'Give macs of at most rows x inner x columns, or leave it out.',
      });
    }
    // Padding is shared out by itself, so that no chunk has less than none.
    this.#host.macs(share(asked, chunk, chunks), share(counts.macs - asked, chunk, chunks));
  }
}
