import { createCatalogue } from '@systole/core';
import type { Catalogue } from '@systole/core';
import { computePackage } from '@systole/compute';
import { interconnectPackage } from '@systole/interconnect';
import { auto, cambriconHybrid, createMappings, pimGpt } from '@systole/mapping';
import type { MappingCatalogue } from '@systole/mapping';
import { memoryPackage } from '@systole/memory';

/** The components that come with Systole. */
export const catalogue: Catalogue = createCatalogue([memoryPackage, computePackage, interconnectPackage]);

/** The mappings that come with Systole. */
export const mappings: MappingCatalogue = createMappings([auto, cambriconHybrid, pimGpt]);
