import type { AccessPattern } from '@systole/core';
import type { Bytes, Picoseconds } from '@systole/units';
import { AccessStream } from './access-stream.ts';
import { ARRAY_MODE, BUFFER_MODE } from './channel.ts';
import type { Channel } from './channel.ts';
import type { ChannelState, ChannelStates } from './channel-states.ts';
import type { ChannelTransition } from './channel-transition.ts';
import { leaveStream, standOf } from './bank-stand.ts';
import type { BankStand } from './bank-stand.ts';
import type { RequestPart } from './request-parts.ts';
import { RowScheduler } from './row-scheduler.ts';
import type { SegmentStream } from './segment-stream.ts';
import { refreshTime } from './timing.ts';
import type { Geometry, Timing } from './timing.ts';

const NOTHING = new Float64Array(0);

/** What serving depends on beside geometry and timing. */
export interface ServerOptions {
  readonly queueDepth: number;
  readonly closesRows: boolean;
  /** Off only where leaping and remembering are held against stepping. */
  readonly mayLeap: boolean;
}

/**
 * Says what transactions make of a channel. It is the same whenever a channel is asked for the same in the same state,
 * times and rows apart, and so is looked up where it has happened before.
 */
export class ChannelServer {
  readonly #states: ChannelStates;
  readonly #geometry: Geometry;
  readonly #timing: Timing;
  readonly #options: ServerOptions;
  readonly #scheduler: RowScheduler;
  readonly #accesses: AccessStream;
  #pattern: AccessPattern | undefined;
  #low = 0;
  #high = 0;
  #isPrepared = false;

