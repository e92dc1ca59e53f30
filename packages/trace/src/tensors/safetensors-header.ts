import { suggestName, SystoleError } from '@systole/core';
import type { Place } from '@systole/core';
import { describeValue, readDocument } from '@systole/document';
import type { LocatedDocument } from '@systole/document';
import { elementsOf } from '../tensor-bytes.ts';
import { MAX_NAME, MAX_RANK } from '../trace-limits.ts';
import type { ByteSource } from './byte-source.ts';
import type { Dtype } from './dtype.ts';
import { DTYPE_NAMES, findDtype } from './dtype.ts';

/** A tensor of a file: its form, and where its bytes are. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly elements: number;
  /** Of its first byte, from the start of the file. */
  readonly offset: number;
  readonly bytes: number;
}

/** What a safetensors file says about itself. */
export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Bytes of the length that stands before the header. */
export const LENGTH_BYTES = 8;
const MAX_HEADER_BYTES = 32 * 1024 * 1024;
const METADATA = '__metadata__';
const FIELDS = ['dtype', 'shape', 'data_offsets'];
const BRACE = 0x7b;

/**
 * Reads the header of a safetensors file: eight bytes of length, then JSON, then the data. Every byte of the data belongs to
 * one tensor, as the format asks for.
 *
 * @throws SystoleError `tensor/invalid` with the byte of the file or the place in the header, for a length that is none, JSON that
 * is none, keys that are there twice, types that are not known, and tensors that overlap, leave gaps, lead out of the file or do
 * not have the bytes of their shape; `limit/exceeded` for a header that is too large.
 */
export function readSafetensorsHeader(source: ByteSource): SafetensorsHeader {
  const { name: file, size } = source;
  const invalid = (message: string, hint?: string, place: Place = { file }): SystoleError =>
    new SystoleError({
      code: 'tensor/invalid',
      message,
      place,
      ...(hint === undefined ? {} : { hint }),
    });
  if (size < LENGTH_BYTES) {
    throw invalid(
      `the file ends at byte ${size}, within the eight bytes that say how long its header is`,
      'A safetensors file begins with the length of its header.',
    );
  }
  const length = readLength(source);
  if (length > BigInt(size - LENGTH_BYTES)) {
    throw invalid(
      `byte 0 says that the header has ${length} bytes, and the file ends ${size - LENGTH_BYTES} after it`,
      'It is cut off, or no safetensors file.',
    );
  }
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw new SystoleError({
      code: 'limit/exceeded',
      message: `byte 0 says that the header has ${length} bytes; the most is ${MAX_HEADER_BYTES}`,
      place: { file },
    });
  }
  const headerBytes = Number(length);
  const bytes = source.read(LENGTH_BYTES, headerBytes);
  if (bytes[0] !== BRACE) {
    const found = bytes[0] === undefined ? 'nothing' : `0x${bytes[0].toString(16).padStart(2, '0')}`;
    throw invalid(`the header begins at byte ${LENGTH_BYTES} with ${found}, expected "{"`);
  }
  const document = readHeaderText(bytes, file);
  return readEntries(document, LENGTH_BYTES + headerBytes, size, (message, path, hint) =>
    invalid(message, hint, document.placeOf(path)),
  );
}

function readLength(source: ByteSource): bigint {
  const bytes = source.read(0, LENGTH_BYTES);
  return new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
}

function readHeaderText(bytes: Uint8Array, file: string): LocatedDocument {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SystoleError({
      code: 'tensor/invalid',
      message: 'the header, from byte 8 on, is not UTF-8',
      place: { file },
    });
  }
  try {
    return readDocument(text, file, { syntax: 'json', maxBytes: MAX_HEADER_BYTES });
  } catch (error) {
    if (!(error instanceof SystoleError) || error.code === 'limit/exceeded') throw error;
    const [first, ...more] = error.problems.map((problem) => ({
      ...problem,
      code: 'tensor/invalid' as const,
      message: `in the header, which begins at byte ${LENGTH_BYTES}: ${problem.message}`,
    }));
    if (first === undefined) throw error;
    throw new SystoleError(first, ...more);
  }
}

type Fail = (message: string, path: readonly (string | number)[], hint?: string) => SystoleError;

