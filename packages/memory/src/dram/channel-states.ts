import { NumberLists } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { Channel } from './channel.ts';
import type { ChannelTransition } from './channel-transition.ts';
import type { BankStand } from './bank-stand.ts';
import type { Geometry } from './timing.ts';

/** Numbers in the states that are kept to recognise them. Beyond it they are forgotten, which costs time and changes no result. */
const MAX_NUMBERS = 1 << 21;
/** Transitions that are kept over all states. */
const MAX_TRANSITIONS = 1 << 16;

/** What transactions made of a state, by what they asked for, and then by when. */
export type TransitionTable = Map<string | number, Map<string | number, ChannelTransition>>;

/**
 * A state in which a channel can be, as seen from the time at which it takes up its next transaction and from the lowest
 * row that it holds open: equal states are one object, and have the same future.
 */
export interface ChannelState {
  /** As `Channel.save` gives it. */
  readonly numbers: readonly number[];
  /** When nothing holds anything back any more, and when the data bus is free. */
  readonly freeFrom: Picoseconds;
  readonly dataEnd: Picoseconds;
  readonly mode: number;
  readonly openBanks: number;
  /** Whether a row of data is open, so that it matters which rows come next. */
  readonly hasRows: boolean;
  /** What reads and writes made of it, and all else. */
  readonly reads: TransitionTable;
  readonly writes: TransitionTable;
  readonly others: TransitionTable;
  /** How its first banks stand, by their number. */
  readonly stands: Map<number, BankStand>;
  /** The same state when all of its times have passed. */
  rested: ChannelState | undefined;
}

/** A channel in a state: where its times and its rows are counted from. */
export interface PlacedState {
  readonly state: ChannelState;
  readonly time: Picoseconds;
  readonly row: number;
}

/** The states in which the channels of a memory have been. */
export class ChannelStates {
  readonly #channel: Channel;
  readonly #states = new NumberLists<ChannelState>();
  #transitions = 0;

  constructor(geometry: Geometry) {
    this.#channel = new Channel(geometry);
  }

  /** Everything free and closed. */
  get atRest(): ChannelState {
    this.#channel.reset(0);
    return this.recognise(this.#channel).state;
  }

  /** A channel to work with, in `state`; the next call gives the same one. */
  enter(state: ChannelState, time: Picoseconds, row: number): Channel {
    const channel = this.#channel;
    channel.load(state.numbers, 0, time);
    if (row !== 0) channel.moveRows(row);
    return channel;
  }

  /** The state of a channel, as it can be seen from the time at which it takes up its next transaction. */
  recognise(channel: Channel): PlacedState {
    return this.#recogniseAt(channel, channel.admitFrom);
  }

  /** A state, `age` after the time from which it is seen. */
  later(state: ChannelState, age: Picoseconds): ChannelState {
    if (age === 0) return state;
    const isRested = age >= state.freeFrom;
    if (isRested && state.rested !== undefined) return state.rested;
    const found = this.#recogniseAt(this.enter(state, 0, 0), age).state;
    if (isRested) state.rested = found;
    return found;
  }

  /** Reads a state that `Channel.save` gave. */
  read(numbers: readonly number[]): ChannelState {
    this.#channel.load(numbers, 0, 0);
    return this.recognise(this.#channel).state;
  }

  /** Remembers what a transaction makes of a state, in a table of that state. */
  remember(
    table: TransitionTable,
    what: string | number,
    when: string | number,
    transition: ChannelTransition,
  ): void {
    if (this.#transitions >= MAX_TRANSITIONS) this.#forget();
    this.#transitions++;
    const known = table.get(what);
    if (known === undefined) table.set(what, new Map([[when, transition]]));
    else known.set(when, transition);
  }

  #recogniseAt(channel: Channel, time: Picoseconds): PlacedState {
    const lowest = channel.lowestRow(time);
    const hasRows = lowest !== Infinity;
    const row = hasRows ? lowest : 0;
    if (row !== 0) channel.moveRows(-row);
    const numbers: number[] = [];
    channel.save(time, numbers);
    let state = this.#states.find(numbers);
    if (state === undefined) {
      if (this.#states.numbers > MAX_NUMBERS) this.#forget();
      state = {
        numbers,
        freeFrom: Math.max(0, channel.freeFrom() - time),
        dataEnd: Math.max(0, channel.dataEnd - time),
        mode: channel.mode,
        openBanks: channel.openBanks,
        hasRows,
        reads: new Map(),
        writes: new Map(),
        others: new Map(),
        stands: new Map(),
        rested: undefined,
      };
      if (state.freeFrom === 0) state.rested = state;
      this.#states.add(state);
    }
    return { state, time, row };
  }

  /** States that are in use stay what they are; they are only not recognised any more. */
  #forget(): void {
    for (const state of this.#states.all()) {
      for (const table of [state.reads, state.writes, state.others]) table.clear();
      if (state.freeFrom > 0) state.rested = undefined;
    }
    this.#states.clear();
    this.#transitions = 0;
  }
}
