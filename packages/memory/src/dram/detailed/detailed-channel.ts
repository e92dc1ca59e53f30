import { createSharedQueues } from '../../controller/create-controller.ts';
import type { ControllerPolicy } from '../../controller/controller-policy.ts';
import type { FrFcfsController } from '../../controller/fr-fcfs-controller.ts';
import type { CommandListener } from '../../device/command-log.ts';
import type { DramDevice } from '../../device/device.ts';
import { DeviceTiming } from '../../device/device-timing.ts';
import type { BurstCursor } from './burst-cursor.ts';
import { ChannelClock } from './channel-clock.ts';
import { HeldBursts } from './held-bursts.ts';

/** What a chunk asks of one channel of the component. Its cursor is at the first burst. Times are in ps. */
export interface ChannelPart {
  readonly cursor: BurstCursor;
  readonly isWrite: boolean;
  /** Called when a burst is taken by the controller. */
  taken(time: number): void;
  /** Called when the last one is. */
  allTaken(): void;
  /** Called once it is known when the data of a burst has moved. */
  moved(time: number): void;
}

/** Work that has a channel for itself. */
export interface ExclusiveWork {
  /** Called when everything before it is done, with the time from which on it has the channel. */
  ready(time: number): void;
}

/** Tells of a command in event time; otherwise a command listener. */
export type TimedListener = (
  time: number,
  command: number,
  bank: number,
  row: number,
  column: number,
  bus: number,
) => void;

export interface ChannelHooks {
  /** Asks for `run` at this time. */
  wakeAt(time: number): void;
  /** Called when a channel that exclusive work has had is to go back to the controller. Returns when it does. */
  goesBack(channel: number, time: number): number;
  readonly onCommand?: TimedListener | undefined;
}

/** A bus at a time at which nothing is held, for another one to go on from. */
export interface BusSnapshot {
  readonly of: DetailedChannel;
  readonly tick: number;
  readonly state: readonly number[];
  readonly turn: number;
  readonly lastMoved: readonly number[];
}

/** How the banks of a channel stand, in ps. */
export interface BankStanding {
  isAnyOpen: boolean;
  /** Earliest precharge of those that are open, and earliest activate of them and of the others. */
  precharge: number;
  cycle: number;
  ready: number;
}

/**
 * The channels of the component that share a command bus, with their controller. The bursts of a channel are offered chunk by
 * chunk in the order of arrival; what is held the controller takes as its policy says.
 */
export class DetailedChannel {
  readonly #controller: FrFcfsController;
  readonly #device: DramDevice;
  readonly #hooks: ChannelHooks;
  readonly #clock: ChannelClock;
  /** Ticks from a write command to the end of its data. */
  readonly #writeTicks: number;
  readonly #banks: number;
  readonly #groups: number;
  readonly #held: HeldBursts<ChannelPart>;
  /** By channel: what has not been offered yet, and the time until which exclusive work has it. */
  readonly #jobs: (ChannelPart | ExclusiveWork)[][];
  readonly #isAsked: Uint8Array;
  readonly #blockedUntil: Float64Array;
  /** 1 for channels that exclusive work has had last. */
  readonly #isLent: Uint8Array;
  readonly #lastMoved: Float64Array;
  #next = 0;
  /** The channel whose turn it is to offer a burst. */
  #turn = 0;
  #woken = Infinity;

  /** @param groups Bank groups of the component; where the standard has none, they are banks like others. */
  constructor(
    bus: number,
    device: DramDevice,
    groups: number,
    policy: ControllerPolicy,
    hooks: ChannelHooks,
  ) {
    const { standard, counts, timings, clockPeriod } = device;
    const timing = new DeviceTiming(device);
    const { onCommand } = hooks;
    this.#device = device;
    this.#hooks = hooks;
    this.#groups = groups;
    this.#clock = new ChannelClock(clockPeriod / standard.ticksPerClock);
    const listener: CommandListener | undefined =
      onCommand === undefined
        ? undefined
        : (tick, command, bank, row, column) =>
            onCommand(this.#clock.timeOf(tick), command, bank, row, column, bus);
    this.#controller = createSharedQueues(timing, policy, bus, {
      onDone: (tag, tick) => this.#done(tag, tick),
      ...(listener === undefined ? {} : { onCommand: listener }),
    });
    const { nCWL = 0, nWL = nCWL, nBL = 0, nBL_min = nBL } = timings;
    this.#writeTicks = Math.ceil((nWL + nBL_min) * standard.ticksPerClock);
    this.#banks = timing.banks / counts.pseudoChannel;
    this.#held = new HeldBursts(timing.banks, counts.pseudoChannel);
    this.#jobs = Array.from({ length: counts.pseudoChannel }, () => []);
    this.#isAsked = new Uint8Array(counts.pseudoChannel);
    this.#blockedUntil = new Float64Array(counts.pseudoChannel);
    this.#isLent = new Uint8Array(counts.pseudoChannel);
    this.#lastMoved = new Float64Array(counts.pseudoChannel);
    this.load(this.#controller.save(0), 0);
  }