  constructor(states: ChannelStates, geometry: Geometry, timing: Timing, options: ServerOptions) {
    const { queueDepth, closesRows, mayLeap } = options;
    this.#states = states;
    this.#geometry = geometry;
    this.#timing = timing;
    this.#options = options;
    this.#scheduler = new RowScheduler(
      geometry,
      timing,
      queueDepth * geometry.busChannels,
      closesRows,
      mayLeap,
    );
    this.#accesses = new AccessStream(geometry);
  }

  /** Takes up a read or write of bytes `low` to `high` of a pattern, of which `serve` is asked for the parts. */
  begin(pattern: AccessPattern, low: Bytes, high: Bytes): void {
    this.#pattern = pattern;
    this.#low = low;
    this.#high = high;
    this.#isPrepared = false;
  }

  /**
   * Serves a part of a read or write in a channel that has been in `state`, its rows counted from `row`, for `age`. The times
   * that come back are counted from the end of that age, the rows from that of the part. Nothing where there is nothing
   * to serve.
   */
  serve(
    state: ChannelState,
    row: number,
    age: Picoseconds,
    part: RequestPart,
    isWrite: boolean,
    queueShare: number,
  ): ChannelTransition | undefined {
    const isRested = age >= state.freeFrom;
    const from = isRested ? (state.rested ?? this.#states.later(state, age)) : state;
    const since = isRested ? 0 : age;
    const depth = this.#options.queueDepth * queueShare;
    this.#scheduler.depth = depth;
    // A queue of one turn through the bank groups does not tell that a row is to be hit again, so that it may be closed.
    this.#accesses.partsBursts = this.#options.closesRows && depth <= this.#geometry.groups;
    if (part.key === undefined) return this.#schedule(from, row, since, part, isWrite)?.transition;
    const rows = from.hasRows ? part.row - row : 0;
    const when = rows === 0 && queueShare === 1 ? since : `${since} ${rows} ${queueShare}`;
    const table = isWrite ? from.writes : from.reads;
    const known = table.get(part.key)?.get(when);
    if (known !== undefined) return known;
    const found = this.#schedule(from, row, since, part, isWrite);
    if (found?.isExact === true) this.#states.remember(table, part.key, when, found.transition);
    return found?.transition;
  }

  /** How the first `banks` banks of a channel stand, from where its state is. */
  stand(state: ChannelState, banks: number): BankStand {
    let stand = state.stands.get(banks);
    if (stand === undefined) {
      stand = standOf(this.#states.enter(state, 0, 0), this.#geometry, banks);
      state.stands.set(banks, stand);
    }
    return stand;
  }

  /** Fills the vector buffer of a channel from `start` on, both counted from where its state is. */
  fill(state: ChannelState, start: Picoseconds, service: Picoseconds): ChannelTransition {
    return this.#recall(state, 'fill', `${start} ${service}`, start, service, (channel) => {
      channel.mode = BUFFER_MODE;
      channel.dataEnd = start + service;
      channel.admitFrom = start + service;
    });
  }

  /** Leaves a channel as `stream`, which began at `start`, has left its first `banks` banks; `origin` is where its state is. */
  endStream(
    state: ChannelState,
    origin: Picoseconds,
    start: Picoseconds,
    stream: SegmentStream,
    banks: number,
  ): ChannelTransition {
    const from = start - origin;
    const left = {
      lastActivate: stream.lastActivate - origin,
      precharge: stream.precharge - origin,
      cycle: stream.cycle - origin,
      end: stream.end - origin,
      isBufferMode: stream.isBufferMode,
    };
    const times = `${left.lastActivate} ${left.precharge} ${left.cycle} ${left.end}`;
    const when = `${from} ${banks} ${times} ${left.isBufferMode}`;
    return this.#recall(state, 'stream', when, from, left.end - from, (channel) => {
      leaveStream(channel, this.#geometry, this.#timing, banks, left, this.#options.closesRows);
    });
  }

  /** Serves the part, and says whether all of it was followed or leapt over rather than extrapolated. */
  #schedule(
    state: ChannelState,
    row: number,
    age: Picoseconds,
    part: RequestPart,
    isWrite: boolean,
  ): { readonly transition: ChannelTransition; readonly isExact: boolean } | undefined {
    const accesses = this.#accesses;
    if (!this.#isPrepared && this.#pattern !== undefined) {
      accesses.prepare(this.#pattern, this.#low, this.#high);
      this.#isPrepared = true;
    }
    accesses.select(part.channel);
    const timing = this.#timing;
    const scheduler = this.#scheduler;
    const channel = this.#states.enter(state, -age, row);
    const start = Math.max(0, state.dataEnd - age);
    const modeSwitch = channel.mode === ARRAY_MODE ? 0 : timing.modeSwitch;
    if (!scheduler.serve(channel, accesses, isWrite, modeSwitch, start + modeSwitch)) return undefined;
    channel.mode = ARRAY_MODE;
    const service = scheduler.lastData - start;
    const refresh = refreshTime(timing, service);
    const firstData = scheduler.firstData + refreshTime(timing, scheduler.firstData - start);
    if (refresh > 0) channel.delay(start, refresh);
    const placed = this.#states.recognise(channel);
    const transition = {
      after: placed.state,
      time: placed.time,
      row: placed.row - part.row,
      firstData,
      service: service + refresh,
      refresh,
      modeSwitch,
      counts: scheduler.counts.slice(),
    };
    return { transition, isExact: !scheduler.hasExtrapolated };
  }

  /** What `change` makes of a channel that serves from `start` on, lengthened by refresh. */
  #recall(
    state: ChannelState,
    what: string,
    when: string,
    start: Picoseconds,
    service: Picoseconds,
    change: (channel: Channel) => void,
  ): ChannelTransition {
    const known = this.#options.mayLeap ? state.others.get(what)?.get(when) : undefined;
    if (known !== undefined) return known;
    const channel = this.#states.enter(state, 0, 0);
    const refresh = refreshTime(this.#timing, service);
    change(channel);
    if (refresh > 0) channel.delay(start, refresh);
    const { state: after, time, row } = this.#states.recognise(channel);
    const served = { firstData: 0, service: service + refresh, refresh, modeSwitch: 0, counts: NOTHING };
    const transition = { after, time, row, ...served };
    if (this.#options.mayLeap) this.#states.remember(state.others, what, when, transition);
    return transition;
  }
}
