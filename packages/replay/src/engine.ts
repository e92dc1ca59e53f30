import { ExactTotals, Machine, SystoleError } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import { OPERATOR_KINDS } from '@systole/mapping';
import type { Plan } from '@systole/mapping';
import { blockKey, operatorBytes, operatorMacs } from '@systole/trace';
import type { Operator, TraceBlock } from '@systole/trace';
import { RollingHash } from './rolling-hash.ts';
import { isSameState, StretchPlayer } from './stretch-player.ts';
import type { Played } from './stretch-player.ts';
import type { TimelineRecorder } from './timeline.ts';

export interface EngineOptions {
  /** Take equal stretches from memory instead of simulating them again. Changes no result. Default true. */
  readonly reuse?: boolean;
  /** Records what happens when. */
  readonly timeline?: TimelineRecorder;
  /** Components that take no time. */
  readonly ideal?: readonly string[];
  /** Numbers of chip states that are kept to recognise them. Changes no result. Default 2^24, some 300 MB. */
  readonly stateNumbers?: number;
}

/** Exact sums over a whole run, outside event time. */
export interface RunTotals {
  readonly actions: ExactTotals;
  readonly path: ExactTotals;
  readonly statistics: ExactTotals;
  readonly busy: ExactTotals;
  readonly usefulMacs: ExactTotals;
  readonly paddedMacs: ExactTotals;
  readonly bytes: ExactTotals;
  /** [0] the duration, [1] the events. */
  readonly run: ExactTotals;
  /** [operator kind]: operators, MACs and bytes as the trace asks for them. */
  readonly operators: ExactTotals;
  readonly operatorMacs: ExactTotals;
  readonly operatorBytes: ExactTotals;
}

/**
 * Replays blocks of a trace through a machine, stretch by stretch. A stretch that has been simulated before from the same
 * chip state is not simulated again: it counts once more.
 */
export class ReplayEngine {
  readonly machine: Machine;
  readonly totals: RunTotals;
  /** ps of every step so far. */
  readonly perStep: number[] = [];
  stretches = 0;
  readonly player: StretchPlayer;
  readonly #plan: Plan;
  readonly #reuse: boolean;
  readonly #timeline: TimelineRecorder | undefined;
  readonly #digest = new RollingHash();

  constructor(chip: ResolvedChip, plan: Plan, options: EngineOptions = {}) {
    const kinds = OPERATOR_KINDS.length;
    this.machine = new Machine(chip.parts, kinds, { ideal: options.ideal ?? [] });
    this.#plan = plan;
    this.#reuse = options.reuse ?? true;
    this.#timeline = options.timeline;
    this.player = new StretchPlayer(this.machine, { reuse: this.#reuse, stateNumbers: options.stateNumbers });
    const { tally } = this.machine;
    this.totals = {
      actions: new ExactTotals(tally.actions.length),
      path: new ExactTotals(tally.path.length),
      statistics: new ExactTotals(tally.statistics.length),
      busy: new ExactTotals(tally.busy.length),
      usefulMacs: new ExactTotals(tally.usefulMacs.length),
      paddedMacs: new ExactTotals(tally.paddedMacs.length),
      bytes: new ExactTotals(tally.bytes.length),
      run: new ExactTotals(2),
      operators: new ExactTotals(kinds),
      operatorMacs: new ExactTotals(kinds),
      operatorBytes: new ExactTotals(kinds),
    };
  }

  /** Stretches that had to be simulated. */
  get simulated(): number {
    return this.player.simulated;
  }

  /** Identifies the blocks that were replayed, by what they ask for. */
  get blocksDigest(): string {
    return this.#digest.hex();
  }

  /** Replays all instances of a block. */
  replay(block: TraceBlock): void {
    this.#countOperators(block);
    // A step has a time even when its blocks ask for nothing.
    while (this.perStep.length <= block.step) this.perStep.push(0);
    const stretches = this.#plan.stretchesOf(block);
    this.#digest.add(`${block.step} ${blockKey(block)}`);
    const timeline = this.#timeline?.wants(block.step) === true ? this.#timeline : undefined;
    const { player } = this;
    let left = block.repeat;
    while (left > 0) {
      this.#forget();
      const before = player.state;
      const start = timeline === undefined ? 0 : this.#elapsed(block.step);
      timeline?.beginBlock(block, block.first + block.repeat - left);
      const happened = stretches.map((stretch) => {
        timeline?.beginStretch(this.#elapsed(block.step));
        const played = player.play(stretch, timeline);
        this.#count(played, 1, block.step);
        return played;
      });
      timeline?.endBlock(start, this.#elapsed(block.step));
      left--;
      // Back in the state that it started from, the instance recurs for all that are left.
      if (this.#reuse && timeline === undefined && isSameState(player.state, before)) {
        for (const played of happened) this.#count(played, left, block.step);
        left = 0;
      }
    }
  }

  /** Adds what is still owed to the totals. To be called before they are read. */
  settle(): void {
    for (const played of this.player.played()) this.#add(played);
  }

  /** Between instances only: the stretches of one that recurs are counted after they were looked up. */
  #forget(): void {
    if (!this.player.isFull) return;
    this.settle();
    this.player.forget();
  }

  /** ps of all steps before and of this step so far, as a timeline counts them. */
  #elapsed(step: number): number {
    let sum = 0;
    for (let index = 0; index <= step && index < this.perStep.length; index++)
      sum += this.perStep[index] ?? 0;
    return sum;
  }

  #count(played: Played, times: number, step: number): void {
    played.times += times;
    this.stretches += times;
    const elapsed = (this.perStep[step] ?? 0) + played.tally.duration * times;
    if (!Number.isSafeInteger(elapsed)) {
      throw new SystoleError({
        code: 'time/overflow',
        message: `step ${step} takes longer than 2^53 ps, about 2.5 hours of chip time`,
        hint: 'Shorten the prompt, or look for a parameter that is far too slow.',
      });
    }
    this.perStep[step] = elapsed;
  }

  #add(played: Played): void {
    const { totals } = this;
    const { tally, times } = played;
    if (times === 0) return;
    played.times = 0;
    totals.actions.add(tally.actions, times);
    totals.path.add(tally.path, times);
    totals.statistics.add(tally.statistics, times);
    totals.busy.add(tally.busy, times);
    totals.usefulMacs.add(tally.usefulMacs, times);
    totals.paddedMacs.add(tally.paddedMacs, times);
    totals.bytes.add(tally.bytes, times);
    totals.run.add([tally.duration, tally.events], times);
  }

  #countOperators(block: TraceBlock): void {
    const { totals } = this;
    const counts = new Float64Array(OPERATOR_KINDS.length);
    const macs = new Float64Array(OPERATOR_KINDS.length);
    const bytes = new Float64Array(OPERATOR_KINDS.length);
    for (const operator of block.operators) {
      const kind = OPERATOR_KINDS.indexOf(operator.kind);
      counts[kind] = (counts[kind] ?? 0) + 1;
      macs[kind] = (macs[kind] ?? 0) + operatorMacs(operator);
      bytes[kind] = (bytes[kind] ?? 0) + bytesMoved(operator);
    }
    totals.operators.add(counts, block.repeat);
    totals.operatorMacs.add(macs, block.repeat);
    totals.operatorBytes.add(bytes, block.repeat);
  }
}

/** Bytes of all tensors that an operator reads and writes. */
export function bytesMoved(operator: Operator): number {
  const { weights, kvRead, kvWritten, activationsRead, activationsWritten } = operatorBytes(operator);
  return weights + kvRead + kvWritten + activationsRead + activationsWritten;
}
