import type { Source } from '@systole/core';
import type { TierReport } from '@systole/mapping';
import type { NumericalError } from './functional/numerical-error.ts';

/**
 * What a run found: plain, versioned data, the same to the byte on every machine. All else (tables, pages, timelines) is
 * a view of it. Times are in ps, energies in fJ; a count or time that may pass 2^53 is also kept exactly, as text.
 */
export interface Result {
  readonly format: 'systole-result';
  readonly version: 1;
  readonly chip: ChipSummary;
  readonly workload: WorkloadSummary;
  readonly mapping: MappingSummary;
  /** Identifies the inputs: chip, workload or trace, mapping and its options. Equal hashes, equal results. */
  readonly inputsHash: string;
  readonly time: TimeSummary;
  readonly energy: EnergySummary;
  readonly components: readonly ComponentSummary[];
  readonly operators: readonly OperatorSummary[];
  /** Where the time went, largest first. Adds up to the total time. */
  readonly criticalPath: readonly PathShare[];
  /** What the typical step would gain from each component, were it infinitely fast. */
  readonly bounds: BoundSummary;
  /** Of each memory with in-memory compute: how the typical step hangs on what its commands cost. Absent where there is none. */
  readonly commandOverheads?: readonly OverheadSummary[];
  readonly engine: EngineSummary;
  readonly accuracy: readonly AccuracyNote[];
  /** What the number formats cost in accuracy, where the operators were computed on tensors. */
  readonly numericalError?: NumericalError;
}

export interface ChipSummary {
  readonly name: string;
  readonly summary: string;
  readonly hash: string;
  /** The clock that cycles are counted in. */
  readonly clockHz: number;
}

export interface WorkloadSummary {
  readonly name: string;
  readonly model?: string;
  readonly parameters?: number;
  readonly prompt?: number;
  readonly generate?: number;
  readonly batch?: number;
  readonly weights?: string;
  readonly kv?: string;
  readonly activations?: string;
}

export interface MappingSummary {
  readonly name: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly placement: readonly PlacementSummary[];
  /** What was decided, in words. */
  readonly decisions: readonly string[];
  /** Where tensors are dealt to several memories: how full each was when, and what moved between them. */
  readonly tiers?: TierReport;
}

/** How much of a memory a group of tensors takes. */
export interface PlacementSummary {
  readonly memory: string;
  readonly what: string;
  readonly bytes: number;
  readonly capacity: number;
}

/** A stretch of time, and the cycles of the chip's clock that it takes. */
export interface Duration {
  readonly ps: number;
  readonly cycles: number;
}

export interface TimeSummary {
  readonly total: Duration & { readonly exactPs: string };
  /** Steps that each yield one token per sequence; step 0 is the prefill. */
  readonly steps: number;
  readonly tokens: number;
  /** Time to first token: all of step 0. */
  readonly first: Duration;
  readonly last: Duration;
  readonly mean: Duration;
  /** Mean over the decode steps alone, where there are any. */
  readonly meanDecode?: Duration;
  readonly tokensPerSecond: number;
  /** ps of every step, in order. */
  readonly perStep: readonly number[];
}

export interface EnergySummary {
  readonly totalFj: number;
  /** Energy of counted actions. */
  readonly dynamicFj: number;
  /** Static power × total time. */
  readonly staticFj: number;
  readonly perTokenFj: number;
  /** Mean power over the run. */
  readonly averageWatts: number;
}

export interface ActionSummary {
  readonly action: string;
  readonly help: string;
  readonly unit: string;
  /** Exact. */
  readonly count: string;
  readonly fjPerAction: number;
  readonly totalFj: number;
}

export interface StatisticSummary {
  readonly name: string;
  readonly help: string;
  readonly unit: string;
  readonly value: number;
}

