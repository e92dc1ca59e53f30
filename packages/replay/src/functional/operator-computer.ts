import { SystoleError } from '@systole/core';
import { createTensorIndex } from '@systole/trace';
import type {
  AttentionOperator,
  EmbeddingOperator,
  KvAppendOperator,
  MatmulOperator,
  Operator,
  PersistentTensor,
  RopeOperator,
  TensorSource,
  TensorUse,
  TraceHeader,
} from '@systole/trace';
import { lastRows, regroup, sliceRows, storeTensor } from './functional-tensor.ts';
import type { FunctionalTensor } from './functional-tensor.ts';
import { inLanes, withoutUnit } from './lanes.ts';
import { OperandTable } from './operand-table.ts';
import { activate, combine, largestOf, lookUp, normalise, rotate, softmax } from './kernels.ts';
import {
  computeContext,
  computeMatmul,
  computeScores,
  exactContext,
  exactMatmul,
  exactScores,
} from './products.ts';
import type { ProductOutcome } from './products.ts';
import { placed } from './placed.ts';
import type { StoringCounts } from './storage-format.ts';
import { TokenCache } from './token-cache.ts';
import { lacks, noTensor } from './trace-faults.ts';
import type { UnitShare } from './units-of.ts';

/** Results of an operator: exact ones, those of the chip, and exact ones of the inputs that the chip had. */
export interface ComputedResult {
  readonly exact: Float64Array;
  readonly values: Float64Array;
  readonly exactOfSame: Float64Array;
}

/** What computing an operator gave. Token ids are no results. */
export interface Computed {
  readonly results: readonly ComputedResult[];
  readonly arithmetic: readonly string[];
  readonly saturated: number;
  readonly overflowed: number;
}

/** Computes operators one after another, with the tensors that they hand on. */
export class OperatorComputer {
  /** Tokens that the exact logits chose, and how many of them the chip's choose too. */
  readonly tokens = { chosen: 0, agreeing: 0 };
  readonly #operands: OperandTable;
  readonly #caches = new Map<string, TokenCache>();
  readonly #tensorOf: (name: string) => PersistentTensor | undefined;
  readonly #sequences: number;
  readonly #positionOffset: (rows: number) => number;
  #ids: Float64Array | undefined;
  #step = 0;
  /** Tokens of each sequence that earlier steps took in, and those of this one. */
  #seen = 0;
  #taken = 0;

  constructor(header: TraceHeader, source: TensorSource) {
    this.#operands = new OperandTable(source);
    this.#tensorOf = createTensorIndex(header).find;
    this.#sequences = header.workload?.batch ?? 1;
    const { maxContext } = header.model ?? {};
    // Rows beyond the longest context come first and belong to padding, as in OPT.
    this.#positionOffset = (rows) => (maxContext === undefined ? 0 : Math.max(0, rows - maxContext));
  }

  /** Names and digests of everything that was taken from the source. */
  get contents(): readonly string[] {
    return this.#operands.weights.contents;
  }

  compute(template: Operator, instance: number, step: number, units: readonly UnitShare[]): Computed {
    if (step !== this.#step) {
      this.#step = step;
      this.#seen += this.#taken;
      this.#taken = 0;
    }
    const operator = placed(template, instance);
    const counts: StoringCounts = { saturated: 0 };
    switch (operator.kind) {
      case 'matmul':
      case 'lm-head':
        return this.#matmul(operator, units, counts);
      case 'attention-scores':
      case 'attention-context':
        return this.#attention(operator, units, counts);
      case 'kv-append':
        return this.#append(operator, counts);
      case 'sample':
        return this.#sample(operator);
      default:
        return this.#function(operator, units, counts);
    }
  }

