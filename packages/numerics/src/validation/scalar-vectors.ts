import type { CodeFormat, RoundingOptions } from '../code-format.ts';
import { codeFormat } from '../find-code-format.ts';
import { quantiseIntegers } from '../scalar/quantise-integers.ts';
import {
  binary64Of,
  codeOf,
  entriesOf,
  integerOf,
  listOf,
  memberOf,
  valueOf,
  wordOf,
  wrong,
} from './read-reference.ts';
import type { VectorRow } from './vector-row.ts';
import { VectorCount } from './vector-row.ts';

type PairOperation = 'add' | 'subtract' | 'multiply' | 'divide';

const PAIR_OPERATIONS: ReadonlyMap<string, PairOperation> = new Map([
  ['add', 'add'],
  ['sub', 'subtract'],
  ['mul', 'multiply'],
  ['div', 'divide'],
]);

const DECODE_FILE = /^([a-z]\w*)\.decode\.f64le\.bin$/u;
const PAIR_FILE = /^([a-z]\w*)\.(add|sub|mul|div)\.256x256\.u8\.bin$/u;

const SATURATE: RoundingOptions = { overflow: 'saturate' };

type JsonRunner = (file: string, content: unknown) => VectorRow[];

/** By the name of the file, as is shipped in `reference`. */
const JSON_FILES: ReadonlyMap<string, JsonRunner> = new Map([
  ['decode-small.json', decodeTables],
  ['optables-small.json', smallTables],
  ['round-posit.json', positRoundings],
  ['round-fp8-fp6-fp4.json', narrowRoundings],
  ['round-fp16-bf16-tf32.json', wideRoundings],
  ['ops-posit.json', positOperations],
  ['quire-dot.json', dotProducts],
  ['int-quantise.json', integerQuantisations],
]);

/**
 * Compares the vectors of one file about scalar formats bit for bit, or returns undefined for a file about something else. `content` is the bytes of a
 * `.bin` file, and of a `.json` file what `JSON.parse` made of it. Throws `numerics/reference` for another layout, and `numerics/unknown-format` for a
 * format that there is none of.
 */
export function scalarVectorRows(file: string, content: unknown): VectorRow[] | undefined {
  const decode = DECODE_FILE.exec(file);
  if (decode !== null) return [decodedCodes(file, formatOf(decode[1] ?? ''), bytesOf(content, file))];
  const pairs = PAIR_FILE.exec(file);
  if (pairs !== null) {
    const operation = PAIR_OPERATIONS.get(pairs[2] ?? '') ?? 'add';
    return [pairTable(file, formatOf(pairs[1] ?? ''), operation, bytesOf(content, file))];
  }
  return JSON_FILES.get(file)?.(file, content);
}

/** The elements of MXINT8 go by its name in the vectors. */
function formatOf(name: string): CodeFormat {
  return codeFormat(name === 'mxint8' ? 'mxint8_element' : name);
}

function bytesOf(content: unknown, file: string): Uint8Array {
  if (content instanceof Uint8Array) return content;
  throw wrong(file, 'bytes');
}

function decodeTables(file: string, content: unknown): VectorRow[] {
  return entriesOf(memberOf(content, 'tables', file), file).map(([name, table]) => {
    const format = formatOf(name);
    const count = new VectorCount(file, name, 'decode');
    const place = `${file} ${name}`;
    for (const [code, value] of listOf(table, place).entries()) {
      compareValue(count, code, valueOf(value, `${place}[${code}]`), format.decode(code));
    }
    return count.row();
  });
}

