/** How the elements of a tensor lie in a file, and how one is read and written. Little-endian. */
export interface Dtype {
  readonly name: string;
  readonly bytes: number;
  /** The value of the element that starts at byte `at`: exact, or NaN-free `undefined` where binary64 does not hold it. */
  read(view: DataView, at: number): number | undefined;
  /** Writes a value that the type holds exactly; anything else is its caller's fault. */
  write(view: DataView, at: number, value: number): void;
}

const MOST_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** Values of a small float by code: `bias` and widths as in IEEE 754; `isFinite` says whether the top exponent counts on. */
function smallFloat(exponentBits: number, mantissaBits: number, top: 'ieee' | 'nan-only'): Float64Array {
  const bits = 1 + exponentBits + mantissaBits;
  const values = new Float64Array(2 ** bits);
  const bias = 2 ** (exponentBits - 1) - 1;
  const steps = 2 ** mantissaBits;
  const highest = 2 ** exponentBits - 1;
  for (let code = 0; code < values.length; code++) {
    const sign = code >= 2 ** (bits - 1) ? -1 : 1;
    const exponent = Math.floor(code / steps) % 2 ** exponentBits;
    const mantissa = code % steps;
    let value = exponent === 0 ? mantissa * 2 ** (1 - bias) : (steps + mantissa) * 2 ** (exponent - bias);
    value /= steps;
    if (exponent === highest) {
      if (top === 'ieee') value = mantissa === 0 ? Infinity : Number.NaN;
      else if (mantissa === steps - 1) value = Number.NaN;
    }
    values[code] = sign * value;
  }
  return values;
}

/** The code of a value among `values`, told apart by its sign of zero; -1 where there is none. */
function codeOf(values: Float64Array, value: number): number {
  return values.findIndex((candidate) => Object.is(candidate, value));
}

function tabled(name: string, bytes: 1 | 2, make: () => Float64Array): Dtype {
  let made: Float64Array | undefined;
  const table = (): Float64Array => (made ??= make());
  return {
    name,
    bytes,
    read: (view, at) => table()[bytes === 1 ? view.getUint8(at) : view.getUint16(at, true)],
    write(view, at, value) {
      const code = Math.max(0, codeOf(table(), value));
      if (bytes === 1) view.setUint8(at, code);
      else view.setUint16(at, code, true);
    },
  };
}

const scratch = new DataView(new ArrayBuffer(4));

const DTYPES: readonly Dtype[] = [
  {
    name: 'F64',
    bytes: 8,
    read: (view, at) => view.getFloat64(at, true),
    write: (view, at, value) => view.setFloat64(at, value, true),
  },
  {
    name: 'F32',
    bytes: 4,
    read: (view, at) => view.getFloat32(at, true),
    write: (view, at, value) => view.setFloat32(at, value, true),
  },
  tabled('F16', 2, () => smallFloat(5, 10, 'ieee')),
  {
    name: 'BF16',
    bytes: 2,
    read(view, at) {
      scratch.setUint32(0, view.getUint16(at, true) << 16);
      return scratch.getFloat32(0);
    },
    write(view, at, value) {
      scratch.setFloat32(0, value);
      view.setUint16(at, scratch.getUint32(0) >>> 16, true);
    },
  },
  tabled('F8_E4M3', 1, () => smallFloat(4, 3, 'nan-only')),
  tabled('F8_E5M2', 1, () => smallFloat(5, 2, 'ieee')),
  {
    name: 'I64',
    bytes: 8,
    read(view, at) {
      const value = view.getBigInt64(at, true);
      return value > MOST_EXACT || value < -MOST_EXACT ? undefined : Number(value);
    },
    write: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  },
  {
    name: 'I32',
    bytes: 4,
    read: (view, at) => view.getInt32(at, true),
    write: (view, at, value) => view.setInt32(at, value, true),
  },
  {
    name: 'I16',
    bytes: 2,
    read: (view, at) => view.getInt16(at, true),
    write: (view, at, value) => view.setInt16(at, value, true),
  },
  {
    name: 'I8',
    bytes: 1,
    read: (view, at) => view.getInt8(at),
    write: (view, at, value) => view.setInt8(at, value),
  },
  {
    name: 'U8',
    bytes: 1,
    read: (view, at) => view.getUint8(at),
    write: (view, at, value) => view.setUint8(at, value),
  },
  {
    name: 'BOOL',
    bytes: 1,
    read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
    write: (view, at, value) => view.setUint8(at, value),
  },
];

/** The types that are read, by the names that safetensors gives them. */
export const DTYPE_NAMES: readonly string[] = DTYPES.map(({ name }) => name);

/** The type called `name`, or undefined. */
export function findDtype(name: string): Dtype | undefined {
  return DTYPES.find((dtype) => dtype.name === name);
}
