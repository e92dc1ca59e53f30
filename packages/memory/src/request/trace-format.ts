/**
 * Formats of memory traces: text, a request a line, blanks or tabs between words. Empty lines and lines that start with `#` are
 * skipped. Addresses are of bytes, hexadecimal with `0x` or else decimal; a request is the burst that holds its address.
 *
 * - `load-store`: `LD 0x12340`, `ST 4096`, as Ramulator reads them.
 * - `read-write`: `R 0x12340`, `W 4096`, or the other way round as `0x12340 R`; or a place instead of an address,
 *   `R 0,0,3,1,200,16`: the levels of the standard from the channel on, then row and burst of the row.
 * - `dramsim3`: `0x12340 READ 100`, `0x12380 WRITE 104`: the cycle is the earliest at which the request arrives.
 */
export type TraceFormat = 'load-store' | 'read-write' | 'dramsim3';

export const TRACE_FORMATS: readonly TraceFormat[] = ['load-store', 'read-write', 'dramsim3'];

/** Words of a read, then of a write, of each format. Those of DRAMsim3 include what its users' tools write. */
export const TRACE_WORDS: Readonly<Record<TraceFormat, readonly [ReadonlySet<string>, ReadonlySet<string>]>> =
  {
    'load-store': [new Set(['LD']), new Set(['ST'])],
    'read-write': [new Set(['R']), new Set(['W'])],
    dramsim3: [
      new Set(['READ', 'read', 'P_MEM_RD', 'P_FETCH']),
      new Set(['WRITE', 'write', 'P_MEM_WR', 'BOFF']),
    ],
  };

/** The format of which a line may be, by its words; undefined when it is of none. */
export function formatOfLine(words: readonly string[]): TraceFormat | undefined {
  return TRACE_FORMATS.find((format) =>
    words.slice(0, 2).some((word) => TRACE_WORDS[format].some((known) => known.has(word))),
  );
}
