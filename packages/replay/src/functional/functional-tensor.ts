import { storageFormat, valuesOf } from './storage-format.ts';
import type { StoredTensor, StoringCounts } from './storage-format.ts';

/** A tensor twice: as exact arithmetic has it, and as the chip does. Row-major. */
export interface FunctionalTensor {
  readonly exact: Float64Array;
  readonly stored: StoredTensor;
  /** The values of `stored`. */
  readonly values: Float64Array;
  readonly format: string;
}

/** Stores what a chip computed beside what is exact. */
export function storeTensor(
  exact: Float64Array,
  computed: Float64Array,
  format: string,
  rowLength: number,
  counts: StoringCounts,
): FunctionalTensor {
  const stored = storageFormat(format).store(computed, rowLength, counts);
  return { exact, stored, values: valuesOf(stored), format };
}

/** What an element counts for. */
export function scaleAt({ scales, rowLength }: StoredTensor, index: number): number {
  return scales === undefined ? 1 : (scales[Math.floor(index / rowLength)] ?? 1);
}

/**
 * The elements `offset` to `offset + count` of each of `rows` equal rows, one scale still for what shared one. It stores nothing
 * anew, so that it rounds nothing.
 */
export function sliceRows(
  tensor: FunctionalTensor,
  rows: number,
  offset: number,
  count: number,
  rowOf: (row: number) => number = (row) => row,
  takenRows = rows,
): FunctionalTensor {
  const width = tensor.exact.length / rows;
  if (offset === 0 && count === width && takenRows === rows) return tensor;
  const { stored } = tensor;
  const take = (from: Float64Array): Float64Array => {
    const part = new Float64Array(takenRows * count);
    for (let row = 0; row < takenRows; row++) {
      const start = rowOf(row) * width + offset;
      part.set(from.subarray(start, start + count), row * count);
    }
    return part;
  };
  const { rowLength, scales } = stored;
  const divides = count % rowLength === 0 && offset % rowLength === 0 && width % rowLength === 0;
  const group = divides ? rowLength : rowLength % width === 0 ? count : 1;
  const parts = scales === undefined ? undefined : new Float64Array((takenRows * count) / group);
  parts?.forEach((_, index) => {
    const first = index * group;
    const row = rowOf(Math.floor(first / count));
    parts[index] = scaleAt(stored, row * width + offset + (first % count));
  });
  return {
    exact: take(tensor.exact),
    values: take(tensor.values),
    format: tensor.format,
    stored: {
      rowLength: group,
      elements: take(stored.elements),
      ...(parts === undefined ? {} : { scales: parts }),
    },
  };
}

/** The last of each of `rows` equal groups of rows: the last token of each sequence. */
export function lastRows(tensor: FunctionalTensor, rows: number, width: number): FunctionalTensor {
  const present = tensor.exact.length / width;
  if (present === rows) return tensor;
  const group = present / rows;
  return sliceRows(tensor, present, 0, width, (row) => (row + 1) * group - 1, rows);
}

/** The same values with one scale along rows of another length, which stores those anew that have a scale. */
export function regroup(
  tensor: FunctionalTensor,
  rowLength: number,
  counts: StoringCounts,
): FunctionalTensor {
  if (tensor.stored.rowLength === rowLength || tensor.stored.scales === undefined) return tensor;
  return storeTensor(tensor.exact, tensor.values, tensor.format, rowLength, counts);
}
