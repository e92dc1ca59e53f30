export { bytesMoved, ReplayEngine } from './engine.ts';
export type { EngineOptions, RunTotals } from './engine.ts';
export type { ErrorFigures } from './functional/error-totals.ts';
export type { FunctionalOptions } from './functional/functional-run.ts';
export type { NumericalError, OperatorError, ValueCounts } from './functional/numerical-error.ts';
export { replay, replayStream, startReplay } from './replay.ts';
export type { ReplayOptions, ReplayOutcome, ReplayRun } from './replay.ts';
export { TimelineRecorder } from './timeline.ts';
export type { TimelineOptions } from './timeline.ts';
export type {
  AccuracyNote,
  ActionSummary,
  BoundSummary,
  ChipSummary,
  ComponentSummary,
  Duration,
  EnergySummary,
  EngineSummary,
  MappingSummary,
  OperatorSummary,
  OverheadSummary,
  OverheadVariant,
  PathShare,
  PlacementSummary,
  Result,
  StatisticSummary,
  Timeline,
  TimelineEvent,
  TimeSummary,
  WorkloadSummary,
} from './result.ts';
