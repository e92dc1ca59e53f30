import { suggestName, SystoleError } from '@systole/core';
import { elementsOf } from '../tensor-bytes.ts';
import { DTYPE_NAMES, findDtype } from './dtype.ts';

/** A tensor to be written. Its values have to be exact in its type. */
export interface TensorToWrite {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/**
 * The bytes of a safetensors file: tensors in the order given, data right behind a header that is filled up with spaces to eight
 * bytes. Equal tensors give equal bytes.
 *
 * @throws SystoleError `tensor/invalid` for a type that is not known, a name that is there twice, and values that are not as many
 * as the shape says or that the type does not hold exactly.
 */
export function writeSafetensors(
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries: (readonly [string, unknown])[] = [];
  if (Object.keys(metadata).length > 0) entries.push(['__metadata__', metadata]);
  const names = new Set<string>();
  let end = 0;
  const parts = tensors.map((tensor) => {
    const { name, shape, values } = tensor;
    const dtype = findDtype(tensor.dtype);
    if (dtype === undefined) {
      throw invalid(
        name,
        `there is no element type "${tensor.dtype}"`,
        suggestName(tensor.dtype, DTYPE_NAMES),
      );
    }
    if (names.has(name) || name === '__metadata__') throw invalid(name, 'the name is taken');
    names.add(name);
    if (elementsOf(shape) !== values.length) {
      throw invalid(name, `[${shape.join(', ')}] does not hold ${values.length} values`);
    }
    const begin = end;
    end += values.length * dtype.bytes;
    entries.push([name, { dtype: dtype.name, shape, data_offsets: [begin, end] }]);
    return { name, dtype, values, begin };
  });
  // An object of one's own making would take an integer-like name out of its order, so the text is put together here.
  const text = `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${JSON.stringify(entry)}`).join(',')}}`;
  const header = new TextEncoder().encode(text);
  const headerBytes = Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerBytes + end);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, 8, 8 + headerBytes);
  bytes.set(header, 8);
  for (const { name, dtype, values, begin } of parts) {
    for (let index = 0; index < values.length; index++) {
      const value = values[index] ?? 0;
      const at = 8 + headerBytes + begin + index * dtype.bytes;
      if (Number.isInteger(value) || !/^[IUB][0-9O]/.test(dtype.name)) dtype.write(view, at, value);
      const held = dtype.read(view, at);
      // BigInt and integers have one zero.
      if (!Object.is(held, value) && !(held === 0 && value === 0)) {
        throw invalid(name, `element ${index} is ${value}, which ${dtype.name} does not hold`);
      }
    }
  }
  return bytes;
}

function invalid(name: string, message: string, hint?: string): SystoleError {
  return new SystoleError({
    code: 'tensor/invalid',
    message: `tensor "${name}": ${message}`,
    ...(hint === undefined ? {} : { hint }),
  });
}
