import { share, SystoleError } from '@systole/core';
import type { ComponentModel, Host, ModelContext, SegmentConsumer, Token, Transaction } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { shareStart } from '../share-start.ts';
import { AccessStream } from './access-stream.ts';
import { ARRAY_MODE, BUFFER_MODE, Channel, CLOSED, COMPUTE_ROW } from './channel.ts';
import type { dramParameters } from './parameters.ts';
import * as scheduled from './row-scheduler.ts';
import * as streamed from './segment-stream.ts';
import type { StreamShape, StreamStart } from './segment-stream.ts';
import { geometryOf, refreshTime, timingOf } from './timing.ts';
import type { Geometry, Timing } from './timing.ts';
import { checkedPattern, chunkRange, dimension, dramTransactions, invalid } from './transactions.ts';

const BITS_PER_BYTE = 8;
const VECTOR_DIMS = dramTransactions['vector-write'].dims;
const STREAM_DIMS = dramTransactions['segment-stream'].dims;

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

/** Speed of the model itself, for tests: `mayLeap: false` follows every row visit one by one. */
export interface DramModelOptions {
  readonly mayLeap?: boolean;
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
  readonly #vectorBuffer: number;
  readonly #closesRows: boolean;
  readonly #standbyAll: boolean;
  readonly #channels: Channel[] = [];
  readonly #scheduler: scheduled.RowScheduler;
  readonly #accesses: AccessStream;
  readonly #stream: streamed.SegmentStream;
  #consumer: SegmentConsumer | undefined;
  /** Of the channel that ends last: what its time was spent on. */
  readonly #critical: Float64Array;
  readonly #scheduledReasons: readonly (readonly [number, number])[];
  readonly #streamedReasons: readonly (readonly [number, number])[];
  readonly #reasons: { readonly refresh: number; readonly modeSwitch: number; readonly channelWait: number };
  readonly #columnReason: number;
  readonly #statistics: {
    readonly hits: number;
    readonly misses: number;
    readonly conflicts: number;
    readonly activations: number;
    readonly reads: number;
    readonly writes: number;
    readonly inPlace: number;
  };
  readonly #actions: {
    readonly activate: number;
    readonly readBurst: number;
    readonly writeBurst: number;
    readonly inPlaceAccess: number;
    readonly interfaceBit: number;
    readonly refresh: number;
    readonly activeStandby: number;
  };

  constructor(context: ModelContext<typeof dramParameters>, options: DramModelOptions = {}) {
    const { values } = context;
    const mayLeap = options.mayLeap ?? true;
    this.#name = context.name;
    this.#host = context.host;
    this.#geometry = geometryOf(values);
    this.#timing = timingOf(values);
    this.#vectorBuffer = values.vectorBuffer;
    this.#closesRows = values.rowPolicy === 'closed';
    this.#standbyAll = values.activeStandby === 'any-bank';
    for (let i = 0; i < values.channels; i++) this.#channels.push(new Channel(this.#geometry));
    this.#scheduler = new scheduled.RowScheduler(
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
    this.#columnReason = context.reason('column');
    this.#reasons = {
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
    for (const [index, channel] of this.#channels.entries()) {
      accesses.select(index);
      const channelStart = Math.max(now, channel.dataEnd);
      const modeSwitch = channel.mode === ARRAY_MODE ? 0 : this.#timing.modeSwitch;
      const from = Math.max(now, channel.admitFrom) + modeSwitch;
      const scheduler = this.#scheduler;
      if (!scheduler.serve(channel, accesses, isWrite, from, channelStart + modeSwitch)) continue;
      channel.mode = ARRAY_MODE;
      const service = scheduler.lastData - channelStart;
      const refresh = refreshTime(this.#timing, service);
      const firstData = scheduler.firstData + refreshTime(this.#timing, scheduler.firstData - channelStart);
      this.#lengthen(channel, channelStart, service, refresh);
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
    host.act(this.#actions.interfaceBit, bursts * this.#geometry.burstBytes * BITS_PER_BYTE);
    this.#countRows(bursts, misses, conflicts);
    this.#finish(token, start, first, last);
  }

  #writeVector(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const count = this.#channelCount(transaction);
    const vectorBytes = dimension(this.#name, transaction, 'vectorBytes', VECTOR_DIMS.vectorBytes);
    const part = share(vectorBytes, chunk, chunks);
    if (part > this.#vectorBuffer) {
      throw new SystoleError({
        code: 'capacity/exceeded',
        message: `${this.#name}: a vector of ${part} bytes for a vector buffer of ${this.#vectorBuffer} bytes`,
        hint: 'Cut the vector into more chunks, or give the memory a larger vectorBuffer.',
      });
    }
    const start = this.#startOf(count);
    if (part === 0) return this.#finish(token, start, start, start);
    const modeSwitch = this.#modeOf(count) === BUFFER_MODE ? 0 : this.#timing.modeSwitch;
    const bursts = Math.ceil(part / this.#geometry.burstBytes);
    const writing = bursts * this.#timing.bufferGap;
    const service = modeSwitch + writing;
    const refresh = refreshTime(this.#timing, service);
    for (let i = 0; i < count; i++) {
      const channel = this.#channel(i);
      channel.mode = BUFFER_MODE;
      channel.dataEnd = start + service;
      channel.admitFrom = start + service;
      this.#lengthen(channel, start, service, refresh);
    }
    this.#host.spend(token, this.#reasons.modeSwitch, modeSwitch);
    this.#host.spend(token, this.#columnReason, writing);
    this.#host.spend(token, this.#reasons.refresh, refresh);
    const bits = bursts * this.#geometry.burstBytes * BITS_PER_BYTE;
    this.#host.act(this.#actions.interfaceBit, bits * count);
    const end = start + service + refresh;
    this.#finish(token, start, Math.min(end, start + modeSwitch + this.#timing.bufferGap), end);
  }

  #streamSegments(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const count = this.#channelCount(transaction);
    const [shape, consumer, format] = this.#shapeOf(transaction, chunk, chunks);
    const start = this.#startOf(count);
    if (shape.groups === 0) return this.#finish(token, start, start, start);
    const stream = this.#stream;
    const conflicts = this.#openData(count, shape.banks);
    stream.run(shape, this.#foundBy(count, shape.banks, start));
    const service = stream.end - start;
    const refresh = refreshTime(this.#timing, service);
    for (let i = 0; i < count; i++) {
      const channel = this.#channel(i);
      this.#leaveRows(channel, shape.banks);
      this.#lengthen(channel, start, service, refresh);
    }
    for (const [time, reason] of this.#streamedReasons) {
      this.#host.spend(token, reason, stream.counts[time] ?? 0);
    }
    this.#host.spend(token, this.#reasons.refresh, refresh);
    const lanes = count * shape.banks;
    const accesses = (stream.counts[streamed.ACCESSES] ?? 0) * lanes;
    const rows = (stream.counts[streamed.ROWS] ?? 0) * lanes;
    this.#countRows(accesses, rows - conflicts, conflicts);
    this.#host.count(this.#statistics.inPlace, accesses);
    this.#host.act(this.#actions.inPlaceAccess, accesses);
    const resultBits =
      (stream.counts[streamed.RESULT_BURSTS] ?? 0) * this.#geometry.burstBytes * BITS_PER_BYTE * count;
    this.#host.act(this.#actions.interfaceBit, resultBits);
    const { burstBytes } = this.#geometry;
    const useful = this.#usefulMacs(
      transaction,
      shape,
      accesses * consumer.macsPerSegment(burstBytes, format),
    );
    consumer.consume(accesses, burstBytes, format, useful, accesses * shape.interval);
    const first = stream.firstResult + refreshTime(this.#timing, stream.firstResult - start);
    this.#finish(token, start, first, stream.end + refresh);
  }

  #shapeOf(
    transaction: Transaction,
    chunk: number,
    chunks: number,
  ): [shape: StreamShape, consumer: SegmentConsumer, format: string] {
    const name = this.#name;
    const consumer = this.#consumer;
    const { burstBytes, banks } = this.#geometry;
    const format = transaction.format ?? '';
    if (consumer === undefined) {
      throw new SystoleError({
        code: 'mapping/missing-unit',
        message: `${name}: a segment-stream needs an in-memory compute unit, and none is attached`,
        hint: 'Attach one to this memory, for example a compute/pim-bank.',
      });
    }
    if (!consumer.supports(format)) {
      throw new SystoleError({
        code: 'mapping/unsupported-operator',
        message: `${name}: the attached unit does not compute in "${format}"`,
        hint: 'Choose a format that the unit supports.',
      });
    }
    const used = dimension(name, transaction, 'banks', STREAM_DIMS.banks);
    if (used > banks) {
      throw invalid(name, `a segment-stream uses ${used} of ${banks} banks`, `Use at most ${banks} banks.`);
    }
    const segments = dimension(name, transaction, 'segments', STREAM_DIMS.segments);
    const dense = segments * burstBytes;
    const groupStride = dimension(name, transaction, 'groupStride', STREAM_DIMS.groupStride, dense);
    const offset = dimension(name, transaction, 'offset', STREAM_DIMS.offset, 0);
    if (groupStride % burstBytes !== 0 || offset % burstBytes !== 0) {
      throw invalid(
        name,
        `stored vectors ${groupStride} bytes apart, from byte ${offset} on`,
        `Both are multiples of a column access, which is ${burstBytes} bytes.`,
      );
    }
    const groups = dimension(name, transaction, 'groups', STREAM_DIMS.groups);
    const shape = {
      banks: used,
      groups: share(groups, chunk, chunks),
      first: shareStart(groups, chunk, chunks),
      segments,
      passes: dimension(name, transaction, 'passes', STREAM_DIMS.passes, 1),
      groupStride: groupStride / burstBytes,
      offset: offset / burstBytes,
      keepsSums: dimension(name, transaction, 'keep', STREAM_DIMS.keep, 0) === 1,
      accumulators: consumer.accumulators,
      sumBytes: consumer.resultBytes(format),
      interval: consumer.interval(burstBytes, format),
      drain: consumer.drain(format),
    };
    return [shape, consumer, format];
  }

  /** The MACs asked for of the stored vectors of one chunk: those of all vectors up to its end, less those before it. */
  #usefulMacs(transaction: Transaction, shape: StreamShape, done: number): number {
    const { macs, dims = {} } = transaction;
    if (macs === undefined) return done;
    const groups = dims.groups ?? 1;
    const before = shareStart(macs, shape.first, groups);
    const useful = shareStart(macs, shape.first + shape.groups, groups) - before;
    if (Number.isSafeInteger(useful) && useful >= 0 && useful <= done) return useful;
    throw invalid(
      this.#name,
      `a segment-stream asks for ${macs} MACs; ${shape.groups} of its ${groups} vectors hold ${done}`,
      'Stream more segments: what is asked for cannot be more than what they hold.',
    );
  }

  /** Banks that hold the open row of a read or write: the stream has to close them first. */
  #openData(count: number, banks: number): number {
    let open = 0;
    for (let i = 0; i < count; i++) {
      const { openRow } = this.#channel(i);
      for (let bank = 0; bank < banks; bank++) if ((openRow[this.#interleave(bank)] ?? CLOSED) >= 0) open++;
    }
    return open;
  }

  /** The least favourable of what the channels' banks allow, since all of them work in lockstep. */
  #foundBy(count: number, banks: number, start: Picoseconds): StreamStart {
    let ready = start;
    let precharge = start;
    let cycle = start;
    let isAnyOpen = false;
    for (let i = 0; i < count; i++) {
      const channel = this.#channel(i);
      ready = Math.max(ready, channel.nextActivate);
      for (let used = 0; used < banks; used++) {
        const bank = this.#interleave(used);
        if (channel.openRow[bank] === CLOSED) {
          ready = Math.max(ready, channel.readyAt[bank] ?? 0);
          continue;
        }
        isAnyOpen = true;
        precharge = Math.max(precharge, channel.prechargeAt[bank] ?? 0);
        cycle = Math.max(cycle, channel.cycleAt[bank] ?? 0);
      }
    }
    return {
      from: start,
      ready,
      precharge,
      cycle,
      isAnyOpen,
      isBufferMode: this.#modeOf(count) === BUFFER_MODE,
    };
  }

  /** Puts one channel into the state in which a stream leaves it. */
  #leaveRows(channel: Channel, banks: number): void {
    const { lastActivate, precharge, cycle, end, isBufferMode } = this.#stream;
    const { tRP, tRRDL } = this.#timing;
    channel.mode = isBufferMode ? BUFFER_MODE : ARRAY_MODE;
    channel.dataEnd = end;
    channel.admitFrom = end;
    channel.nextActivate = Math.max(channel.nextActivate, lastActivate + tRRDL);
    for (let used = 0; used < banks; used++) {
      const bank = this.#interleave(used);
      if (this.#closesRows) {
        channel.closeBank(bank);
        channel.readyAt[bank] = Math.max(precharge + tRP, cycle);
      } else {
        channel.openBank(bank, COMPUTE_ROW);
        channel.prechargeAt[bank] = precharge;
        channel.cycleAt[bank] = cycle;
        channel.readAt[bank] = end;
        channel.writeAt[bank] = end;
      }
    }
  }

  /** Lengthens the service of a channel by its refresh, and counts what it costs to be at work for that time. */
  #lengthen(channel: Channel, start: Picoseconds, service: Picoseconds, refresh: Picoseconds): void {
    if (refresh > 0) channel.delay(start, refresh);
    const time = service + refresh;
    const open = this.#standbyAll && channel.openBanks > 0 ? this.#geometry.banks : channel.openBanks;
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
    throw new SystoleError({
      code: 'time/overflow',
      message: `${this.#name}: a transaction ends after more than 2^53 ps`,
      hint: 'Cut the work into shorter stretches.',
    });
  }

  #channelCount(transaction: Transaction): number {
    const count = dimension(this.#name, transaction, 'channels', STREAM_DIMS.channels);
    const { channels } = this.#geometry;
    if (count <= channels) return count;
    throw invalid(
      this.#name,
      `a ${transaction.kind} uses ${count} of ${channels} channels`,
      `Use at most ${channels} channels.`,
    );
  }

  #startOf(count: number): Picoseconds {
    let start = this.#host.now;
    for (let i = 0; i < count; i++) start = Math.max(start, this.#channel(i).dataEnd);
    return start;
  }

  /** The mode that the first `count` channels are in; that of the array where they differ. */
  #modeOf(count: number): number {
    for (let i = 0; i < count; i++) if (this.#channel(i).mode === ARRAY_MODE) return ARRAY_MODE;
    return BUFFER_MODE;
  }

  /** Bank `index` as banks are numbered for in-memory compute, bank groups varying fastest. */
  #interleave(index: number): number {
    const { groups, banksPerGroup } = this.#geometry;
    return (index % groups) * banksPerGroup + Math.floor(index / groups);
  }

  #channel(index: number): Channel {
    const channel = this.#channels[index];
    if (channel === undefined) throw new RangeError(`there is no channel ${index}`);
    return channel;
  }
}
