import { SystoleError } from '@systole/core';
import type {
  AccessPattern,
  ComponentModel,
  Host,
  ModelContext,
  SegmentConsumer,
  Token,
  Transaction,
} from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { ChannelServer } from './channel-server.ts';
import { ChannelSet } from './channel-set.ts';
import { ChannelStates } from './channel-states.ts';
import type { ChannelState } from './channel-states.ts';
import type { ChannelTransition } from './channel-transition.ts';
import { Lockstep } from './lockstep.ts';
import type { dramParameters } from './parameters.ts';
import { RequestParts } from './request-parts.ts';
import * as scheduled from './schedule-counts.ts';
import * as streamed from './segment-stream.ts';
import { streamShape, usefulMacs } from './stream-request.ts';
import { geometryOf, refreshTime, timingOf } from './timing.ts';
import type { Geometry, Timing } from './timing.ts';
import { checkedPattern, chunkRange, dimension, dramTransactions, invalid } from './transactions.ts';
import { vectorShare } from './vector-request.ts';

const BITS_PER_BYTE = 8;
const { channels: CHANNELS } = dramTransactions['vector-write'].dims;

/** Which reason each time of the row scheduler, and of a segment stream, is charged to. */
const SCHEDULED_REASONS = [
  [scheduled.TIME_ACTIVATE, 'activate'],
  [scheduled.TIME_COLUMN, 'column'],
  [scheduled.TIME_PRECHARGE, 'precharge'],
  [scheduled.TIME_TURNAROUND, 'turnaround'],
  [scheduled.TIME_WINDOW, 'activation-window'],
  [scheduled.TIME_LATENCY, 'latency'],
] as const;
const STREAMED_REASONS = [
  [streamed.SPENT_ACTIVATE, 'activate'],
  [streamed.SPENT_COLUMN, 'column'],
  [streamed.SPENT_PRECHARGE, 'precharge'],
  [streamed.SPENT_WINDOW, 'activation-window'],
  [streamed.SPENT_MODE_SWITCH, 'mode-switch'],
  [streamed.SPENT_RESULT_READ, 'result-read'],
] as const;

type ActionName =
  'activate' | 'readBurst' | 'writeBurst' | 'inPlaceAccess' | 'interfaceBit' | 'refresh' | 'activeStandby';

/** Speed of the model itself, for tests: `mayLeap: false` follows every row visit of every channel one by one. */
export interface DramModelOptions {
  readonly mayLeap?: boolean;
}

/** States of channels, and what becomes of them, follow from the values alone: models of the same values share them. */
const statesOf = new WeakMap<object, ChannelStates>();

/**
 * DRAM at row granularity. A channel serves chunks in the order in which they arrive; their times follow at once, so
 * that a chunk is finished when it is accepted.
 */
export class DramModel implements ComponentModel {
  readonly #name: string;
  readonly #host: Host;
  readonly #geometry: Geometry;
  readonly #timing: Timing;
  readonly #mayLeap: boolean;
  readonly #vectorBuffer: number;
  readonly #standbyAll: boolean;
  readonly #channels: ChannelSet;
  readonly #parts: RequestParts;
  readonly #patterns = new WeakMap<Transaction, AccessPattern>();
  readonly #server: ChannelServer;
  readonly #lockstep: Lockstep;
  readonly #stream: streamed.SegmentStream;
  #consumer: SegmentConsumer | undefined;
  readonly #scheduledReasons: readonly (readonly [number, number])[];
  readonly #streamedReasons: readonly (readonly [number, number])[];
  readonly #reasons: Readonly<Record<'vectorWrite' | 'refresh' | 'modeSwitch' | 'channelWait', number>>;
  readonly #statistics: Readonly<
    Record<'hits' | 'misses' | 'conflicts' | 'activations' | 'reads' | 'writes' | 'inPlace', number>
  >;
  readonly #actions: Readonly<Record<ActionName, number>>;

