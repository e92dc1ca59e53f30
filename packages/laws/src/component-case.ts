import * as fc from 'fast-check';
import type { Task, Transaction } from '@systole/core';
import { arbitraryTasks } from './arbitrary-tasks.ts';
import { arbitraryBench, Bench, TAGS, transactionsOf } from './bench.ts';
import type { ComponentSubject } from './bench.ts';
import type { ComponentCounterexample } from './counterexample.ts';
import { writtenValues } from './written-values.ts';

/** What a law about components is judged on. */
export interface ComponentCase {
  readonly bench: Bench;
  readonly stretches: readonly (readonly Task[])[];
  readonly transaction?: Transaction;
  readonly drawn: Readonly<Record<string, number>>;
}

type Rest = Omit<ComponentCase, 'bench'>;
type Generator = (subject: ComponentSubject, bench: Bench) => fc.Arbitrary<Rest>;

/** A bench, and what is generated for it. */
function withBench(along: Generator): (subject: ComponentSubject) => fc.Arbitrary<ComponentCase> {
  return (subject) =>
    arbitraryBench(subject).chain((bench) =>
      along(subject, bench).map((rest): ComponentCase => ({ bench, ...rest })),
    );
}

/** The declaration alone: there may be no values that it could be judged with. */
export function theDeclaration({ declaration, parts }: ComponentSubject): fc.Arbitrary<ComponentCase> {
  const bench = new Bench(parts ?? [{ name: 'subject', declaration, values: {} }], 0);
  return fc.constant({ bench, stretches: [], drawn: {} });
}

/** One transaction, and whatever numbers the law draws beside it. */
export function aTransaction(
  drawn: Readonly<Record<string, fc.Arbitrary<number>>> = {},
): (subject: ComponentSubject) => fc.Arbitrary<ComponentCase> {
  return withBench((subject, bench) =>
    fc
      .tuple(transactionsOf(subject, bench), fc.record<Record<string, number>>(drawn))
      .map(([transaction, numbers]) => ({ stretches: [], transaction, drawn: numbers })),
  );
}

/** As `aTransaction`; of a component that is only there to be attached, the values alone. */
export function aTransactionIfServed(subject: ComponentSubject): fc.Arbitrary<ComponentCase> {
  return withBench((one, bench) => {
    if (Object.keys(bench.declaration.accepts).length === 0) {
      return fc.constant({ stretches: [], drawn: {} });
    }
    return transactionsOf(one, bench).map((transaction) => ({ stretches: [], transaction, drawn: {} }));
  })(subject);
}

/** Stretches of tasks, and whatever numbers the law draws beside them. */
export function someTasks(
  stretches = 1,
  drawn: Readonly<Record<string, fc.Arbitrary<number>>> = {},
): (subject: ComponentSubject) => fc.Arbitrary<ComponentCase> {
  return withBench((subject, bench) => {
    const tasks = arbitraryTasks(subject, bench);
    return fc
      .tuple(
        fc.tuple(...Array.from({ length: stretches }, () => tasks)),
        fc.record<Record<string, number>>(drawn),
      )
      .map(([lists, numbers]) => ({ stretches: lists, drawn: numbers }));
  });
}

/** Tasks of one chunk that arrive at different times, in two orders. */
export const someArrivals = withBench((subject, bench) => {
  const arrival = fc.tuple(transactionsOf(subject, bench), fc.integer({ min: 1, max: 50_000 }));
  return fc.array(arrival, { minLength: 2, maxLength: 5 }).chain((arrivals) => {
    let time = 0;
    const tasks = arrivals.map(([transaction, gap], index): Task => {
      time += gap;
      const stages = [{ component: bench.server, transaction, slots: 1 }];
      return { name: `t${index}`, tag: index % TAGS, after: [], delay: time, chunks: 1, stages };
    });
    const shuffled = fc.shuffledSubarray(tasks, { minLength: tasks.length });
    return shuffled.map((order): Rest => ({ stretches: [tasks, order], drawn: {} }));
  });
});

/** A case as plain data, for reports and files. */
export function plainComponentCase({ bench, ...rest }: ComponentCase): ComponentCounterexample {
  return {
    subject: 'component',
    parts: bench.parts.map(({ name, declaration, values, attached }) => ({
      name,
      type: declaration.type,
      values: Object.fromEntries(
        Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
      ),
      written: writtenValues(declaration, values),
      ...(attached === undefined ? {} : { attached }),
    })),
    ...rest,
  };
}
