import * as fc from 'fast-check';
import { SystoleError } from '@systole/core';

/** What was refused last, in its own words, so that a check that found no case can say why. */
let last: string | undefined;

/** A refused input is no case for a law; that too much is refused is a finding of its own. */
export function refusing<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof SystoleError) {
      last = error.message;
      fc.pre(false);
    }
    throw error;
  }
}

/** The last refusal since this was asked last. */
export function takeRefusal(): string | undefined {
  const message = last;
  last = undefined;
  return message;
}
