import {
  ChannelsChecker,
  createAddressMapping,
  createStream,
  DEVICE_PRESETS,
  memoryEnergy,
  placeAddressOf,
  powerNamed,
  powerOf,
  runStream,
  TRACE_FORMATS,
  TraceSource,
} from '@systole/memory';
import type {
  CheckedLog,
  CommandListener,
  DramDevice,
  PowerFigures,
  RequestSource,
  StreamResult,
  TraceFormat,
} from '@systole/memory';
import type { MemoryLatency, MemoryProtocol, MemoryRun, MemoryRunEnergy } from '@systole/report';
import { suggestName, SystoleError } from '@systole/core';
import { formatQuantity } from '@systole/units';
import { argument } from '../inputs.ts';
import { createProgress } from '../progress.ts';
import { openCommandFile } from './command-file.ts';
import { dramReasons } from './dram-reasons.ts';
import { streamOf } from './dram-stream.ts';
import type { DramBase } from './memory-base.ts';
import { refuseFlags } from './memory-work.ts';
import type { MemoryFlags } from './memory-work.ts';
import { openTraceText } from './trace-text.ts';

const PICOSECONDS_PER_SECOND = 1e12;
const SHOWN_VIOLATIONS = 5;
/** Refreshes that JEDEC lets a controller put off. */
const POSTPONED = 8;

/** Requests, and what is said of them. */
interface Work {
  readonly source: RequestSource;
  readonly says: MemoryRun['work'];
  /** How far it has come, and how far it is to the end, for a bar. */
  progress(requests: number): readonly [done: number, all: number];
  close(): void;
}

/** Runs a stream or a trace through a DRAM command by command. */
export async function runDram(base: DramBase, flags: MemoryFlags, isQuiet: boolean): Promise<MemoryRun> {
  const { device, policy, channels, name } = base;
  const figures = figuresOf(base, flags.energy);
  const checker =
    flags.check === true
      ? new ChannelsChecker(device, { postponed: policy.refresh === 'none' ? Infinity : POSTPONED })
      : undefined;
  // Before a file is opened it shall be known that the run can be.
  createAddressMapping(policy.addressMapping, device, channels);
  const work = await workOf(base, flags);
  const progress = createProgress(name, isQuiet, flags.trace === undefined ? 'requests' : 'bytes');
  try {
    const log =
      flags.commands === undefined ? undefined : openCommandFile(flags.commands, logName(base), device);
    const onCommand = listenerOf(log?.add, checker?.add);
    try {
      const result = runStream({ device, policy, channels }, work.source, {
        explain: true,
        onProgress: (requests) => progress.step(...work.progress(requests)),
        ...(onCommand === undefined ? {} : { onCommand }),
      });
      if (result.reads + result.writes === 0) {
        throw new SystoleError({
          code: 'trace/invalid',
          message: 'there is no request in the trace',
          place: { file: flags.trace ?? '' },
          hint: 'It has one a line, such as LD 0x12340.',
        });
      }
      return describe(base, result, work.says, figures, checker?.result());
    } finally {
      log?.close();
    }
  } finally {
    progress.stop();
    work.close();
  }
}

async function workOf(base: DramBase, flags: MemoryFlags): Promise<Work> {
  const { device, policy, channels } = base;
  if (flags.trace === undefined) {
    refuseFlags(flags, ['traceFormat'], 'a pattern');
    const spec = streamOf(base, flags);
    return {
      source: createStream(spec),
      says: {
        pattern: spec.kind,
        requests: spec.count,
        'bytes each': spec.burstBytes,
        region: formatQuantity(2 ** spec.regionLog2 * spec.burstBytes, 'data'),
        ...(spec.strideBytes === undefined ? {} : { 'stride in bytes': spec.strideBytes }),
        seed: spec.seed ?? 1,
      },
      progress: (requests) => [requests, spec.count],
      close: () => undefined,
    };
  }
  refuseFlags(flags, ['pattern', 'n', 'seed', 'region', 'stride', 'interval'], '--trace');
  const format = formatOf(flags.traceFormat);
  const text = await openTraceText(flags.trace);
  const mapping = createAddressMapping(policy.addressMapping, device, channels);
  const source = new TraceSource(text.chunks(), {
    burstBytes: device.burstBytes,
    ticksPerCycle: device.standard.ticksPerClock,
    placeAddress: placeAddressOf(device, mapping, channels),
    file: flags.trace,
    ...(format === undefined ? {} : { format }),
  });
  return {
    source,
    says: { trace: flags.trace },
    progress: () => [text.read, text.size],
    close: () => text.close(),
  };
}

/** A log of a preset names it, so that whoever reads it knows the device; a changed one goes by its own name. */
function logName({ name, preset, device }: DramBase): string {
  return preset !== undefined && device === DEVICE_PRESETS[preset] ? preset : name;
}

function formatOf(text: string | undefined): TraceFormat | undefined {
  if (text === undefined) return undefined;
  const format = TRACE_FORMATS.find((known) => known === text);
  if (format !== undefined) return format;
  throw argument(`there is no trace format "${text.slice(0, 40)}"`, suggestName(text, TRACE_FORMATS));
}

function listenerOf(...listeners: readonly (CommandListener | undefined)[]): CommandListener | undefined {
  const [first, second] = listeners.filter((listener) => listener !== undefined);
  if (first === undefined || second === undefined) return first;
  return (...command) => {
    first(...command);
    second(...command);
  };
}

