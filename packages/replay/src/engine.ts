import { copyTally, ExactTotals, Machine, SystoleError } from '@systole/core';
import type { Tally } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import { OPERATOR_KINDS } from '@systole/mapping';
import type { Plan, Stretch } from '@systole/mapping';
import { blockKey, operatorBytes, operatorMacs } from '@systole/trace';
import type { Operator, TraceBlock } from '@systole/trace';
import { RollingHash } from './rolling-hash.ts';
import type { TimelineRecorder } from './timeline.ts';

/** What is remembered of a stretch: what it counted, how often it counts, and the state in which it left the chip. */
interface Remembered {
  readonly tally: Tally;
  readonly endState: ChipState;
  /** Times that it happened and has not yet been added to the totals. */
  times: number;
}

/** A state of the whole chip between stretches. Equal states are one object, so that they are told apart by `id`. */
interface ChipState {
  readonly components: readonly (readonly number[])[];
  readonly id: number;
}

/**
 * What is remembered at once: stretches, and numbers in the states that they left. A state of a memory with many banks is
 * large. Beyond either the memory is cleared, which costs time and changes no result.
 */
const MAX_REMEMBERED = 4096;
const MAX_STATE_NUMBERS = 1 << 24;

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
  simulated = 0;
  readonly #plan: Plan;
  readonly #reuse: boolean;
  readonly #timeline: TimelineRecorder | undefined;
  readonly #stateNumbers: number;
  readonly #remembered = new Map<string, Remembered>();
  readonly #states = new Map<string, ChipState>();
  #numbersHeld = 0;
  #nextState = 0;
  readonly #digest = new RollingHash();
  #state: ChipState;

  constructor(chip: ResolvedChip, plan: Plan, options: EngineOptions = {}) {
    const kinds = OPERATOR_KINDS.length;
    this.machine = new Machine(chip.parts, kinds, { ideal: options.ideal ?? [] });
    this.#plan = plan;
    this.#reuse = options.reuse ?? true;
    this.#timeline = options.timeline;
    this.#stateNumbers = options.stateNumbers ?? MAX_STATE_NUMBERS;
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
    this.#state = this.#recognise();
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
    let left = block.repeat;
    while (left > 0) {
      this.#forget();
      const before = this.#state;
      const start = this.#elapsed(block.step);
      timeline?.beginBlock(block, block.first + block.repeat - left);
      const happened = stretches.map((stretch) => {
        timeline?.beginStretch(this.#elapsed(block.step));
        const remembered = this.#stretch(stretch, timeline);
        this.#state = remembered.endState;
        this.#count(remembered, 1, block.step);
        return remembered;
      });
      timeline?.endBlock(start, this.#elapsed(block.step));
      left--;
      // Back in the state that it started from, the instance recurs for all that are left.
      if (this.#reuse && timeline === undefined && this.#state === before) {
        for (const remembered of happened) this.#count(remembered, left, block.step);
        left = 0;
      }
    }
  }

  /** Adds what is still owed to the totals. To be called before they are read. */
  settle(): void {
    for (const remembered of this.#remembered.values()) this.#add(remembered);
  }

  /** Between instances only: the stretches of one that recurs are counted after they were looked up. */
  #forget(): void {
    if (this.#remembered.size < MAX_REMEMBERED && this.#numbersHeld <= this.#stateNumbers) return;
    this.settle();
    this.#remembered.clear();
    this.#states.clear();
    this.#numbersHeld = 0;
  }

  #stretch(stretch: Stretch, recorder: TimelineRecorder | undefined): Remembered {
    const key = `${stretch.key}|${this.#state.id}`;
    const known = this.#remembered.get(key);
    if (known !== undefined && this.#reuse && recorder === undefined) return known;

    this.machine.load(this.#state.components);
    const tally = this.machine.run(stretch.tasks(), recorder === undefined ? {} : { recorder });
    this.simulated++;
    if (known !== undefined) this.#add(known);
    const remembered: Remembered = { tally: copyTally(tally), endState: this.#recognise(), times: 0 };
    this.#remembered.set(key, remembered);
    return remembered;
  }

  /** The state that the machine is in: the object that stands for it already, or a new one. */
  #recognise(): ChipState {
    const components = this.machine.save();
    const key = components.map((state) => state.join(',')).join(';');
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    // Ids are never given twice, so that a state from before the memory was cleared is not taken for another.
    const state: ChipState = { components, id: this.#nextState++ };
    this.#states.set(key, state);
    for (const component of components) this.#numbersHeld += component.length;
    return state;
  }

  /** ps of all steps before and of this step so far, as a timeline counts them. */
  #elapsed(step: number): number {
    let sum = 0;
    for (let index = 0; index <= step && index < this.perStep.length; index++)
      sum += this.perStep[index] ?? 0;
    return sum;
  }

  #count(remembered: Remembered, times: number, step: number): void {
    remembered.times += times;
    this.stretches += times;
    const elapsed = (this.perStep[step] ?? 0) + remembered.tally.duration * times;
    if (!Number.isSafeInteger(elapsed)) {
      throw new SystoleError({
        code: 'time/overflow',
        message: `step ${step} takes longer than 2^53 ps, about 2.5 hours of chip time`,
        hint: 'Shorten the prompt, or look for a parameter that is far too slow.',
      });
    }
    this.perStep[step] = elapsed;
  }

  #add(remembered: Remembered): void {
    const { totals } = this;
    const { tally, times } = remembered;
    if (times === 0) return;
    remembered.times = 0;
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
