import * as fc from 'fast-check';
import { Machine } from '@systole/core';
import type { Task, Transaction } from '@systole/core';
import { arbitraryTasks } from './arbitrary-tasks.ts';
import { alone, arbitraryBench, observe, refusing, TAGS, transactionsOf, use } from './bench.ts';
import type { Bench, ComponentSubject } from './bench.ts';
import { checkDeclaration } from './declaration-law.ts';
import { checkFacts } from './facts-law.ts';
import type { LawId } from './law.ts';
import {
  checkArrivalOrder,
  checkBusyness,
  checkCausality,
  checkConservation,
  checkRates,
  checkUsefulMacs,
} from './observation-laws.ts';
import { demand, demandEqual } from './report.ts';
import { checkBoundGrows, checkTimeGrows } from './monotone-laws.ts';

type ComponentLawId = Extract<LawId, `component/${string}`>;

/** A time of origin that is far from 0, odd, and still leaves room for any stretch. */
const ORIGINS = fc.integer({ min: 1, max: 1_000_000_000_000 });

/** Cuts for the service of a small piece, by which the overhead of a cut is judged. */
const SMALL_PIECES = 64;

/** The property of each law, for a component. */
export const COMPONENT_LAWS: Readonly<
  Record<ComponentLawId, (subject: ComponentSubject) => fc.IProperty<unknown>>
> = {
  'component/declaration': ({ declaration }) =>
    fc.property(fc.constant(declaration.type), () => checkDeclaration(declaration)),

  'component/facts': (subject) =>
    fc.property(benchAnd(subject, maybeTransaction), ([bench, transaction]) => {
      for (const { declaration, values } of bench.parts) {
        const isServed = declaration === bench.declaration;
        refusing(() => checkFacts(declaration, values, isServed ? transaction : undefined));
      }
    }),

  'component/causality': (subject) =>
    fc.property(benchAnd(subject, arbitraryTasks), ([bench, tasks]) =>
      checkCausality(tasks, observe(bench, tasks)),
    ),

  'component/physics': (subject) =>
    fc.property(benchAnd(subject, arbitraryTasks), ([bench, tasks]) => {
      const transaction = tasks[0]?.stages[0]?.transaction;
      if (transaction === undefined) return;
      const bound = refusing(() => bench.declaration.lowerBound(transaction, bench.values));
      for (const [chunks, slots] of [
        [1, 1],
        [2, 1],
        [3, 3],
      ] as const) {
        const seen = observe(bench, alone(bench, transaction, chunks, slots));
        demand(
          seen.duration >= bound,
          () =>
            `${transaction.kind} in ${chunks} chunks takes ${seen.duration} ps, its lower bound is ${bound} ps`,
        );
        checkBusyness(bench, seen);
      }
      const { minimumLatency } = bench.declaration.facts(bench.values);
      const { duration } = observe(bench, alone(bench, transaction));
      demand(
        duration >= minimumLatency,
        () => `${duration} ps is below the least latency of ${minimumLatency} ps`,
      );
      const seen = observe(bench, tasks);
      checkBusyness(bench, seen);
      checkRates(bench, seen);
    }),

  'component/conservation': (subject) =>
    fc.property(
      benchAnd(subject, (one, bench) => fc.tuple(arbitraryTasks(one, bench), fc.nat(8))),
      ([bench, [tasks, eighths]]) => {
        checkConservation(bench, tasks, observe(bench, tasks));
        const transaction = tasks[0]?.stages[0]?.transaction;
        if (transaction !== undefined) checkUsefulMacs(bench, transaction, eighths);
      },
    ),

  'component/monotone-bound': (subject) =>
    fc.property(
      benchAnd(subject, (one, bench) =>
        fc.tuple(transactionsOf(one, bench), fc.nat(1000), fc.integer({ min: 9, max: 32 })),
      ),
      ([bench, [transaction, which, eighths]]) =>
        checkBoundGrows(subject, bench, transaction, which, eighths),
    ),

  'component/monotone-time': (subject) =>
    fc.property(benchAnd(subject, transactionsOf), ([bench, transaction]) =>
      checkTimeGrows(subject, bench, transaction),
    ),

  'component/determinism': (subject) =>
    fc.property(benchAnd(subject, arbitraryTasks), ([bench, tasks]) =>
      demandEqual(observe(bench, tasks), observe(bench, tasks), 'the second of two equal machines'),
    ),

  'component/arrival-order': (subject) =>
    fc.property(benchAnd(subject, arbitraryArrivals), ([bench, [tasks, shuffled]]) =>
      checkArrivalOrder(observe(bench, tasks), observe(bench, shuffled)),
    ),

  'component/origin': (subject) =>
    fc.property(benchAnd(subject, arbitraryTasks), ORIGINS, ([bench, tasks], origin) =>
      demandEqual(
        observe(bench, tasks, origin),
        observe(bench, tasks),
        `the stretch that starts at ${origin} ps`,
      ),
    ),

  'component/save-load': (subject) =>
    fc.property(benchAnd(subject, twoStretches), ORIGINS, ([bench, [first, second]], origin) => {
      const machine = refusing(() => new Machine(bench.parts, TAGS));
      const { state } = use(machine, first);
      for (const value of state.flat()) demand(Number.isSafeInteger(value), () => `a state holds ${value}`);
      const expected = use(machine, second, origin);
      const fresh = new Machine(bench.parts, TAGS);
      fresh.load(state);
      demandEqual(fresh.save(), state, 'the state after it was loaded');
      demandEqual(use(fresh, second), expected, 'the machine that loaded the state');
    }),

  'component/independence': (subject) =>
    fc.property(benchAnd(subject, twoStretches), ([bench, [first, second]]) => {
      const expected = observe(bench, second);
      const machine = refusing(() => new Machine(bench.parts, TAGS));
      const other = new Machine(bench.parts, TAGS);
      const reset = machine.save();
      use(machine, first);
      demandEqual(use(other, second), expected, 'a machine beside one that has run');
      machine.load(reset);
      demandEqual(use(machine, second), expected, 'a machine that was reset');
    }),

  'component/splitting': (subject) =>
    fc.property(benchAnd(subject, transactionsOf), ([bench, transaction]) => {
      const whole = observe(bench, alone(bench, transaction)).duration;
      const halves = observe(bench, alone(bench, transaction, 2)).duration;
      const gain = subject.cutGain?.(transaction, bench) ?? 0;
      demand(halves >= whole - gain, () => `two halves take ${halves} ps, the whole takes ${whole} ps`);
      const overhead = subject.cutOverhead?.(transaction, bench) ?? usualOverhead(bench, transaction);
      const most = (isEven(transaction) ? whole : 2 * whole) + overhead;
      demand(
        halves <= most,
        () => `two halves take ${halves} ps, the whole takes ${whole} ps and a cut at most ${overhead} ps`,
      );
    }),
};

