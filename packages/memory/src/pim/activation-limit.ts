import { SystoleError } from '@systole/core';
import { requireWhole } from './pim-result.ts';

/**
 * What keeps a device from opening a row in all banks, or computing in all of them, as fast as its other timings allow.
 * Devices and their simulators differ: AiM ignores the power that it takes, Newton opens one bank group at a time, AttAcc
 * spaces the column accesses out.
 */
export type ActivationLimit =
  /** All banks open at once. */
  | { readonly kind: 'none' }
  /** Bank groups are opened one after the other, `window` clock periods apart (the four-activate window). */
  | { readonly kind: 'per-bank-group'; readonly window: number }
  /**
   * All banks open at once, and column accesses of all of them are at least `gap` clock periods apart; those of one bank of
   * each group `groupGap`, which is `gap` when left out.
   */
  | { readonly kind: 'slower-mac-rate'; readonly gap: number; readonly groupGap?: number };

/** Throws where a limit is none that a device can have. */
export function checkActivationLimit(limit: ActivationLimit, path = 'activationLimit'): void {
  switch (limit.kind) {
    case 'none':
      return;
    case 'per-bank-group':
      requireWhole(`${path}.window`, limit.window, 1);
      return;
    case 'slower-mac-rate':
      requireWhole(`${path}.gap`, limit.gap, 1);
      if (limit.groupGap !== undefined) requireWhole(`${path}.groupGap`, limit.groupGap, 1);
      return;
    default: {
      const { kind } = limit satisfies never as { kind: unknown };
      throw new SystoleError({
        code: 'argument/invalid',
        message: `unknown activation limit ${JSON.stringify(kind)}`,
        place: { path: `${path}.kind` },
        hint: 'Choose one of: none, per-bank-group, slower-mac-rate.',
      });
    }
  }
}