function readEntries(
  document: LocatedDocument,
  dataStart: number,
  size: number,
  fail: Fail,
): SafetensorsHeader {
  const { value } = document;
  if (!isObject(value)) throw fail(`the header is ${describeValue(value)}, expected an object`, []);
  const tensors = new Map<string, StoredTensor>();
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, entry] of Object.entries(value)) {
    if (name === METADATA) metadata = readMetadata(entry, fail);
    else tensors.set(name, readEntry(name, entry, dataStart, size, fail));
  }
  checkLayout([...tensors.values()], dataStart, size, fail);
  return { tensors, metadata };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readMetadata(entry: unknown, fail: Fail): ReadonlyMap<string, string> {
  if (!isObject(entry)) throw fail(`expected an object of texts, got ${describeValue(entry)}`, [METADATA]);
  const metadata = new Map<string, string>();
  for (const [key, text] of Object.entries(entry)) {
    if (typeof text !== 'string') throw fail(`expected a text, got ${describeValue(text)}`, [METADATA, key]);
    metadata.set(key, text);
  }
  return metadata;
}

function readEntry(name: string, entry: unknown, dataStart: number, size: number, fail: Fail): StoredTensor {
  if (name === '' || name.length > MAX_NAME) {
    throw fail(`the name of a tensor has ${name.length} characters, expected 1 to ${MAX_NAME}`, [name]);
  }
  if (!isObject(entry))
    throw fail(`expected dtype, shape and data_offsets, got ${describeValue(entry)}`, [name]);
  for (const field of FIELDS) {
    if (!Object.hasOwn(entry, field)) throw fail(`"${field}" is missing`, [name]);
  }
  for (const field of Object.keys(entry)) {
    if (!FIELDS.includes(field))
      throw fail('a tensor has no such field', [name, field], suggestName(field, FIELDS));
  }
  const { dtype: dtypeName, shape, data_offsets: range } = entry;
  const dtype = typeof dtypeName === 'string' ? findDtype(dtypeName) : undefined;
  if (dtype === undefined) {
    throw fail(
      `there is no element type ${describeValue(dtypeName)}`,
      [name, 'dtype'],
      suggestName(String(dtypeName), DTYPE_NAMES),
    );
  }
  if (!isCounts(shape) || shape.length > MAX_RANK) {
    throw fail(`expected at most ${MAX_RANK} whole numbers from 0 on, got ${describeValue(shape)}`, [
      name,
      'shape',
    ]);
  }
  if (!isCounts(range) || range.length !== 2) {
    throw fail(`expected two whole numbers from 0 on, got ${describeValue(range)}`, [name, 'data_offsets']);
  }
  const [begin = 0, end = 0] = range;
  if (begin > end)
    throw fail(`the tensor ends at ${end}, before its start at ${begin}`, [name, 'data_offsets']);
  if (dataStart + end > size) {
    throw fail(
      `the tensor ends at byte ${dataStart + end} of the file, which has ${size}`,
      [name, 'data_offsets'],
      'The file is cut off, or its header is not its own.',
    );
  }
  const elements = elementsOf(shape);
  if (elements * dtype.bytes !== end - begin) {
    const needed = Number.isNaN(elements) ? '2^53 or more' : String(elements * dtype.bytes);
    throw fail(
      `[${shape.join(', ')}] of ${dtype.name} takes ${needed} bytes, and has ${end - begin} (bytes ` +
        `${dataStart + begin} to ${dataStart + end} of the file)`,
      [name, 'data_offsets'],
    );
  }
  return { name, dtype, shape, elements, offset: dataStart + begin, bytes: end - begin };
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}

/** Tensors side by side from the first byte of the data to the last. */
function checkLayout(tensors: readonly StoredTensor[], dataStart: number, size: number, fail: Fail): void {
  const ordered = tensors.toSorted((a, b) => a.offset - b.offset || a.bytes - b.bytes);
  let at = dataStart;
  let before: StoredTensor | undefined;
  for (const tensor of ordered) {
    const path = [tensor.name, 'data_offsets'];
    if (tensor.offset < at) {
      throw fail(
        `the tensor begins at byte ${tensor.offset} of the file, inside "${before?.name ?? ''}", which ends at ${at}`,
        path,
      );
    }
    if (tensor.offset > at) {
      throw fail(`bytes ${at} to ${tensor.offset} of the file, before this tensor, belong to none`, path);
    }
    at += tensor.bytes;
    before = tensor;
  }
  if (at !== size) {
    throw fail(`bytes ${at} to ${size}, at the end of the file, belong to no tensor`, [before?.name ?? '']);
  }
}
