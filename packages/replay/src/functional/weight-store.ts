import type { TensorRequest, TensorSource } from '@systole/trace';
import type { FunctionalTensor } from './functional-tensor.ts';
import { storeTensor } from './functional-tensor.ts';
import type { StoringCounts } from './storage-format.ts';

/** Elements that are kept once they have been read; others are read again when they are needed. */
const KEPT_ELEMENTS = 2 ** 24;

/** How a weight is asked for: matrices as rows that dot products run over, one a column. */
export interface WeightForm extends TensorRequest {
  readonly format: string;
  /** Whether `shape` is inner × columns, so that it has to be turned. */
  readonly isTurned: boolean;
}

/** Weights as they are and as the chip stores them, taken from a source when they are first needed. */
export class WeightStore {
  readonly #source: TensorSource;
  readonly #kept = new Map<string, FunctionalTensor>();
  readonly #digests = new Map<string, string>();
  #elements = 0;

  constructor(source: TensorSource) {
    this.#source = source;
  }

  /** What was read so far: names, shapes and a digest of the values, in the order of the names. */
  get contents(): readonly string[] {
    return [...this.#digests].map(([name, digest]) => `${name} ${digest}`).toSorted();
  }

  note(name: string, values: Float64Array): void {
    if (!this.#digests.has(name)) this.#digests.set(name, digestOf(values));
  }

  /** The saturated values of a weight are counted when it is first stored. */
  weight(form: WeightForm, counts: StoringCounts): FunctionalTensor {
    const { tensor, shape, format, isTurned } = form;
    const key = `${tensor} ${format} ${isTurned}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const isNew = !this.#digests.has(tensor);
    const values = this.#source.weight(form);
    this.note(tensor, values);
    const exact = isTurned ? turn(values, shape[0] ?? 1, shape[1] ?? 1) : values;
    const rowLength = isTurned ? (shape[0] ?? 1) : (shape.at(-1) ?? 1);
    const stored = storeTensor(exact, exact, format, rowLength, isNew ? counts : { saturated: 0 });
    if (this.#elements + values.length <= KEPT_ELEMENTS) {
      this.#elements += values.length;
      this.#kept.set(key, stored);
    }
    return stored;
  }
}

function turn(values: Float64Array, rows: number, columns: number): Float64Array {
  const turned = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = values[row * columns + column] ?? 0;
    }
  }
  return turned;
}

/** 64 bits of FNV-1a over the words of all values, as two halves that start apart. */
function digestOf(values: Float64Array): string {
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (let at = 0; at < view.byteLength; at += 4) {
    const word = view.getUint32(at, true);
    a = Math.imul(a ^ word, 0x01000193);
    b = Math.imul((b ^ word) + (b >>> 15), 0x85ebca6b);
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
