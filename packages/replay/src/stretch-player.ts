import { copyTally } from '@systole/core';
import type { Machine, Recorder, Tally } from '@systole/core';
import type { Stretch } from '@systole/mapping';
import { StateTable } from './state-table.ts';
import type { ComponentState } from './state-table.ts';

/** A state of the whole chip between stretches, component by component. */
export type ChipState = readonly ComponentState[];

/** What is remembered of a stretch from some state: what it counted, and in which states it left the components that it used. */
export interface Played {
  readonly tally: Tally;
  readonly ends: readonly ComponentState[];
  /** Times that it happened and has not yet been added to the totals. */
  times: number;
}

/** What is known of a stretch: the components that have a part in it, and what happened, by their states. */
interface Known {
  used: readonly number[];
  readonly byState: Map<string, Played>;
}

/**
 * What is remembered at once: stretches, and numbers in the states that they left. A state of a memory with many banks is
 * large. Beyond either the memory is cleared, which costs time and changes no result.
 */
const MAX_REMEMBERED = 4096;
const MAX_STATE_NUMBERS = 1 << 24;

export interface PlayerOptions {
  /** Take equal stretches from memory instead of simulating them again. */
  readonly reuse: boolean;
  /** Numbers of component states that are kept to recognise them. Default 2^24, some 300 MB. */
  readonly stateNumbers?: number | undefined;
}

/**
 * Plays stretches on a machine, one after another. A stretch that has been simulated before is not simulated again when the
 * components that have a part in it are in the same states: the others only grow older meanwhile.
 */
export class StretchPlayer {
  /** Between stretches. */
  state: ChipState;
  /** Stretches that were not taken from memory. */
  simulated = 0;
  readonly atRest: ChipState;
  readonly #machine: Machine;
  readonly #options: PlayerOptions;
  readonly #tables: readonly StateTable[];
  readonly #known = new Map<string, Known>();
  #remembered: Played[] = [];

  /** Starts from the state of the machine, or from that in which `like`, of the same machine, started. */
  constructor(machine: Machine, options: PlayerOptions, like?: StretchPlayer) {
    this.#machine = machine;
    this.#options = options;
    this.#tables = like === undefined ? machine.layout.parts.map(() => new StateTable()) : like.#tables;
    this.atRest = like?.atRest ?? this.#recognise();
    this.state = this.atRest;
  }

  /** Plays a stretch from the present state. */
  play(stretch: Stretch, recorder?: Recorder): Played {
    const known = this.#known.get(stretch.key);
    if (known !== undefined && this.#options.reuse && recorder === undefined) {
      const played = known.byState.get(keyOf(this.state, known.used));
      const after = played === undefined ? undefined : this.#after(known.used, played);
      if (played !== undefined && after !== undefined) {
        this.state = after;
        return played;
      }
    }
    return this.#simulate(stretch, recorder);
  }

  /** Components that had a part in a stretch that was played. */
  usedBy(stretch: Stretch): readonly number[] {
    return this.#known.get(stretch.key)?.used ?? [];
  }

  /** Whether so much is remembered that `forget` should be called, when nothing that was played is still of use. */
  get isFull(): boolean {
    if (this.#remembered.length >= MAX_REMEMBERED) return true;
    const most = this.#options.stateNumbers ?? MAX_STATE_NUMBERS;
    return this.#tables.reduce((sum, { held }) => sum + held, 0) > most;
  }

  /** Gives all that was played since the last time, once each. */
  *played(): Iterable<Played> {
    yield* this.#remembered;
  }

  forget(): void {
    this.#remembered = [];
    this.#known.clear();
    for (const table of this.#tables) table.clear();
  }

  #simulate(stretch: Stretch, recorder: Recorder | undefined): Played {
    const machine = this.#machine;
    const before = this.state;
    machine.load(before.map(({ numbers }) => numbers));
    const tally = machine.run(stretch.tasks(), recorder === undefined ? {} : { recorder });
    this.simulated++;
    this.state = this.#recognise();
    let known = this.#known.get(stretch.key);
    if (known === undefined) {
      known = { used: machine.used(), byState: new Map() };
      this.#known.set(stretch.key, known);
    } else if (machine.used().some((component) => known?.used.includes(component) === false)) {
      // A component that had no part in it before does something by itself, so that what was found may depend on it.
      known.used = [...new Set([...known.used, ...machine.used()])];
      known.byState.clear();
    }
    const ends = known.used.flatMap((component) => this.state[component] ?? []);
    const played: Played = { tally: copyTally(tally), ends, times: 0 };
    known.byState.set(keyOf(before, known.used), played);
    this.#remembered.push(played);
    return played;
  }

  /** The state after a stretch that is taken from memory; nothing where it cannot be told without simulating. */
  #after(used: readonly number[], { tally, ends }: Played): ChipState | undefined {
    const after: ComponentState[] = [...this.state];
    for (const [index, component] of used.entries()) after[component] = ends[index] ?? missing();
    for (const [component, state] of after.entries()) {
      if (used.includes(component)) continue;
      const later = this.#later(component, state, tally.duration);
      if (later === undefined) return undefined;
      after[component] = later;
    }
    return after;
  }

  #later(component: number, state: ComponentState, time: number): ComponentState | undefined {
    const known = state.later.get(time);
    if (known !== undefined) return known;
    const numbers = this.#machine.later(component, state.numbers, time);
    const table = this.#tables[component];
    if (numbers === undefined || table === undefined) return undefined;
    const later = table.recognise(numbers);
    table.keepLater(state, time, later);
    return later;
  }

  #recognise(): ChipState {
    const states = this.#machine.save();
    return this.#tables.map((table, component) => table.recognise(states[component] ?? []));
  }
}

function missing(): never {
  throw new TypeError('a stretch leaves every component that it uses in some state');
}

/** Whether the chip is in the same state. */
export function isSameState(a: ChipState, b: ChipState): boolean {
  return a.every((state, component) => state === b[component]);
}

function keyOf(state: ChipState, used: readonly number[]): string {
  let key = '';
  for (const component of used) key += `${state[component]?.id} `;
  return key;
}
