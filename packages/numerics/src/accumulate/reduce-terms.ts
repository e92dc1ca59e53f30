import type { Register } from './register.ts';

/**
 * Sums the first `count` terms, each of them exact, in a register: one by one, or through an adder tree of `tree` inputs whose
 * results are added to the register one after the other. `scratch` has room for half a tree.
 */
export function reduceTerms(
  terms: Float64Array,
  count: number,
  register: Register,
  tree: number | undefined,
  scratch: Float64Array,
): number {
  let content = 0;
  if (tree === undefined) {
    for (let i = 0; i < count; i++) content = register.add(content, register.take(terms[i] ?? 0));
    return content;
  }
  for (let from = 0; from < count; from += tree) {
    const present = Math.min(tree, count - from);
    const pairs = tree >> 1;
    for (let i = 0; i < pairs; i++) {
      const first = 2 * i < present ? register.take(terms[from + 2 * i] ?? 0) : 0;
      const second = 2 * i + 1 < present ? register.take(terms[from + 2 * i + 1] ?? 0) : 0;
      scratch[i] = register.add(first, second);
    }
    content = register.add(content, reducePairs(scratch, pairs, register));
  }
  return content;
}

/** Sums `count` contents, a power of two of them, level by level; they are overwritten. */
export function reducePairs(contents: Float64Array, count: number, register: Register): number {
  for (let left = count >> 1; left >= 1; left >>= 1) {
    for (let i = 0; i < left; i++) {
      contents[i] = register.add(contents[2 * i] ?? 0, contents[2 * i + 1] ?? 0);
    }
  }
  return contents[0] ?? 0;
}
