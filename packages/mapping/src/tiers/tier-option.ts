import { param } from '@systole/core';
import type { Parameter } from '@systole/core';
import { TIER_POLICIES } from './tier-plan.ts';
import type { TierPolicy } from './tier-plan.ts';

/** The option of a mapping by which a chip lets tensors be dealt to several memories; left out, each lives in one. */
export const tierOption: Parameter<TierPolicy | undefined> = {
  ...param.choice(
    TIER_POLICIES,
    'Deal tensors to all memories: the fastest filled first, balanced by bandwidth, or migrating a layer ahead; each in one if left out',
  ),
  optional: true,
};