function decodedCodes(file: string, format: CodeFormat, bytes: Uint8Array): VectorRow {
  if (bytes.length !== 8 * 2 ** format.bits)
    throw wrong(file, `8 bytes for each code of ${format.bits} bits`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = new VectorCount(file, format.name, 'decode');
  for (let code = 0; code < 2 ** format.bits; code++) {
    compareValue(count, code, view.getFloat64(8 * code, true), format.decode(code));
  }
  return count.row();
}

function compareValue(count: VectorCount, code: number, expected: number, came: number): void {
  count.compare(Object.is(expected, came), () => `code ${code}: expected ${expected}, came ${came}`);
}

function pairTable(file: string, format: CodeFormat, operation: PairOperation, bytes: Uint8Array): VectorRow {
  if (bytes.length !== 65_536 || format.bits !== 8) throw wrong(file, '256 x 256 bytes of an 8-bit format');
  const count = new VectorCount(file, format.name, operation);
  for (const [index, expected] of bytes.entries()) {
    const [a, b] = [index >> 8, index & 0xff];
    const came = format[operation](a, b);
    // Any NaN will do: the vectors say no more of it.
    const isEqual = came === expected || (isNaN(format, came) && isNaN(format, expected));
    count.compare(isEqual, () => describe([a, b], expected, came));
  }
  return count.row();
}

function isNaN(format: CodeFormat, code: number): boolean {
  return Number.isNaN(format.decode(code));
}

function smallTables(file: string, content: unknown): VectorRow[] {
  return entriesOf(memberOf(content, 'tables', file), file).map(([key, table]) => {
    const [name = '', kind = ''] = key.split('.');
    const format = formatOf(name);
    const operation = PAIR_OPERATIONS.get(kind);
    if (operation === undefined && kind !== 'exact_product_times_4') {
      throw wrong(`${file} ${key}`, 'add, sub, mul, div or exact_product_times_4');
    }
    const count = new VectorCount(file, name, operation ?? kind);
    for (const [a, row] of listOf(table, `${file} ${key}`).entries()) {
      const place = `${file} ${key}[${a}]`;
      for (const [b, entry] of listOf(row, place).entries()) {
        const expected = integerOf(entry, place);
        const came =
          operation === undefined ? format.decode(a) * format.decode(b) * 4 : format[operation](a, b);
        count.compare(came === expected, () => describe([a, b], expected, came));
      }
    }
    return count.row();
  });
}

function positRoundings(file: string, content: unknown): VectorRow[] {
  return entriesOf(memberOf(content, 'formats', file), file).flatMap(([name, rows]) => {
    const read = readRoundings(rows, `${file} ${name}`);
    return roundings(file, formatOf(name), read.values, read.codes(1), 'nearest-even');
  });
}

function narrowRoundings(file: string, content: unknown): VectorRow[] {
  return entriesOf(memberOf(content, 'formats', file), file).flatMap(([name, rows]) => {
    const format = formatOf(name);
    const read = readRoundings(rows, `${file} ${name}`);
    return [
      ...roundings(file, format, read.values, read.codes(1), 'nearest-even, saturating', SATURATE),
      ...roundings(file, format, read.values, read.codes(2), 'nearest-even'),
    ];
  });
}

function wideRoundings(file: string, content: unknown): VectorRow[] {
  const read = readRoundings(memberOf(content, 'cases', file), file);
  const single = Float64Array.from(new Float32Array(read.values));
  const [fp16, bf16, tf32] = [formatOf('fp16'), formatOf('bf16'), formatOf('tf32')];
  // TF32 is given as the binary32 word that holds it.
  const words = (column: number): number[] => read.words(column).map((word) => word / 2 ** 13);
  return [
    ...roundings(file, fp16, read.values, read.codes(1), 'nearest-even'),
    ...roundings(file, bf16, read.values, read.codes(2), 'nearest-even'),
    ...roundings(file, bf16, single, read.codes(3), 'nearest-even from binary32'),
    ...roundings(file, tf32, single, words(4), 'nearest-even from binary32'),
    ...roundings(file, tf32, single, words(5), 'nearest-away from binary32', { rounding: 'nearest-away' }),
    ...roundings(file, tf32, single, words(6), 'toward-zero from binary32', { rounding: 'toward-zero' }),
  ];
}

/** Rows that begin with the hexadecimal of a binary64; their other columns are read as they are asked for. */
function readRoundings(
  rows: unknown,
  place: string,
): {
  readonly values: Float64Array;
  codes(column: number): number[];
  words(column: number): number[];
} {
  const cells = listOf(rows, place).map((row, index) => listOf(row, `${place}[${index}]`));
  return {
    values: Float64Array.from(cells, (row, index) => binary64Of(row[0], `${place}[${index}]`)),
    codes: (column) => cells.map((row, index) => codeOf(row[column], `${place}[${index}]`)),
    words: (column) => cells.map((row, index) => wordOf(row[column], `${place}[${index}]`)),
  };
}

/** Each value by itself, and all at once, which goes another way. */
function roundings(
  file: string,
  format: CodeFormat,
  values: Float64Array,
  expected: readonly number[],
  operation: string,
  options?: RoundingOptions,
): VectorRow[] {
  const one = new VectorCount(file, format.name, `encode ${operation}`);
  const all = new VectorCount(file, format.name, `encodeAll ${operation}`);
  const codes = new Uint32Array(values.length);
  format.encodeAll(values, codes, options);
  for (const [index, value] of values.entries()) {
    const wanted = expected[index] ?? 0;
    const came = format.encode(value, options);
    const cameOfAll = codes[index] ?? 0;
    one.compare(came === wanted, () => describe([value], wanted, came));
    all.compare(cameOfAll === wanted, () => describe([value], wanted, cameOfAll));
  }
  return [one.row(), all.row()];
}

function positOperations(file: string, content: unknown): VectorRow[] {
  return entriesOf(memberOf(content, 'formats', file), file).flatMap(([name, operations]) =>
    entriesOf(operations, `${file} ${name}`).map(([kind, rows]) => {
      const format = formatOf(name);
      const place = `${file} ${name} ${kind}`;
      const operation = PAIR_OPERATIONS.get(kind);
      if (operation === undefined && kind !== 'fma') throw wrong(place, 'add, sub, mul, div or fma');
      const count = new VectorCount(file, name, operation ?? 'fusedMultiplyAdd');
      for (const row of listOf(rows, place)) {
        const codes = listOf(row, place).map((code) => codeOf(code, place));
        if (codes.length !== (operation === undefined ? 4 : 3))
          throw wrong(place, 'operands and a result in each row');
        const [a = 0, b = 0, c = 0, d = 0] = codes;
        const came = operation === undefined ? format.fusedMultiplyAdd(a, b, c) : format[operation](a, b);
        const expected = operation === undefined ? d : c;
        count.compare(came === expected, () => describe(codes.slice(0, -1), expected, came));
      }
      return count.row();
    }),
  );
}

function dotProducts(file: string, content: unknown): VectorRow[] {
  return entriesOf(memberOf(content, 'formats', file), file).map(([name, rows]) => {
    const format = formatOf(name);
    const count = new VectorCount(file, name, 'dot');
    for (const [index, row] of listOf(rows, `${file} ${name}`).entries()) {
      const place = `${file} ${name}[${index}]`;
      const [a, b, result] = listOf(row, place);
      const read = (codes: unknown) => Uint32Array.from(listOf(codes, place), (code) => codeOf(code, place));
      const expected = codeOf(result, place);
      const came = format.dot(read(a), read(b));
      count.compare(came === expected, () => describe([`row ${index}`], expected, came));
    }
    return count.row();
  });
}

function integerQuantisations(file: string, content: unknown): VectorRow[] {
  const counts = new Map<string, VectorCount>();
  const into = new Uint32Array(1);
  for (const [index, row] of listOf(memberOf(content, 'cases', file), file).entries()) {
    const place = `${file}[${index}]`;
    const [width, hex, scaleHex, ...expected] = listOf(row, place);
    const bits = integerOf(width, place);
    const value = binary64Of(hex, place);
    const scale = binary64Of(scaleHex, place);
    for (const isSymmetric of [false, true]) {
      const wanted = integerOf(expected[isSymmetric ? 1 : 0], place);
      const operation = `quantise, ${isSymmetric ? 'symmetric' : 'full'} range`;
      const key = `int${bits} ${operation}`;
      const count = counts.get(key) ?? new VectorCount(file, `int${bits}`, operation);
      counts.set(key, count);
      quantiseIntegers(Float64Array.of(value), into, { bits, scale, isSymmetric });
      const came = formatOf(`int${bits}`).decode(into[0] ?? 0);
      count.compare(came === wanted, () => describe([value, scale], wanted, came));
    }
  }
  return [...counts.values()].map((count) => count.row());
}

function describe(operands: readonly (number | string)[], expected: number, came: number): string {
  return `${operands.join(', ')}: expected ${expected}, came ${came}`;
}
