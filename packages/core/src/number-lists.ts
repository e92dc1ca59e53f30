const INVERSE_HALF = 2 ** -32;

/** Things with a list of whole numbers each, found by it: much faster than by a text of the numbers. */
export class NumberLists<T extends { readonly numbers: readonly number[] }> {
  /** Numbers of all of them together. */
  numbers = 0;
  readonly #byHash = new Map<number, T[]>();

  find(numbers: readonly number[]): T | undefined {
    return this.#byHash.get(hashOf(numbers))?.find((thing) => areEqual(thing.numbers, numbers));
  }

  add(thing: T): void {
    const hash = hashOf(thing.numbers);
    const alike = this.#byHash.get(hash);
    if (alike === undefined) this.#byHash.set(hash, [thing]);
    else alike.push(thing);
    this.numbers += thing.numbers.length;
  }

  *all(): Iterable<T> {
    for (const alike of this.#byHash.values()) yield* alike;
  }

  clear(): void {
    this.#byHash.clear();
    this.numbers = 0;
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
