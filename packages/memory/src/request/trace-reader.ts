import type { RequestSource } from '../controller/request-source.ts';
import { TraceParser } from './trace-parser.ts';
import type { TraceOptions } from './trace-parser.ts';

/** The requests of a trace, read line by line from chunks of its text. Memory is that of a chunk, whatever the length. */
export class TraceSource implements RequestSource {
  readonly waitsForAll = false;
  readonly #parser: TraceParser;
  readonly #chunks: Iterator<string>;

  /**
   * @param chunks The text in pieces of any size.
   * @throws SystoleError from `next` with line and column of what cannot be read.
   */
  constructor(chunks: Iterable<string>, options: TraceOptions) {
    this.#parser = new TraceParser(options);
    this.#chunks = chunks[Symbol.iterator]();
  }

  get address(): number {
    return this.#parser.address;
  }

  get isWrite(): boolean {
    return this.#parser.isWrite;
  }

  get earliest(): number {
    return this.#parser.earliest;
  }

  /** Line of the request, counted from 1. */
  get line(): number {
    return this.#parser.line;
  }

  next(): boolean {
    while (!this.#parser.next()) {
      const chunk = this.#chunks.next();
      if (chunk.done !== true) {
        this.#parser.feed(chunk.value);
        continue;
      }
      this.#parser.close();
      return this.#parser.next();
    }
    return true;
  }
}

/** Some requests of a trace, one after another. */
export interface TraceBatch {
  readonly count: number;
  /** Byte addresses of bursts. */
  readonly addresses: Float64Array;
  /** 1 for a write. */
  readonly writes: Uint8Array;
  /** Earliest ticks. */
  readonly earliest: Float64Array;
}

/**
 * The requests of a trace whose text comes over time, as from a stream, in batches. A batch is overwritten by the next one.
 *
 * @param size Requests of a batch, but for the last.
 * @throws SystoleError with line and column of what cannot be read.
 */
export async function* readTraceBatches(
  chunks: AsyncIterable<string>,
  options: TraceOptions,
  size = 16_384,
): AsyncGenerator<TraceBatch> {
  const parser = new TraceParser(options);
  const addresses = new Float64Array(size);
  const writes = new Uint8Array(size);
  const earliest = new Float64Array(size);
  let count = 0;
  // Whether the batch is full with the request that is taken.
  const take = (): boolean => {
    addresses[count] = parser.address;
    writes[count] = parser.isWrite ? 1 : 0;
    earliest[count] = parser.earliest;
    count++;
    return count === size;
  };
  for await (const chunk of chunks) {
    parser.feed(chunk);
    while (parser.next()) {
      if (!take()) continue;
      yield { count, addresses, writes, earliest };
      count = 0;
    }
  }
  parser.close();
  // The end of the text ends at most one line.
  if (parser.next()) take();
  if (count > 0) yield { count, addresses, writes, earliest };
}