  get activity(): FrFcfsController['activity'] {
    return this.#controller.activity;
  }

  /** Adds work for one of the channels, of which nothing is offered before `begin`. */
  add(channel: number, job: ChannelPart | ExclusiveWork): void {
    this.#jobs[channel]?.push(job);
  }

  /** Offers what was added. It has to be the present: `run` was called at `now`. */
  begin(now: number): void {
    this.#feed(this.#clock.tickAt(now), now);
    this.#schedule();
  }

  /** Runs every tick up to `now`. */
  run(now: number): void {
    if (this.#woken <= now) this.#woken = Infinity;
    const clock = this.#clock;
    const last = clock.tickAt(now);
    while (this.#next <= last) {
      const tick = this.#next;
      this.#next = this.#controller.advance(tick);
      this.#feed(tick, clock.timeOf(tick));
    }
    this.#feed(last, now);
    this.#schedule();
  }

  /** Gives a channel to exclusive work, with its refreshes. Returns whether one of them waited. */
  lend(channel: number): boolean {
    this.#isLent[channel] = 1;
    return this.#controller.lendRefresh(channel * this.#banks, (channel + 1) * this.#banks);
  }

  /** Exclusive work has closed, and refreshed, all banks of a channel at these times; at none where -1. */
  note(channel: number, closedAt: number, refreshedAt: number): void {
    const first = channel * this.#banks;
    const end = first + this.#banks;
    if (closedAt >= 0) this.#controller.closeRows(first, end, this.#clock.tickAt(closedAt));
    if (refreshedAt >= 0) this.#controller.refreshRows(first, end, this.#clock.tickAt(refreshedAt));
  }

  /** Ends exclusive work: the channel is free again at `end`. */
  release(channel: number, end: number): void {
    this.#jobs[channel]?.shift();
    this.#isAsked[channel] = 0;
    this.#blockedUntil[channel] = end;
    this.#lastMoved[channel] = end;
    this.#schedule();
  }

  /** How the banks of a channel stand. */
  standingOf(channel: number): BankStanding {
    const standing: BankStanding = { isAnyOpen: false, precharge: 0, cycle: 0, ready: 0 };
    const clock = this.#clock;
    for (let bank = channel * this.#banks; bank < (channel + 1) * this.#banks; bank++) {
      const activate = clock.timeOf(this.#controller.earliestActivate(bank));
      if (this.#controller.rowOf(bank) >= 0) {
        standing.isAnyOpen = true;
        const precharge = clock.timeOf(this.#controller.earliestPrecharge(bank));
        standing.precharge = Math.max(standing.precharge, precharge);
        standing.cycle = Math.max(standing.cycle, activate);
      } else {
        standing.ready = Math.max(standing.ready, activate);
      }
    }
    return standing;
  }

  openBanks(channel: number): number {
    let open = 0;
    for (let bank = channel * this.#banks; bank < (channel + 1) * this.#banks; bank++) {
      if (this.#controller.rowOf(bank) >= 0) open++;
    }
    return open;
  }

  /** Whether nothing is held, offered or lent, so that a snapshot can be taken. */
  get isIdle(): boolean {
    return (
      this.#held.total === 0 &&
      this.#jobs.every(({ length }) => length === 0) &&
      this.#blockedUntil.every((time) => time === 0) &&
      this.#isLent.every((lent) => lent === 0)
    );
  }

  /** The state while it is idle. It has to be the present: `run` was called at `now`. */
  snapshot(now: number): BusSnapshot {
    const tick = this.#clock.tickAt(now);
    const lastMoved = Array.from(this.#lastMoved, (time) => (time > now ? time : 0));
    return { of: this, tick, state: this.#controller.save(tick), turn: this.#turn, lastMoved };
  }

  /** Goes on, with nothing held, from where another bus was. */
  resume({ of, tick, state, turn, lastMoved }: BusSnapshot): void {
    this.#clock.follow(of.#clock);
    this.#controller.load(state, tick);
    this.#next = tick + 1;
    this.#turn = turn;
    this.#lastMoved.set(lastMoved);
    this.#woken = Infinity;
  }

  /** Whether two snapshots of the same time have the same future. */
  static areAlike(a: BusSnapshot, b: BusSnapshot): boolean {
    return (
      a.turn === b.turn &&
      a.of.#clock.sinceRestart(a.tick) === b.of.#clock.sinceRestart(b.tick) &&
      a.lastMoved.every((time, index) => time === b.lastMoved[index]) &&
      a.state.length === b.state.length &&
      a.state.every((number, index) => number === b.state[index])
    );
  }

  /** The state while nothing is held, relative to `now`. */
  save(now: number): readonly number[] {
    this.run(now);
    return this.#controller.save(this.#clock.tickAt(now));
  }

  /** Takes a state as of `now`, from which on ticks are counted anew. Returns how much of it there was. */
  load(state: readonly number[], now: number): number {
    const tick = this.#clock.restart(now);
    this.#next = tick + 1;
    this.#woken = Infinity;
    this.#blockedUntil.fill(0);
    this.#lastMoved.fill(0);
    this.#isLent.fill(0);
    this.#controller.takeRefreshBack(0, this.#banks * this.#jobs.length);
    this.#isAsked.fill(0);
    this.#turn = 0;
    for (const jobs of this.#jobs) jobs.length = 0;
    return this.#controller.load(state, tick);
  }

  /** Offers what waits until the controller refuses, a burst of each channel in turn. */
  #feed(tick: number, time: number): void {
    const channels = this.#jobs.length;
    let refused = 0;
    while (refused < channels) {
      const channel = this.#turn;
      this.#turn = channel + 1 === channels ? 0 : channel + 1;
      if (this.#feedOne(channel, tick, time)) refused = 0;
      else refused++;
    }
  }

  /** Offers the next burst of a channel. False where there is none, or it was refused. */
  #feedOne(channel: number, tick: number, time: number): boolean {
    const jobs = this.#jobs[channel] ?? [];
    const blocked = this.#blockedUntil[channel] ?? 0;
    if (blocked > time) return false;
    if (blocked > 0) this.#blockedUntil[channel] = 0;
    const [job] = jobs;
    if (job === undefined) return false;
    if ('ready' in job) {
      if (this.#held.count(channel) > 0 || this.#isAsked[channel] === 1) return false;
      this.#isAsked[channel] = 1;
      job.ready(Math.max(time, this.#lastMoved[channel] ?? 0));
      return false;
    }
    if (this.#isLent[channel] === 1 && !this.#takeBack(channel, time)) return false;
    if (!this.#offer(channel, job, tick)) return false;
    job.taken(time);
    if (job.cursor.next()) return true;
    jobs.shift();
    job.allTaken();
    return true;
  }

  /** Whether the channel is the controller's again at once. */
  #takeBack(channel: number, time: number): boolean {
    this.#isLent[channel] = 0;
    const back = this.#hooks.goesBack(channel, time);
    this.#controller.takeRefreshBack(channel * this.#banks, (channel + 1) * this.#banks);
    if (back <= time) return true;
    this.#blockedUntil[channel] = back;
    return false;
  }

  #offer(channel: number, part: ChannelPart, tick: number): boolean {
    const { cursor, isWrite } = part;
    if (this.#controller.isFull(isWrite)) return false;
    const { row, column } = cursor;
    const bank = this.#bankOf(channel, cursor);
    const held = this.#held;
    // Data that is still to be written is not read, nor written again, before it has been.
    if (held.hasWrite(bank, row, column)) return false;
    const tag = held.add(channel, bank, row, column, isWrite, part);
    if (!this.#controller.offer(bank, row, column, isWrite, tick, tag)) {
      held.drop(tag);
      return false;
    }
    if (this.#next > tick + 1) this.#next = tick + 1;
    return true;
  }

  #done(tag: number, tick: number): void {
    const held = this.#held;
    const part = held.partOf(tag);
    const channel = held.channelOf(tag);
    held.drop(tag);
    if (part === undefined) return;
    const time = this.#clock.timeOf(part.isWrite ? tick + this.#writeTicks : tick);
    this.#lastMoved[channel] = Math.max(this.#lastMoved[channel] ?? 0, time);
    part.moved(time);
  }

  /** Bank of the device: ranks and stack levels are the outer banks of the component's groups. */
  #bankOf(channel: number, { group, bank }: BurstCursor): number {
    const { counts } = this.#device;
    const stacks = counts.rank * counts.stackId;
    const inner = this.#banks / (stacks * this.#groups);
    const outer = Math.floor(bank / inner);
    return ((channel * stacks + outer) * this.#groups + group) * inner + (bank - outer * inner);
  }

  #schedule(): void {
    // Where nothing is held, a tick can bring nothing but refreshes, which can be caught up with.
    let time = this.#held.total > 0 ? this.#clock.timeOf(this.#next) : Infinity;
    for (let channel = 0; channel < this.#jobs.length; channel++) {
      const blocked = this.#blockedUntil[channel] ?? 0;
      if (blocked > 0 && (this.#jobs[channel]?.length ?? 0) > 0) time = Math.min(time, blocked);
    }
    if (time >= this.#woken) return;
    this.#woken = time;
    this.#hooks.wakeAt(time);
  }
}