/** Whether both halves spread over banks and lanes as the whole does. */
function isEven({ pattern }: Transaction): boolean {
  return pattern === undefined || (pattern.order === 'sequential' && pattern.stride === pattern.run);
}

/** The least latency and the service of a small piece, each rounded up to a ps. */
function usualOverhead(bench: Bench, transaction: Transaction): number {
  const [, , accepted = 0, , , ended = 0] = longest(
    observe(bench, alone(bench, transaction, SMALL_PIECES)).chunks,
  );
  return bench.declaration.facts(bench.values).minimumLatency + (ended - accepted) + 2;
}

type ChunkTimes = readonly [string, number, number, number, number, number];

function longest(chunks: readonly ChunkTimes[]): ChunkTimes | readonly [] {
  return chunks.reduce<ChunkTimes | readonly []>((most, chunk) => {
    const [, , accepted = 0, , , ended = 0] = most;
    return chunk[5] - chunk[2] > ended - accepted ? chunk : most;
  }, []);
}

type Along<T> = (subject: ComponentSubject, bench: Bench) => fc.Arbitrary<T>;

/** A bench, and what is generated for it. */
function benchAnd<T>(subject: ComponentSubject, along: Along<T>): fc.Arbitrary<[Bench, T]> {
  return arbitraryBench(subject).chain((bench) => fc.tuple(fc.constant(bench), along(subject, bench)));
}

/** A component that is only there to be attached may be judged without a transaction. */
function maybeTransaction(subject: ComponentSubject, bench: Bench): fc.Arbitrary<Transaction | undefined> {
  const isServed = Object.keys(bench.declaration.accepts).length > 0;
  return isServed ? transactionsOf(subject, bench) : fc.constant(undefined);
}

function twoStretches(
  subject: ComponentSubject,
  bench: Bench,
): fc.Arbitrary<[readonly Task[], readonly Task[]]> {
  return fc.tuple(arbitraryTasks(subject, bench), arbitraryTasks(subject, bench));
}

/** Tasks of one chunk that arrive at different times, in two orders. */
function arbitraryArrivals(
  subject: ComponentSubject,
  bench: Bench,
): fc.Arbitrary<readonly [readonly Task[], readonly Task[]]> {
  const arrival = fc.tuple(transactionsOf(subject, bench), fc.integer({ min: 1, max: 50_000 }));
  return fc.array(arrival, { minLength: 2, maxLength: 5 }).chain((arrivals) => {
    let time = 0;
    const tasks = arrivals.map(([transaction, gap], index): Task => {
      time += gap;
      const stages = [{ component: bench.server, transaction, slots: 1 }];
      return { name: `t${index}`, tag: index % TAGS, after: [], delay: time, chunks: 1, stages };
    });
    const shuffled = fc.shuffledSubarray(tasks, { minLength: tasks.length });
    return shuffled.map((order): readonly [readonly Task[], readonly Task[]] => [tasks, order]);
  });
}