  #matmul(operator: MatmulOperator, units: readonly UnitShare[], counts: StoringCounts): Computed {
    const { rows, inner, columns, bias: hasBias } = operator;
    const [input, weight, biasUse] = operator.inputs;
    const left = regroup(
      lastRows(this.#operands.input(input, operator, inner, counts), rows, inner),
      inner,
      counts,
    );
    const right = this.#operands.matrix(weight, operator, counts);
    const bias = hasBias ? this.#operands.vector(biasUse, operator, counts) : undefined;
    const product =
      units.length === 0 ? undefined : computeMatmul(left, right, bias?.values, operator, units);
    const exactOfSame = exactMatmul(left.values, right.exact, bias?.exact, operator);
    return this.#finish(
      operator,
      exactMatmul(left.exact, right.exact, bias?.exact, operator),
      exactOfSame,
      product ?? withoutUnit(exactMatmul(left.values, right.values, bias?.values, { rows, inner, columns })),
      counts,
    );
  }

  #attention(operator: AttentionOperator, units: readonly UnitShare[], counts: StoringCounts): Computed {
    const { sequences, queries, heads, headDim, context } = operator;
    const [input, cached] = operator.inputs;
    const cache = this.#cache(cached, operator).read(context, sequences);
    if (operator.kind === 'attention-scores') {
      const whole = this.#operands.input(input, operator, headDim, counts);
      const asking = regroup(sliceRows(whole, sequences * queries, 0, heads * headDim), headDim, counts);
      const exact = exactScores(asking.exact, cache.exact, operator);
      const product = computeScores(asking, cache, operator, units);
      const same = exactScores(asking.values, cache.values, operator);
      return this.#finish(operator, exact, same, product ?? withoutUnit(same), counts);
    }
    const probabilities = this.#operands.input(input, operator, context, counts);
    const exact = exactContext(probabilities.exact, cache.exact, operator);
    const product = computeContext(probabilities, cache, operator, units);
    const same = exactContext(probabilities.values, cache.values, operator);
    return this.#finish(operator, exact, same, product ?? withoutUnit(same), counts);
  }

  #append(operator: KvAppendOperator, counts: StoringCounts): Computed {
    const { sequences, tokens, kvHeads, headDim } = operator;
    const [keyUse, valueUse] = operator.inputs;
    const rows = sequences * tokens;
    const width = kvHeads * headDim;
    this.#taken = tokens;
    const [keys, values] = [keyUse, valueUse].map((use) =>
      this.#operands.input(use, operator, headDim, counts),
    );
    if (keys === undefined || values === undefined) throw lacks(operator, 'keys and values');
    // Keys stand before values where one tensor holds both; parts of a tensor come from its end.
    const after = keyUse?.tensor === valueUse?.tensor && keys.exact.length > rows * width ? 2 : 1;
    const take = (tensor: FunctionalTensor, fromEnd: number): FunctionalTensor =>
      sliceRows(tensor, rows, tensor.exact.length / rows - fromEnd * width, width);
    const results: ComputedResult[] = [];
    for (const [index, part] of [take(keys, after), take(values, 1)].entries()) {
      const use = operator.outputs[index];
      if (use === undefined) throw lacks(operator, 'keys and values');
      const stored = storeTensor(part.exact, part.values, use.format, headDim, counts);
      let cache = this.#caches.get(use.tensor);
      if (cache === undefined) {
        const slots = this.#tensorOf(use.tensor)?.shape[1] ?? 0;
        if (operator.position + tokens > slots) throw noTensor(use, operator);
        cache = new TokenCache(use.tensor, sequences, slots, operator);
        this.#caches.set(use.tensor, cache);
      }
      cache.append(stored, operator);
      results.push({ exact: stored.exact, values: stored.values, exactOfSame: part.values });
    }
    const [output] = operator.outputs;
    return {
      results,
      arithmetic: [`stored as ${output?.format ?? ''}`],
      saturated: counts.saturated,
      overflowed: 0,
    };
  }

  #sample(operator: Extract<Operator, { kind: 'sample' }>): Computed {
    const { length } = operator;
    const [input] = operator.inputs;
    const logits = this.#operands.input(input, operator, length, { saturated: 0 });
    const exact = largestOf(logits.exact, length);
    const computed = largestOf(logits.values, length);
    this.tokens.chosen += exact.length;
    this.tokens.agreeing += exact.filter((id, row) => id === computed[row]).length;
    this.#ids = exact;
    return { results: [], arithmetic: [], saturated: 0, overflowed: 0 };
  }

  #function(
    operator: Exclude<Operator, MatmulOperator | AttentionOperator | KvAppendOperator | { kind: 'sample' }>,
    units: readonly UnitShare[],
    counts: StoringCounts,
  ): Computed {
    const inputs: FunctionalTensor[] = [];
    let apply: (values: readonly Float64Array[]) => Float64Array;
    const [first, second] = operator.inputs;
    switch (operator.kind) {
      case 'layernorm':
      case 'rmsnorm': {
        const { kind, rows, length } = operator;
        inputs.push(lastRows(this.#operands.input(first, operator, length, counts), rows, length));
        for (const use of operator.inputs.slice(1)) inputs.push(this.#operands.vector(use, operator, counts));
        apply = ([x, gain, bias]) => normalise(kind, x ?? NOTHING, length, gain ?? NOTHING, bias);
        break;
      }
      case 'softmax':
        inputs.push(this.#operands.input(first, operator, operator.length, counts));
        apply = ([x]) => softmax(x ?? NOTHING, operator);
        break;
      case 'rope':
        inputs.push(this.#rotated(operator, first, counts));
        apply = ([x]) => this.#rotate(operator, x ?? NOTHING);
        break;
      case 'gelu':
      case 'silu':
      case 'relu': {
        const { kind } = operator;
        inputs.push(this.#operands.input(first, operator, first?.shape.at(-1) ?? 1, counts));
        apply = ([x]) => activate(kind, x ?? NOTHING);
        break;
      }
      case 'add':
      case 'multiply': {
        const { kind } = operator;
        for (const use of [first, second]) {
          inputs.push(this.#operands.input(use, operator, use?.shape.at(-1) ?? 1, counts));
        }
        apply = ([left, right]) => combine(kind, left ?? NOTHING, right ?? NOTHING);
        break;
      }
      case 'embedding':
        return this.#embed(operator, units, counts);
    }
    const exact = apply(inputs.map((input) => input.exact));
    const own = apply(
      inputs.map((input, index) =>
        index === 0 || isActivation(operator, index) ? input.values : input.exact,
      ),
    );
    const computed = apply(inputs.map(({ values }) => values));
    return this.#finish(operator, exact, own, inLanes(computed, units), counts);
  }

  #embed(operator: EmbeddingOperator, units: readonly UnitShare[], counts: StoringCounts): Computed {
    const { rows, length } = operator;
    const perSequence = rows / this.#sequences;
    this.#taken = perSequence;
    const tables = operator.inputs.slice(1).map((use) => {
      const tensor = this.#tensorOf(use.tensor);
      if (tensor === undefined) throw noTensor(use, operator);
      const { shape } = tensor;
      const table = this.#operands.table(use, shape, tensor.layout ?? 'table', counts);
      const height = shape[0] ?? 1;
      const isPosition = /position/i.test(use.tensor);
      const ids = isPosition ? undefined : this.#tokenIds(rows, height);
      const offset = this.#positionOffset(height);
      const idOf = (row: number): number =>
        ids === undefined ? this.#seen + (row % perSequence) + offset : (ids[row] ?? 0);
      return { table, idOf };
    });
    const look = (pick: (table: FunctionalTensor) => Float64Array): Float64Array =>
      lookUp(
        tables.map(({ table, idOf }) => ({ values: pick(table), idOf })),
        rows,
        length,
      );
    const exact = look((table) => table.exact);
    return this.#finish(
      operator,
      exact,
      exact,
      inLanes(
        look((table) => table.values),
        units,
      ),
      counts,
    );
  }

  /** The ids of the tokens that a step takes in: those of the prompt, or those that were chosen last. */
  #tokenIds(rows: number, vocabulary: number): Float64Array {
    if (this.#ids === undefined) {
      this.#ids = this.#operands.promptIds(this.#sequences, rows / this.#sequences, vocabulary);
    }
    return this.#ids;
  }

  #rotated(operator: RopeOperator, use: TensorUse | undefined, counts: StoringCounts): FunctionalTensor {
    const tensor = this.#operands.input(use, operator, operator.length, counts);
    const [sequences = 1, tokens = 1] = use?.shape ?? [];
    const rows = sequences * tokens;
    this.#taken = tokens;
    return sliceRows(tensor, rows, 0, (operator.rows * operator.length) / rows);
  }

  #rotate(operator: RopeOperator, values: Float64Array): Float64Array {
    const [input] = operator.inputs;
    const [sequences = 1, tokens = 1] = input?.shape ?? [];
    const vectors = operator.rows / (sequences * tokens);
    return rotate(values, operator.length, vectors, (token) => this.#seen + (token % tokens));
  }

  /** Stores the results of an operator in the format that the trace gives them. */
  #finish(
    operator: Operator,
    exact: Float64Array,
    exactOfSame: Float64Array,
    { values, overflowed, arithmetic }: ProductOutcome,
    counts: StoringCounts,
  ): Computed {
    const [output] = operator.outputs;
    if (output === undefined) throw lacks(operator, 'an output');
    const stored = storeTensor(exact, values, output.format, output.shape.at(-1) ?? 1, counts);
    this.#operands.write(output.tensor, stored);
    const words = arithmetic.map(({ unit, description }) => `${unit}: ${description}`);
    return {
      results: [{ exact, values: stored.values, exactOfSame }],
      arithmetic: [...words, `stored as ${output.format}`],
      saturated: counts.saturated,
      overflowed,
    };
  }

  #cache(use: TensorUse | undefined, operator: AttentionOperator): TokenCache {
    const cache = use === undefined ? undefined : this.#caches.get(use.tensor);
    if (cache !== undefined) return cache;
    throw new SystoleError({
      code: 'trace/invalid',
      message: `operator "${operator.id}" reads the cache "${use?.tensor ?? ''}", to which nothing has been appended`,
      hint: 'Computing on tensors needs a trace from its prefill on.',
    });
  }
}

const NOTHING = new Float64Array(0);

function isActivation(operator: Operator, index: number): boolean {
  return operator.inputs[index]?.role === 'activation';
}
