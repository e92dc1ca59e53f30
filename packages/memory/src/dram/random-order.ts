/**
 * A seeded permutation of 0 … count-1 of which any element is found at once: a Feistel network over the next even
 * power of two, walked until it falls inside. The same seed gives the same order on any machine.
 */
export class RandomOrder {
  readonly #count: number;
  readonly #half: number;
  readonly #keys: Int32Array;

  constructor(count: number, seed: number) {
    this.#count = count;
    let half = 1;
    while (half * half < count) half *= 2;
    this.#half = half;
    this.#keys = new Int32Array(ROUNDS);
    let state = seed | 0;
    for (let round = 0; round < ROUNDS; round++) {
      state = (state + 0x9e3779b9) | 0;
      this.#keys[round] = mix(state);
    }
  }

  /** The element at position `index`, which is from 0 to count-1. */
  at(index: number): number {
    let value = index;
    do {
      let high = Math.floor(value / this.#half);
      let low = value - high * this.#half;
      for (let round = 0; round < ROUNDS; round++) {
        const turned = (mix(low ^ (this.#keys[round] ?? 0)) >>> 0) % this.#half;
        const next = (high + turned) % this.#half;
        high = low;
        low = next;
      }
      value = high * this.#half + low;
    } while (value >= this.#count);
    return value;
  }
}

const ROUNDS = 4;

/** Scrambles 32 bits: each bit of the result depends on every bit of the argument. */
function mix(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return bits ^ (bits >>> 15);
}
