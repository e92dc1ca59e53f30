import { HIGH_WORD, LOW_WORD } from '../scalar/binary64.ts';

const VALUE = new Float64Array(1);
const WORDS = new Uint32Array(VALUE.buffer);

/** What all finite nonzero numbers of a matrix keep within. */
export interface Bounds {
  /** Every number is a whole multiple of 2^lastBit. */
  readonly lastBit: number;
  /** Every magnitude is below 2^(exponent + 1). */
  readonly exponent: number;
  /** Most bits from the leading one to the last one of any number. */
  readonly significantBits: number;
}

/** The bounds of what is finite among `values`; undefined where all of it is zero. None may be a subnormal of binary64. */
export function boundsOf(values: Float64Array): Bounds | undefined {
  let lastBit = Infinity;
  let exponent = -Infinity;
  let significantBits = 0;
  for (const value of values) {
    if (value === 0 || value - value !== 0) continue;
    VALUE[0] = value;
    const low = WORDS[LOW_WORD] ?? 0;
    const high = WORDS[HIGH_WORD] ?? 0;
    const leading = ((high >>> 20) & 0x7ff) - 1023;
    let bits: number;
    if (low !== 0) {
      bits = 22 + Math.clz32(low & -low);
    } else {
      const field = (high & 0xfffff) | 0x100000;
      bits = Math.clz32(field & -field) - 10;
    }
    if (leading > exponent) exponent = leading;
    if (leading - bits + 1 < lastBit) lastBit = leading - bits + 1;
    if (bits > significantBits) significantBits = bits;
  }
  return significantBits === 0 ? undefined : { lastBit, exponent, significantBits };
}
