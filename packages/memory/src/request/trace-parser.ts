import { suggestName, SystoleError } from '@systole/core';
import { LineScanner } from './line-scanner.ts';
import { formatOfLine, TRACE_FORMATS, TRACE_WORDS } from './trace-format.ts';
import type { TraceFormat } from './trace-format.ts';

export interface TraceOptions {
  /** As the first line shows it where left out. */
  readonly format?: TraceFormat;
  /** Bytes of a burst: an address counts as that of the burst that holds it. */
  readonly burstBytes: number;
  /** Bytes of the memory. An address beyond it is refused; where left out it is taken as it is, and wraps around. */
  readonly capacity?: number;
  /** Ticks of a cycle of the trace; 1 where left out. */
  readonly ticksPerCycle?: number;
  /** The byte address of a place; without it, traces of places are refused. */
  readonly placeAddress?: PlaceAddress;
  /** For errors. */
  readonly file?: string;
}

/** Turns a place (levels, row, burst of the row) into a byte address, or says which number is wrong and why. */
export type PlaceAddress = (
  place: readonly number[],
) => number | { readonly index: number; readonly problem: string };

const BYTE_ORDER_MARK = '\uFEFF';

const ADDRESS_HINT = 'Write it as 0x12340 or 74560.';

const EXAMPLES: Readonly<Record<TraceFormat, string>> = {
  'load-store': 'LD 0x12340',
  'read-write': 'R 0x12340',
  dramsim3: '0x12340 READ 100',
};

/** No line of a trace is longer. A file without line ends is refused, not gathered up. */
const LONGEST_LINE = 4096;

/** Reads requests out of text that comes in chunks. Holds a chunk and a line, whatever the length of the trace. */
export class TraceParser {
  /** Of the request that was read last. */
  address = 0;
  isWrite = false;
  earliest = 0;

  readonly #options: TraceOptions;
  readonly #lines = new LineScanner();
  #format: TraceFormat | undefined;
  /** The line that is being read. */
  #written = '';

  constructor(options: TraceOptions) {
    this.#options = options;
    this.#format = options.format;
    if (options.format !== undefined && !TRACE_FORMATS.includes(options.format)) {
      throw new SystoleError({
        code: 'argument/invalid',
        message: `there is no trace format "${String(options.format).slice(0, 100)}"`,
        place: { path: 'format' },
        hint: suggestName(String(options.format), TRACE_FORMATS),
      });
    }
  }

  /** Number of the line of the last request, counted from 1. */
  get line(): number {
    return this.#lines.line;
  }

  /** Takes a chunk of text, once `next` has returned false. */
  feed(chunk: string): void {
    this.#lines.feed(chunk);
  }

  /** Says that the text is at its end. */
  close(): void {
    this.#lines.close();
  }

  /**
   * Goes on to the next request. False when another chunk is needed, and after `close` when there is none.
   *
   * @throws SystoleError with line and column of what cannot be read.
   */
  next(): boolean {
    const lines = this.#lines;
    while (lines.next()) {
      if (lines.end - lines.start > LONGEST_LINE) this.#refuseLength(lines.line);
      if (this.#read(lines.text.slice(lines.start, lines.end))) return true;
    }
    if (lines.pending > LONGEST_LINE) this.#refuseLength(lines.line + 1);
    return false;
  }

  /** Whether the line holds a request. */
  #read(written: string): boolean {
    const line = this.line === 1 && written.startsWith(BYTE_ORDER_MARK) ? written.slice(1) : written;
    const words = line.split(/[ \t\r]+/);
    if (words[0] === '') words.shift();
    if (words.at(-1) === '') words.pop();
    const [first = ''] = words;
    if (words.length === 0 || first.startsWith('#')) return false;
    this.#written = line;
    this.#format ??= formatOfLine(words) ?? this.#refuseFormat();
    const format = this.#format;
    const isTimed = format === 'dramsim3';
    const wanted = isTimed ? 3 : 2;
    if (words.length !== wanted) {
      const message = `expected ${wanted} words, got ${words.length}`;
      this.#refuse(Math.min(wanted, words.length), 0, message, `Write it as ${EXAMPLES[format]}.`);
    }
    const isOperationFirst =
      format === 'load-store' || (!isTimed && directionOf(format, words[1] ?? '') === undefined);
    const at = isOperationFirst ? 0 : 1;
    const direction = directionOf(format, words[at] ?? '');
    if (direction === undefined) {
      const [reads, writes] = TRACE_WORDS[format];
      const message = `"${words[at]?.slice(0, 40)}" is no read and no write`;
      return this.#refuse(at, 0, message, `Write ${[...reads][0]} or ${[...writes][0]}.`);
    }
    this.isWrite = direction;
    this.#locate(words[1 - at] ?? '', 1 - at);
    if (isTimed) this.earliest = this.#ticksOf(words[2] ?? '');
    return true;
  }

