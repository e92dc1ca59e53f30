import { SystoleError } from '@systole/core';
import type { Host, ModelContext, SegmentConsumer, Token, Transaction } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import type { dramParameters } from '../parameters.ts';
import * as streamed from '../segment-stream.ts';
import type { StreamShape } from '../segment-stream.ts';
import { streamShape, usefulMacs } from '../stream-request.ts';
import type { Geometry, Timing } from '../timing.ts';
import { vectorShare } from '../vector-request.ts';
import type { ChannelBuses } from './channel-buses.ts';
import type { BankStanding } from './detailed-channel.ts';
import type { WorkCharges } from './work-charges.ts';

const STREAMED_REASONS = [
  [streamed.SPENT_ACTIVATE, 'activate'],
  [streamed.SPENT_COLUMN, 'column'],
  [streamed.SPENT_PRECHARGE, 'precharge'],
  [streamed.SPENT_WINDOW, 'activation-window'],
  [streamed.SPENT_MODE_SWITCH, 'mode-switch'],
  [streamed.SPENT_RESULT_READ, 'result-read'],
] as const;

/**
 * In-memory compute, and the vectors for it: the channels work alike, each for this alone, and take their commands in order. A
 * refresh that falls due is taken when a row is closed, and adds its time.
 */
export class LockstepWork {
  readonly #name: string;
  readonly #host: Host;
  readonly #geometry: Geometry;
  readonly #timing: Timing;
  readonly #channels: ChannelBuses;
  readonly #charges: WorkCharges;
  readonly #vectorBuffer: number;
  readonly #standbyAll: boolean;
  readonly #stream: streamed.SegmentStream;
  /** 1 for channels that are switched to their vector buffer. */
  readonly #isBufferMode: Uint8Array;
  readonly #reasons: readonly (readonly [number, number])[];
  readonly #refreshReason: number;
  readonly #vectorReason: number;
  readonly #modeReason: number;
  readonly #statistics: Readonly<Record<'hits' | 'misses' | 'activations' | 'inPlace', number>>;
  readonly #actions: Readonly<Record<'activate' | 'inPlaceAccess', number>>;
  #consumer: SegmentConsumer | undefined;

  constructor(
    context: ModelContext<typeof dramParameters>,
    geometry: Geometry,
    timing: Timing,
    channels: ChannelBuses,
    charges: WorkCharges,
  ) {
    this.#name = context.name;
    this.#host = context.host;
    this.#geometry = geometry;
    this.#timing = timing;
    this.#channels = channels;
    this.#charges = charges;
    this.#vectorBuffer = context.values.vectorBuffer;
    this.#standbyAll = context.values.activeStandby === 'any-bank';
    this.#stream = new streamed.SegmentStream(geometry, timing);
    this.#isBufferMode = new Uint8Array(geometry.channels);
    this.#reasons = STREAMED_REASONS.map(([time, name]) => [time, context.reason(name)]);
    this.#refreshReason = context.reason('refresh');
    this.#vectorReason = context.reason('vector-write');
    this.#modeReason = context.reason('mode-switch');
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

  save(): readonly number[] {
    return [...this.#isBufferMode];
  }

  /** Returns how much of the state was its own. */
  load(state: readonly number[]): number {
    for (let channel = 0; channel < this.#isBufferMode.length; channel++) {
      this.#isBufferMode[channel] = state[channel] ?? 0;
    }
    return this.#isBufferMode.length;
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
    return (start) => {
      const { bufferGap } = this.#timing;
      const isSwitched = part > 0 && !this.#isInMode(used, 1);
      const modeSwitch = isSwitched ? this.#timing.modeSwitch : 0;
      const bursts = Math.ceil(part / this.#geometry.burstBytes);
      const writing = bursts * bufferGap;
      const refresh = part === 0 ? 0 : this.#refreshTime(used, start, modeSwitch + writing);
      const end = start + modeSwitch + writing + refresh;
      if (part > 0) this.#isBufferMode.fill(1, 0, used);
      this.#charges.spend(token, this.#modeReason, modeSwitch);
      this.#charges.spend(token, this.#vectorReason, writing);
      this.#charges.spend(token, this.#refreshReason, refresh);
      this.#charges.cross(bursts * used);
      this.#occupy(used, start, end, 0);
      const first = part === 0 ? start : Math.min(end, start + modeSwitch + bufferGap);
      for (let channel = 0; channel < used; channel++) this.#channels.release(channel, end);
      this.#charges.finish(token, start, first, end);
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
      if (shape.groups > 0) {
        this.#runStream(token, transaction, shape, consumer, used, start);
        return;
      }
      for (let channel = 0; channel < used; channel++) this.#channels.release(channel, start);
      this.#charges.finish(token, start, start, start);
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
    const stream = this.#stream;
    const { counts } = stream;
    stream.run(shape, {
      from: start,
      isBufferMode: this.#isInMode(used, 1),
      ...this.#standingOf(used, start),
    });
    const refresh = this.#refreshTime(used, start, stream.end - start);
    const end = stream.end + refresh;
    this.#isBufferMode.fill(stream.isBufferMode ? 1 : 0, 0, used);
    const host = this.#host;
    for (const [time, reason] of this.#reasons) this.#charges.spend(token, reason, counts[time] ?? 0);
    this.#charges.spend(token, this.#refreshReason, refresh);
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
    this.#occupy(used, start, end, this.#standbyAll ? this.#geometry.banks : shape.banks);
    const firstService = stream.firstResult - start;
    const first = Math.min(end, stream.firstResult + this.#refreshTime(used, start, firstService));
    const closedAt = Math.max(end, stream.precharge + refresh);
    for (let channel = 0; channel < used; channel++) this.#channels.release(channel, end, closedAt);
    this.#charges.finish(token, start, first, end);
  }

  /** The banks of all channels together, as the one that is behind. */
  #standingOf(used: number, start: Picoseconds): BankStanding {
    const all: BankStanding = { isAnyOpen: false, precharge: start, cycle: start, ready: start };
    for (let channel = 0; channel < used; channel++) {
      const { isAnyOpen, precharge, cycle, ready } = this.#channels.standingOf(channel);
      all.isAnyOpen ||= isAnyOpen;
      all.precharge = Math.max(all.precharge, precharge);
      all.cycle = Math.max(all.cycle, cycle);
      all.ready = Math.max(all.ready, ready);
    }
    return all;
  }

  /** What the refreshes add that fall due in `service` ps of work from `start` on, and in what they add. */
  #refreshTime(used: number, start: Picoseconds, service: Picoseconds): Picoseconds {
    const { tRFC, tREFI } = this.#timing;
    if (tRFC === 0) return 0;
    let due = Infinity;
    for (let channel = 0; channel < used; channel++)
      due = Math.min(due, this.#channels.refreshDue(channel, this.#host.now));
    const left = start + service - due;
    return left <= 0 ? 0 : Math.ceil(left / (tREFI - tRFC)) * tRFC;
  }

  #isInMode(used: number, mode: number): boolean {
    for (let channel = 0; channel < used; channel++) if (this.#isBufferMode[channel] !== mode) return false;
    return true;
  }

  #occupy(used: number, start: Picoseconds, end: Picoseconds, openBanks: number): void {
    let busy = 0;
    for (let channel = 0; channel < used; channel++) busy += this.#charges.busy(channel, start, end);
    this.#charges.charge(busy, busy * openBanks);
  }
}
