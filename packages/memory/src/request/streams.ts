import { suggestName, SystoleError } from '@systole/core';
import type { Problem } from '@systole/core';
import type { RequestSource } from '../controller/request-source.ts';
import {
  InterleavedStream,
  RandomMixStream,
  RandomStream,
  SequentialMixStream,
  SequentialStream,
} from './stream-kinds.ts';
import type { StreamPace } from './stream.ts';

/** A stream of requests of one burst each. */
export interface StreamSpec {
  /**
   * - `seq-read`, `seq-write`: one burst after another.
   * - `strided-read`, `strided-write`: `strideBytes` apart, down to the burst that holds them.
   * - `random-read`, `random-write`: anywhere in the region.
   * - `bank-conflict-read`, `bank-conflict-write`: `rowStrideBytes` apart, which is another row of one bank.
   * - `seq-mix-2r1w`: two reads from the start of the region on, then a write from its middle on; any other numbers likewise.
   * - `random-mix-2r1w`: anywhere, and by chance two reads to a write; any other numbers likewise.
   * - `multi-stream-read-4`, `multi-stream-write-4`: four sequential streams in turn, each in its part of the region; any other
   *   number likewise.
   * - `block-random-read`, `block-random-write`: blocks of 16 bursts anywhere; `block-random-read-64` has blocks of 64.
   * - `dependent-` before any of these: a request waits until the one before it is done.
   */
  readonly kind: string;
  /** Requests. */
  readonly count: number;
  readonly burstBytes: number;
  /** The region has 2 to the power of this many bursts. */
  readonly regionLog2: number;
  /** Of random kinds, from 1 to 2^32 - 1; 1 where left out. */
  readonly seed?: number;
  /** Bytes from one row of a bank to the next, of `bank-conflict` kinds. */
  readonly rowStrideBytes?: number;
  /** Bytes from one request to the next, of `strided` kinds. */
  readonly strideBytes?: number;
  /** Ticks from the earliest time of a request to that of the next; 0 where left out: always saturated. */
  readonly interval?: number;
}

/** Examples of every kind, as errors and help list them. */
export const STREAM_KINDS = [
  'seq-read',
  'seq-write',
  'strided-read',
  'strided-write',
  'random-read',
  'random-write',
  'bank-conflict-read',
  'bank-conflict-write',
  'seq-mix-2r1w',
  'random-mix-2r1w',
  'multi-stream-read-4',
  'multi-stream-write-4',
  'block-random-read',
  'block-random-write',
  'dependent-random-read',
] as const;

const DIRECTED = /^(seq|strided|random|bank-conflict)-(read|write)$/;
const MIXED = /^(seq|random)-mix-(\d{1,6})r(\d{1,6})w$/;
const NUMBERED = /^(multi-stream|block-random)-(read|write)(?:-(\d{1,9}))?$/;

/**
 * The requests of a stream, made one by one.
 *
 * @throws SystoleError that names the kind or the number that is wrong.
 */
export function createStream(spec: StreamSpec): RequestSource {
  checkNumbers(spec);
  const isDependent = spec.kind.startsWith('dependent-');
  const kind = isDependent ? spec.kind.slice('dependent-'.length) : spec.kind;
  const pace = { count: spec.count, interval: spec.interval ?? 0, isDependent };
  return (
    directed(kind, spec, pace) ?? mixed(kind, spec, pace) ?? numbered(kind, spec, pace) ?? refuseKind(spec)
  );
}

function directed(kind: string, spec: StreamSpec, pace: StreamPace): RequestSource | undefined {
  const [, form, direction] = DIRECTED.exec(kind) ?? [];
  if (form === undefined) return undefined;
  const isWrite = direction === 'write';
  if (form === 'random') return new RandomStream(pace, regionOf(spec), isWrite, spec.seed ?? 1, 1);
  return new SequentialStream(pace, regionOf(spec), isWrite, strideOf(form, spec));
}

function strideOf(form: string, spec: StreamSpec): number {
  if (form === 'seq') return spec.burstBytes;
  const name = form === 'strided' ? 'strideBytes' : 'rowStrideBytes';
  const stride = spec[name];
  if (stride !== undefined) return stride;
  throw new SystoleError({
    code: 'parameter/required',
    message: `a stream of kind ${spec.kind} needs ${name}`,
    place: { path: `stream.${name}` },
    hint:
      form === 'strided'
        ? 'Give the bytes from one request to the next.'
        : 'Give the bytes of a row of all banks.',
  });
}

function mixed(kind: string, spec: StreamSpec, pace: StreamPace): RequestSource | undefined {
  const [, form, ...counts] = MIXED.exec(kind) ?? [];
  if (form === undefined) return undefined;
  const [reads = 0, writes = 0] = counts.map(Number);
  if (reads + writes === 0) refuseKind(spec);
  if (form === 'seq') return new SequentialMixStream(pace, regionOf(spec), reads, writes);
  return new RandomMixStream(pace, regionOf(spec), reads, writes, spec.seed ?? 1);
}

function numbered(kind: string, spec: StreamSpec, pace: StreamPace): RequestSource | undefined {
  const [, form, direction, digits] = NUMBERED.exec(kind) ?? [];
  const region = regionOf(spec);
  const isWrite = direction === 'write';
  if (form === 'multi-stream') {
    const streams = Number(digits ?? 0);
    if (streams < 1 || streams > region.bursts) refuseKind(spec);
    return new InterleavedStream(pace, region, isWrite, streams);
  }
  if (form === undefined) return undefined;
  const block = Number(digits ?? 16);
  const isPower = block >= 1 && (block & (block - 1)) === 0;
  if (!isPower || block > region.bursts) {
    throw outOfRange('kind', `a block of ${block} bursts is no power of two within the region`, 'Take 16.');
  }
  return new RandomStream(pace, region, isWrite, spec.seed ?? 1, block);
}

function regionOf({ burstBytes, regionLog2 }: StreamSpec) {
  return { burstBytes, bursts: 2 ** regionLog2 };
}

function checkNumbers(spec: StreamSpec): void {
  const problems: Problem[] = [];
  const check = (name: string, value: number | undefined, least: number, most: number): void => {
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
    const message = `expected a whole number from ${least} to ${most}, got ${value}`;
    problems.push(...outOfRange(name, message, 'Give a number in this range.').problems);
  };
  check('count', spec.count, 0, Number.MAX_SAFE_INTEGER);
  check('burstBytes', spec.burstBytes, 1, 2 ** 20);
  check('regionLog2', spec.regionLog2, 1, 32);
  check('seed', spec.seed, 1, 2 ** 32 - 1);
  check('rowStrideBytes', spec.rowStrideBytes, 1, 2 ** 50);
  check('strideBytes', spec.strideBytes, 1, 2 ** 50);
  // The last request, too, has a time that is an exact number.
  check('interval', spec.interval, 0, Math.floor(Number.MAX_SAFE_INTEGER / Math.max(1, spec.count)));
  const [first, ...more] = problems;
  if (first !== undefined) throw new SystoleError(first, ...more);
}

function outOfRange(name: string, message: string, hint: string): SystoleError {
  return new SystoleError({
    code: 'parameter/out-of-range',
    message,
    place: { path: `stream.${name}` },
    hint,
  });
}

function refuseKind({ kind }: StreamSpec): never {
  const name = kind.slice(0, 100);
  throw outOfRange('kind', `there is no stream of kind "${name}"`, suggestName(name, STREAM_KINDS));
}
