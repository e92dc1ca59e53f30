import {
  closeSync,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { SystoleError } from '@systole/core';
import { checkRegularFile } from '../files.ts';

const CHUNK = 1 << 18;
/** A compressed trace may not grow beyond this. */
const MOST_BYTES = 64 * 2 ** 30;

/** A trace whose text is read a chunk at a time, whatever its length. */
export interface TraceText {
  /** Bytes that were read, and how many there are. */
  readonly read: number;
  readonly size: number;
  chunks(): Iterable<string>;
  close(): void;
}

/**
 * Opens a trace, plain or gzip, told by its first bytes. A compressed one is unpacked into a temporary file, since requests
 * are taken at once while the file can only be unpacked over time.
 *
 * @throws SystoleError `file/not-found`, `file/unreadable`, `file/wrong-kind`, `trace/corrupt` or `limit/exceeded`.
 */
export async function openTraceText(path: string): Promise<TraceText> {
  checkRegularFile(path);
  const folder = isGzip(path) ? mkdtempSync(join(tmpdir(), 'systole-trace-')) : undefined;
  const remove = (): void => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const plain = folder === undefined ? path : join(folder, 'trace');
    if (folder !== undefined) await unpack(path, plain);
    return new FileText(plain, checkRegularFile(plain), remove);
  } catch (error) {
    remove();
    throw error;
  }
}

class FileText implements TraceText {
  read = 0;
  readonly size: number;
  readonly #file: number;
  readonly #remove: () => void;

  constructor(path: string, size: number, remove: () => void) {
    this.#file = openSync(path, 'r');
    this.size = size;
    this.#remove = remove;
  }

  *chunks(): Generator<string, void, undefined> {
    const bytes = Buffer.alloc(CHUNK);
    const decoder = new TextDecoder();
    for (;;) {
      const length = readSync(this.#file, bytes, 0, CHUNK, null);
      if (length === 0) break;
      this.read += length;
      yield decoder.decode(bytes.subarray(0, length), { stream: true });
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  }

  close(): void {
    closeSync(this.#file);
    this.#remove();
  }
}

function isGzip(path: string): boolean {
  const bytes = Buffer.alloc(2);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw new SystoleError({
      code: 'file/unreadable',
      message: `the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
      place: { file: path },
      hint: 'Check its permissions.',
    });
  }
  try {
    return readSync(file, bytes, 0, 2, 0) === 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
  } finally {
    closeSync(file);
  }
}

async function unpack(path: string, target: string): Promise<void> {
  let length = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      if (length <= MOST_BYTES) done(null, chunk);
      else
        done(
          new SystoleError({
            code: 'limit/exceeded',
            message: 'the trace unpacks to more than 64 GiB',
            place: { file: path },
          }),
        );
    },
  });
  try {
    await pipeline(createReadStream(path), createGunzip(), limit, createWriteStream(target));
  } catch (error) {
    if (error instanceof SystoleError) throw error;
    throw new SystoleError({
      code: 'trace/corrupt',
      message: `the compressed file is damaged (${error instanceof Error ? error.message : String(error)})`,
      place: { file: path },
      hint: 'Pack it anew.',
    });
  }
}
