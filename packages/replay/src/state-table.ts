import { NumberLists } from '@systole/core';

/** A state of one component between stretches. Equal states are one object, so that they are told apart by `id`. */
export interface ComponentState {
  readonly numbers: readonly number[];
  readonly id: number;
  /** What it is when nothing has been asked of the component for so many ps. */
  readonly later: Map<number, ComponentState>;
}

/** The states of one component that have been seen. */
export class StateTable {
  /** Numbers that are held, and states that were looked up in time. */
  held = 0;
  readonly #states = new NumberLists<ComponentState>();
  #next = 0;

  /** The object that stands for a state already, or a new one. */
  recognise(numbers: readonly number[]): ComponentState {
    const known = this.#states.find(numbers);
    if (known !== undefined) return known;
    // Ids are never given twice, so that a state from before the table was cleared is not taken for another.
    const state: ComponentState = { numbers, id: this.#next++, later: new Map() };
    this.#states.add(state);
    this.held += numbers.length + 1;
    return state;
  }

  keepLater(state: ComponentState, time: number, later: ComponentState): void {
    state.later.set(time, later);
    this.held++;
  }

  clear(): void {
    for (const { later } of this.#states.all()) later.clear();
    this.#states.clear();
    this.held = 0;
  }
}
