import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Trace } from '../trace.ts';
import { writeTraceLines } from '../trace-writer.ts';
import { fileFault } from './file-fault.ts';

const BATCH_CHARACTERS = 64 * 1024;

/**
 * Writes a trace to a file as it is made, no faster than the disk takes it; compressed when the name ends in `.gz`.
 *
 * @throws SystoleError `file/unreadable` when the file cannot be written, and whatever the trace throws.
 */
export async function writeTraceFile(path: string, trace: Trace): Promise<void> {
  const text = Readable.from(batches(trace), { objectMode: false });
  try {
    const target = createWriteStream(path);
    await (path.toLowerCase().endsWith('.gz')
      ? pipeline(text, createGzip(), target)
      : pipeline(text, target));
  } catch (error) {
    throw fileFault(error, path, 'written');
  }
}

// A line by itself is too little for a stream to be worth its while.
function* batches(trace: Trace): Generator<string, void> {
  let batch: string[] = [];
  let size = 0;
  for (const line of writeTraceLines(trace)) {
    batch.push(line, '\n');
    size += line.length + 1;
    if (size >= BATCH_CHARACTERS) {
      yield batch.join('');
      batch = [];
      size = 0;
    }
  }
  if (size > 0) yield batch.join('');
}
