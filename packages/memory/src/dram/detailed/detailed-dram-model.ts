import { SystoleError } from '@systole/core';
import type { ComponentModel, Host, ModelContext, SegmentConsumer, Token, Transaction } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import type { dramParameters } from '../parameters.ts';
import type { DramValues } from '../parameters.ts';
import { geometryOf, timingOf } from '../timing.ts';
import type { Geometry } from '../timing.ts';
import { checkedPattern, chunkRange, dimension, dramTransactions, invalid } from '../transactions.ts';
import { BurstCursor } from './burst-cursor.ts';
import { DetailedChannel } from './detailed-channel.ts';
import type { ChannelPart, TimedListener } from './detailed-channel.ts';
import {
  burstPeriods,
  detailedBurstPeriod,
  deviceOfValues,
  policyOfValues,
  standardOf,
} from './device-of-values.ts';
import { LockstepWork } from './lockstep-work.ts';
import type { LockstepChannels } from './lockstep-work.ts';

const BITS_PER_BYTE = 8;
const { channels: CHANNELS } = dramTransactions['vector-write'].dims;

/** A chunk of a read or write that is under way. */
interface Chunk {
  readonly token: Token;
  readonly isWrite: boolean;
  /** Channels whose bursts have not all been offered, and bursts that are held. */
  open: number;
  held: number;
  bursts: number;
  start: Picoseconds;
  first: Picoseconds;
  last: Picoseconds;
  /** Bursts of the channel that ended last, and busy time over all channels. */
  busiest: number;
  busy: Picoseconds;
  standby: number;
}

/**
 * DRAM command by command: each command bus has a controller with queues, which keeps every rule of the standard. Reads and
 * writes are bursts of these queues; in-memory compute has its channels for itself, and is interrupted by refreshes as they
 * fall due.
 */
export class DetailedDramModel implements ComponentModel {
  readonly #name: string;
  readonly #host: Host;
  readonly #geometry: Geometry;
  readonly #values: DramValues;
  readonly #buses: readonly DetailedChannel[];
  readonly #lockstep: LockstepWork;
  /** Of each channel: until when its busy time is counted. */
  readonly #busyUntil: Float64Array;
  readonly #burstPeriod: number;
  readonly #latency: Readonly<Record<'read' | 'write', number>>;
  readonly #standbyAll: boolean;
  readonly #counted = { rowHits: 0, rowMisses: 0, rowConflicts: 0, activates: 0 };
  readonly #activates: readonly number[];
  readonly #reasons: Readonly<Record<'column' | 'latency' | 'wait', number>>;
  readonly #statistics: Readonly<
    Record<'rowHits' | 'rowMisses' | 'rowConflicts' | 'activations' | 'reads' | 'writes', number>
  >;
  readonly #actions: Readonly<
    Record<'activate' | 'readBurst' | 'writeBurst' | 'interfaceBit' | 'refresh' | 'activeStandby', number>
  >;

