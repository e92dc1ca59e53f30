import { SystoleError } from '@systole/core';
import type { Host, ModelContext, SegmentConsumer, Token, Transaction } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import type { dramParameters } from '../parameters.ts';
import type { StreamShape } from '../segment-stream.ts';
import { streamShape, usefulMacs } from '../stream-request.ts';
import type { Geometry } from '../timing.ts';
import { vectorShare } from '../vector-request.ts';
import type { ChannelBuses } from './channel-buses.ts';
import { ChannelClock } from './channel-clock.ts';
import * as streamed from './in-memory-channel.ts';
import type { InMemoryState } from './in-memory-channel.ts';
import type { InMemoryListener } from './in-memory-commands.ts';
import type { InMemoryTiming } from './in-memory-timing.ts';
import type { WorkCharges } from './work-charges.ts';

const REASONS = [
  [streamed.SPENT_ACTIVATE, 'activate'],
  [streamed.SPENT_COLUMN, 'column'],
  [streamed.SPENT_PRECHARGE, 'precharge'],
  [streamed.SPENT_WINDOW, 'activation-window'],
  [streamed.SPENT_MODE_SWITCH, 'mode-switch'],
  [streamed.SPENT_RESULT_READ, 'result-read'],
  [streamed.SPENT_VECTOR, 'vector-write'],
  [streamed.SPENT_REFRESH, 'refresh'],
] as const;

/** Numbers of a channel in a saved state. */
const SAVED = 6;

/**
 * In-memory compute, and the vectors for it: the channels work alike, each for this alone, so that the commands of one of them
 * are those of all. With its refreshes a channel belongs to this work from its first command on until a read or write comes to
 * it. All banks are at work, and so are refreshed together, also where otherwise they are refreshed one by one.
 */
export class LockstepWork {
  /** Numbers in a saved state. */
  readonly size: number;
  readonly #name: string;
  readonly #host: Host;
  readonly #geometry: Geometry;
  readonly #timing: InMemoryTiming;
  readonly #channels: ChannelBuses;
  readonly #charges: WorkCharges;
  readonly #vectorBuffer: number;
  readonly #standbyAll: boolean;
  readonly #clock: ChannelClock;
  readonly #channel: streamed.InMemoryChannel;
  /** Of each channel: how it stands, and whether it belongs to this work. */
  readonly #states: InMemoryState[];
  readonly #isOwned: Uint8Array;
  /** When the next refresh of all banks falls due. */
  #due = 0;
  /** The channels that are being told of: from the first, so many. */
  #firstTold = 0;
  #told = 0;
  readonly #reasons: readonly (readonly [number, number])[];
  readonly #statistics: Readonly<Record<'hits' | 'misses' | 'activations' | 'inPlace', number>>;
  readonly #actions: Readonly<Record<'activate' | 'inPlaceAccess', number>>;
  #consumer: SegmentConsumer | undefined;

