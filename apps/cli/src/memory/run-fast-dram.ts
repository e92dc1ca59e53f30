import { Machine, SystoleError } from '@systole/core';
import type { AccessPattern, Tally, Task } from '@systole/core';
import { defaultPolicy, dram } from '@systole/memory';
import type { DramValues, StreamSpec } from '@systole/memory';
import type { MemoryReason, MemoryRun } from '@systole/report';
import { argument } from '../inputs.ts';
import { streamOf } from './dram-stream.ts';
import type { DramBase } from './memory-base.ts';
import { refuseFlags } from './memory-work.ts';
import type { MemoryFlags } from './memory-work.ts';
import { peakOf } from './run-dram.ts';

const PICOSECONDS_PER_SECOND = 1e12;
/** Transactions that are made one after the other. */
const MOST_TASKS = 200_000;
/** Where the component puts addresses, as the detailed level is told it. */
const FAST_MAPPING = 'row bank rank column bankGroup channel';

/** Runs a stream through the component memory/dram at its fast level, as the transactions that come nearest to it. */
export function runFastDram(base: DramBase, flags: MemoryFlags): MemoryRun {
  refuseFlags(flags, ['trace', 'commands', 'check', 'energy', 'interval'], '--detail fast');
  const values = fastValues(base);
  const spec = streamOf(base, flags);
  const transactions = patternsOf(spec);
  const machine = new Machine([{ name: 'memory', declaration: dram, values: { ...values } }], 1);
  const kind = spec.kind.endsWith('write') ? 'write' : 'read';
  const tally = machine.run(
    transactions.map((pattern, index): Task => ({
      name: `${index}`,
      tag: 0,
      after: index === 0 ? [] : [index - 1],
      chunks: 1,
      delay: 0,
      stages: [{ component: 0, transaction: { kind, bytes: pattern.run * pattern.runs, pattern }, slots: 1 }],
    })),
  );
  return describe(base, values, spec, machine, tally);
}

/** The values of the component for a memory: of a preset or chip, with what was changed of it. */
function fastValues({ values, device, policy, channels, name }: DramBase): DramValues {
  if (values === undefined) {
    throw argument(
      `"${name}" is no preset, and the fast level has no figures for it`,
      'Take --detail detailed.',
    );
  }
  const { burstsPerRow, burstBytes } = device;
  if (burstBytes !== values.burstBytes || burstsPerRow * burstBytes !== values.rowBytes) {
    throw argument(
      'the fast level takes the rows and bursts of a preset as they are',
      'Take --detail detailed.',
    );
  }
  if (policy.addressMapping !== defaultPolicy.addressMapping || policy.kind !== defaultPolicy.kind) {
    throw argument(
      'the fast level has one way to lay out addresses, and one kind of controller',
      `It goes round the channels and bank groups burst by burst, as addressMapping=${JSON.stringify(FAST_MAPPING)} does; leave addressMapping and kind as they are.`,
    );
  }
  const { pseudoChannels } = values;
  const refresh = policy.refresh === 'per-bank' ? 'all-bank' : policy.refresh;
  const rowPolicy = policy.rowPolicy === 'open' ? 'open' : 'closed';
  const changed: DramValues = {
    ...values,
    channels: channels * pseudoChannels,
    queueDepth: Math.max(1, Math.floor(policy.readQueue / pseudoChannels)),
    refresh,
    rowPolicy,
  };
  const [conflict] = dram.conflicts(changed);
  if (conflict === undefined) return changed;
  const { parameter, message, hint } = conflict;
  throw new SystoleError({ code: 'parameter/out-of-range', message, place: { path: parameter }, hint });
}

