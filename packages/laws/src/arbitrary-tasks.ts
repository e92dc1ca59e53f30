import * as fc from 'fast-check';
import type { Stage, Task, Transaction } from '@systole/core';
import { TAGS, transactionsOf } from './bench.ts';
import type { Bench, ComponentSubject } from './bench.ts';

/** Up to four tasks for a component, of up to four chunks each, with delays, dependencies and room for up to three. */
export function arbitraryTasks(subject: ComponentSubject, bench: Bench): fc.Arbitrary<readonly Task[]> {
  return arbitraryPipelines([{ component: bench.server, transactions: transactionsOf(subject, bench) }]);
}

/** A component that stages may be at, and what it can be asked for. */
export interface StagePlace {
  /** Index in the machine's parts. */
  readonly component: number;
  readonly transactions: fc.Arbitrary<Transaction>;
}

/** Up to four tasks, each a pipeline of up to `depth` stages at any of `places`. */
export function arbitraryPipelines(places: readonly StagePlace[], depth = 1): fc.Arbitrary<readonly Task[]> {
  const stage = fc.oneof(
    ...places.map(({ component, transactions }) =>
      fc.record<Stage>({
        component: fc.constant(component),
        transaction: transactions,
        slots: fc.integer({ min: 1, max: 3 }),
      }),
    ),
  );
  const form = fc.record({
    stages: fc.array(stage, { minLength: 1, maxLength: depth }),
    chunks: fc.integer({ min: 1, max: 4 }),
    delay: fc.oneof(fc.constant(0), fc.nat(100_000)),
    tag: fc.nat(TAGS - 1),
    inputs: fc.array(fc.nat(2), { maxLength: 2 }),
  });
  // An array that may be empty shrinks to any one of its entries, one that may not only to its last.
  return fc
    .array(form, { maxLength: 4 })
    .filter(({ length }) => length > 0)
    .map((forms) =>
      forms.map(({ inputs, ...task }, index) => ({
        ...task,
        name: `t${index}`,
        after: [...new Set(inputs.filter((earlier) => earlier < index))],
      })),
    );
}
