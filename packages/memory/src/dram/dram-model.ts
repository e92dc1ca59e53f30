import { share, SystoleError } from '@systole/core';
import type { ComponentModel, Host, ModelContext, SegmentConsumer, Token, Transaction } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { AccessStream } from './access-stream.ts';
import { ARRAY_MODE, BUFFER_MODE, Channel } from './channel.ts';
import { commonMode, countDataRows, findStart, leaveStream } from './lockstep.ts';
import type { dramParameters } from './parameters.ts';
import { RowScheduler } from './row-scheduler.ts';
import * as scheduled from './schedule-counts.ts';
import * as streamed from './segment-stream.ts';
import { streamShape, usefulMacs } from './stream-request.ts';
import { geometryOf, refreshTime, timingOf } from './timing.ts';
import type { Geometry, Timing } from './timing.ts';
import { checkedPattern, chunkRange, dimension, dramTransactions, invalid } from './transactions.ts';

const BITS_PER_BYTE = 8;
const VECTOR_DIMS = dramTransactions['vector-write'].dims;

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

/** What a channel was asked for and how it stood before; how it stands now. */
interface Served {
  readonly extent: string;
  readonly present: readonly number[];
  readonly channel: Channel;
  readonly refresh: Picoseconds;
  readonly firstData: Picoseconds;
  readonly time: Picoseconds;
}

function isEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

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
  readonly #closesRows: boolean;
  readonly #standbyAll: boolean;
  readonly #channels: Channel[] = [];
  readonly #scheduler: RowScheduler;
  readonly #accesses: AccessStream;
  readonly #stream: streamed.SegmentStream;
  #consumer: SegmentConsumer | undefined;
  /** Of the channel that ends last: what its time was spent on. */
  readonly #critical: Float64Array;
  readonly #scheduledReasons: readonly (readonly [number, number])[];
  readonly #streamedReasons: readonly (readonly [number, number])[];
  readonly #reasons: Readonly<Record<'column' | 'refresh' | 'modeSwitch' | 'channelWait', number>>;
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
    this.#closesRows = values.rowPolicy === 'closed';
    this.#standbyAll = values.activeStandby === 'any-bank';
    for (let i = 0; i < values.channels; i++) this.#channels.push(new Channel(this.#geometry));
    this.#scheduler = new RowScheduler(
      this.#geometry,
      this.#timing,
      values.queueDepth,
      this.#closesRows,
      mayLeap,
    );
    this.#accesses = new AccessStream(this.#geometry);
    this.#stream = new streamed.SegmentStream(this.#geometry, this.#timing, mayLeap);
    this.#critical = new Float64Array(this.#scheduler.counts.length);
    this.#scheduledReasons = SCHEDULED_REASONS.map(([time, name]) => [time, context.reason(name)]);
    this.#streamedReasons = STREAMED_REASONS.map(([time, name]) => [time, context.reason(name)]);
    this.#reasons = {
      column: context.reason('column'),
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
    const state: number[] = [];
    for (const channel of this.#channels) channel.save(now, state);
    return state;
  }

  load(state: readonly number[], now: Picoseconds): void {
    let at = 0;
    for (const channel of this.#channels) at = channel.load(state, at, now);
  }

  /** Reads or writes: every channel that has a part in it serves that part, and the last one ends the chunk. */
  #move(token: Token, transaction: Transaction, chunk: number, chunks: number, isWrite: boolean): void {
    const { now } = this.#host;
    const pattern = checkedPattern(this.#name, transaction, this.#geometry);
    const [low, high] = chunkRange(transaction, chunk, chunks);
    if (high === low) return this.#finish(token, now, now, now);
    const accesses = this.#accesses;
    const { counts } = this.#scheduler;
    accesses.prepare(pattern, low, high);
    let bursts = 0;
    let misses = 0;
    let conflicts = 0;
    let first = Infinity;
    let start = Infinity;
    let last = -1;
    let criticalStart = 0;
    let criticalSwitch = 0;
    let criticalRefresh = 0;
    let alike: Served | undefined;
    for (const [index, channel] of this.#channels.entries()) {
      accesses.select(index);
      if (!accesses.hasNext()) continue;
      const extent = this.#mayLeap ? accesses.extent() : undefined;
      const present: number[] = [];
      if (extent !== undefined) channel.present(now, present);
      const channelStart = Math.max(now, channel.dataEnd);
      const modeSwitch = channel.mode === ARRAY_MODE ? 0 : this.#timing.modeSwitch;
      let firstData = 0;
      let refresh = 0;
      // Interleaved data asks the same of most channels: one that stands as another stood ends as that one ended.
      if (alike !== undefined && extent === alike.extent && isEqual(present, alike.present)) {
        channel.copy(alike.channel);
        refresh = alike.refresh;
        firstData = alike.firstData;
        this.#charge(channel, alike.time);
      } else {
        const from = Math.max(now, channel.admitFrom) + modeSwitch;
        const scheduler = this.#scheduler;
        if (!scheduler.serve(channel, accesses, isWrite, from, channelStart + modeSwitch)) continue;
        channel.mode = ARRAY_MODE;
        const service = scheduler.lastData - channelStart;
        refresh = refreshTime(this.#timing, service);
        firstData = scheduler.firstData + refreshTime(this.#timing, scheduler.firstData - channelStart);
        this.#lengthen(channel, channelStart, service, refresh);
        // The scheduler's counts are those of the channel that it served last, and stand for the channels alike to it.
        alike =
          extent === undefined
            ? undefined
            : { extent, present, channel, refresh, firstData, time: service + refresh };
      }
      bursts += counts[scheduled.BURSTS] ?? 0;
      misses += counts[scheduled.MISSES] ?? 0;
      conflicts += counts[scheduled.CONFLICTS] ?? 0;
      start = Math.min(start, channelStart);
      first = Math.min(first, firstData);
      if (channel.dataEnd <= last) continue;
      last = channel.dataEnd;
      criticalStart = channelStart;
      criticalSwitch = modeSwitch;
      criticalRefresh = refresh;
      this.#critical.set(counts);
    }
    const host = this.#host;
    host.spend(token, this.#reasons.channelWait, criticalStart - start);
    host.spend(token, this.#reasons.modeSwitch, criticalSwitch);
    host.spend(token, this.#reasons.refresh, criticalRefresh);
    for (const [time, reason] of this.#scheduledReasons) host.spend(token, reason, this.#critical[time] ?? 0);
    host.count(isWrite ? this.#statistics.writes : this.#statistics.reads, bursts);
    host.act(isWrite ? this.#actions.writeBurst : this.#actions.readBurst, bursts);
    this.#countInterface(bursts);
    this.#countRows(bursts, misses, conflicts);
    this.#finish(token, start, first, last);
  }

  #writeVector(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const channels = this.#channelsOf(transaction);
    const vectorBytes = dimension(this.#name, transaction, 'vectorBytes', VECTOR_DIMS.vectorBytes);
    const part = share(vectorBytes, chunk, chunks);
    if (part > this.#vectorBuffer) {
      throw new SystoleError({
        code: 'capacity/exceeded',
        message: `${this.#name}: a vector of ${part} bytes for a vector buffer of ${this.#vectorBuffer} bytes`,
        hint: 'Cut the vector into more chunks, or give the memory a larger vectorBuffer.',
      });
    }
    const start = this.#startOf(channels);
    if (part === 0) return this.#finish(token, start, start, start);
    const modeSwitch = commonMode(channels) === BUFFER_MODE ? 0 : this.#timing.modeSwitch;
    const bursts = Math.ceil(part / this.#geometry.burstBytes);
    const writing = bursts * this.#timing.bufferGap;
    const service = modeSwitch + writing;
    const refresh = refreshTime(this.#timing, service);
    for (const channel of channels) {
      channel.mode = BUFFER_MODE;
      channel.dataEnd = start + service;
      channel.admitFrom = start + service;
      this.#lengthen(channel, start, service, refresh);
    }
    const host = this.#host;
    host.spend(token, this.#reasons.modeSwitch, modeSwitch);
    host.spend(token, this.#reasons.column, writing);
    host.spend(token, this.#reasons.refresh, refresh);
    this.#countInterface(bursts * channels.length);
    const end = start + service + refresh;
    this.#finish(token, start, Math.min(end, start + modeSwitch + this.#timing.bufferGap), end);
  }

  #streamSegments(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const channels = this.#channelsOf(transaction);
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
    const start = this.#startOf(channels);
    if (shape.groups === 0) return this.#finish(token, start, start, start);
    const stream = this.#stream;
    const { counts } = stream;
    const conflicts = countDataRows(channels, geometry, shape.banks);
    stream.run(shape, findStart(channels, geometry, shape.banks, start));
    const service = stream.end - start;
    const refresh = refreshTime(timing, service);
    for (const channel of channels) {
      leaveStream(channel, geometry, timing, shape.banks, stream, this.#closesRows);
      this.#lengthen(channel, start, service, refresh);
    }
    const host = this.#host;
    for (const [time, reason] of this.#streamedReasons) host.spend(token, reason, counts[time] ?? 0);
    host.spend(token, this.#reasons.refresh, refresh);
    const lanes = channels.length * shape.banks;
    const accesses = (counts[streamed.ACCESSES] ?? 0) * lanes;
    this.#countRows(accesses, (counts[streamed.ROWS] ?? 0) * lanes - conflicts, conflicts);
    host.count(this.#statistics.inPlace, accesses);
    host.act(this.#actions.inPlaceAccess, accesses);
    this.#countInterface((counts[streamed.RESULT_BURSTS] ?? 0) * channels.length);
    const { burstBytes } = geometry;
    const format = transaction.format ?? '';
    const held = accesses * consumer.macsPerSegment(burstBytes, format);
    const useful = usefulMacs(this.#name, transaction, shape, held);
    consumer.consume(accesses, burstBytes, format, useful, accesses * shape.interval);
    const first = stream.firstResult + refreshTime(timing, stream.firstResult - start);
    this.#finish(token, start, first, stream.end + refresh);
  }

  /** Lengthens the service of a channel by its refresh, and counts what it costs to be at work for that time. */
  #lengthen(channel: Channel, start: Picoseconds, service: Picoseconds, refresh: Picoseconds): void {
    if (refresh > 0) channel.delay(start, refresh);
    this.#charge(channel, service + refresh);
  }

  #charge(channel: Channel, time: Picoseconds): void {
    const open = this.#standbyAll && channel.openBanks > 0 ? this.#geometry.banks : channel.openBanks;
    if (!Number.isSafeInteger(open * time)) throw this.#overflow();
    this.#host.occupy(time);
    this.#host.act(this.#actions.refresh, time);
    this.#host.act(this.#actions.activeStandby, open * time);
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

  /** The channels that a transaction of in-memory compute uses, from channel 0 on. */
  #channelsOf(transaction: Transaction): readonly Channel[] {
    const count = dimension(this.#name, transaction, 'channels', VECTOR_DIMS.channels);
    const { channels } = this.#geometry;
    if (count <= channels) return count === channels ? this.#channels : this.#channels.slice(0, count);
    throw invalid(
      this.#name,
      `a ${transaction.kind} uses ${count} of ${channels} channels`,
      `Use at most ${channels} channels.`,
    );
  }

  /** When all of the channels are free. */
  #startOf(channels: readonly Channel[]): Picoseconds {
    let start = this.#host.now;
    for (const channel of channels) start = Math.max(start, channel.dataEnd);
    return start;
  }
}
