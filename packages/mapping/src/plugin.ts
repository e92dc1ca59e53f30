import type { ComponentPackage } from '@systole/core';
import type { MappingPackage } from './mapping.ts';

/** What a package of a third party adds: components, mappings, or both. */
export interface Plugin extends ComponentPackage, MappingPackage {}
