import type { Picoseconds } from '@systole/units';
import type { ChannelState, ChannelStates } from './channel-states.ts';
import type { ChannelTransition } from './channel-transition.ts';

/** What `save` gave, as it was before it became numbers. */
interface Saved {
  readonly states: readonly ChannelState[];
  readonly rows: Float64Array;
}

/** The channels of a memory: the state of each, and from where its times and rows are counted. */
export class ChannelSet {
  readonly states: ChannelState[];
  readonly times: Float64Array;
  readonly rows: Float64Array;
  readonly #known: ChannelStates;
  /** Saves are mostly loaded again by who asked for them. */
  readonly #saved = new WeakMap<readonly number[], Saved>();

  constructor(count: number, known: ChannelStates) {
    this.#known = known;
    this.states = Array.from({ length: count }, () => known.atRest);
    this.times = new Float64Array(count);
    this.rows = new Float64Array(count);
  }

  get count(): number {
    return this.states.length;
  }

  /** The state of a channel. */
  stateOf(channel: number): ChannelState {
    return this.states[channel] ?? this.#known.atRest;
  }

  /** When the data bus of a channel is free, and the banks have done what they were asked for. */
  dataEnd(channel: number): Picoseconds {
    return (this.times[channel] ?? 0) + this.stateOf(channel).dataEnd;
  }

  /** Whether two channels stand alike, so that they have the same future. */
  areAlike(a: number, b: number): boolean {
    return (
      this.states[a] === this.states[b] && this.times[a] === this.times[b] && this.rows[a] === this.rows[b]
    );
  }

  /** Puts a channel into the state in which a transaction leaves it whose times and rows are counted from `time` and `row`. */
  leave(channel: number, { after, time, row }: ChannelTransition, from: Picoseconds, fromRow: number): void {
    this.states[channel] = after;
    this.times[channel] = from + time;
    this.rows[channel] = after.hasRows ? fromRow + row : 0;
  }

  /** As seen from `now`: channels in a row that are alike as their number, lowest open row, and state with its length. */
  save(now: Picoseconds): readonly number[] {
    const states: ChannelState[] = [];
    for (let channel = 0; channel < this.count; channel++) {
      const isLikeLast = channel > 0 && this.areAlike(channel - 1, channel);
      const last = isLikeLast ? states[channel - 1] : undefined;
      const age = Math.max(0, now - (this.times[channel] ?? 0));
      states.push(last ?? this.#known.later(this.stateOf(channel), age));
    }
    const numbers: number[] = [];
    for (let first = 0, next = 0; first < this.count; first = next) {
      const state = states[first];
      const row = this.rows[first] ?? 0;
      if (state === undefined) break;
      while (next < this.count && states[next] === state && this.rows[next] === row) next++;
      numbers.push(next - first, row, state.numbers.length);
      for (const number of state.numbers) numbers.push(number);
    }
    this.#saved.set(numbers, { states, rows: this.rows.slice() });
    return numbers;
  }

  load(numbers: readonly number[], now: Picoseconds): void {
    this.times.fill(now);
    const saved = this.#saved.get(numbers);
    if (saved !== undefined) {
      for (let channel = 0; channel < this.count; channel++) {
        this.states[channel] = saved.states[channel] ?? this.#known.atRest;
      }
      this.rows.set(saved.rows);
      return;
    }
    let channel = 0;
    for (let at = 0; at < numbers.length && channel < this.count;) {
      const end = channel + (numbers[at] ?? 0);
      const row = numbers[at + 1] ?? 0;
      const length = numbers[at + 2] ?? 0;
      const state = this.#known.read(numbers.slice(at + 3, at + 3 + length));
      this.states.fill(state, channel, end);
      this.rows.fill(row, channel, end);
      channel = end;
      at += 3 + length;
    }
  }
}
