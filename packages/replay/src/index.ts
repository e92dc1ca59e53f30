export { bytesMoved, ReplayEngine } from './engine.ts';
export type { EngineOptions, RunTotals } from './engine.ts';
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
  PathShare,
  PlacementSummary,
  Result,
  StatisticSummary,
  Timeline,
  TimelineEvent,
  TimeSummary,
  WorkloadSummary,
} from './result.ts';
