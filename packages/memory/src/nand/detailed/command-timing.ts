import type { Bytes, Picoseconds } from '@systole/units';
import type { FlashSpec } from './flash-spec.ts';

const PICOSECONDS_PER_SECOND = 1e12;
const PICOSECONDS_PER_NANOSECOND = 1000;

/** Cycles of a command with its address: two of the command, five of the address, of which one hides behind tCS. */
const PAGE_CYCLES = 6;
/** The same for what names a block alone, and for a suspend or resume. */
const BLOCK_CYCLES = 4;
const STATUS_CYCLES = 3;

/** Bus times of the commands of a channel, from the ONFI times of its spec. */
export class CommandTiming {
  /** By the number of planes: a read command with its addresses. */
  readonly #read: readonly [first: Picoseconds, further: Picoseconds];
  readonly #program: readonly [first: Picoseconds, further: Picoseconds];
  readonly #erase: readonly [first: Picoseconds, further: Picoseconds];
  readonly #setup: readonly [first: Picoseconds, further: Picoseconds];
  /** A suspend or a resume. */
  readonly suspend: Picoseconds;
  readonly #numerator: number;
  readonly #denominator: number;
  readonly #wholeTransfer: Picoseconds | undefined;
  readonly #channelBytes: Bytes;

  constructor(spec: FlashSpec) {
    const { tCS, tWC, tWB, tRR, tDBSY, tADL, tCALS, tWPST, tWPSTH, tRHW, tCCS, tRPRE, tDQSRE } =
      spec.commands;
    this.#read = [tCS + PAGE_CYCLES * tWC + tWB + tRR, tDBSY + PAGE_CYCLES * tWC];
    // All planes but the last end their data with the short postamble and the set-up of the next command.
    const more = (PAGE_CYCLES - 1) * tWC + tADL + tWPST + tCALS + tWB + tDBSY;
    this.#program = [tCS + PAGE_CYCLES * tWC + tADL + tWPST + tWPSTH + tWB, more];
    this.#erase = [tCS + BLOCK_CYCLES * tWC + tWB, tDBSY + BLOCK_CYCLES * tWC + tWB];
    const preamble = tRPRE + tDQSRE;
    this.#setup = spec.dataOutSetup ? [preamble, tRHW + PAGE_CYCLES * tWC + tCCS + preamble] : [0, 0];
    this.suspend = tCS + STATUS_CYCLES * tWC;
    this.#channelBytes = spec.channelBytes;
    this.#numerator = PICOSECONDS_PER_SECOND;
    this.#denominator = spec.channelBytes * spec.channelRate;
    const transfer = PICOSECONDS_PER_SECOND / spec.channelRate;
    this.#wholeTransfer =
      spec.transferTime === 'exact'
        ? undefined
        : Math.floor(transfer / PICOSECONDS_PER_NANOSECOND) * PICOSECONDS_PER_NANOSECOND;
  }

  read(planes: number): Picoseconds {
    return this.#read[0] + (planes - 1) * this.#read[1];
  }

  program(planes: number): Picoseconds {
    return this.#program[0] + (planes - 1) * this.#program[1];
  }

  erase(planes: number): Picoseconds {
    return this.#erase[0] + (planes - 1) * this.#erase[1];
  }

  /** Before the data of a page: the preamble for the first plane, and the selection of each further one. */
  dataOut(isFirst: boolean): Picoseconds {
    return isFirst ? this.#setup[0] : this.#setup[1];
  }

  /** `bytes` on the data pins. */
  transfer(bytes: Bytes): Picoseconds {
    if (this.#wholeTransfer !== undefined) return Math.ceil(bytes / this.#channelBytes) * this.#wholeTransfer;
    return Math.ceil((bytes * this.#numerator) / this.#denominator);
  }
}

/** Pages of a block that are programmed before the kinds take turns in pairs. */
const LOWER_FIRST = 6;
const MIDDLE_FIRST = 8;

/** Array times by the place of a page in its block. */
export class ArrayTimes {
  readonly #times: Float64Array;
  readonly #kinds: number;
  readonly #isShadowed: boolean;

  constructor(times: readonly Picoseconds[], bitsPerCell: number, pageOrder: FlashSpec['pageOrder']) {
    this.#kinds = bitsPerCell;
    const last = times[times.length - 1] ?? 0;
    this.#times = Float64Array.from({ length: bitsPerCell }, (_, kind) => times[kind] ?? last);
    this.#isShadowed = pageOrder === 'shadowed' && bitsPerCell > 2;
  }

  at(page: number): Picoseconds {
    return this.#times[this.#kindOf(page)] ?? 0;
  }

  /** Of all pages of a word line together. */
  get wordLine(): Picoseconds {
    let sum = 0;
    for (const time of this.#times) sum += time;
    return sum;
  }

  #kindOf(page: number): number {
    if (!this.#isShadowed) return page % this.#kinds;
    if (page < LOWER_FIRST) return 0;
    if (page < MIDDLE_FIRST) return 1;
    return Math.floor((page - MIDDLE_FIRST) / 2) % this.#kinds;
  }
}
