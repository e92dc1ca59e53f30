import { suggestName, SystoleError } from '@systole/core';
import type { ByteSource } from './byte-source.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';
import type { StoredTensor } from './safetensors-header.ts';

/** What becomes of values that are no finite numbers: an error, zeros, or themselves. All are counted. */
export type NonFinitePolicy = 'refuse' | 'zero' | 'keep';

/** How a tensor is read. */
export interface ReadTensorOptions {
  /** Default `refuse`. */
  readonly nonFinite?: NonFinitePolicy;
  /** The most elements; default 2^27, a gibibyte as binary64. */
  readonly maxElements?: number;
  /** Bytes that are asked of the source at once; default 1 MiB. Changes no value. */
  readonly chunkBytes?: number;
}

/** The values of a tensor as binary64, in row-major order. */
export interface TensorValues {
  readonly shape: readonly number[];
  readonly values: Float64Array;
  readonly notANumber: number;
  readonly infinite: number;
}

/** A safetensors file whose header has been read; values are read when they are asked for. */
export interface SafetensorsFile {
  readonly name: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
  /**
   * Throws `tensor/missing` with the nearest name, `limit/exceeded` for too large a tensor, and `tensor/invalid` for values that
   * the policy refuses or binary64 cannot hold, with their index and byte.
   */
  read(tensor: string, options?: ReadTensorOptions): TensorValues;
}

const MAX_ELEMENTS = 2 ** 27;
const CHUNK_BYTES = 2 ** 20;

/** Opens a safetensors file. Throws as `readSafetensorsHeader` does. */
export function openSafetensors(source: ByteSource): SafetensorsFile {
  const { tensors, metadata } = readSafetensorsHeader(source);
  return {
    name: source.name,
    tensors,
    metadata,
    read(name, options = {}) {
      const stored = tensors.get(name);
      if (stored !== undefined) return readTensor(source, stored, options);
      throw new SystoleError({
        code: 'tensor/missing',
        message: `there is no tensor "${name.slice(0, 200)}"`,
        place: { file: source.name },
        hint: suggestName(name, tensors.keys()),
      });
    },
  };
}

function readTensor(source: ByteSource, stored: StoredTensor, options: ReadTensorOptions): TensorValues {
  const { name, dtype, shape, elements, offset } = stored;
  const { nonFinite = 'refuse', maxElements = MAX_ELEMENTS, chunkBytes = CHUNK_BYTES } = options;
  if (elements > maxElements) {
    throw new SystoleError({
      code: 'limit/exceeded',
      message: `tensor "${name}" has ${elements} elements, the most is ${maxElements}`,
      place: { file: source.name, path: name },
    });
  }
  const values = new Float64Array(elements);
  const perChunk = Math.max(1, Math.floor(chunkBytes / dtype.bytes));
  let notANumber = 0;
  let infinite = 0;
  for (let first = 0; first < elements; first += perChunk) {
    const count = Math.min(perChunk, elements - first);
    const bytes = source.read(offset + first * dtype.bytes, count * dtype.bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let index = 0; index < count; index++) {
      const value = dtype.read(view, index * dtype.bytes);
      if (value === undefined) throw refusal(source, stored, first + index, 'has more than 53 bits');
      if (!Number.isFinite(value)) {
        if (nonFinite === 'refuse') throw refusal(source, stored, first + index, `is ${value}`);
        if (Number.isNaN(value)) notANumber += 1;
        else infinite += 1;
        if (nonFinite === 'zero') continue;
      }
      values[first + index] = value;
    }
  }
  return { shape, values, notANumber, infinite };
}

function refusal(source: ByteSource, stored: StoredTensor, index: number, what: string): SystoleError {
  const { name, dtype, offset } = stored;
  return new SystoleError({
    code: 'tensor/invalid',
    message: `element ${index} of tensor "${name}", at byte ${offset + index * dtype.bytes}, ${what}`,
    place: { file: source.name, path: name },
    hint: 'Weights and inputs have to be finite numbers.',
  });
}