export interface ComponentSummary {
  readonly name: string;
  readonly type: string;
  readonly role: 'memory' | 'compute' | 'interconnect';
  /** Busy resource-time over time × resources; 0 to 1. */
  readonly utilisation: number;
  readonly resources: number;
  readonly busyPs: number;
  readonly bytes: number;
  readonly usefulMacs: number;
  readonly paddedMacs: number;
  readonly dynamicFj: number;
  readonly staticFj: number;
  readonly totalFj: number;
  readonly actions: readonly ActionSummary[];
  readonly statistics: readonly StatisticSummary[];
  /** Hits over accesses, for memories with rows. */
  readonly rowHitRate?: number;
  readonly facts: {
    readonly capacity?: number;
    readonly bandwidth?: number;
    readonly internalBandwidth?: number;
    readonly macsPerSecond?: Readonly<Record<string, number>>;
    readonly operationsPerSecond?: number;
  };
}

/** All operators of one kind. */
export interface OperatorSummary {
  readonly kind: string;
  readonly count: number;
  /** Their part of the critical path. */
  readonly ps: number;
  readonly share: number;
  readonly macs: number;
  /** Bytes of weights, KV cache and activations that they read and write, by the trace. */
  readonly bytes: number;
  readonly dynamicFj: number;
  /** Dynamic energy and the static energy of their share of the time. */
  readonly totalFj: number;
  /** Their part of the critical path, by component and reason. */
  readonly path: readonly PathShare[];
}

export interface PathShare {
  /** A component's name, or `mapping` for delays that the mapping asked for. */
  readonly component: string;
  readonly reason: string;
  readonly help: string;
  readonly ps: number;
  readonly share: number;
}

/** How much of a step each component is answerable for, by simulation with that component taking no time. */
export interface BoundSummary {
  /** The step that was simulated: the one in the middle of the run. */
  readonly step: number;
  readonly ps: number;
  /**
   * Largest gain first; `ps` is the step's time without the component's, `gain` the share of the time that it saves. Empty where
   * they were not asked for. With `atMost` the component holds so little of the critical path that it was not simulated: what
   * it holds is what it could gain at most.
   */
  readonly components: readonly {
    readonly component: string;
    readonly ps: number;
    readonly gain: number;
    readonly atMost?: boolean;
  }[];
}

/** The typical step under other overheads of in-memory compute, by simulation with the same mapping. */
export interface OverheadSummary {
  readonly memory: string;
  readonly step: number;
  /** The ideal stream of rows first, then the memory as configured, then with the overheads of published devices. */
  readonly variants: readonly OverheadVariant[];
}

export interface OverheadVariant {
  /** A preset of the memory, or `configured`. */
  readonly name: string;
  readonly help: string;
  readonly source?: Source;
  /** Time of the step, and over that of the ideal. */
  readonly ps: number;
  readonly factor: number;
  /** The step's critical path by what the memory spent it on, and all else as `other`; adds up to `ps`. */
  readonly parts: readonly { readonly part: string; readonly ps: number }[];
}

export interface EngineSummary {
  readonly operators: number;
  /** Stretches of event time. */
  readonly stretches: number;
  readonly events: number;
}

/** How far the `fast` level of a component may be off, and how sure its figures are. */
export interface AccuracyNote {
  readonly component: string;
  /** At which level it ran, where it has more than one. */
  readonly level?: 'fast' | 'detailed';
  /** The largest share by which it may be off the detailed level, where it ran at level fast, and how that is known. */
  readonly fastErrorShare?: number;
  readonly basis?: string;
  /** Parameters by the confidence of their source. */
  readonly confidence: Readonly<Record<string, number>>;
  /** Figures that are only recalled or inferred. */
  readonly weak: readonly { readonly parameter: string; readonly value: string; readonly source?: Source }[];
}

/** One chunk at one stage, for a timeline. Times in ps from the start of the run. */
export interface TimelineEvent {
  readonly component: string;
  readonly operator: string;
  readonly kind: string;
  readonly task: string;
  readonly step: number;
  readonly chunk: number;
  readonly accepted: number;
  readonly start: number;
  readonly end: number;
}

/** An excerpt of what happened when. */
export interface Timeline {
  readonly events: readonly TimelineEvent[];
  /** True when there was more than the excerpt holds. */
  readonly truncated: boolean;
  /** Spans of steps and of blocks, from the start of the run. */
  readonly spans: readonly { readonly name: string; readonly start: number; readonly end: number }[];
}
