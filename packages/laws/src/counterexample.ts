import type { ChipSpec } from '@systole/chip';
import type { ParameterValue, Task, Transaction } from '@systole/core';
import type { ModelConfig, Workload } from '@systole/trace';

/** A component of a counterexample. */
export interface PartExample {
  readonly name: string;
  readonly type: string;
  /** Values in base units. */
  readonly values: Readonly<Record<string, ParameterValue>>;
  /** The same as a chip file writes them: what the declaration's defaults and one preset do not say. */
  readonly written: Readonly<Record<string, ParameterValue>>;
  /** The unit that works inside this memory. */
  readonly attached?: string;
}

/** A case in which a component broke a law, as plain data. */
export interface ComponentCounterexample {
  readonly subject: 'component';
  readonly parts: readonly PartExample[];
  /** Lists of tasks: one after the other on one machine, or as the law says. */
  readonly stretches: readonly (readonly Task[])[];
  /** Where the law is about one transaction alone. */
  readonly transaction?: Transaction;
  /** What else was generated, such as `origin` in ps. */
  readonly drawn: Readonly<Record<string, number>>;
}

/** A case in which a chip broke a law, as plain data. */
export interface ChipCounterexample {
  readonly subject: 'chip';
  readonly chip: ChipSpec;
  /** The name of the trace. */
  readonly trace: string;
  /** What the trace was generated from, where it was. */
  readonly model?: ModelConfig;
  readonly workload?: Workload;
}

export type Counterexample = ComponentCounterexample | ChipCounterexample;