/** The patterns of transactions that have the addresses of a stream, or the like of them. Throws where there are none. */
function patternsOf(spec: StreamSpec): readonly AccessPattern[] {
  const { kind, count, burstBytes: burst, regionLog2, rowStrideBytes = burst, strideBytes = burst } = spec;
  const bursts = 2 ** regionLog2;
  const whole = (pattern: Partial<AccessPattern> & { readonly run: number }): AccessPattern => ({
    base: 0,
    stride: pattern.run,
    runs: 1,
    order: 'sequential',
    layout: 'interleaved',
    ...pattern,
  });
  // An odd number of places between neighbours spreads random accesses over all banks.
  const random = (pieces: number, length: number): AccessPattern => {
    const places = Math.max(1, Math.floor(bursts / (pieces * length)));
    const stride = (places % 2 === 0 ? places - 1 : places) * length * burst;
    return whole({ run: length * burst, runs: pieces, stride, order: 'random', seed: spec.seed ?? 1 });
  };
  const rounds = (stride: number): readonly AccessPattern[] => {
    const each = Math.max(1, Math.floor((bursts * burst) / stride));
    return pieces(count, each).map((runs) => whole({ run: burst, runs, stride }));
  };
  const [form] = /^(?:seq|random|strided|bank-conflict|block-random)(?=-(?:read|write))/.exec(kind) ?? [];
  if (form === 'seq') return pieces(count, bursts).map((length) => whole({ run: length * burst }));
  if (form === 'random') return pieces(count, bursts).map((length) => random(length, 1));
  if (form === 'strided') return rounds(strideBytes);
  if (form === 'bank-conflict') return rounds(rowStrideBytes);
  if (form === 'block-random') {
    const block = Number(/\d+$/.exec(kind)?.[0] ?? 16);
    const blocks = Math.max(1, Math.round(count / block));
    return pieces(blocks, Math.max(1, bursts / block)).map((length) => random(length, block));
  }
  throw argument(
    `the fast level has no transaction like the pattern "${kind.slice(0, 60)}"`,
    'It has seq, random, strided, bank-conflict and block-random; take --detail detailed for this one.',
  );
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

function describe(
  { name, device, channels }: DramBase,
  values: DramValues,
  spec: StreamSpec,
  { layout }: Machine,
  tally: Tally,
): MemoryRun {
  const { duration } = tally;
  const bytes = tally.bytes[0] ?? 0;
  const statistics = Object.fromEntries(
    layout.statistics.map((column, index) => [column.name, tally.statistics[index] ?? 0]),
  );
  const reasons = layout.reasons.map((column, index): MemoryReason => ({
    name: column.name,
    share: duration > 0 ? (tally.path[index] ?? 0) / duration : 0,
    because: dram.reasons[column.name] ?? 'the memory was at work',
  }));
  const standing = (dram.staticPower?.(values) ?? 0) * duration * 1e3;
  const parts = Object.fromEntries([
    ...layout.actions.map((column, index) => [column.name, (tally.actions[index] ?? 0) * column.energy]),
    ['precharge standby', standing],
  ]) as Record<string, number>;
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const { fastError } = dram;
  return {
    systole: 'memory-run/1',
    memory: {
      name,
      kind: 'dram',
      detail: 'fast',
      settings: {
        standard: device.standard.name,
        channels,
        rows: values.rowPolicy,
        refresh: values.refresh,
        queue: values.queueDepth,
      },
    },
    work: { pattern: spec.kind, requests: spec.count, 'bytes each': spec.burstBytes },
    time: duration,
    bytes,
    bandwidth: duration > 0 ? (bytes * PICOSECONDS_PER_SECOND) / duration : 0,
    peak: peakOf(device, channels),
    counts: statistics,
    commands: {},
    latencies: [],
    reasons: reasons.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share),
    reasonsOf: 'what the time of the transactions went into',
    energy: {
      parts,
      total,
      least: total,
      most: total,
      source: 'the currents of the component memory/dram, by the IDD method',
      confidence: 'inferred',
      warnings: [],
    },
    ...(fastError === undefined ? {} : { error: fastError }),
    notes: [
      `Rows are in closed forms here, and addresses go round the channels and bank groups burst by burst: it is --detail detailed with --set addressMapping=${JSON.stringify(FAST_MAPPING)} that issues every command for the same, and knows latencies.`,
    ],
  };
}
