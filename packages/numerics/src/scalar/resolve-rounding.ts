import type { Overflow, Rounding, RoundingOptions } from '../code-format.ts';
import { NumericsError } from '../numerics-error.ts';
import type { ResolvedRounding } from './encoding.ts';

const ROUNDINGS: readonly Rounding[] = ['nearest-even', 'nearest-away', 'toward-zero', 'stochastic'];
const OVERFLOWS: readonly Overflow[] = ['saturate', 'infinity-or-nan'];

/** To nearest even, with infinity or NaN beyond the largest value. */
const PLAIN: ResolvedRounding = { rounding: 'nearest-even', saturates: false, random: undefined };

/**
 * The options with what was left out: to nearest even, to infinity or NaN on overflow. Throws `numerics/argument` for a rounding or an
 * overflow that there is none of, and for stochastic rounding without a source of random bits.
 */
export function resolveRounding(options: RoundingOptions | undefined): ResolvedRounding {
  if (options === undefined) return PLAIN;
  const { rounding = 'nearest-even', overflow = 'infinity-or-nan', random } = options;
  if (!ROUNDINGS.includes(rounding)) {
    throw new NumericsError('numerics/argument', `no rounding "${String(rounding)}"`, choose(ROUNDINGS));
  }
  if (!OVERFLOWS.includes(overflow)) {
    throw new NumericsError('numerics/argument', `no overflow "${String(overflow)}"`, choose(OVERFLOWS));
  }
  if (rounding === 'stochastic' && random === undefined) {
    throw new NumericsError(
      'numerics/argument',
      'stochastic rounding without a source of random bits',
      'Give random, such as randomBits(1).',
    );
  }
  return { rounding, saturates: overflow === 'saturate', random };
}

function choose(names: readonly string[]): string {
  return `Choose one of: ${names.join(', ')}.`;
}
