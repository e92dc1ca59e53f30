import { computePackage } from '@systole/compute';
import type { ComponentPackage } from '@systole/core';
import { interconnectPackage } from '@systole/interconnect';
import { auto, cambriconHybrid, pimGpt, weightStationary } from '@systole/mapping';
import type { MappingPackage } from '@systole/mapping';
import { memoryPackage } from '@systole/memory';

/** The components that come with Systole. */
export const OWN_COMPONENTS: readonly ComponentPackage[] = [
  memoryPackage,
  computePackage,
  interconnectPackage,
];

/** The mappings that come with Systole. */
export const OWN_MAPPINGS: MappingPackage = {
  name: '@systole/mapping',
  mappings: [auto, cambriconHybrid, pimGpt, weightStationary],
};
