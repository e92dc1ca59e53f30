import type { RandomBits } from './code-format.ts';
import { NumericsError } from './numerics-error.ts';

/**
 * Random bits for stochastic rounding from a seed, a whole number from 0 to 2^32 - 1: a Weyl sequence through the finaliser of
 * MurmurHash3. Equal seeds give equal bits on any machine; all 2^32 words come once in each period.
 */
export function randomBits(seed: number): RandomBits {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
    throw new NumericsError(
      'numerics/argument',
      `no seed ${seed}`,
      'Give a whole number from 0 to 4294967295.',
    );
  }
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e37_79b9) >>> 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2_ae35);
    return (word ^ (word >>> 16)) >>> 0;
  };
}