  constructor(
    context: ModelContext<typeof dramParameters>,
    geometry: Geometry,
    timing: InMemoryTiming,
    channels: ChannelBuses,
    charges: WorkCharges,
    onCommand?: InMemoryListener,
  ) {
    this.#name = context.name;
    this.#host = context.host;
    this.#geometry = geometry;
    this.#timing = timing;
    this.#channels = channels;
    this.#charges = charges;
    this.#vectorBuffer = context.values.vectorBuffer;
    this.#standbyAll = context.values.activeStandby === 'any-bank';
    this.#clock = new ChannelClock(timing.tick);
    const tell = (tick: number, command: number, bank: number, row: number, column: number): void => {
      const time = this.#clock.timeOf(tick);
      const end = this.#firstTold + this.#told;
      for (let channel = this.#firstTold; channel < end; channel++) {
        onCommand?.(time, command, bank, row, column, channel);
      }
    };
    const listener = onCommand === undefined ? undefined : tell;
    this.#channel = new streamed.InMemoryChannel(timing, this.#clock, listener);
    this.#states = Array.from({ length: geometry.channels }, () => streamed.restState(Infinity));
    this.#isOwned = new Uint8Array(geometry.channels);
    this.size = 1 + geometry.channels * (1 + SAVED);
    this.#due = this.#clock.restart(0) + timing.tREFI;
    this.#reasons = REASONS.map(([time, name]) => [time, context.reason(name)]);
    this.#statistics = {
      hits: context.statistic('rowHits'),
      misses: context.statistic('rowMisses'),
      activations: context.statistic('activations'),
      inPlace: context.statistic('inPlaceAccesses'),
    };
    this.#actions = {
      activate: context.action('activate'),
      inPlaceAccess: context.action('in-place-access'),
    };
  }

  attach(consumer: SegmentConsumer): void {
    this.#consumer = consumer;
  }

  /** As of `now`: the phase of refresh, and of each channel whether it belongs to this work, and how it stands then. */
  save(now: Picoseconds): readonly number[] {
    const tick = this.#clock.tickAt(now);
    this.#passDue(tick);
    const numbers = [this.#due === Infinity ? 0 : this.#due - tick];
    for (const [channel, state] of this.#states.entries()) {
      const isOwned = this.#isOwned[channel] === 1;
      if (isOwned) this.#settle(channel, tick);
      const left = (time: number): number => (isOwned ? Math.max(0, time - tick) : 0);
      const { isBufferMode, isOpen, precharge, activate, refresh, due } = state;
      numbers.push(
        isOwned ? 1 : 0,
        isBufferMode ? 1 : 0,
        isOwned && isOpen ? state.openBanks : 0,
        isOpen ? left(precharge) : 0,
        left(activate),
        left(refresh),
        due === Infinity ? 0 : left(due),
      );
    }
    return numbers;
  }

  load(state: readonly number[], now: Picoseconds): void {
    const tick = this.#clock.restart(now);
    const isRefreshed = this.#timing.tREFI < Infinity;
    this.#due = isRefreshed ? tick + (state[0] ?? 0) : Infinity;
    for (let channel = 0; channel < this.#states.length; channel++) {
      const at = 1 + channel * (1 + SAVED);
      const left = (index: number): number => tick + (state[at + index] ?? 0);
      this.#isOwned[channel] = state[at] ?? 0;
      this.#states[channel] = {
        isBufferMode: state[at + 1] === 1,
        isOpen: (state[at + 2] ?? 0) > 0,
        openBanks: state[at + 2] ?? 0,
        precharge: left(3),
        activate: left(4),
        refresh: left(5),
        due: isRefreshed ? left(6) : Infinity,
        closed: -1,
        refreshed: -1,
      };
      if (this.#isOwned[channel] === 1) this.#channels.lend(channel);
    }
  }

  /** Gives a channel back: it leaves its buffers, and its rows are closed. Returns when the controller has it. */
  leave(channel: number, time: Picoseconds): Picoseconds {
    const state = this.#states[channel];
    if (state === undefined || this.#isOwned[channel] === 0) return time;
    this.#isOwned[channel] = 0;
    const tick = this.#tickFrom(time);
    this.#settle(channel, tick);
    this.#channel.state = state;
    this.#firstTold = channel;
    this.#told = 1;
    const back = this.#channel.close(tick);
    this.#note(channel, state);
    return back <= tick ? time : this.#clock.timeOf(back);
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number, used: number): void {
    const run =
      transaction.kind === 'vector-write'
        ? this.#vectorWrite(token, transaction, chunk, chunks, used)
        : this.#segmentStream(token, transaction, chunk, chunks, used);
    let waiting = used;
    let start = 0;
    for (let channel = 0; channel < used; channel++) {
      const ready = (time: Picoseconds): void => {
        start = Math.max(start, time);
        waiting--;
        if (waiting > 0) return;
        this.#host.attribute(token);
        run(start);
      };
      this.#channels.add(channel, { ready }, this.#host.now);
    }
    this.#channels.begin(this.#host.now);
  }

  #vectorWrite(
    token: Token,
    transaction: Transaction,
    chunk: number,
    chunks: number,
    used: number,
  ): (start: Picoseconds) => void {
    const room = { vectorBuffer: this.#vectorBuffer, inputBuffer: this.#consumer?.inputBuffer };
    const part = vectorShare(this.#name, transaction, used, chunk, chunks, room);
    const bursts = Math.ceil(part / this.#geometry.burstBytes);
    return (start) => {
      if (part === 0) {
        this.#skip(token, used, start);
        return;
      }
      this.#channel.write(this.#enter(used, start), bursts);
      this.#charges.cross(bursts * used);
      this.#end(token, used, start, 0);
    };
  }

  #segmentStream(
    token: Token,
    transaction: Transaction,
    chunk: number,
    chunks: number,
    used: number,
  ): (start: Picoseconds) => void {
    const consumer = this.#consumer;
    if (consumer === undefined) {
      throw new SystoleError({
        code: 'mapping/missing-unit',
        message: `${this.#name}: a segment-stream needs an in-memory compute unit, and none is attached`,
        hint: 'Attach one to this memory, for example a compute/pim-bank.',
      });
    }
    const shape = streamShape(this.#name, transaction, chunk, chunks, this.#geometry, consumer);
    return (start) => {
      if (shape.groups > 0) this.#runStream(token, transaction, shape, consumer, used, start);
      else this.#skip(token, used, start);
    };
  }

  #runStream(
    token: Token,
    transaction: Transaction,
    shape: StreamShape,
    consumer: SegmentConsumer,
    used: number,
    start: Picoseconds,
  ): void {
    const { tick } = this.#timing;
    const ticks = (time: Picoseconds): number => Math.ceil(time / tick - 1e-6);
    this.#channel.stream(this.#enter(used, start), shape, shape.interval / tick, ticks(shape.drain));
    const { counts } = this.#channel;
    const host = this.#host;
    const lanes = used * shape.banks;
    const accesses = (counts[streamed.ACCESSES] ?? 0) * lanes;
    const rows = (counts[streamed.ROWS] ?? 0) * lanes;
    host.count(this.#statistics.hits, accesses - rows);
    host.count(this.#statistics.misses, rows);
    host.count(this.#statistics.activations, rows);
    host.act(this.#actions.activate, rows);
    host.count(this.#statistics.inPlace, accesses);
    host.act(this.#actions.inPlaceAccess, accesses);
    this.#charges.cross((counts[streamed.RESULT_BURSTS] ?? 0) * used);
    const { burstBytes } = this.#geometry;
    const format = transaction.format ?? '';
    const held = accesses * consumer.macsPerSegment(burstBytes, format);
    const useful = usefulMacs(this.#name, transaction, shape, held);
    consumer.consume(accesses, burstBytes, format, useful, accesses * shape.interval);
    this.#end(token, used, start, this.#standbyAll ? this.#geometry.banks : shape.banks);
  }

  /** Takes the first `used` channels over, as the least favourable of them stands. Returns the tick at which work begins. */
  #enter(used: number, start: Picoseconds): number {
    let tick = this.#tickFrom(start);
    const all = streamed.restState(Infinity);
    all.isBufferMode = true;
    for (let channel = 0; channel < used; channel++) {
      const state = this.#own(channel, tick);
      tick = Math.max(tick, this.#settle(channel, tick - 1));
      all.isBufferMode &&= state.isBufferMode;
      all.isOpen ||= state.isOpen;
      if (state.isOpen) all.openBanks = Math.max(all.openBanks, state.openBanks);
      all.precharge = Math.max(all.precharge, state.precharge);
      all.activate = Math.max(all.activate, state.activate);
      all.refresh = Math.max(all.refresh, state.refresh);
      all.due = Math.min(all.due, state.due);
    }
    this.#channel.state = all;
    this.#firstTold = 0;
    this.#told = used;
    return tick;
  }

  /** How a channel stands that belongs to this work from now on. */
  #own(channel: number, tick: number): InMemoryState {
    const state = this.#states[channel] ?? streamed.restState(Infinity);
    if (this.#isOwned[channel] === 1) return state;
    this.#isOwned[channel] = 1;
    this.#passDue(tick);
    const isWaiting = this.#channels.lend(channel);
    const { isAnyOpen, precharge, cycle, ready } = this.#channels.standingOf(channel);
    state.isBufferMode = false;
    state.isOpen = isAnyOpen;
    state.openBanks = this.#geometry.banks;
    state.precharge = this.#tickFrom(precharge);
    state.activate = this.#tickFrom(Math.max(cycle, ready));
    state.refresh = isAnyOpen ? 0 : this.#tickFrom(ready);
    state.due = isWaiting ? this.#due - this.#timing.tREFI : this.#due;
    return state;
  }

  /** Takes the refreshes that fell due up to `tick` while a channel had nothing to do. Returns the first tick after them. */
  #settle(channel: number, tick: number): number {
    const state = this.#states[channel];
    if (state === undefined || state.due > tick) return tick;
    this.#channel.state = state;
    this.#firstTold = channel;
    this.#told = 1;
    const end = this.#channel.settle(tick);
    this.#note(channel, state);
    return end;
  }

  /** Tells the controller what has become of the rows of a channel. */
  #note(channel: number, state: InMemoryState): void {
    const timeOf = (tick: number): Picoseconds => (tick < 0 ? -1 : this.#clock.timeOf(tick));
    this.#channels.note(channel, timeOf(state.closed), timeOf(state.refreshed));
    state.closed = -1;
    state.refreshed = -1;
  }

  #end(token: Token, used: number, start: Picoseconds, openBanks: number): void {
    const { counts, state, first, end } = this.#channel;
    const from = this.#clock.timeOf(end) - this.#service();
    const until = this.#clock.timeOf(end);
    for (const [time, reason] of this.#reasons) this.#charges.spend(token, reason, counts[time] ?? 0);
    let busy = 0;
    for (let channel = 0; channel < used; channel++) {
      busy += this.#charges.busy(channel, start, until);
      const own = { ...state };
      this.#states[channel] = own;
      this.#note(channel, own);
    }
    this.#charges.charge(busy, busy * openBanks);
    for (let channel = 0; channel < used; channel++) this.#channels.release(channel, until);
    this.#charges.finish(token, from, this.#clock.timeOf(first), until);
  }

  /** What the commands took, in ps: the sum of their reasons. */
  #service(): Picoseconds {
    const { counts } = this.#channel;
    return this.#reasons.reduce((sum, [time]) => sum + (counts[time] ?? 0), 0);
  }

  #skip(token: Token, used: number, start: Picoseconds): void {
    for (let channel = 0; channel < used; channel++) this.#channels.release(channel, start);
    this.#charges.finish(token, start, start, start);
  }

  /** Lets the refreshes go by that fell due up to `tick`, which are the controllers' own. */
  #passDue(tick: number): void {
    const { tREFI } = this.#timing;
    if (this.#due > tick) return;
    this.#due += (Math.floor((tick - this.#due) / tREFI) + 1) * tREFI;
  }

  /** The first tick from a time on. */
  #tickFrom(time: Picoseconds): number {
    const tick = this.#clock.tickAt(time);
    return this.#clock.timeOf(tick) < time ? tick + 1 : tick;
  }
}
