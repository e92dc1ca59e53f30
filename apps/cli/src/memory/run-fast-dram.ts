import { Machine, SystoleError } from '@systole/core';
import type { Tally } from '@systole/core';
import { defaultPolicy, dram } from '@systole/memory';
import type { DramValues, StreamSpec } from '@systole/memory';
import type { MemoryReason, MemoryRun } from '@systole/report';
import { argument } from '../inputs.ts';
import { streamOf } from './dram-stream.ts';
import { fastTasks } from './fast-tasks.ts';
import type { DramBase } from './memory-base.ts';
import { refuseFlags } from './memory-work.ts';
import type { MemoryFlags } from './memory-work.ts';
import { peakOf } from './run-dram.ts';

const PICOSECONDS_PER_SECOND = 1e12;
/** Where the component puts addresses, as the detailed level is told it. */
const FAST_MAPPING = 'row bank rank column bankGroup channel';

/** Runs a stream through the component memory/dram at its fast level, as the transactions that come nearest to it. */
export function runFastDram(base: DramBase, flags: MemoryFlags): MemoryRun {
  refuseFlags(flags, ['trace', 'commands', 'check', 'energy', 'interval'], '--detail fast');
  const values = fastValues(base);
  const spec = streamOf(base, flags);
  const machine = new Machine([{ name: 'memory', declaration: dram, values: { ...values } }], 1);
  const tally = machine.run(fastTasks(spec));
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
  if (policy.refresh === 'per-bank') {
    throw argument(
      'the fast level has no rate for a refresh of single banks, whose cost follows from which are in use when their turn comes',
      'Take --detail detailed, which issues every refresh, or --set refresh=all-bank.',
    );
  }
  if (policy.addressMapping !== defaultPolicy.addressMapping || policy.kind !== defaultPolicy.kind) {
    throw argument(
      'the fast level has one way to lay out addresses, and one kind of controller',
      `It goes round the channels and bank groups burst by burst, as addressMapping=${JSON.stringify(FAST_MAPPING)} does; leave addressMapping and kind as they are.`,
    );
  }
  const { pseudoChannels } = values;
  const rowPolicy = policy.rowPolicy === 'open' ? 'open' : 'closed';
  const changed: DramValues = {
    ...values,
    channels: channels * pseudoChannels,
    queueDepth: Math.max(1, Math.floor(policy.readQueue / pseudoChannels)),
    refresh: policy.refresh,
    rowPolicy,
  };
  const [conflict] = dram.conflicts(changed);
  if (conflict === undefined) return changed;
  const { parameter, message, hint } = conflict;
  throw new SystoleError({ code: 'parameter/out-of-range', message, place: { path: parameter }, hint });
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
    layout.statistics.flatMap((column, index) => {
      const count = tally.statistics[index] ?? 0;
      return count > 0 ? [[wordsOf(column.name), count] as const] : [];
    }),
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

/** `row hits` for `rowHits`. */
function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
