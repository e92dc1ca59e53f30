import { SystoleError } from '@systole/core';
import type { TraceBlock, TraceHeader } from '../trace.ts';
import { createTraceReader, readHeader } from '../trace-reader.ts';
import { readLines } from './read-lines.ts';

/** A trace in a file. `blocks` reads the file anew each time it is iterated, one block at a time. */
export interface TraceFile {
  readonly header: TraceHeader;
  readonly blocks: AsyncIterable<TraceBlock>;
}

/**
 * Opens a trace file, plain or gzip (told by its first bytes). Only the header is read; blocks are streamed.
 *
 * @throws SystoleError `file/not-found`, `file/unreadable`, or as `createTraceReader` does; what is wrong with a block
 * is thrown when it is reached.
 */
export async function openTraceFile(path: string): Promise<TraceFile> {
  const header = readHeader(await firstLine(path), path);
  return { header, blocks: { [Symbol.asyncIterator]: () => streamBlocks(path) } };
}

async function firstLine(path: string): Promise<string> {
  for await (const line of readLines(path)) return line;
  throw new SystoleError({ code: 'file/wrong-kind', message: 'the file is empty', place: { file: path } });
}

async function* streamBlocks(path: string): AsyncGenerator<TraceBlock, void> {
  const reader = createTraceReader(path);
  for await (const line of readLines(path)) {
    const block = reader.push(line);
    if (block !== undefined) yield block;
  }
  reader.end();
}
