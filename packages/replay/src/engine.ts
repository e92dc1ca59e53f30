import { copyTally, ExactTotals, Machine, SystoleError } from '@systole/core';
import type { Tally } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import type { Plan } from '@systole/mapping';
import { OPERATOR_KINDS } from '@systole/mapping';
import { operatorBytes, operatorMacs } from '@systole/trace';
import type { Operator, TraceBlock } from '@systole/trace';
import { RollingHash } from './rolling-hash.ts';
import type { TimelineRecorder } from './timeline.ts';

/** What is remembered of a stretch: what it counted, and the state in which it left the chip. */
interface Remembered {
  readonly tally: Tally;
  readonly endState: ChipState;
}

interface ChipState {
  readonly components: readonly (readonly number[])[];
  readonly key: string;
}

/** Stretches that are remembered at once; beyond it the memory is cleared, which costs time and changes no result. */
const MAX_REMEMBERED = 4096;

export interface EngineOptions {
  /** Take equal stretches from memory instead of simulating them again. Changes no result. Default true. */
  readonly reuse?: boolean;
  /** Records what happens when. */
  readonly timeline?: TimelineRecorder;
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
 * Replays blocks of a trace through a machine, one stretch of event time a block instance. A stretch that has been
 * simulated before from the same chip state is not simulated again: its counts are added once more.
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
  readonly #remembered = new Map<string, Remembered>();
  readonly #digest = new RollingHash();
  #state: ChipState;

  constructor(chip: ResolvedChip, plan: Plan, options: EngineOptions = {}) {
    const kinds = OPERATOR_KINDS.length;
    this.machine = new Machine(chip.parts, kinds);
    this.#plan = plan;
    this.#reuse = options.reuse ?? true;
    this.#timeline = options.timeline;
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
    this.#state = stateOf(this.machine);
  }

  /** Identifies the blocks that were replayed, by what they ask for. */
  get blocksDigest(): string {
    return this.#digest.hex();
  }

  /** Replays all instances of a block. */
  replay(block: TraceBlock): void {
    this.#countOperators(block);
    const planKey = this.#plan.keyOf(block);
    this.#digest.add(`${block.step} ${block.repeat} ${planKey}`);
    let left = block.repeat;
    while (left > 0) {
      const instance = block.first + block.repeat - left;
      const before = this.#state.key;
      const { tally, endState } = this.#stretch(block, planKey, instance);
      this.#state = endState;
      // Back in the state it started from, the stretch recurs for all instances that are left.
      const recurs = this.#reuse && endState.key === before && this.#timeline?.wants(block.step) !== true;
      const times = recurs ? left : 1;
      this.#add(tally, times, block.step);
      left -= times;
    }
  }

  #stretch(block: TraceBlock, planKey: string, instance: number): Remembered {
    const timeline = this.#timeline?.wants(block.step) === true ? this.#timeline : undefined;
    const key = `${planKey}|${this.#state.key}`;
    const known = timeline === undefined && this.#reuse ? this.#remembered.get(key) : undefined;
    if (known !== undefined) return known;

    const tasks = this.#plan.tasksOf(block);
    this.machine.load(this.#state.components);
    timeline?.begin(block, instance, tasks, this.#elapsed(block.step));
    const tally = this.machine.run(tasks, timeline === undefined ? {} : { recorder: timeline });
    timeline?.end(tally.duration);
    this.simulated++;
    const remembered = { tally: copyTally(tally), endState: stateOf(this.machine) };
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(key, remembered);
    return remembered;
  }

  /** ps of all steps before and of this step so far, as a timeline counts them. */
  #elapsed(step: number): number {
    let sum = 0;
    for (let index = 0; index <= step && index < this.perStep.length; index++) sum += this.perStep[index] ?? 0;
    return sum;
  }

  #add(tally: Tally, times: number, step: number): void {
    const { totals } = this;
    totals.actions.add(tally.actions, times);
    totals.path.add(tally.path, times);
    totals.statistics.add(tally.statistics, times);
    totals.busy.add(tally.busy, times);
    totals.usefulMacs.add(tally.usefulMacs, times);
    totals.paddedMacs.add(tally.paddedMacs, times);
    totals.bytes.add(tally.bytes, times);
    totals.run.add([tally.duration, tally.events], times);
    this.stretches += times;
    while (this.perStep.length <= step) this.perStep.push(0);
    const elapsed = (this.perStep[step] ?? 0) + tally.duration * times;
    if (!Number.isSafeInteger(elapsed)) {
      throw new SystoleError({
        code: 'time/overflow',
        message: `step ${step} takes longer than 2^53 ps, about 2.5 hours of chip time`,
        hint: 'Shorten the prompt, or look for a parameter that is far too slow.',
      });
    }
    this.perStep[step] = elapsed;
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

function stateOf(machine: Machine): ChipState {
  const components = machine.save();
  return { components, key: components.map((state) => state.join(',')).join(';') };
}

/** Bytes of all tensors that an operator reads and writes. */
export function bytesMoved(operator: Operator): number {
  const { weights, kvRead, kvWritten, activationsRead, activationsWritten } = operatorBytes(operator);
  return weights + kvRead + kvWritten + activationsRead + activationsWritten;
}
