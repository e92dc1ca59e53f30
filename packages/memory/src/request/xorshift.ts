/** Marsaglia's xorshift of 32 bits (13, 17, 5): the same numbers from the same seed everywhere. */
export class Xorshift {
  #state: number;

  /** @param seed From 1 to 2^32 - 1; 0 would give nothing but zeros. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** The next number, from 1 to 2^32 - 1. */
  next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state >>> 0;
  }
}
