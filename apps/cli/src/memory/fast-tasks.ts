import type { AccessPattern, Task } from '@systole/core';
import type { StreamSpec } from '@systole/memory';
import { argument } from '../inputs.ts';

/** Transactions that are made one after the other. */
const MOST_TASKS = 200_000;
/** Requests of all streams together for which a chunk of each is asked for. */
const ROUND = 384;
/** Chunks of a stream that are asked for ahead, where several streams share the memory. */
const AHEAD = 2;
const BLOCK = 16;

/** Accesses in the order of one stream, piece after piece. */
interface Part {
  readonly kind: 'read' | 'write';
  readonly patterns: readonly AccessPattern[];
}

/**
 * Transactions that have the addresses of a stream of requests, or the like of them. A mix is of
 * two tasks that go on at once. Throws `argument/invalid` where there are none.
 */
export function fastTasks(spec: StreamSpec): readonly Task[] {
  const parts = partsOf(spec);
  const tasks: Task[] = [];
  const sharing = parts.length > 1;
  for (const { kind, patterns } of parts) {
    for (const [index, pattern] of patterns.entries()) {
      const bytes = pattern.run * pattern.runs;
      const requests = bytes / spec.burstBytes;
      const transaction = { kind, bytes, pattern };
      tasks.push({
        name: `${tasks.length}`,
        tag: 0,
        after: index === 0 ? [] : [tasks.length - 1],
        chunks: sharing ? Math.max(1, Math.round((requests * parts.length) / ROUND)) : 1,
        delay: 0,
        stages: [{ component: 0, transaction, slots: sharing ? AHEAD : 1 }],
      });
    }
  }
  return tasks;
}

function partsOf(spec: StreamSpec): readonly Part[] {
  const { kind, count, burstBytes: burst, rowStrideBytes = burst, strideBytes = burst, seed = 1 } = spec;
  const region: Region = { bursts: 2 ** spec.regionLog2, burst };
  const [, form, direction, number] =
    /^(seq|random|strided|bank-conflict|block-random)-(read|write)(?:-(\d+))?$/.exec(kind) ?? [];
  const access = direction === 'write' ? 'write' : 'read';
  const one = (patterns: readonly AccessPattern[]): readonly Part[] => [{ kind: access, patterns }];
  switch (form) {
    case 'seq':
      return one(sequential(region, count));
    case 'random':
      return one(random(region, count, 1, seed));
    case 'strided':
      return one(strided(region, count, strideBytes));
    case 'bank-conflict':
      return one(strided(region, count, rowStrideBytes));
    case 'block-random': {
      const block = Number(number ?? BLOCK);
      return one(random(region, Math.max(1, Math.round(count / block)), block, seed));
    }
    default:
      return mixOf(spec, region);
  }
}

/** Random reads and writes at once. */
function mixOf({ kind, count, seed = 1 }: StreamSpec, region: Region): readonly Part[] {
  const [, read, written] = /^random-mix-(\d+)r(\d+)w$/.exec(kind) ?? [];
  const all = Number(read) + Number(written);
  if (!(all > 0)) {
    throw argument(
      `the fast level has no transaction like the pattern "${kind.slice(0, 60)}"`,
      'It has seq, random, strided, bank-conflict, block-random and random-mix; streams that take turns request by request need --detail detailed.',
    );
  }
  const reads = Math.round((count * Number(read)) / all);
  const patterns = (share: number, index: number): readonly AccessPattern[] =>
    share === 0 ? [] : random(region, share, 1, seed + index);
  return [
    { kind: 'read', patterns: patterns(reads, 0) },
    { kind: 'write', patterns: patterns(count - reads, 1) },
  ];
}

/** Where addresses go. */
interface Region {
  readonly bursts: number;
  readonly burst: number;
}

function sequential({ bursts, burst }: Region, count: number): readonly AccessPattern[] {
  return pieces(count, bursts).map((length) => patternOf({ run: length * burst }));
}

function strided({ bursts, burst }: Region, count: number, stride: number): readonly AccessPattern[] {
  const each = Math.max(1, Math.floor((bursts * burst) / stride));
  return pieces(count, each).map((runs) => patternOf({ run: burst, runs, stride }));
}

/** Blocks anywhere: an odd number of places between neighbours spreads them over all banks. */
function random(
  { bursts, burst }: Region,
  blocks: number,
  length: number,
  seed: number,
): readonly AccessPattern[] {
  return pieces(blocks, Math.max(1, Math.floor(bursts / length))).map((runs) => {
    const places = Math.max(1, Math.floor(bursts / (runs * length)));
    const stride = (places % 2 === 0 ? places - 1 : places) * length * burst;
    return patternOf({ run: length * burst, runs, stride, order: 'random', seed });
  });
}

function patternOf(pattern: Partial<AccessPattern> & { readonly run: number }): AccessPattern {
  return { base: 0, stride: pattern.run, runs: 1, order: 'sequential', layout: 'interleaved', ...pattern };
}

/** A count in pieces of at most `each`. Throws where they are too many. */
function pieces(count: number, each: number): readonly number[] {
  const whole = Math.floor(count / each);
  if (whole > MOST_TASKS) {
    throw argument(
      `the stream goes over its region ${whole} times; the fast level takes ${MOST_TASKS}`,
      'Take a larger --region, or fewer requests.',
    );
  }
  const rest = count - whole * each;
  return [...Array.from({ length: whole }, () => each), ...(rest > 0 ? [rest] : [])];
}
