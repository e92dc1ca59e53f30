import * as fc from 'fast-check';
import { Machine } from '@systole/core';
import type { Task, Transaction } from '@systole/core';
import { alone, observe, TAGS, use } from './bench.ts';
import type { Bench, ComponentSubject, Observation } from './bench.ts';
import {
  aTransaction,
  aTransactionIfServed,
  someArrivals,
  someTasks,
  theDeclaration,
} from './component-case.ts';
import type { ComponentCase } from './component-case.ts';
import { checkDeclaration } from './declaration-law.ts';
import { checkEnergy, pricesOf } from './energy-law.ts';
import { checkFacts } from './facts-law.ts';
import type { ComponentLawId } from './law.ts';
import {
  checkArrivalOrder,
  checkBusyness,
  checkCausality,
  checkConservation,
  checkRates,
  checkUsefulMacs,
} from './observation-laws.ts';
import { checkBoundGrows, checkTimeGrows } from './monotone-laws.ts';
import { checkProtocol } from './protocol.ts';
import type { Command } from './protocol.ts';
import { refusing } from './refusal.ts';
import { demand, demandEqual } from './report.ts';

/** A law about components: what it is judged on, and what it demands. */
export interface ComponentLaw {
  readonly cases: (subject: ComponentSubject) => fc.Arbitrary<ComponentCase>;
  readonly check: (subject: ComponentSubject, generated: ComponentCase) => void;
}

/** A time of origin that is far from 0, odd, and still leaves room for any stretch. */
const ORIGINS = fc.integer({ min: 1, max: 1_000_000_000_000 });

/** Cuts for the service of a small piece, by which the overhead of a cut is judged. */
const SMALL_PIECES = 64;

/** What each law demands of a component. */
export const COMPONENT_LAWS: Readonly<Record<ComponentLawId, ComponentLaw>> = {
  'component/declaration': {
    cases: theDeclaration,
    check: ({ declaration, parts = [] }) => {
      checkDeclaration(declaration);
      for (const part of parts) checkDeclaration(part.declaration);
    },
  },

  'component/facts': {
    cases: aTransactionIfServed,
    check: (_subject, { bench, transaction }) => {
      for (const { declaration, values } of bench.parts) {
        const isServed = declaration === bench.declaration;
        refusing(() => checkFacts(declaration, values, isServed ? transaction : undefined));
      }
    },
  },

  'component/causality': {
    cases: someTasks(),
    check: (_subject, { bench, stretches: [tasks = []] }) => checkCausality(tasks, observe(bench, tasks)),
  },

  'component/physics': {
    cases: someTasks(),
    check: (_subject, { bench, stretches: [tasks = []] }) => {
      for (const transaction of transactionsIn(tasks)) checkAlone(bench, transaction);
      const seen = observe(bench, tasks);
      checkBusyness(bench, seen);
      checkRates(bench, seen);
    },
  },

  'component/conservation': {
    cases: someTasks(1, { eighths: fc.nat(8) }),
    check: (_subject, { bench, stretches: [tasks = []], drawn: { eighths = 0 } }) => {
      checkConservation(bench, tasks, observe(bench, tasks));
      for (const transaction of transactionsIn(tasks)) checkUsefulMacs(bench, transaction, eighths);
    },
  },

  'component/energy': {
    cases: someTasks(),
    check: (_subject, { bench, stretches: [tasks = []] }) => {
      // An empty stretch first, so that these are the prices of a machine that has done nothing.
      observe(bench, []);
      const before = pricesOf(bench);
      const grouped = observe(bench, tasks);
      const together = observe(
        bench,
        tasks.map((task) => ({ ...task, tag: 0 })),
      );
      checkEnergy(bench, tasks, before, grouped, together);
    },
  },

  'component/monotone-bound': {
    cases: aTransaction({ which: fc.nat(1000), eighths: fc.integer({ min: 9, max: 32 }) }),
    check: (subject, { bench, transaction, drawn: { which = 0, eighths = 9 } }) => {
      if (transaction !== undefined) checkBoundGrows(subject, bench, transaction, which, eighths);
    },
  },

  'component/monotone-time': {
    cases: aTransaction(),
    check: (subject, { bench, transaction }) => {
      if (transaction !== undefined) checkTimeGrows(subject, bench.atLevelFast, transaction);
    },
  },

  'component/determinism': {
    cases: someTasks(),
    check: (_subject, { bench, stretches: [tasks = []] }) =>
      demandEqual(observe(bench, tasks), observe(bench, tasks), 'the second of two equal machines'),
  },

  'component/arrival-order': {
    cases: someArrivals,
    check: (_subject, { bench, stretches: [listed = [], shuffled = []] }) =>
      checkArrivalOrder(observe(bench, listed), observe(bench, shuffled)),
  },

  'component/origin': {
    cases: someTasks(1, { origin: ORIGINS }),
    check: (_subject, { bench, stretches: [tasks = []], drawn: { origin = 1 } }) =>
      demandEqual(
        observe(bench.atLevelFast, tasks, origin),
        observe(bench.atLevelFast, tasks),
        `the stretch that starts at ${origin} ps`,
      ),
  },

  'component/save-load': {
    cases: someTasks(2, { origin: ORIGINS }),
    check: (_subject, { bench, stretches: [first = [], second = []], drawn: { origin = 1 } }) => {
      const machine = refusing(() => new Machine(bench.parts, TAGS));
      const { state } = use(machine, first);
      for (const value of state.flat()) demand(Number.isSafeInteger(value), () => `a state holds ${value}`);
      const expected = use(machine, second, origin);
      const fresh = new Machine(bench.parts, TAGS);
      fresh.load(state);
      demandEqual(fresh.save(), state, 'the state after it was loaded');
      demandEqual(use(fresh, second), expected, 'the machine that loaded the state');
    },
  },

  'component/independence': {
    cases: someTasks(2),
    check: (_subject, { bench, stretches: [first = [], second = []] }) => {
      const expected = observe(bench, second);
      const machine = refusing(() => new Machine(bench.parts, TAGS));
      const other = new Machine(bench.parts, TAGS);
      const reset = machine.save();
      use(machine, first);
      demandEqual(use(other, second), expected, 'a machine beside one that has run');
      machine.load(reset);
      demandEqual(use(machine, second), expected, 'a machine that was reset');
    },
  },

  'component/splitting': {
    cases: aTransaction(),
    check: (subject, { bench, transaction }) => {
      if (transaction !== undefined) checkSplitting(subject, bench, transaction);
    },
  },

  'component/fidelity': {
    cases: aTransaction(),
    check: (subject, { bench, transaction }) => {
      if (transaction !== undefined) checkFidelity(subject, bench, transaction);
    },
  },

  'component/protocol': {
    cases: someTasks(),
    check: ({ protocol }, { bench, stretches: [tasks = []] }) => {
      if (protocol === undefined) return;
      const commands: Command[] = [];
      const logging = bench.with({ declaration: protocol.instrument((command) => commands.push(command)) });
      const seen = observe(logging, tasks);
      demandEqual(seen, observe(bench, tasks), 'the component that says its commands');
      checkProtocol(commands, protocol, bench.values);
    },
  },
};

