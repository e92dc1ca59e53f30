import type { ComponentDeclaration } from '@systole/core';
import { computePackage } from '@systole/compute';
import { interconnectPackage } from '@systole/interconnect';
import { memoryPackage } from '@systole/memory';
import { usualOptions } from '../../src/index.ts';
import type { ComponentCheckOptions } from '../../src/index.ts';

const packages = [memoryPackage, computePackage, interconnectPackage];

/** Every component of the house. */
export const declarations: readonly ComponentDeclaration[] = packages.flatMap(({ components }) => components);

/** How to ask each component what its declared forms alone cannot say. */
export function optionsFor(declaration: ComponentDeclaration): ComponentCheckOptions {
  return usualOptions(declaration, declarations);
}