  constructor(context: ModelContext<typeof dramParameters>, options: DramModelOptions = {}) {
    const { values } = context;
    const mayLeap = options.mayLeap ?? true;
    this.#mayLeap = mayLeap;
    this.#name = context.name;
    this.#host = context.host;
    this.#geometry = geometryOf(values);
    this.#timing = timingOf(values);
    this.#vectorBuffer = values.vectorBuffer;
    this.#standbyAll = values.activeStandby === 'any-bank';
    let states = mayLeap ? statesOf.get(values) : undefined;
    if (states === undefined) {
      states = new ChannelStates(this.#geometry);
      if (mayLeap) statesOf.set(values, states);
    }
    this.#channels = new ChannelSet(values.channels, states);
    this.#parts = new RequestParts(this.#geometry);
    this.#server = new ChannelServer(states, this.#geometry, this.#timing, {
      queueDepth: values.queueDepth,
      closesRows: values.rowPolicy === 'closed',
      mayLeap,
    });
    this.#lockstep = new Lockstep(this.#channels, this.#server);
    this.#stream = new streamed.SegmentStream(this.#geometry, this.#timing, mayLeap);
    this.#scheduledReasons = SCHEDULED_REASONS.map(([time, name]) => [time, context.reason(name)]);
    this.#streamedReasons = STREAMED_REASONS.map(([time, name]) => [time, context.reason(name)]);
    this.#reasons = {
      vectorWrite: context.reason('vector-write'),
      refresh: context.reason('refresh'),
      modeSwitch: context.reason('mode-switch'),
      channelWait: context.reason('channel-wait'),
    };
    this.#statistics = {
      hits: context.statistic('rowHits'),
      misses: context.statistic('rowMisses'),
      conflicts: context.statistic('rowConflicts'),
      activations: context.statistic('activations'),
      reads: context.statistic('columnReads'),
      writes: context.statistic('columnWrites'),
      inPlace: context.statistic('inPlaceAccesses'),
    };
    this.#actions = {
      activate: context.action('activate'),
      readBurst: context.action('read-burst'),
      writeBurst: context.action('write-burst'),
      inPlaceAccess: context.action('in-place-access'),
      interfaceBit: context.action('interface-bit'),
      refresh: context.action('refresh'),
      activeStandby: context.action('active-standby'),
    };
  }

  attach(consumer: SegmentConsumer): void {
    this.#consumer = consumer;
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    if (transaction.kind === 'read') this.#move(token, transaction, chunk, chunks, false);
    else if (transaction.kind === 'write') this.#move(token, transaction, chunk, chunks, true);
    else if (transaction.kind === 'vector-write') this.#writeVector(token, transaction, chunk, chunks);
    else if (transaction.kind === 'segment-stream') this.#streamSegments(token, transaction, chunk, chunks);
    else throw invalid(this.#name, `there is no transaction "${transaction.kind}"`, 'Ask for read or write.');
  }

  save(now: Picoseconds): readonly number[] {
    return this.#channels.save(now);
  }

  load(state: readonly number[], now: Picoseconds): void {
    this.#channels.load(state, now);
  }

  /** Reads or writes: every channel that has a part in it serves that part, and the last one ends the chunk. */
  #move(token: Token, transaction: Transaction, chunk: number, chunks: number, isWrite: boolean): void {
    const { now } = this.#host;
    const pattern = this.#patternOf(transaction);
    const [low, high] = chunkRange(transaction, chunk, chunks);
    if (high === low) return this.#finish(token, now, now, now);
    const channels = this.#channels;
    const { states, times, rows } = channels;
    const { partOf } = this.#parts;
    if (this.#mayLeap) this.#parts.split(pattern, low, high);
    else this.#parts.splitByChannel(pattern, low, high);
    const { parts } = this.#parts;
    this.#server.begin(pattern, low, high);
    let busy = 0;
    let standby = 0;
    let bursts = 0;
    let misses = 0;
    let conflicts = 0;
    let first = Infinity;
    let start = Infinity;
    let last = -1;
    let critical: ChannelTransition | undefined;
    let criticalStart = 0;
    // Interleaved data asks the same of most channels, which mostly stand alike.
    let served: ChannelTransition | undefined;
    let servedPart = -1;
    let servedState: ChannelState | undefined;
    let servedTime = 0;
    let servedRow = 0;
    let servedShare = 0;
    for (let channel = 0; channel < partOf.length; channel++) {
      const index = partOf[channel] ?? -1;
      const part = parts[index];
      const state = states[channel];
      if (part === undefined || state === undefined) continue;
      const time = times[channel] ?? 0;
      const row = rows[channel] ?? 0;
      const from = Math.max(now, time);
      const share = this.#parts.queueShare(channel);
      const isAlike =
        index === servedPart &&
        state === servedState &&
        time === servedTime &&
        row === servedRow &&
        share === servedShare;
      if (!isAlike) {
        served = this.#server.serve(state, row, from - time, part, isWrite, share);
        servedPart = index;
        servedState = state;
        servedTime = time;
        servedRow = row;
        servedShare = share;
      }
      if (served === undefined) continue;
      const channelStart = Math.max(now, time + state.dataEnd);
      channels.leave(channel, served, from, part.row);
      busy += served.service;
      standby += this.#standby(served.after, served.service);
      const { counts } = served;
      bursts += counts[scheduled.BURSTS] ?? 0;
      misses += counts[scheduled.MISSES] ?? 0;
      conflicts += counts[scheduled.CONFLICTS] ?? 0;
      start = Math.min(start, channelStart);
      first = Math.min(first, from + served.firstData);
      const end = channels.dataEnd(channel);
      if (end <= last) continue;
      last = end;
      critical = served;
      criticalStart = channelStart;
    }
    this.#charge(busy, standby);
    const host = this.#host;
    if (critical !== undefined) {
      this.#spend(token, this.#reasons.channelWait, criticalStart - start);
      this.#spend(token, this.#reasons.modeSwitch, critical.modeSwitch);
      this.#spend(token, this.#reasons.refresh, critical.refresh);
      for (const [time, reason] of this.#scheduledReasons) {
        this.#spend(token, reason, critical.counts[time] ?? 0);
      }
    }
    host.count(isWrite ? this.#statistics.writes : this.#statistics.reads, bursts);
    host.act(isWrite ? this.#actions.writeBurst : this.#actions.readBurst, bursts);
    this.#countInterface(bursts);
    this.#countRows(bursts, misses, conflicts);
    this.#finish(token, start, first, last);
  }

  /** The pattern of a transaction, which is checked once for all of its chunks. */
  #patternOf(transaction: Transaction): AccessPattern {
    let pattern = this.#patterns.get(transaction);
    if (pattern === undefined) {
      pattern = checkedPattern(this.#name, transaction, this.#geometry);
      this.#patterns.set(transaction, pattern);
    }
    return pattern;
  }

  #spend(token: Token, reason: number, time: Picoseconds): void {
    if (time !== 0) this.#host.spend(token, reason, time);
  }

  #writeVector(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const used = this.#channelsOf(transaction);
    const room = { vectorBuffer: this.#vectorBuffer, inputBuffer: this.#consumer?.inputBuffer };
    const part = vectorShare(this.#name, transaction, used, chunk, chunks, room);
    const start = this.#lockstep.startOf(used, this.#host.now);
    if (part === 0) return this.#finish(token, start, start, start);
    const modeSwitch = this.#lockstep.isBufferMode(used) ? 0 : this.#timing.modeSwitch;
    const bursts = Math.ceil(part / this.#geometry.burstBytes);
    const writing = bursts * this.#timing.bufferGap;
    const service = modeSwitch + writing;
    const refresh = refreshTime(this.#timing, service);
    this.#changeAll(used, (state, time) => this.#server.fill(state, start - time, service));
    const host = this.#host;
    this.#spend(token, this.#reasons.modeSwitch, modeSwitch);
    this.#spend(token, this.#reasons.vectorWrite, writing);
    this.#spend(token, this.#reasons.refresh, refresh);
    this.#countInterface(bursts * used);
    const end = start + service + refresh;
    if (end > Number.MAX_SAFE_INTEGER) throw this.#overflow();
    host.finish(token, start, Math.min(end, start + modeSwitch + this.#timing.bufferGap), end);
  }

  #streamSegments(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const used = this.#channelsOf(transaction);
    const consumer = this.#consumer;
    if (consumer === undefined) {
      throw new SystoleError({
        code: 'mapping/missing-unit',
        message: `${this.#name}: a segment-stream needs an in-memory compute unit, and none is attached`,
        hint: 'Attach one to this memory, for example a compute/pim-bank.',
      });
    }
    const geometry = this.#geometry;
    const timing = this.#timing;
    const shape = streamShape(this.#name, transaction, chunk, chunks, geometry, consumer);
    const start = this.#lockstep.startOf(used, this.#host.now);
    if (shape.groups === 0) return this.#finish(token, start, start, start);
    const stream = this.#stream;
    const { counts } = stream;
    const conflicts = this.#lockstep.countDataRows(used, shape.banks);
    stream.run(shape, this.#lockstep.findStart(used, shape.banks, start));
    const service = stream.end - start;
    const refresh = refreshTime(timing, service);
    this.#changeAll(used, (state, time) => this.#server.endStream(state, time, start, stream, shape.banks));
    const host = this.#host;
    for (const [time, reason] of this.#streamedReasons) this.#spend(token, reason, counts[time] ?? 0);
    this.#spend(token, this.#reasons.refresh, refresh);
    const lanes = used * shape.banks;
    const accesses = (counts[streamed.ACCESSES] ?? 0) * lanes;
    this.#countRows(accesses, (counts[streamed.ROWS] ?? 0) * lanes - conflicts, conflicts);
    host.count(this.#statistics.inPlace, accesses);
    host.act(this.#actions.inPlaceAccess, accesses);
    this.#countInterface((counts[streamed.RESULT_BURSTS] ?? 0) * used);
    const { burstBytes } = geometry;
    const format = transaction.format ?? '';
    const held = accesses * consumer.macsPerSegment(burstBytes, format);
    const useful = usefulMacs(this.#name, transaction, shape, held);
    consumer.consume(accesses, burstBytes, format, useful, accesses * shape.interval);
    const first = stream.firstResult + refreshTime(timing, stream.firstResult - start);
    this.#finish(token, start, first, stream.end + refresh);
  }

  /** Time of open banks while a channel is at work for `time`, at the end of which it is in `state`. */
  #standby(state: ChannelState, time: Picoseconds): number {
    const open = this.#standbyAll && state.openBanks > 0 ? this.#geometry.banks : state.openBanks;
    if (!Number.isSafeInteger(open * time)) throw this.#overflow();
    return open * time;
  }

  /** Counts what it costs channels to be at work, for `time` together. */
  #charge(time: Picoseconds, standby: number): void {
    this.#host.occupy(time);
    this.#host.act(this.#actions.refresh, time);
    this.#host.act(this.#actions.activeStandby, standby);
  }

  /** Changes the first `used` channels, each of those that stand alike in the same way, and charges them. */
  #changeAll(used: number, change: (state: ChannelState, time: Picoseconds) => ChannelTransition): void {
    let busy = 0;
    let standby = 0;
    this.#lockstep.change(used, change, ({ after, service }) => {
      busy += service;
      standby += this.#standby(after, service);
    });
    this.#charge(busy, standby);
  }

  #countRows(accesses: number, misses: number, conflicts: number): void {
    this.#host.count(this.#statistics.hits, accesses - misses - conflicts);
    this.#host.count(this.#statistics.misses, misses);
    this.#host.count(this.#statistics.conflicts, conflicts);
    this.#host.count(this.#statistics.activations, misses + conflicts);
    this.#host.act(this.#actions.activate, misses + conflicts);
  }

  #finish(token: Token, start: Picoseconds, first: Picoseconds, last: Picoseconds): void {
    if (last <= Number.MAX_SAFE_INTEGER) return this.#host.finish(token, start, first, last);
    throw this.#overflow();
  }

  #overflow(): SystoleError {
    return new SystoleError({
      code: 'time/overflow',
      message: `${this.#name}: a transaction takes longer than event time can hold`,
      hint: 'Cut the work into shorter stretches.',
    });
  }

  #countInterface(bursts: number): void {
    this.#host.act(this.#actions.interfaceBit, bursts * this.#geometry.burstBytes * BITS_PER_BYTE);
  }

  /** How many channels a transaction of in-memory compute uses, from channel 0 on. */
  #channelsOf(transaction: Transaction): number {
    const count = dimension(this.#name, transaction, 'channels', CHANNELS);
    const { channels } = this.#geometry;
    if (count <= channels) return count;
    throw invalid(
      this.#name,
      `a ${transaction.kind} uses ${count} of ${channels} channels`,
      `Use at most ${channels} channels.`,
    );
  }
}
