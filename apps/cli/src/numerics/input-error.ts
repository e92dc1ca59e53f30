import { SystoleError } from '@systole/core';
import type { Place } from '@systole/core';
import { NumericsError } from '@systole/numerics';

/** Does work on number formats; what they refuse becomes an error about the input, at `place`. */
export function asInput<T>(work: () => T, place?: Place): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NumericsError)) throw error;
    const { code, message, hint } = error;
    throw new SystoleError({
      code,
      message,
      ...(place === undefined ? {} : { place }),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
