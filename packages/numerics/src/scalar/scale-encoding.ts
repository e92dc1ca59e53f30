import { exponentOf, powerOfTwo } from './binary64.ts';
import type { Encoding, ResolvedRounding } from './encoding.ts';
import { goesUp } from './encoding.ts';

const BIAS = 127;
const NAN_CODE = 255;

/**
 * E8M0: a power of two from 2^-127 to 2^127, without sign and without zero, as the scale of a block (OCP MX 1.0). Zero and
 * what lies below becomes 2^-127, NaN and every negative value NaN. Beyond 2^127 there is NaN, or 2^127 where asked to saturate. A tie
 * lies in the arithmetic middle of two powers.
 */
export class ScaleEncoding implements Encoding {
  readonly name = 'e8m0';
  readonly bits = 8;
  readonly largest = powerOfTwo(BIAS);
  readonly lowest = 0;
  readonly smallest = powerOfTwo(-BIAS);
  readonly nan = NAN_CODE;
  readonly significantBits = 1;

  encode(value: number, rounding: ResolvedRounding): number {
    if (Number.isNaN(value) || value < 0) return NAN_CODE;
    if (value <= this.smallest) return 0;
    const exponent = value === Infinity ? 1024 : exponentOf(value);
    if (exponent <= BIAS) {
      const down = exponent + BIAS;
      const share = value / powerOfTwo(exponent) - 1;
      const code = share !== 0 && goesUp(share, (down & 1) === 1, rounding) ? down + 1 : down;
      if (code < NAN_CODE) return code;
    }
    const isCut = rounding.rounding === 'toward-zero' && value !== Infinity;
    return rounding.saturates || isCut ? NAN_CODE - 1 : NAN_CODE;
  }

  decode(code: number): number {
    return code === NAN_CODE ? Number.NaN : powerOfTwo(code - BIAS);
  }
}