/** Figures of energy that the user, the memory or its preset names; none where nothing is known. */
function figuresOf({ preset, energy }: DramBase, named: string | undefined): PowerFigures | undefined {
  const figures = named ?? energy?.figures;
  const ioPerBit = energy?.ioPerBit;
  if (preset !== undefined) {
    return powerOf(preset, {
      ...(figures === undefined ? {} : { figures }),
      ...(ioPerBit === undefined ? {} : { ioPerBit }),
    });
  }
  if (figures === undefined) return undefined;
  const { devices } = energy ?? {};
  const found = powerNamed(figures, devices ?? 1, ioPerBit);
  if (devices !== undefined || found.power.kind !== 'currents') return found;
  throw argument(
    `"${figures}" are currents of one device, and nothing says how many act as one rank`,
    'Give energy.devices in the file of the memory, or name an energy per bit.',
  );
}

/** B/s of all data buses when data moves in every clock. */
export function peakOf({ timings, clockPeriod, burstBytes, counts }: DramDevice, channels: number): number {
  const burst = (timings['nBL'] ?? timings['nBL_min'] ?? 1) * clockPeriod;
  return (burstBytes * counts.pseudoChannel * channels * PICOSECONDS_PER_SECOND) / burst;
}

/** Organisation and policy as a report names them. */
export function dramSettings({ device, policy, channels }: DramBase): MemoryRun['memory']['settings'] {
  const { counts, standard } = device;
  const levels = Object.fromEntries(
    Object.entries(counts).filter(([level, count]) => level !== 'channel' && count > 1),
  );
  return {
    standard: standard.name,
    channels,
    ...levels,
    controller: policy.kind,
    ...(policy.kind === 'shared-queues' ? { scheduler: policy.scheduler } : {}),
    rows: policy.rowPolicy,
    refresh: policy.refresh,
    'read queue': policy.readQueue,
    'write queue': policy.writeQueue,
    mapping: policy.addressMapping,
  };
}

function describe(
  base: DramBase,
  result: StreamResult,
  work: MemoryRun['work'],
  figures: PowerFigures | undefined,
  checked: CheckedLog | undefined,
): MemoryRun {
  const { device, policy, channels, name } = base;
  const tick = device.clockPeriod / result.ticksPerClock;
  const latency = (of: string, summary: StreamResult['readLatency']): MemoryLatency => ({
    name: of,
    count: summary.count,
    mean: summary.mean * tick,
    least: summary.least * tick,
    p50: summary.p50 * tick,
    p95: summary.p95 * tick,
    p99: summary.p99 * tick,
    most: summary.most * tick,
  });
  const { time, bytes } = result;
  const reasons = dramReasons(result, device, policy);
  return {
    systole: 'memory-run/1',
    memory: { name, kind: 'dram', detail: 'detailed', settings: dramSettings(base) },
    work: 'requests' in work ? work : { ...work, requests: result.reads + result.writes },
    time,
    bytes,
    bandwidth: time > 0 ? (bytes * PICOSECONDS_PER_SECOND) / time : 0,
    peak: peakOf(device, channels),
    counts: {
      reads: result.reads,
      writes: result.writes,
      'row hits': result.rowHits,
      'row misses': result.rowMisses,
      'row conflicts': result.rowConflicts,
      'reads forwarded': result.readsForwarded,
      'writes merged': result.writesMerged,
    },
    commands: result.commands,
    latencies: [latency('read', result.readLatency), latency('write', result.writeLatency)].filter(
      ({ count }) => count > 0,
    ),
    reasons,
    reasonsOf: 'what the data buses did, or what the next column command waited for',
    places: {
      what: 'bank',
      of: 'share of the time with a row open, over all channels',
      shares: result.banks.map(({ open }) => (result.ticks > 0 ? open / result.ticks / channels : 0)),
      names: result.banks.map((_, bank) => `bank ${bank}`),
    },
    ...(figures === undefined ? {} : { energy: energyOf(figures, base, result) }),
    ...(checked === undefined ? {} : { protocol: protocolOf(checked) }),
    notes:
      figures === undefined
        ? ['No energy: nothing says what this memory draws. Name figures with --energy.']
        : [],
  };
}

function energyOf(
  { power, source, warnings }: PowerFigures,
  { device }: DramBase,
  result: StreamResult,
): MemoryRunEnergy {
  const { activate, read, write, refresh, background, io, total, range } = memoryEnergy(
    power,
    device,
    result,
  );
  const [least, most] = range;
  return {
    parts: { activate, read, write, refresh, background: background.total, 'data bus': io },
    total,
    least,
    most,
    source: source.source,
    confidence: source.confidence,
    warnings,
  };
}

function protocolOf({ commands, count, violations }: CheckedLog): MemoryProtocol {
  return {
    commands,
    violations: count,
    first: violations.slice(0, SHOWN_VIOLATIONS).map(({ rule, channel, later, earlier, missing }) => {
      const after =
        earlier === undefined ? '' : `, after ${earlier.command} of bank ${earlier.bank} at ${earlier.tick}`;
      return `${rule}: channel ${channel}, ${later.command} of bank ${later.bank} at tick ${later.tick}${after}, ${missing} ticks off`;
    }),
  };
}
