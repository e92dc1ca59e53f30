import { SystoleError } from '@systole/core';
import type { Trace, TraceBlock } from './trace.ts';
import { createTraceReader, readHeader } from './trace-reader.ts';

/**
 * A trace out of lines that are at hand. The header is read at once; blocks are read again each time they are asked
 * for, and whatever is wrong with them is thrown then. `lines` has to start anew each time it is iterated.
 *
 * @throws SystoleError as `createTraceReader` does.
 */
export function readTrace(lines: Iterable<string>, file: string): Trace {
  return { header: readHeader(firstOf(lines, file), file), blocks: () => readBlocks(lines, file) };
}

function* readBlocks(lines: Iterable<string>, file: string): Generator<TraceBlock, void> {
  const reader = createTraceReader(file);
  for (const line of lines) {
    const block = reader.push(line);
    if (block !== undefined) yield block;
  }
  reader.end();
}

function firstOf(lines: Iterable<string>, file: string): string {
  for (const line of lines) return line;
  throw new SystoleError({ code: 'file/wrong-kind', message: 'the file is empty', place: { file } });
}
