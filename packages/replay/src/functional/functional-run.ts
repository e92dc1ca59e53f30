import { SystoleError } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import { contentHash } from '@systole/chip';
import { inDependencyOrder } from '@systole/mapping';
import type { Plan } from '@systole/mapping';
import { elementsOf, operandElements, operatorMacs } from '@systole/trace';
import type { Operator, TensorSource, TraceBlock, TraceHeader } from '@systole/trace';
import { ErrorTotals } from './error-totals.ts';
import type { NumericalError, OperatorError } from './numerical-error.ts';
import { OperatorComputer } from './operator-computer.ts';
import type { Computed } from './operator-computer.ts';
import { storageFormat } from './storage-format.ts';
import { unitsOf } from './units-of.ts';

/** How a workload is computed on tensors. */
export interface FunctionalOptions {
  readonly tensors: TensorSource;
  /** The most multiply-accumulates and operand elements, added up; default 2^29, about a minute. */
  readonly maxWork?: number;
}

const MAX_WORK = 2 ** 29;
const MAX_ELEMENTS = 2 ** 27;

/** The sums of all operators of one name. */
interface Row {
  readonly operator: Operator;
  readonly error: ErrorTotals;
  readonly own: ErrorTotals;
  readonly units: Set<string>;
  readonly arithmetic: Set<string>;
  count: number;
  saturated: number;
  overflowed: number;
}

/**
 * Computes the operators of a trace on tensors, exactly and as a chip does. Blocks are taken in order and computed at the end, so that
 * what is too large is refused before any of it is computed.
 */
export class FunctionalRun {
  readonly #chip: ResolvedChip;
  readonly #plan: Plan;
  readonly #header: TraceHeader;
  readonly #options: FunctionalOptions;
  readonly #blocks: TraceBlock[] = [];
  readonly #rows = new Map<string, Row>();
  readonly #formats = new Set<string>();
  #work = 0;

  constructor(chip: ResolvedChip, plan: Plan, header: TraceHeader, options: FunctionalOptions) {
    this.#chip = chip;
    this.#plan = plan;
    this.#header = header;
    this.#options = options;
  }

  /** Takes the next block. Throws `limit/exceeded` where there is too much to compute. */
  push(block: TraceBlock): void {
    const { maxWork = MAX_WORK } = this.#options;
    for (const operator of block.operators) {
      const { inputs, outputs } = operandElements(operator);
      const largest = Math.max(
        ...inputs,
        ...outputs,
        ...[...operator.inputs, ...operator.outputs].map(sizeOf),
      );
      if (!(largest <= MAX_ELEMENTS))
        throw tooLarge(`a tensor of ${operator.id} has ${largest} elements`, MAX_ELEMENTS);
      const elements = [...inputs, ...outputs].reduce((sum, each) => sum + each, 0);
      this.#work += block.repeat * (operatorMacs(operator) + elements);
    }
    if (!(this.#work <= maxWork)) {
      throw tooLarge(
        `up to step ${block.step} the workload has ${this.#work} multiply-accumulates and operand elements`,
        maxWork,
      );
    }
    this.#blocks.push(block);
  }

  /** Computes all blocks. Throws for tensors that are missing or have another shape, and for traces that cannot be computed. */
  finish(): NumericalError {
    const computer = new OperatorComputer(this.#header, this.#options.tensors);
    let lastRow: Row | undefined;
    let logits: Row | undefined;
    for (const block of this.#blocks) {
      const units = unitsOf(this.#chip, this.#plan, block);
      const ordered = inDependencyOrder(block);
      for (let instance = block.first; instance < block.first + block.repeat; instance++) {
        for (const [index, operator] of ordered) {
          const row = this.#rowOf(operator);
          const computed = computer.compute(operator, instance, block.step, units[index] ?? []);
          this.#add(row, operator, computed, units[index]?.map(({ part }) => part.name) ?? []);
          if (operator.kind === 'lm-head') logits = row;
          if (computed.results.length > 0) lastRow = row;
        }
      }
    }
    const outcome = logits ?? lastRow;
    if (outcome === undefined) {
      throw new SystoleError({
        code: 'trace/invalid',
        message: 'the trace holds no operator whose results could be held against exact ones',
      });
    }
    const { chosen, agreeing } = computer.tokens;
    return {
      tensors: this.#options.tensors.name,
      digest: contentHash(computer.contents),
      scaling: this.#scaling(),
      outcomeOf: outcome.operator.id,
      outcome: figuresOf(outcome),
      ...(chosen === 0 ? {} : { tokens: { chosen, agreeing } }),
      operators: [...this.#rows.values()]
        .filter(({ error }) => error.figures().elements > 0)
        .map(operatorError),
    };
  }

  #rowOf(operator: Operator): Row {
    const key = `${operator.kind} ${operator.id}`;
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = {
        operator,
        error: new ErrorTotals(),
        own: new ErrorTotals(),
        units: new Set(),
        arithmetic: new Set(),
        count: 0,
        saturated: 0,
        overflowed: 0,
      };
      this.#rows.set(key, row);
    }
    return row;
  }

  #add(row: Row, operator: Operator, computed: Computed, units: readonly string[]): void {
    row.count += 1;
    row.saturated += computed.saturated;
    row.overflowed += computed.overflowed;
    for (const unit of units) row.units.add(unit);
    for (const words of computed.arithmetic) row.arithmetic.add(words);
    for (const { exact, values, exactOfSame } of computed.results) {
      row.error.add(exact, values);
      row.own.add(exactOfSame, values);
    }
    for (const { format } of [...operator.inputs, ...operator.outputs]) this.#formats.add(format);
  }

  #scaling(): Readonly<Record<string, string>> {
    const scaling: Record<string, string> = {};
    for (const name of [...this.#formats].toSorted()) {
      // Ids of tokens are no values.
      const text = name === 'int32' ? undefined : storageFormat(name).scaling;
      if (text !== undefined) scaling[name] = text;
    }
    return scaling;
  }
}

function sizeOf({ shape }: { readonly shape: readonly number[] }): number {
  return elementsOf(shape);
}

function tooLarge(what: string, most: number): SystoleError {
  return new SystoleError({
    code: 'limit/exceeded',
    message: `${what}, and at most ${most} are computed on tensors`,
    hint: 'Take a smaller model, a shorter prompt, fewer tokens, or leave out --tensors.',
  });
}

function figuresOf({ error, saturated, overflowed }: Row): NumericalError['outcome'] {
  return { ...error.figures(), saturated, overflowed, notFinite: error.notFinite };
}

function operatorError(row: Row): OperatorError {
  const { operator, own, units, arithmetic, count } = row;
  return {
    operator: operator.id,
    kind: operator.kind,
    count,
    units: [...units],
    arithmetic: [...arithmetic],
    ...figuresOf(row),
    own: own.figures(),
  };
}