  constructor(context: ModelContext<typeof dramParameters>, onCommand?: TimedListener) {
    const { values, host } = context;
    const standard = standardOf(values);
    if (standard === undefined) throw invalid(context.name, `no standard "${values.standard}"`, 'Name one.');
    this.#name = context.name;
    this.#host = host;
    this.#values = values;
    this.#geometry = geometryOf(values);
    const timing = timingOf(values);
    this.#standbyAll = values.activeStandby === 'any-bank';
    const device = deviceOfValues(values, standard);
    const policy = policyOfValues(values);
    const burst = burstPeriods(values) * values.clockPeriod;
    this.#burstPeriod = Math.ceil(detailedBurstPeriod(values));
    this.#latency = {
      read: Math.ceil(values.tCL + burst),
      write: Math.ceil(values.tCWL + burst),
    };
    this.#buses = Array.from(
      { length: values.channels / values.pseudoChannels },
      (_, bus) =>
        new DetailedChannel(bus, device, this.#geometry.groups, policy, {
          wakeAt: (time) => host.wakeAt(Math.max(time, host.now), bus),
          onCommand,
        }),
    );
    this.#activates = standard.commands.flatMap(({ effect }, index) =>
      effect === 'activate' || effect === 'activate-first' ? [index] : [],
    );
    this.#busyUntil = new Float64Array(values.channels);
    // Bursts of the vector buffer and of sums pass the port no faster than others.
    const { bufferGap, resultGap } = timing;
    this.#lockstep = new LockstepWork(
      context,
      this.#geometry,
      {
        ...timing,
        bufferGap: Math.max(bufferGap, this.#burstPeriod),
        resultGap: Math.max(resultGap, this.#burstPeriod),
      },
      this.#lockstepChannels(),
    );
    this.#reasons = {
      column: context.reason('column'),
      latency: context.reason('latency'),
      wait: context.reason('command-wait'),
    };
    this.#statistics = {
      rowHits: context.statistic('rowHits'),
      rowMisses: context.statistic('rowMisses'),
      rowConflicts: context.statistic('rowConflicts'),
      activations: context.statistic('activations'),
      reads: context.statistic('columnReads'),
      writes: context.statistic('columnWrites'),
    };
    this.#actions = {
      activate: context.action('activate'),
      readBurst: context.action('read-burst'),
      writeBurst: context.action('write-burst'),
      interfaceBit: context.action('interface-bit'),
      refresh: context.action('refresh'),
      activeStandby: context.action('active-standby'),
    };
  }

  attach(consumer: SegmentConsumer): void {
    this.#lockstep.attach(consumer);
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const { kind } = transaction;
    if (kind === 'read' || kind === 'write') this.#move(token, transaction, chunk, chunks, kind === 'write');
    else if (kind === 'vector-write' || kind === 'segment-stream') {
      const used = this.#channelsOf(transaction);
      this.#lockstep.accept(token, transaction, chunk, chunks, used);
    } else throw invalid(this.#name, `there is no transaction "${kind}"`, 'Ask for read or write.');
  }

  wake(bus: number): void {
    this.#buses[bus]?.run(this.#host.now);
  }

  save(now: Picoseconds): readonly number[] {
    return [
      ...this.#lockstep.save(),
      ...this.#buses.flatMap((bus) => {
        const state = bus.save(now);
        return [state.length, ...state];
      }),
    ];
  }

  load(state: readonly number[], now: Picoseconds): void {
    let at = this.#lockstep.load(state);
    for (const bus of this.#buses) {
      const length = state[at] ?? 0;
      bus.load(state.slice(at + 1, at + 1 + length), now);
      at += 1 + length;
    }
    this.#busyUntil.fill(0);
    this.#takeCounts();
  }

  #move(token: Token, transaction: Transaction, chunk: number, chunks: number, isWrite: boolean): void {
    const host = this.#host;
    const { now } = host;
    const pattern = checkedPattern(this.#name, transaction, this.#geometry);
    const [low, high] = chunkRange(transaction, chunk, chunks);
    if (high === low) {
      host.finish(token, now, now, now);
      return;
    }
    const work: Chunk = {
      token,
      isWrite,
      open: 1,
      held: 0,
      bursts: 0,
      start: Infinity,
      first: Infinity,
      last: 0,
      busiest: 0,
      busy: 0,
      standby: 0,
    };
    for (let channel = 0; channel < this.#geometry.channels; channel++) {
      const cursor = new BurstCursor(pattern, low, high, channel, this.#geometry);
      if (!cursor.next()) continue;
      work.open++;
      const bus = this.#busOf(channel);
      bus.run(now);
      bus.add(this.#placeOn(channel), this.#partOf(work, channel, cursor), now);
    }
    work.open--;
    this.#endWhenDone(work);
  }

  /** What a chunk asks of a channel, and what becomes of it. */
  #partOf(work: Chunk, channel: number, cursor: BurstCursor): ChannelPart {
    let from = Infinity;
    let until = 0;
    let bursts = 0;
    let left = 0;
    let isOffered = false;
    const end = (): void => {
      if (!isOffered || left > 0) return;
      const counted = Math.max(from, this.#busyUntil[channel] ?? 0);
      if (until > counted) {
        work.busy += until - counted;
        work.standby += (until - counted) * this.#standingBanks(channel);
        this.#busyUntil[channel] = until;
      }
      if (until >= work.last) work.busiest = bursts;
      work.last = Math.max(work.last, until);
    };
    return {
      cursor,
      isWrite: work.isWrite,
      taken(time) {
        from = Math.min(from, time);
        bursts++;
        left++;
        work.start = Math.min(work.start, time);
        work.held++;
        work.bursts++;
      },
      allTaken: () => {
        isOffered = true;
        work.open--;
        end();
        this.#endWhenDone(work);
      },
      moved: (time) => {
        left--;
        work.held--;
        until = Math.max(until, time);
        work.first = Math.min(work.first, time);
        end();
        this.#endWhenDone(work);
      },
    };
  }

  #endWhenDone(work: Chunk): void {
    if (work.open > 0 || work.held > 0) return;
    const host = this.#host;
    const { token, bursts, isWrite } = work;
    host.attribute(token);
    const start = work.start;
    const service = work.last - start;
    const moving = Math.min(service, work.busiest * this.#burstPeriod);
    const latency = Math.min(service - moving, this.#latency[isWrite ? 'write' : 'read']);
    this.#spend(token, this.#reasons.column, moving);
    this.#spend(token, this.#reasons.latency, latency);
    this.#spend(token, this.#reasons.wait, service - moving - latency);
    host.count(isWrite ? this.#statistics.writes : this.#statistics.reads, bursts);
    host.act(isWrite ? this.#actions.writeBurst : this.#actions.readBurst, bursts);
    host.act(this.#actions.interfaceBit, bursts * this.#geometry.burstBytes * BITS_PER_BYTE);
    this.#charge(work.busy, work.standby);
    const { rowHits, rowMisses, rowConflicts, activates } = this.#takeCounts();
    host.count(this.#statistics.rowHits, rowHits);
    host.count(this.#statistics.rowMisses, rowMisses);
    host.count(this.#statistics.rowConflicts, rowConflicts);
    host.count(this.#statistics.activations, activates);
    host.act(this.#actions.activate, activates);
    this.#finish(token, start, work.first, work.last);
  }

  /** What the controllers have counted since this was asked last. */
  #takeCounts(): Record<'rowHits' | 'rowMisses' | 'rowConflicts' | 'activates', number> {
    const now = { rowHits: 0, rowMisses: 0, rowConflicts: 0, activates: 0 };
    for (const { activity } of this.#buses) {
      now.rowHits += activity.rowHits;
      now.rowMisses += activity.rowMisses;
      now.rowConflicts += activity.rowConflicts;
      for (const command of this.#activates) now.activates += activity.commands[command] ?? 0;
    }
    const before = this.#counted;
    const since = {
      rowHits: now.rowHits - before.rowHits,
      rowMisses: now.rowMisses - before.rowMisses,
      rowConflicts: now.rowConflicts - before.rowConflicts,
      activates: now.activates - before.activates,
    };
    Object.assign(before, now);
    return since;
  }

  #charge(busy: Picoseconds, standby: number): void {
    if (!Number.isSafeInteger(standby)) throw this.#overflow();
    this.#host.occupy(busy);
    this.#host.act(this.#actions.refresh, busy);
    this.#host.act(this.#actions.activeStandby, standby);
  }

  #standingBanks(channel: number): number {
    const open = this.#busOf(channel).openBanks(this.#placeOn(channel));
    return this.#standbyAll && open > 0 ? this.#geometry.banks : open;
  }

  #spend(token: Token, reason: number, time: Picoseconds): void {
    if (time > 0) this.#host.spend(token, reason, time);
  }

  #finish(token: Token, start: Picoseconds, first: Picoseconds, last: Picoseconds): void {
    if (last <= Number.MAX_SAFE_INTEGER) this.#host.finish(token, start, first, last);
    else throw this.#overflow();
  }

  #overflow(): SystoleError {
    return new SystoleError({
      code: 'time/overflow',
      message: `${this.#name}: a transaction takes longer than event time can hold`,
      hint: 'Cut the work into shorter stretches.',
    });
  }

  #busOf(channel: number): DetailedChannel {
    const bus = this.#buses[Math.floor(channel / this.#values.pseudoChannels)];
    if (bus === undefined) throw new RangeError(`no channel ${channel}`);
    return bus;
  }

  #placeOn(channel: number): number {
    return channel % this.#values.pseudoChannels;
  }

  /** What work in lockstep asks of the channels. */
  #lockstepChannels(): LockstepChannels {
    return {
      add: (channel, work) => {
        const bus = this.#busOf(channel);
        bus.run(this.#host.now);
        bus.add(this.#placeOn(channel), work, this.#host.now);
      },
      release: (channel, end, closedAt) =>
        this.#busOf(channel).release(this.#placeOn(channel), end, closedAt),
      standingOf: (channel) => this.#busOf(channel).standingOf(this.#placeOn(channel)),
      refreshDue: (channel) => this.#busOf(channel).refreshDue(this.#host.now),
      busy: (channel, from, until) => {
        const counted = Math.max(from, this.#busyUntil[channel] ?? 0);
        this.#busyUntil[channel] = Math.max(until, counted);
        return Math.max(0, until - counted);
      },
      charge: (busy, standby) => this.#charge(busy, standby),
      finish: (token, start, first, last) => this.#finish(token, start, first, last),
    };
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
