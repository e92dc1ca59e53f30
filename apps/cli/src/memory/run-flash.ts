import { checkFlashSpec, FlashStream, runFlashRequests } from '@systole/memory';
import type { FlashRequestSource, FlashResult, FlashSpec } from '@systole/memory';
import { nearestName } from '@systole/core';
import type { MemoryLatency, MemoryReason, MemoryRun } from '@systole/report';
import { splitAssignment } from '../assignment.ts';
import { argument } from '../inputs.ts';
import { createProgress } from '../progress.ts';
import type { FlashBase } from './memory-base.ts';
import { bytesFlag, DEFAULT_PATTERN, refuseFlags, requestsOf, wholeFlag } from './memory-work.ts';
import type { MemoryFlags } from './memory-work.ts';

const DEFAULT_DEPTH = 32;
const REPORT_EVERY = 4096;
/** Of the pages: the rest of a disk is kept free, and a smaller space than all of it is what is used. */
const USED = 0.5;

const PATTERN = /^(seq|random)-(?:(read|write)|mix-(\d{1,4})r(\d{1,4})w)$/;

/** Runs a stream of requests through flash, operation by operation. */
export function runFlash(base: FlashBase, flags: MemoryFlags, isQuiet: boolean): MemoryRun {
  refuseFlags(flags, ['trace', 'traceFormat', 'commands', 'check', 'energy', 'stride'], 'flash');
  if (flags.detail === 'fast') {
    throw argument(
      'flash takes a stream of requests at the detailed level alone',
      'Leave out --detail fast; chips have memory/nand at both levels.',
    );
  }
  const channels = wholeFlag(flags.channels, '--channels', 4096);
  const changed = flags.set.reduce(changeSpec, base.spec);
  const spec = channels === undefined ? changed : { ...changed, channels };
  checkFlashSpec(spec);
  const stream = streamOf(spec, flags);
  const queueDepth = wholeFlag(flags.queue, '--queue', 65_536) ?? DEFAULT_DEPTH;
  const progress = createProgress(base.name, isQuiet, 'requests');
  const source = new CountedSource(new FlashStream(stream), (done) => progress.step(done, stream.requests));
  try {
    const result = runFlashRequests(spec, source, { queueDepth });
    return describe(base, spec, result, {
      pattern: flags.pattern ?? DEFAULT_PATTERN,
      requests: stream.requests,
      'bytes each': stream.bytes,
      'queue depth': queueDepth,
      seed: stream.seed,
    });
  } finally {
    progress.stop();
  }
}

function streamOf(spec: FlashSpec, flags: MemoryFlags) {
  const kind = flags.pattern ?? DEFAULT_PATTERN;
  const [, form, direction, reads, writes] = PATTERN.exec(kind) ?? [];
  if (form === undefined) {
    throw argument(
      `flash takes no pattern "${kind.slice(0, 60)}"`,
      'Take seq-read, seq-write, random-read, random-write, seq-mix-2r1w or random-mix-2r1w.',
    );
  }
  const all = Number(reads ?? 0) + Number(writes ?? 0);
  if (direction === undefined && all === 0) throw argument('a mix of nothing', 'Write random-mix-2r1w, say.');
  const { channels, chipsPerChannel, diesPerChip, planesPerDie, blocksPerPlane, pagesPerBlock, pageBytes } =
    spec;
  const pages = channels * chipsPerChannel * diesPerChip * planesPerDie * blocksPerPlane * pagesPerBlock;
  const bytes = bytesFlag(flags.size, '--size') ?? pageBytes;
  return {
    pattern: form === 'seq' ? ('sequential' as const) : ('random' as const),
    requests: requestsOf(flags),
    bytes,
    readShare: direction === undefined ? Number(reads) / all : direction === 'read' ? 1 : 0,
    space: bytesFlag(flags.region, '--region') ?? Math.max(bytes, Math.floor(pages * USED) * pageBytes),
    gap: wholeFlag(flags.interval, '--interval', 2 ** 50, 0) ?? 0,
    seed: wholeFlag(flags.seed, '--seed', 2 ** 32 - 1, 0) ?? 1,
  };
}

