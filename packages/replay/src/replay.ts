import { SystoleError } from '@systole/core';
import { chipHash, contentHash } from '@systole/chip';
import type { ResolvedChip } from '@systole/chip';
import { readOptions } from '@systole/mapping';
import type { MappingCatalogue, MappingDeclaration, OperatorDecision, Plan } from '@systole/mapping';
import type { Trace, TraceBlock, TraceHeader } from '@systole/trace';
import { measureBounds } from './bounds.ts';
import { measureOverheads } from './command-overheads.ts';
import { ReplayEngine } from './engine.ts';
import { FunctionalRun } from './functional/functional-run.ts';
import type { FunctionalOptions } from './functional/functional-run.ts';
import type { NumericalError } from './functional/numerical-error.ts';
import { typicalStep } from './played-step.ts';
import type { Result, Timeline } from './result.ts';
import { summarise } from './summary.ts';
import { TimelineRecorder } from './timeline.ts';
import type { TimelineOptions } from './timeline.ts';

export interface ReplayOptions {
  readonly mappings: MappingCatalogue;
  /** Takes the place of the mapping that the chip names. */
  readonly mapping?: string;
  /** Take equal stretches from memory instead of simulating them again. Changes no result. Default true. */
  readonly reuse?: boolean;
  /** Record an excerpt of what happens when. */
  readonly timeline?: TimelineOptions;
  /**
   * Find what the typical step would gain from each component, and how it hangs on the commands of in-memory compute, by
   * simulating it once more for each. Default true.
   */
  readonly bounds?: boolean;
  /** Compute the operators on tensors as well, in the formats of the chip, and report their error. */
  readonly functional?: FunctionalOptions;
  /** Called after every step. */
  readonly onStep?: (done: number, steps: number) => void;
}

export interface ReplayOutcome {
  readonly result: Result;
  readonly timeline?: Timeline;
  /** What the mapping chose for each kind of operator, and what it passed over; absent where it has no choice. */
  readonly explain?: readonly OperatorDecision[];
  /** Stretches that had to be simulated; the others were equal to one of them. No part of the result. */
  readonly simulated: number;
}

/** A run that takes the trace's blocks one by one, in order. */
export interface ReplayRun {
  readonly plan: Plan;
  push(block: TraceBlock): void;
  finish(): ReplayOutcome;
}

/**
 * Starts a run of a trace on a chip: plans the mapping, checks capacity, builds the machine. Throws `SystoleError` when the
 * mapping cannot serve the chip or the model does not fit.
 */
export function startReplay(chip: ResolvedChip, header: TraceHeader, options: ReplayOptions): ReplayRun {
  const { mapping, written } = chooseMapping(chip, options);
  const settings = readOptions(mapping, written);
  const plan = mapping.plan(chip, header, settings);
  const recorder =
    options.timeline === undefined
      ? undefined
      : new TimelineRecorder(
          chip.parts.map(({ name }) => name),
          options.timeline,
        );
  const engine = new ReplayEngine(chip, plan, {
    ...(options.reuse === undefined ? {} : { reuse: options.reuse }),
    ...(recorder === undefined ? {} : { timeline: recorder }),
  });
  // A plan may account what has come so far, so that the computation has one of its own.
  const functional =
    options.functional === undefined
      ? undefined
      : new FunctionalRun(chip, mapping.plan(chip, header, settings), header, options.functional);
  const sampled = typicalStep(header.steps);
  const sample: TraceBlock[] = [];
  let lastStep = -1;
  return {
    plan,
    push(block) {
      if (block.step !== lastStep) {
        if (lastStep >= 0) options.onStep?.(lastStep + 1, header.steps);
        lastStep = block.step;
      }
      if (block.step === sampled) sample.push(block);
      functional?.push(block);
      engine.replay(block);
    },
    finish() {
      if (lastStep < 0) {
        throw new SystoleError({
          code: 'trace/invalid',
          message: 'the trace holds no operators',
          hint: 'A trace has at least one block with one operator: see systole trace make --help.',
        });
      }
      options.onStep?.(header.steps, header.steps);
      engine.settle();
      const { simulated } = engine;
      const withBounds = options.bounds ?? true;
      const timed = summarise({
        chip,
        chipHash: chipHash(chip.spec),
        header,
        mapping,
        settings,
        plan,
        engine,
        bounds: measureBounds(chip, plan, sample, sampled, engine, withBounds),
        commandOverheads: withBounds ? measureOverheads(chip, plan, sample, sampled, engine) : [],
      });
      const result = functional === undefined ? timed : withError(timed, functional.finish());
      return {
        result,
        simulated,
        ...(plan.explain === undefined ? {} : { explain: plan.explain }),
        ...(recorder === undefined ? {} : { timeline: recorder.timeline() }),
      };
    },
  };
}

/** Tensors are inputs too: equal hashes mean equal results. */
function withError(result: Result, numericalError: NumericalError): Result {
  const inputsHash = contentHash({ inputs: result.inputsHash, tensors: numericalError.digest });
  return { ...result, inputsHash, numericalError };
}

/** Replays a trace that can be iterated at once, such as a generated one. */
export function replay(chip: ResolvedChip, trace: Trace, options: ReplayOptions): ReplayOutcome {
  const run = startReplay(chip, trace.header, options);
  for (const block of trace.blocks()) run.push(block);
  return run.finish();
}

/** Replays a trace that is streamed, such as one read from a file. */
export async function replayStream(
  chip: ResolvedChip,
  header: TraceHeader,
  blocks: AsyncIterable<TraceBlock>,
  options: ReplayOptions,
): Promise<ReplayOutcome> {
  const run = startReplay(chip, header, options);
  for await (const block of blocks) run.push(block);
  return run.finish();
}

function chooseMapping(
  chip: ResolvedChip,
  options: ReplayOptions,
): { readonly mapping: MappingDeclaration; readonly written: Readonly<Record<string, unknown>> } {
  const { name: ownName, options: written } = chip.mapping;
  if (options.mapping === undefined || options.mapping === ownName) {
    return { mapping: options.mappings.find(ownName), written };
  }
  return { mapping: options.mappings.find(options.mapping), written: {} };
}
