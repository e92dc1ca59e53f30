import { suggestName } from '@systole/core';
import { randomBits } from '@systole/numerics';
import type { Overflow, Rounding, RoundingOptions } from '@systole/numerics';
import { argument } from '../inputs.ts';

/** The flags that say how values are rounded, as they were typed. */
export interface RoundingFlags {
  readonly rounding?: string;
  readonly overflow?: string;
  readonly seed?: string;
}

const ROUNDINGS: readonly Rounding[] = ['nearest-even', 'nearest-away', 'toward-zero', 'stochastic'];
const OVERFLOWS: Readonly<Record<string, Overflow>> = {
  saturate: 'saturate',
  infinity: 'infinity-or-nan',
  nan: 'infinity-or-nan',
  'infinity-or-nan': 'infinity-or-nan',
};

/** How values are rounded, and what to call it. */
export interface ChosenRounding {
  readonly rounding: Rounding;
  readonly overflow: Overflow;
  /** In words, with the seed where there is one. */
  readonly name: string;
  /** Options for one pass over values: random bits begin anew. */
  options(): RoundingOptions;
}

/** Throws `argument/invalid` for names that there are none of. */
export function chosenRounding({
  rounding = 'nearest-even',
  overflow = 'saturate',
  seed,
}: RoundingFlags): ChosenRounding {
  const how = ROUNDINGS.find((name) => name === rounding);
  if (how === undefined)
    throw argument(`there is no rounding "${rounding.slice(0, 40)}"`, suggestName(rounding, ROUNDINGS));
  const beyond = Object.hasOwn(OVERFLOWS, overflow) ? OVERFLOWS[overflow] : undefined;
  if (beyond === undefined) {
    throw argument(
      `--overflow has no "${overflow.slice(0, 40)}"`,
      suggestName(overflow, Object.keys(OVERFLOWS)),
    );
  }
  if (seed !== undefined && how !== 'stochastic') {
    throw argument('--seed is of stochastic rounding', 'Add --rounding stochastic, or leave it out.');
  }
  const start = seedOf(seed);
  return {
    rounding: how,
    overflow: beyond,
    name: how === 'stochastic' ? `stochastic (seed ${start})` : how,
    options: () => ({
      rounding: how,
      overflow: beyond,
      ...(how === 'stochastic' ? { random: randomBits(start) } : {}),
    }),
  };
}

function seedOf(text: string | undefined): number {
  if (text === undefined) return 1;
  const seed = /^\d{1,10}$/u.test(text) ? Number(text) : Number.NaN;
  if (seed < 2 ** 32) return seed;
  throw argument(
    `--seed takes a whole number from 0 to 4294967295, got "${text.slice(0, 40)}"`,
    'Write --seed 1, say.',
  );
}