function transactionsIn(tasks: readonly Task[]): readonly Transaction[] {
  return tasks.flatMap(({ stages }) => stages.map(({ transaction }) => transaction));
}

/** Holds one transaction to its lower bound, and to the least latency, whole and in chunks. */
function checkAlone(bench: Bench, transaction: Transaction): void {
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
        `${transaction.kind} of ${transaction.bytes} bytes, alone ${chunks === 1 ? 'and whole' : `in ${chunks} chunks`}, ` +
        `takes ${seen.duration} ps, its lower bound is ${bound} ps`,
    );
    checkBusyness(bench, seen);
  }
  const { minimumLatency } = bench.declaration.facts(bench.values);
  const { duration } = observe(bench, alone(bench, transaction));
  demand(
    duration >= minimumLatency,
    () => `${duration} ps is below the least latency of ${minimumLatency} ps`,
  );
}

function checkSplitting(subject: ComponentSubject, bench: Bench, transaction: Transaction): void {
  const whole = observe(bench, alone(bench, transaction)).duration;
  const halves = observe(bench, alone(bench, transaction, 2)).duration;
  const gain = subject.cutGain?.(transaction, bench) ?? 0;
  demand(halves >= whole - gain, () => `two halves take ${halves} ps, the whole takes ${whole} ps`);
  const overhead =
    subject.cutOverhead?.(transaction, bench) ??
    bench.declaration.cutOverhead?.(transaction, bench.values) ??
    usualOverhead(bench, transaction);
  const most = (isEven(transaction) ? whole : 2 * whole) + overhead;
  demand(
    halves <= most,
    () => `two halves take ${halves} ps, the whole takes ${whole} ps and a cut at most ${overhead} ps`,
  );
}

function checkFidelity(subject: ComponentSubject, bench: Bench, transaction: Transaction): void {
  const { fastError } = bench.declaration;
  demand(fastError !== undefined, () => 'it has two levels of detail, and does not say how far they differ');
  const [fast, detailed] = (['fast', 'detailed'] as const).map((detail) => {
    const values = { ...bench.values, detail };
    refusing(() => {
      fc.pre(bench.declaration.conflicts(values).length === 0);
    });
    return observe(bench.with({ values }), alone(bench, transaction)).duration;
  });
  if (fast === undefined || detailed === undefined || fastError === undefined) return;
  const off = Math.abs(fast - detailed);
  const apart = subject.levelsApart?.(transaction, bench) ?? 0;
  const most = fastError.worst ?? fastError.share;
  demand(
    off <= most * detailed + apart + 1,
    () => `${fast} ps at level fast, ${detailed} ps at level detailed: off by more than ${most}`,
  );
}

/** Whether both halves spread over banks and lanes as the whole does. */
function isEven({ pattern }: Transaction): boolean {
  return pattern === undefined || (pattern.order === 'sequential' && pattern.stride === pattern.run);
}

/** The least latency and the service of a small piece, each rounded up to a ps. */
function usualOverhead(bench: Bench, transaction: Transaction): number {
  const { chunks } = observe(bench, alone(bench, transaction, SMALL_PIECES));
  return bench.declaration.facts(bench.values).minimumLatency + longest(chunks) + 2;
}

function longest(chunks: Observation['chunks']): number {
  return chunks.reduce((most, [, , accepted, , , ended]) => Math.max(most, ended - accepted), 0);
}