/** Sets one field of the back end. Throws `argument/invalid` with the nearest field. */
function changeSpec(spec: FlashSpec, assignment: string): FlashSpec {
  const { path, value } = splitAssignment(assignment, '--set', 'cacheRead=false');
  const known = Object.entries(spec).filter(([, field]) =>
    ['number', 'boolean', 'string'].includes(typeof field),
  );
  const found = known.find(([name]) => name === path);
  if (found === undefined) {
    const names = known.map(([name]) => name);
    const nearest = nearestName(path, names);
    throw argument(
      `--set has no key "${path.slice(0, 60)}" for flash`,
      nearest === undefined ? `Keys are ${names.join(', ')}.` : `Did you mean ${nearest}?`,
    );
  }
  const type = typeof found[1];
  const number = Number(value);
  const isFit =
    type === 'number' ? Number.isFinite(number) : type === 'string' || value === 'true' || value === 'false';
  if (!isFit)
    throw argument(
      `--set ${path} takes a ${type}, got "${value.slice(0, 40)}"`,
      `Write ${path}=${String(found[1])}, say.`,
    );
  return { ...spec, [path]: type === 'number' ? number : type === 'boolean' ? value === 'true' : value };
}

/** Tells now and then how many requests were taken. */
class CountedSource implements FlashRequestSource {
  readonly #source: FlashRequestSource;
  readonly #onProgress: (done: number) => void;
  #done = 0;

  constructor(source: FlashRequestSource, onProgress: (done: number) => void) {
    this.#source = source;
    this.#onProgress = onProgress;
  }

  get address(): number {
    return this.#source.address;
  }

  get bytes(): number {
    return this.#source.bytes;
  }

  get isWrite(): boolean {
    return this.#source.isWrite;
  }

  get earliest(): number {
    return this.#source.earliest;
  }

  next(): boolean {
    this.#done++;
    if (this.#done % REPORT_EVERY === 0) this.#onProgress(this.#done);
    return this.#source.next();
  }
}

/** What operations did with their time, in words. */
const WAITS: Readonly<Record<string, string>> = {
  read: 'reads',
  program: 'programs',
  erase: 'erases',
  dieBusy: 'waiting for a die',
  busBusy: 'waiting for a channel',
  command: 'in commands',
  array: 'in the array',
  transfer: 'in transfers',
};

const BUS: Readonly<Record<string, string>> = {
  data: 'pages moved over the channels',
  command: 'commands and addresses were on the channels',
  array: 'the channels stood still while arrays read, programmed or erased',
  queue: 'nothing was asked for: a deeper --queue would help',
};

function describe(base: FlashBase, spec: FlashSpec, result: FlashResult, work: MemoryRun['work']): MemoryRun {
  const { bus, counts, dies, energy, readLatency, writeLatency } = result;
  const busTimes = Object.entries(bus);
  const total = busTimes.reduce((sum, [, time]) => sum + time, 0);
  const reasons = busTimes.map(([name, time]): MemoryReason => ({
    name,
    share: total > 0 ? time / total : 0,
    because: BUS[name] ?? name,
  }));
  const latencies: readonly MemoryLatency[] = [
    { name: 'read', ...readLatency },
    { name: 'write', ...writeLatency },
  ];
  const parts = Object.fromEntries(
    (['read', 'program', 'erase', 'transfer', 'idle'] as const).map((part) => [part, energy[part].typical]),
  );
  const operations = Object.fromEntries(
    Object.entries(result.operationTimes).flatMap(([operation, times]) =>
      Object.entries(times)
        .filter(([, time]) => time > 0)
        .map(([name, time]) => [
          `ns of ${WAITS[operation] ?? operation} ${WAITS[name] ?? name}`,
          Math.round(time / 1000),
        ]),
    ),
  );
  return {
    systole: 'memory-run/1',
    memory: {
      name: base.name,
      kind: 'flash',
      detail: 'detailed',
      settings: {
        channels: spec.channels,
        'chips of a channel': spec.chipsPerChannel,
        'dies of a chip': spec.diesPerChip,
        'planes of a die': spec.planesPerDie,
        'page bytes': spec.pageBytes,
        'MT/s': spec.channelRate / 1e6,
        'cache read': spec.cacheRead,
        'multi-plane': spec.multiPlane,
        scheduling: spec.scheduling,
      },
    },
    work,
    time: result.time,
    bytes: result.bytes,
    bandwidth: result.bandwidth,
    peak: spec.channels * spec.channelRate * spec.channelBytes,
    counts: {
      reads: result.reads,
      writes: result.writes,
      'mapping reads': result.mappingReads,
      ...operations,
    },
    commands: { ...counts },
    latencies: latencies.filter(({ count }) => count > 0),
    reasons: reasons.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share),
    reasonsOf: 'what the channels did, or waited for',
    energy: {
      parts,
      total: energy.total.typical,
      least: energy.total.low,
      most: energy.total.high,
      source: energy.source,
      confidence: 'recalled',
      warnings: [],
    },
    places: {
      what: 'die',
      of: 'share of the time that its array was at work',
      shares: dies.map(({ read, program, erase }) => read + program + erase),
      names: dies.map(({ channel, die }) => `${channel}.${die}`),
    },
    notes: [`Times and organisation: ${base.source}.`],
  };
}
