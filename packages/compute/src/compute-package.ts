import type { ComponentPackage } from '@systole/core';
import { flashCore } from './flash-core/flash-core.ts';
import { pimBank } from './pim-bank/pim-bank.ts';
import { simdMac } from './simd-mac/simd-mac.ts';
import { systolic } from './systolic/systolic.ts';
import { vector } from './vector/vector.ts';

/** The compute units, as a package of declarations for a catalogue. */
export const computePackage: ComponentPackage = {
  name: '@systole/compute',
  components: [pimBank, flashCore, simdMac, systolic, vector],
};
