import type { ResolvedPart } from '@systole/chip';
import type { Bytes } from '@systole/units';

/** Memories that hold parts of a tensor, and bytes by which they share it. */
export type Spread = readonly SpreadPart[];

export interface SpreadPart {
  readonly home: ResolvedPart;
  readonly bytes: Bytes;
}

/** Bytes that are worth a stream of their own. */
const LEAST = 4096;

/**
 * The parts of `bytes` bytes of a tensor in its memories: in proportion, in whole bytes that add up. What would be less than
 * `least` bytes lies with the largest part.
 */
export function dealt(bytes: Bytes, spread: Spread, least: Bytes = LEAST): readonly SpreadPart[] {
  const whole = spread.reduce((sum, part) => sum + part.bytes, 0);
  const largest = largestOf(spread);
  if (largest === undefined) return [];
  let rest = bytes;
  const parts = spread.flatMap(({ home, bytes: share }): readonly SpreadPart[] => {
    if (home.name === largest.home.name) return [];
    const mine = Math.min(rest, Math.floor(bytes * (share / whole)));
    if (mine < Math.max(1, least)) return [];
    rest -= mine;
    return [{ home, bytes: mine }];
  });
  return rest > 0 ? [...parts, { home: largest.home, bytes: rest }] : parts;
}

/** The memory that holds most. */
export function largestOf(spread: Spread): SpreadPart | undefined {
  return spread.reduce<SpreadPart | undefined>(
    (best, part) => (best === undefined || part.bytes > best.bytes ? part : best),
    undefined,
  );
}
