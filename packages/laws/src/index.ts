export { findLaw, LAWS, lawsFor } from './law.ts';
export type { Law, LawId } from './law.ts';
export { checkComponent } from './check-component.ts';
export type { ComponentCheckOptions } from './check-component.ts';
export { checkChip } from './check-chip.ts';
export type { ChipCheckOptions } from './check-chip.ts';
export { formatReport } from './report.ts';
export type { CheckOptions, Finding, Inapplicable, Report } from './report.ts';
export { counterexampleFiles } from './counterexample-files.ts';
export type { CounterexampleFile } from './counterexample-files.ts';
export type {
  ChipCounterexample,
  ComponentCounterexample,
  Counterexample,
  PartExample,
} from './counterexample.ts';
export type { Bench, ComponentSubject } from './bench.ts';
export { usualOptions, usualPartOptions } from './in-memory/usual-options.ts';
export { timingViolations } from './protocol.ts';
export type { Command, Protocol, TimingRule, Violation } from './protocol.ts';
export { arbitraryValues } from './arbitrary-values.ts';
export type { ParameterValues } from './arbitrary-values.ts';
export { arbitraryTransaction } from './arbitrary-transaction.ts';
export { arbitraryPipelines } from './arbitrary-tasks.ts';
export type { StagePlace } from './arbitrary-tasks.ts';
export { arbitraryChip } from './arbitrary-chip.ts';
export { arbitraryModel, arbitraryTrace, arbitraryWorkload } from './arbitrary-trace.ts';
export type { GeneratedTrace, ModelSizes, WorkloadFormats, WorkloadSizes } from './arbitrary-trace.ts';
