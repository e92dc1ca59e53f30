import type { MatmulOperator, Operator, TensorSource, TensorUse } from '@systole/trace';
import { storeTensor } from './functional-tensor.ts';
import type { FunctionalTensor } from './functional-tensor.ts';
import type { StoringCounts } from './storage-format.ts';
import { lacks } from './trace-faults.ts';
import { WeightStore } from './weight-store.ts';

/** The tensors that operators read and write, each as exact arithmetic and the chip have it. */
export class OperandTable {
  readonly weights: WeightStore;
  readonly #source: TensorSource;
  readonly #activations = new Map<string, FunctionalTensor>();
  readonly #tables = new Set<string>();

  constructor(source: TensorSource) {
    this.#source = source;
    this.weights = new WeightStore(source);
  }

  write(tensor: string, value: FunctionalTensor): void {
    this.#activations.set(tensor, value);
  }

  /** A table of `height` rows that ids choose from. */
  table(
    use: TensorUse,
    shape: readonly number[],
    layout: 'matrix' | 'vector' | 'table',
    counts: StoringCounts,
  ): FunctionalTensor {
    this.#tables.add(use.tensor);
    return this.weights.weight(
      { tensor: use.tensor, shape, layout, format: use.format, isTurned: false },
      counts,
    );
  }

  /** The ids of the tokens of the prompt. */
  promptIds(sequences: number, length: number, vocabulary: number): Float64Array {
    const ids = this.#source.tokens(sequences, length, vocabulary);
    this.weights.note('tokens', ids);
    return ids;
  }

  /** What an operator reads; a tensor that nothing has written comes from the source. */
  input(
    use: TensorUse | undefined,
    operator: Operator,
    rowLength: number,
    counts: StoringCounts,
  ): FunctionalTensor {
    if (use === undefined) throw lacks(operator, 'an input');
    const known = this.#activations.get(use.tensor);
    if (known !== undefined) return known;
    const values = this.#source.weight({ tensor: use.tensor, shape: use.shape, layout: 'activation' });
    this.weights.note(use.tensor, values);
    const tensor = storeTensor(values, values, use.format, use.shape.at(-1) ?? rowLength, counts);
    this.#activations.set(use.tensor, tensor);
    return tensor;
  }

  /** A matrix as one row a column; the table of embedded tokens is so already. */
  matrix(use: TensorUse | undefined, operator: MatmulOperator, counts: StoringCounts): FunctionalTensor {
    if (use === undefined) throw lacks(operator, 'a matrix');
    const { inner, columns } = operator;
    const written = this.#activations.get(use.tensor);
    if (written !== undefined && use.role === 'activation') return this.#turned(written, operator, counts);
    const [height] = use.shape;
    const isTable = this.#tables.has(use.tensor) || (height === columns && height !== inner);
    return this.weights.weight(
      {
        tensor: use.tensor,
        shape: use.shape,
        layout: 'matrix',
        inner,
        format: use.format,
        isTurned: !isTable,
      },
      counts,
    );
  }

  /** A right operand that was computed: its columns are stored anew as rows. */
  #turned(
    tensor: FunctionalTensor,
    { inner, columns }: MatmulOperator,
    counts: StoringCounts,
  ): FunctionalTensor {
    const turn = (values: Float64Array): Float64Array =>
      Float64Array.from(values, (_, at) => values[(at % inner) * columns + Math.floor(at / inner)] ?? 0);
    return storeTensor(turn(tensor.exact), turn(tensor.values), tensor.format, inner, counts);
  }

  vector(use: TensorUse | undefined, operator: Operator, counts: StoringCounts): FunctionalTensor {
    if (use === undefined) throw lacks(operator, 'a vector');
    if (use.role === 'activation') return this.input(use, operator, 1, counts);
    const { tensor, shape, format } = use;
    return this.weights.weight({ tensor, shape, layout: 'vector', format, isTurned: false }, counts);
  }
}
