import * as fc from 'fast-check';
import { copyTally, Machine } from '@systole/core';
import type { ComponentDeclaration, Facts, Part, Tally, Task, Transaction } from '@systole/core';
import { arbitraryTransaction } from './arbitrary-transaction.ts';
import { arbitraryValues } from './arbitrary-values.ts';
import type { ParameterValues } from './arbitrary-values.ts';
import type { Protocol } from './protocol.ts';
import { refusing } from './refusal.ts';

/** A component that is judged, and what its declaration cannot say about how to ask it. */
export interface ComponentSubject {
  readonly declaration: ComponentDeclaration;
  /** The other half of a pair that computes in memory: a unit for a memory, a memory for a unit. */
  readonly partner?: ComponentDeclaration;
  /**
   * Judges these values in place of generated ones, as a chip has them: the component alone, or a memory and then the unit
   * that is attached to it.
   */
  readonly parts?: readonly Part[];
  /** Makes the unit's values fit the memory's; otherwise it gets as many places as the memory has. */
  readonly join?: (memory: ParameterValues, unit: ParameterValues) => ParameterValues;
  /** Transactions for sizes that depend on one another; otherwise they follow from the declared forms. */
  readonly transactions?: (bench: Bench) => fc.Arbitrary<Transaction>;
  /** Transactions that are more work than `transaction`; otherwise all its sizes and its bytes doubled. */
  readonly grow?: (transaction: Transaction) => readonly Transaction[];
  /** ps that one cut of `transaction` may cost; otherwise what is declared, or else the rule that the law states. */
  readonly cutOverhead?: (transaction: Transaction, bench: Bench) => number;
  /** ps that one cut may save, for a reason that the law names as an exception; otherwise none. */
  readonly cutGain?: (transaction: Transaction, bench: Bench) => number;
  /** ps by which the levels of detail may differ beside the declared share, for a reason that the law names as an exception. */
  readonly levelsApart?: (transaction: Transaction, bench: Bench) => number;
  /** The commands that the component issues, and the rules of its standard. */
  readonly protocol?: Protocol;
}

/** A component with its values, ready to be run: alone, or with the other half of its pair. */
export class Bench {
  readonly parts: readonly Part[];
  /** Index of the part that takes transactions. */
  readonly server: number;

  constructor(parts: readonly Part[], server: number) {
    this.parts = parts;
    this.server = server;
  }

  get declaration(): ComponentDeclaration {
    return this.#served.declaration;
  }

  get values(): ParameterValues {
    return this.#served.values;
  }

  get unitValues(): ParameterValues {
    return this.parts.find(({ declaration }) => declaration.inMemory === 'unit')?.values ?? {};
  }

  /** What follows from the parameters of the unit; nothing of a component alone. */
  get unitFacts(): Facts {
    const unit = this.parts.find(({ declaration }) => declaration.inMemory === 'unit');
    return unit?.declaration.facts(unit.values) ?? { minimumLatency: 0, resources: 1 };
  }

  get #served(): Part {
    const part = this.parts[this.server];
    if (part === undefined) throw new RangeError('a bench without a part that is served');
    return part;
  }

  /** The same bench, with another declaration or other values for the part that is served. */
  with(changes: Partial<Pick<Part, 'declaration' | 'values'>>): Bench {
    return new Bench(
      this.parts.map((part, index) => (index === this.server ? { ...part, ...changes } : part)),
      this.server,
    );
  }

  /** The same bench at level fast, for laws that level detailed is excepted from. */
  get atLevelFast(): Bench {
    return this.values['detail'] === 'detailed'
      ? this.with({ values: { ...this.values, detail: 'fast' } })
      : this;
  }

  /** For counterexamples: the values, without the declarations. */
  [fc.toStringMethod](): string {
    const named = this.parts.map(
      ({ declaration, values }) => `${declaration.type} ${JSON.stringify(values)}`,
    );
    return named.join(' + ');
  }
}

/** A component with generated values; a pair with both. */
export function arbitraryBench(subject: ComponentSubject): fc.Arbitrary<Bench> {
  const { declaration, partner, parts: given } = subject;
  if (given !== undefined) return fc.constant(new Bench(given, 0));
  if (partner === undefined) {
    return arbitraryValues(declaration).map(
      (values) => new Bench([{ name: 'subject', declaration, values }], 0),
    );
  }
  const [memory, unit] = declaration.inMemory === 'unit' ? [partner, declaration] : [declaration, partner];
  const join = subject.join ?? placesOf(memory, unit);
  return fc.tuple(arbitraryValues(memory), arbitraryValues(unit)).map(([memoryValues, unitValues]) => {
    const parts = [
      { name: 'memory', declaration: memory, values: memoryValues, attached: 'unit' },
      { name: 'unit', declaration: unit, values: join(memoryValues, unitValues) },
    ];
    return new Bench(parts, 0);
  });
}

/** A unit works in as many places as its memory has, as in a chip that does not say otherwise. */
function placesOf(memory: ComponentDeclaration, unit: ComponentDeclaration) {
  return (memoryValues: ParameterValues, unitValues: ParameterValues): ParameterValues => {
    const places = memory.places?.(memoryValues);
    const { placesParameter } = unit;
    return places === undefined || placesParameter === undefined
      ? unitValues
      : { ...unitValues, [placesParameter]: places };
  };
}

/** Transactions for the part of a bench that is served. */
export function transactionsOf(subject: ComponentSubject, bench: Bench): fc.Arbitrary<Transaction> {
  return subject.transactions?.(bench) ?? arbitraryTransaction(bench.declaration, bench.values);
}

/** Everything that can be seen of a stretch. Times are from its start. */
export interface Observation {
  readonly duration: number;
  /** Of every chunk, in the order in which they left: task, chunk, accepted, started, first result, ended. */
  readonly chunks: readonly (readonly [string, number, number, number, number, number])[];
  readonly tally: Tally;
  /** The state in which it left the components. */
  readonly state: readonly (readonly number[])[];
}

/** As `use`, of a machine of the bench that is made for it. */
export function observe(bench: Bench, tasks: readonly Task[], origin = 0): Observation {
  return refusing(() => use(new Machine(bench.parts, TAGS), tasks, origin));
}

export const TAGS = 2;

/** Runs a stretch and notes all of it. */
export function use(machine: Machine, tasks: readonly Task[], origin = 0): Observation {
  const chunks: [string, number, number, number, number, number][] = [];
  const tally = refusing(() =>
    machine.run(tasks, {
      origin,
      recorder: {
        chunk(task, _stage, chunk, accepted, started, first, ended) {
          chunks.push([
            task.name,
            chunk,
            accepted - origin,
            started - origin,
            first - origin,
            ended - origin,
          ]);
        },
      },
    }),
  );
  return { duration: tally.duration, chunks, tally: copyTally(tally), state: machine.save() };
}

/** One transaction as one task, cut into `chunks`. */
export function alone(bench: Bench, transaction: Transaction, chunks = 1, slots = 1): readonly Task[] {
  const stages = [{ component: bench.server, transaction, slots }];
  return [{ name: 'only', tag: 0, after: [], delay: 0, chunks, stages }];
}