  #ticksOf(word: string): number {
    const ticks = this.#numberOf(word, 2, 0, 'cycle') * (this.#options.ticksPerCycle ?? 1);
    if (Number.isSafeInteger(ticks)) return ticks;
    return this.#refuse(2, 0, 'the cycle is too late', 'Let the trace start at cycle 0.');
  }

  #locate(word: string, at: number): void {
    const { burstBytes, capacity } = this.#options;
    const address = word.includes(',') ? this.#placeOf(word, at) : this.#numberOf(word, at, 0, 'address');
    if (capacity !== undefined && address >= capacity) {
      const message = `address ${word} lies beyond the memory of ${capacity} bytes`;
      this.#refuse(at, 0, message, 'Take a larger memory, or let addresses wrap around.');
    }
    this.address = address - (address % burstBytes);
  }

  #placeOf(word: string, at: number): number {
    const { placeAddress } = this.#options;
    if (this.#format !== 'read-write' || placeAddress === undefined) {
      return this.#refuse(at, 0, `"${word.slice(0, 40)}" is no address`, ADDRESS_HINT);
    }
    const parts = word.split(',');
    const offsets = parts.map((_, index) =>
      parts.slice(0, index).reduce((sum, part) => sum + part.length + 1, 0),
    );
    const place = parts.map((part, index) => this.#numberOf(part, at, offsets[index] ?? 0, 'number'));
    const result = placeAddress(place);
    if (typeof result === 'number') return result;
    const hint = 'Give the channel, the further levels of the standard, the row, and the burst of the row.';
    return this.#refuse(at, offsets[result.index] ?? 0, result.problem, hint);
  }

  #numberOf(word: string, at: number, offset: number, what: string): number {
    const isNumber = /^(?:0[xX][0-9a-fA-F]{1,16}|\d{1,20})$/.test(word);
    const value = isNumber ? Number(word) : NaN;
    if (Number.isSafeInteger(value)) return value;
    const problem = isNumber ? 'is above 2^53 - 1' : `is no ${what}`;
    return this.#refuse(at, offset, `"${word.slice(0, 40)}" ${problem}`, ADDRESS_HINT);
  }

  #refuseFormat(): never {
    const known = TRACE_FORMATS.map((format) => `${format} (${EXAMPLES[format]})`).join(', ');
    return this.#refuse(0, 0, 'this is of no known trace format', `Known are ${known}.`);
  }

  #refuseLength(line: number): never {
    throw this.#error(
      line,
      1,
      `a line is longer than ${LONGEST_LINE} characters`,
      'A trace has a request a line.',
    );
  }

  /** @param word Place of the word in the line; one past the last for the end of the line. */
  #refuse(word: number, offset: number, message: string, hint: string): never {
    const starts = [...this.#written.matchAll(/[^ \t\r]+/g)].map(({ index }) => index);
    const start = starts[word] ?? this.#written.trimEnd().length;
    throw this.#error(this.line, start + offset + 1, message, hint);
  }

  #error(line: number, column: number, message: string, hint: string): SystoleError {
    const { file } = this.#options;
    const place = file === undefined ? { line, column } : { file, line, column };
    return new SystoleError({ code: 'trace/invalid', message, place, hint });
  }
}

/** Whether a word is a write; undefined where it is no operation. */
function directionOf(format: TraceFormat, word: string): boolean | undefined {
  const [reads, writes] = TRACE_WORDS[format];
  if (reads.has(word)) return false;
  return writes.has(word) ? true : undefined;
}
