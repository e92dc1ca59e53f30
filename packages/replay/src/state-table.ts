/** A state of one component between stretches. Equal states are one object, so that they are told apart by `id`. */
export interface ComponentState {
  readonly numbers: readonly number[];
  readonly id: number;
  /** What it is when nothing has been asked of the component for so many ps. */
  readonly later: Map<number, ComponentState>;
}

const INVERSE_HALF = 2 ** -32;

/** The states of one component that have been seen. */
export class StateTable {
  /** Numbers that are held, and states that were looked up in time. */
  held = 0;
  readonly #byHash = new Map<number, ComponentState[]>();
  #next = 0;

  /** The object that stands for a state already, or a new one. */
  recognise(numbers: readonly number[]): ComponentState {
    const hash = hashOf(numbers);
    let alike = this.#byHash.get(hash);
    if (alike === undefined) {
      alike = [];
      this.#byHash.set(hash, alike);
    }
    for (const state of alike) if (areEqual(state.numbers, numbers)) return state;
    // Ids are never given twice, so that a state from before the table was cleared is not taken for another.
    const state: ComponentState = { numbers, id: this.#next++, later: new Map() };
    alike.push(state);
    this.held += numbers.length + 1;
    return state;
  }

  keepLater(state: ComponentState, time: number, later: ComponentState): void {
    state.later.set(time, later);
    this.held++;
  }

  clear(): void {
    for (const alike of this.#byHash.values()) for (const { later } of alike) later.clear();
    this.#byHash.clear();
    this.held = 0;
  }
}

function hashOf(numbers: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < numbers.length; index++) {
    const value = numbers[index] ?? 0;
    hash = Math.imul(hash ^ value, 0x01000193);
    hash = Math.imul(hash ^ (value * INVERSE_HALF), 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  return hash;
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
